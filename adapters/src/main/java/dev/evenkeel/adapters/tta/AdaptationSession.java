package dev.evenkeel.adapters.tta;

import java.util.List;

/**
 * Runs steps of one program: (state, batch) to (logits, next state, signals). Holds reusable
 * buffers, so it is for one thread; states and results belong to the session that made them.
 */
public interface AdaptationSession extends AutoCloseable {
  AdaptationProgram program();

  /** An empty batch whose samples lie in one direct buffer, to be filled and reused. */
  SampleBatch newBatch();

  /** The state every stream starts from. */
  AdaptationState initialState();

  /**
   * A state read back.
   *
   * @throws IllegalArgumentException if an entry is missing or has another shape than the program's
   */
  AdaptationState restore(StateDict stateDict);

  /**
   * Answers a batch of one stream and lets the state take a step.
   *
   * @param shadow whether the source model answers too
   * @return valid until the next step of this session
   */
  default StepResult step(AdaptationState state, SampleBatch batch, boolean shadow) {
    return step(List.of(Turn.of(state, shadow)), new int[batch.size()], batch);
  }

  /**
   * Answers a batch that mixes several streams in one call of the runtime; each stream's state
   * takes a step from its own samples only.
   *
   * @param turns one for each stream that has a sample in the batch
   * @param turnOfSample index into turns for each sample of the batch
   * @return valid until the next step of this session
   */
  StepResult step(List<Turn> turns, int[] turnOfSample, SampleBatch batch);

  /**
   * Tells a stream's guards what labels say of its answers, to be judged with its next batch.
   * Nothing happens without guards.
   *
   * @param state whose guards they are
   * @param labelled samples whose true class became known, at least 1; both models answered them
   * @param adaptedRight of them that the adapted model answered rightly
   * @param sourceRight of them that the source model answered rightly
   */
  void takeLabels(AdaptationState state, int labelled, int adaptedRight, int sourceRight);

  @Override
  void close();
}
