package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.StateDict;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets a recipe learn from the answers that leave: where the correction puts another head in the
 * place of the model's last layer, selections, objectives, teachers and memories see its answers,
 * and the gradient passes through it as through a constant. Where it puts none, nothing is
 * different.
 */
final class AnotherHead implements StepAlgorithm {
  private final StepAlgorithm learning;
  private final Function<StateDict, Optional<LinearHead>> heads;

  AnotherHead(StepAlgorithm learning, AdaptationProgram program) {
    this.learning = learning;
    heads = new Emission(program)::head;
  }

  @Override
  public String companion() {
    return learning.companion();
  }

  @Override
  public Served served(StateDict state) {
    return learning.served(state);
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    Network seen =
        heads
            .apply(state.entries())
            .<Network>map(head -> new BentNetwork(network, head))
            .orElse(network);
    return learning.step(seen, state, samples);
  }

  /** A network that answers by a head of its own; the source model stays as it is. */
  record BentNetwork(Network network, LinearHead head) implements Network {
    @Override
    public Answers predict(
        float[] parameters,
        Statistics from,
        Statistics into,
        SampleBatch samples,
        int momentumCount) {
      return bent(network.predict(parameters, from, into, samples, momentumCount));
    }

    @Override
    public LearningPass learn(
        float[] parameters, Statistics from, Statistics into, SampleBatch samples) {
      LearningPass pass = network.learn(parameters, from, into, samples);
      return new BentPass(pass, head, bent(pass.answers()));
    }

    private Answers bent(Answers own) {
      int samples = own.logits().length / head.classes();
      return new Answers(
          head.apply(own.features().orElseThrow(), samples),
          own.features(),
          Optional.of(own.logits()),
          own.moments());
    }

    @Override
    public FloatBuffer source(SampleBatch samples) {
      return network.source(samples);
    }

    @Override
    public SampleBatch part(SampleBatch samples, int from, int size) {
      return network.part(samples, from, size);
    }

    @Override
    public Statistics start() {
      return network.start();
    }

    @Override
    public Statistics scratch() {
      return network.scratch();
    }

    @Override
    public SampleBatch batch(float[] values, int count) {
      return network.batch(values, count);
    }

    @Override
    public void close() {
      network.close();
    }
  }

  private record BentPass(LearningPass pass, LinearHead head, Answers answers)
      implements LearningPass {
    /** The derivative by the features is {@code seed W'}. */
    @Override
    public float[] gradient(float[] seed) {
      return pass.gradientOfFeatures(head.pulledBack(seed));
    }

    @Override
    public float[] gradientOfFeatures(float[] seed) {
      return pass.gradientOfFeatures(seed);
    }

    @Override
    public void close() {
      pass.close();
    }
  }
}
