package dev.evenkeel.jobs.demo.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The whole stream of the demo: phase after phase, inside each the classes in runs. Every sample
 * can be asked for in any order; the same seed gives the same stream. Immutable.
 */
public final class DriftStream {
  /** Concentration of the Dirichlet distribution that orders the classes. */
  public static final double DELTA = 0.1;

  private final FashionData data;
  private final List<DriftPhase> phases;
  private final long seed;
  private final int[] images;
  private final int[] phaseOf;

  private DriftStream(
      FashionData data, List<DriftPhase> phases, long seed, int[] images, int[] phaseOf) {
    this.data = data;
    this.phases = List.copyOf(phases);
    this.seed = seed;
    this.images = images;
    this.phaseOf = phaseOf;
  }

  /**
   * Lays out a stream. A phase takes all images equally often; what is left over is drawn without
   * replacement.
   *
   * @param phases at least one
   * @param seed of image choice, order and corruptions
   */
  public static DriftStream of(FashionData data, List<DriftPhase> phases, long seed) {
    int total = phases.stream().mapToInt(DriftPhase::samples).sum();
    int[] images = new int[total];
    int[] phaseOf = new int[total];
    int position = 0;
    Random random = new Random(seed);
    for (int phase = 0; phase < phases.size(); phase++) {
      int[] drawn = draw(data.size(), phases.get(phase).samples(), random);
      int[] labels = new int[drawn.length];
      for (int i = 0; i < drawn.length; i++) {
        labels[i] = data.label(drawn[i]);
      }
      for (int i : CorrelatedOrder.of(labels, data.classNames().size(), DELTA, random)) {
        images[position] = drawn[i];
        phaseOf[position] = phase;
        position++;
      }
    }
    return new DriftStream(data, phases, seed, images, phaseOf);
  }

  /** Number of samples. */
  public int size() {
    return images.length;
  }

  public List<DriftPhase> phases() {
    return phases;
  }

  /** Index into {@link #phases()} of the sample at a position. */
  public int phaseOf(int position) {
    return phaseOf[position];
  }

  /** True class of the sample at a position. */
  public int label(int position) {
    return data.label(images[position]);
  }

  /** Pixels of each image from top to bottom. */
  public int height() {
    return data.height();
  }

  /** Pixels of each image from left to right. */
  public int width() {
    return data.width();
  }

  /** 8-bit grey values {@code [height, width]} of the sample at a position, corrupted. */
  public byte[] pixels(int position) {
    byte[] clean = data.pixels(images[position]);
    Random random = new Random(seed + 0x9E3779B97F4A7C15L * (position + 1L));
    return phases
        .get(phaseOf[position])
        .corruption()
        .map(corruption -> corruption.apply(data.height(), data.width(), clean, random))
        .orElse(clean);
  }

  private static int[] draw(int images, int samples, Random random) {
    List<Integer> deck = new ArrayList<>();
    int[] drawn = new int[samples];
    for (int i = 0; i < samples; i++) {
      if (deck.isEmpty()) {
        for (int image = 0; image < images; image++) {
          deck.add(image);
        }
        Collections.shuffle(deck, random);
      }
      drawn[i] = deck.remove(deck.size() - 1);
    }
    return drawn;
  }
}
