package dev.evenkeel.jobs.demo;

import dev.evenkeel.jobs.demo.data.Corruption;
import dev.evenkeel.jobs.demo.data.DriftPhase;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What to show.
 *
 * @param recipe the recipe that is judged; {@link #BESIDE} run beside it
 * @param seconds how long the stream shall last, at least 1; it lasts longer where the machine is
 *     slower than that
 * @param phases the stream
 * @param seed of the stream and of everything random in the recipes
 * @param report where the HTML report is written to
 */
public record DemoOptions(
    String recipe, int seconds, List<DriftPhase> phases, long seed, Path report) {
  /** Recipes that always run, for comparison. */
  public static final List<String> BESIDE = List.of("ema-bn", "unmix-tns");

  /**
   * Samples of one micro-batch; the methods' published settings assume 64. With smaller ones EMA-BN
   * forgets within a run of one class, and errs more.
   */
  static final int BATCH = 64;

  /**
   * Whole batches, and enough samples for UnMix-TNS, which moves each component by about momentum /
   * components per batch.
   */
  private static final int PHASE_SAMPLES = 47 * BATCH;

  public DemoOptions {
    phases = List.copyOf(phases);
    if (seconds < 1) {
      throw new IllegalArgumentException("--seconds is " + seconds + ", expected at least 1");
    }
    if (phases.isEmpty()) {
      throw new IllegalArgumentException("The stream has no phase, expected at least one");
    }
  }

  /** Clean images, four corruptions, and clean images again; 3,008 samples each. */
  public static List<DriftPhase> defaultPhases() {
    return List.of(
        DriftPhase.clean("clean", PHASE_SAMPLES),
        DriftPhase.of(Corruption.GAUSSIAN_NOISE, PHASE_SAMPLES),
        DriftPhase.of(Corruption.FOG, PHASE_SAMPLES),
        DriftPhase.of(Corruption.MOTION_BLUR, PHASE_SAMPLES),
        DriftPhase.of(Corruption.PIXELATE, PHASE_SAMPLES),
        DriftPhase.clean("clean-again", PHASE_SAMPLES));
  }

  /** The recipes to run, the judged one first. */
  List<String> recipes() {
    return Stream.concat(Stream.of(recipe), BESIDE.stream()).distinct().toList();
  }

  int samples() {
    return phases.stream().mapToInt(DriftPhase::samples).sum();
  }
}
