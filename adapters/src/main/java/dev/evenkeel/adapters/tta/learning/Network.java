package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.tta.SampleBatch;
import java.nio.FloatBuffer;

/**
 * A program's network, whose parameters and statistics come with each pass. For one thread.
 *
 * <p>Parameters are one array: the scales of all affine layers in graph order, then their biases.
 * What a pass would store goes where the caller says; nothing else changes.
 */
public interface Network extends AutoCloseable {
  /**
   * Answers samples.
   *
   * @param from statistics the pass reads
   * @param into where the statistics after it go
   * @param momentumCount number of samples that momenta reckon with; normally that of the samples
   */
  Answers predict(
      float[] parameters, Statistics from, Statistics into, SampleBatch samples, int momentumCount);

  /** The same in learning mode, keeping what the backward pass reads. */
  LearningPass learn(float[] parameters, Statistics from, Statistics into, SampleBatch samples);

  /** Logits {@code [samples, classes]} of the frozen source model, valid until the next call. */
  FloatBuffer source(SampleBatch samples);

  /** The statistics every stream starts from; not to be written. */
  Statistics start();

  /** Statistics for passes whose writes are not wanted. */
  Statistics scratch();

  /** A batch of some consecutive samples of another. */
  SampleBatch part(SampleBatch samples, int from, int size);

  /** A batch of given samples {@code [count, sample...]}, as the model receives them. */
  SampleBatch batch(float[] values, int count);

  @Override
  void close();
}
