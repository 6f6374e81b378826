package dev.evenkeel.adapters.tta.learning;

import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayer;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Learned;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.memory.ClassMoments;
import dev.evenkeel.adapters.tta.normalization.BalancedOptions;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * Predicts with statistics that each class has an equal share in, and lets them follow the answers
 * chunk by chunk, so that the end of a batch is answered with what its beginning told. Answers are
 * corrected twice: in their chunk, to know which class moves, and in the whole batch, to leave.
 */
final class BalancedPrediction implements StepAlgorithm {
  private static final float[] NO_PARAMETERS = {};

  private final Emission emission;
  private final int classes;
  private final int chunk;
  private final double capacity;
  private final double sourceWeight;
  private final double staleness;
  private final float[] sourceMeans;
  private final float[] sourceVariances;

  BalancedPrediction(AdaptationProgram program) {
    emission = new Emission(program);
    classes = program.source().classes();
    Recipe recipe = program.recipe();
    chunk = recipe.get(BalancedOptions.CHUNK);
    capacity = recipe.get(BalancedOptions.CAPACITY);
    sourceWeight = recipe.get(BalancedOptions.SOURCE_WEIGHT);
    staleness = recipe.get(BalancedOptions.STALENESS);
    NormalizationLayers layers = NormalizationLayers.find(program.source().model());
    sourceMeans = layers.join(NormalizationLayer::mean).toFloats();
    sourceVariances = layers.join(NormalizationLayer::variance).toFloats();
  }

  @Override
  public Served served(StateDict state) {
    return Served.STATISTICS;
  }

  @Override
  public Step step(Network network, StreamState state, SampleBatch samples) {
    ClassMoments moments = new ClassMoments(state.entries(), capacity, sourceWeight, staleness);
    state.next().copyFrom(state.statistics());
    Answers whole = null;
    StateDict followed = state.entries();
    for (int from = 0; from < samples.size(); from += chunk) {
      int size = Math.min(chunk, samples.size() - from);
      SampleBatch part = size == samples.size() ? samples : network.part(samples, from, size);
      Answers answers = network.predict(NO_PARAMETERS, state.next(), network.scratch(), part, size);
      if (!Rows.isFinite(answers.logits())) {
        return Step.nonFinite(new float[samples.size() * classes], state.entries());
      }
      Emission.Emitted emitted = emission.of(answers, followed);
      followed = emitted.state();
      take(moments, answers.moments().orElseThrow(), emitted.logits());
      state.next().pack(entries(moments.statistics(sourceMeans, sourceVariances)));
      whole = whole == null ? answers : whole.followedBy(answers);
    }
    Emission.Emitted emitted = emission.of(whole, state.entries());
    return new Step(
        emitted.logits(),
        emitted.belief(),
        emitted.state().with(moments.toEntries()),
        true,
        false,
        StepOutcomes.ADAPTED,
        Learned.NOTHING);
  }

  private void take(ClassMoments moments, Answers.Moments found, float[] logits) {
    double[] shares = softmax(logits);
    for (int row = 0; row * classes < shares.length; row++) {
      moments.add(shares, classes, row, found.means(), found.squares());
    }
    moments.forget();
  }

  private double[] softmax(float[] logits) {
    double[] shares = new double[logits.length];
    FloatBuffer rows = FloatBuffer.wrap(logits);
    for (int from = 0; from < logits.length; from += classes) {
      float[] row = Softmax.probabilities(rows, from, classes);
      for (int y = 0; y < classes; y++) {
        shares[from + y] = row[y];
      }
    }
    return shares;
  }

  private static Map<String, Tensor> entries(float[][] statistics) {
    Shape channels = Shape.of(statistics[0].length);
    return Map.of(
        "norm.means", Tensor.ofFloats(channels, statistics[0]),
        "norm.variances", Tensor.ofFloats(channels, statistics[1]));
  }
}
