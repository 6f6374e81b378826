package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.StreamStep;
import dev.evenkeel.adapters.tta.Turn;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program on ONNX Runtime, as {@link TestRuntime} says, fed with float tensors {@code [samples,
 * ...]}.
 */
public final class Steps implements AutoCloseable {
  private final OrtRuntime runtime;
  private final AdaptationSession session;
  private final SampleBatch batch;
  private Set<Signal> signals = Set.of();

  /** What a step answered, copied out of the session. */
  public record Answer(
      List<Outcome> outcomes, Tensor answers, Learned learned, List<StreamStep> streams) {
    public float[] logits() {
      return answers.toFloats();
    }

    public List<Double> assignmentEntropies() {
      return streams.stream().map(StreamStep::assignmentEntropy).toList();
    }
  }

  public Steps(AdaptationProgram program) {
    runtime = OrtRuntime.open(program, TestRuntime.options());
    session = runtime.newSession();
    batch = session.newBatch();
  }

  public static Steps of(
      SourceModel source, String recipe, Map<String, String> settings, long seed) {
    return new Steps(AdaptationProgram.compile(source, Recipe.parse(recipe, settings), seed));
  }

  /** Lets steps from now on tell more. */
  public Steps telling(Signal... more) {
    signals = Set.of(more);
    return this;
  }

  public AdaptationProgram program() {
    return session.program();
  }

  public AdaptationState initialState() {
    return session.initialState();
  }

  public AdaptationState restore(StateDict state) {
    return session.restore(state);
  }

  public Answer step(AdaptationState state, Tensor samples) {
    return step(List.of(state), new int[(int) samples.shape().dimension(0)], samples);
  }

  public Answer step(List<AdaptationState> states, int[] streamOfSample, Tensor samples) {
    return turn(
        states.stream().map(state -> Turn.of(state, false)).toList(), streamOfSample, samples);
  }

  public Answer turn(List<Turn> turns, int[] streamOfSample, Tensor samples) {
    batch.clear();
    int count = (int) samples.shape().dimension(0);
    for (int i = 0; i < count; i++) {
      batch.addFloat32(sample(samples, i));
    }
    List<Turn> told =
        turns.stream()
            .map(
                turn ->
                    new Turn(turn.state(), turn.shadow(), turn.heldBack(), turn.mode(), signals))
            .toList();
    StepResult result = session.step(told, streamOfSample, batch);
    float[] logits = new float[result.samples() * result.classes()];
    result.logits().get(0, logits);
    return new Answer(
        result.streams().stream().map(StreamStep::outcome).toList(),
        Tensor.ofFloats(Shape.of(result.samples(), result.classes()), logits),
        result.learned(),
        result.streams());
  }

  /** The bytes of one sample of {@code [samples, ...]}. */
  public static ByteBuffer sample(Tensor samples, int index) {
    ByteBuffer all = samples.bytes();
    int size = all.remaining() / (int) samples.shape().dimension(0);
    return all.position(index * size).limit((index + 1) * size).slice();
  }

  @Override
  public void close() {
    session.close();
    runtime.close();
  }
}
