package dev.evenkeel.adapters.labelshift.adapter;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains a {@link LabelShiftAdapter} on the features of labelled source samples; the model itself
 * stays as it is. One target prior a step, Adam. A fifth of the samples judges: re-weighted to
 * several priors, their mean negative log-likelihood chooses the epoch. Unless that is better than
 * the untrained adapter, which is the plain prior correction, by two standard errors, the untrained
 * one is kept: few samples make an adapter that fits them and errs elsewhere.
 */
public final class AdapterTraining {
  private static final int BATCH = 256;
  private static final double RATE = 1e-3;
  private static final double DECAY = 5e-4;
  private static final double FIRST = 0.9;
  private static final double SECOND = 0.999;
  private static final double EPSILON = 1e-8;
  private static final double SPREAD = 0.1;
  private static final int JUDGING_PRIORS = 12;
  private static final double STANDARD_ERRORS = 2;

  private final LinearHead head;
  private final float[][] features;
  private final int[] labels;
  private final double[] prior;

  /**
   * What is known when an epoch ends.
   *
   * @param loss mean re-weighted negative log-likelihood of the held-out samples, in nats
   * @param best the lowest so far
   * @param untrained that of prior correction
   */
  public record Progress(int epoch, int epochs, double loss, double best, double untrained) {}

  /**
   * What came out.
   *
   * @param adapter the best of all epochs, or the untrained one
   * @param better whether the best is better than prior correction beyond chance
   * @param loss held-out loss of the best, in nats
   * @param untrained that of prior correction
   * @param standardError of the difference of the two
   */
  public record Trained(
      LabelShiftAdapter adapter,
      boolean better,
      double loss,
      double untrained,
      double standardError) {}

  /**
   * A training.
   *
   * @param features {@code [samples][width]} of the source model
   * @param labels true classes
   */
  public AdapterTraining(LinearHead head, float[][] features, int[] labels) {
    if (features.length != labels.length || labels.length < 10 * head.classes()) {
      throw new IllegalArgumentException(
          labels.length
              + " labelled samples for "
              + head.classes()
              + " classes, expected at least 10 of each and better 200");
    }
    this.head = head;
    this.features = features;
    this.labels = labels;
    prior = new double[head.classes()];
    for (int label : labels) {
      prior[label] += 1.0 / labels.length;
    }
  }

  /**
   * Trains.
   *
   * @param rank of the change of the head, at least 1
   * @param epochs passes over the samples, 0 for prior correction
   */
  public Trained train(
      Conditioning conditioning, int rank, int epochs, long seed, Consumer<Progress> progress) {
    Random random = new Random(seed);
    LabelShiftAdapter adapter = start(conditioning, rank, random);
    int[] order = shuffled(random);
    int[] judging = Arrays.copyOf(order, order.length / 5);
    int[] training = Arrays.copyOfRange(order, order.length / 5, order.length);
    PriorSampler judgingPriors = new PriorSampler(conditioning, prior, new Random(seed + 1));
    double[][] judged =
        IntStream.range(0, JUDGING_PRIORS)
            .mapToObj(i -> judgingPriors.next())
            .toArray(double[][]::new);
    PriorSampler priors = new PriorSampler(conditioning, prior, random);
    LabelShiftAdapter start = adapter;
    double[] untrained = judge(start, judging, judged);
    LabelShiftAdapter best = start;
    double[] lowest = untrained;
    double[] values = adapter.parameters().clone();
    double[] first = new double[values.length];
    double[] second = new double[values.length];
    int step = 0;
    for (int epoch = 1; epoch <= epochs; epoch++) {
      for (int begin = 0; begin < training.length; begin += BATCH) {
        int[] rows = Arrays.copyOfRange(training, begin, Math.min(training.length, begin + BATCH));
        double[] gradient = new double[values.length];
        AdapterLoss.of(adapter, priors.next(), rows(rows), labels(rows), gradient);
        step++;
        for (int i = 0; i < values.length; i++) {
          first[i] = FIRST * first[i] + (1 - FIRST) * gradient[i];
          second[i] = SECOND * second[i] + (1 - SECOND) * gradient[i] * gradient[i];
          double mean = first[i] / (1 - Math.pow(FIRST, step));
          double square = second[i] / (1 - Math.pow(SECOND, step));
          values[i] -= RATE * (mean / (Math.sqrt(square) + EPSILON) + DECAY * values[i]);
        }
        adapter = adapter.with(values);
      }
      double[] losses = judge(adapter, judging, judged);
      if (mean(losses) < mean(lowest)) {
        best = adapter;
        lowest = losses;
      }
      progress.accept(new Progress(epoch, epochs, mean(losses), mean(lowest), mean(untrained)));
    }
    double error = standardErrorOfDifference(untrained, lowest);
    boolean better = mean(untrained) - mean(lowest) > STANDARD_ERRORS * error;
    return new Trained(better ? best : start, better, mean(lowest), mean(untrained), error);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  private static double standardErrorOfDifference(double[] a, double[] b) {
    double difference = mean(a) - mean(b);
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      double deviation = a[i] - b[i] - difference;
      squares += deviation * deviation;
    }
    return Math.sqrt(squares / (a.length - 1)) / Math.sqrt(a.length);
  }

  private LabelShiftAdapter start(Conditioning conditioning, int rank, Random random) {
    LabelShiftAdapter.Layout layout = new LabelShiftAdapter.Layout(conditioning, head, rank);
    double[] parameters = new double[layout.size()];
    // The outputs start at zero, so the first adapter changes nothing but the bias.
    for (int i = 0; i < layout.output(); i++) {
      parameters[i] = random.nextGaussian() / Math.sqrt(layout.inputs());
    }
    for (int i = layout.left(); i < parameters.length; i++) {
      parameters[i] = SPREAD * random.nextGaussian();
    }
    return new LabelShiftAdapter(conditioning, prior, head, rank, parameters);
  }

  private int[] shuffled(Random random) {
    int[] order = new int[labels.length];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /**
   * Negative log-likelihood of each sample, averaged over priors with the weight that the prior
   * gives it; their mean is that of samples drawn from the priors.
   */
  private double[] judge(LabelShiftAdapter adapter, int[] rows, double[][] targets) {
    double[] losses = new double[rows.length];
    for (double[] target : targets) {
      LinearHead fused = adapter.fuse(target);
      double weights =
          Arrays.stream(rows).mapToDouble(row -> target[labels[row]] / prior[labels[row]]).sum();
      for (int n = 0; n < rows.length; n++) {
        int label = labels[rows[n]];
        float[] logits = fused.apply(features[rows[n]], 1);
        double[] scores = IntStream.range(0, logits.length).mapToDouble(y -> logits[y]).toArray();
        double weight = target[label] / prior[label] / weights * rows.length;
        losses[n] += weight * AdapterLoss.toDerivative(scores, label) / targets.length;
      }
    }
    return losses;
  }

  private float[][] rows(int[] rows) {
    return Arrays.stream(rows).mapToObj(row -> features[row]).toArray(float[][]::new);
  }

  private int[] labels(int[] rows) {
    return Arrays.stream(rows).map(row -> labels[row]).toArray();
  }
}
