package dev.evenkeel.adapters.labelshift;

import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * What a {@link LabelChain} remembers of a stream. Immutable; arrays are not to be changed.
 *
 * @param message {@code [classes]} label of the last sample as the whole model has it
 * @param answered {@code [classes]} the same as the answers had it, with those parts that are borne
 *     out
 * @param draws {@code [classes]} new draws lately
 * @param share {@code [classes]} of the answers lately, sum 1
 * @param stays samples lately with the label of the one before
 * @param moves samples lately with a label drawn anew
 * @param freshGain what the label distribution gains, in nats a sample
 * @param stayGain what stickiness gains beside it, in nats a sample
 * @param weight of the past in both gains, in samples
 * @param order whether the answers depend on theirs
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record ChainState(
    double[] message,
    double[] answered,
    double[] draws,
    double[] share,
    double stays,
    double moves,
    double freshGain,
    double stayGain,
    double weight,
    AnswerOrder order) {
  private static final String MESSAGE = "labelshift.chain-message";
  private static final String ANSWERED = "labelshift.chain-answered";
  private static final String DRAWS = "labelshift.chain-draws";
  private static final String MEAN = "labelshift.chain-mean";
  private static final String LAST = "labelshift.chain-last";
  private static final String FIGURES = "labelshift.chain-figures";

  /** Gains are averaged over twice the window of the rest: deciding takes longer than following. */
  private static final double GAIN_WINDOWS = 2;

  /** Whether order matters is asked over more samples still: it is told from noise. */
  private static final int ORDER_WINDOWS = 5;

  /** A chain that knows nothing. */
  public static ChainState start(int classes) {
    double[] even = new double[classes];
    Arrays.fill(even, 1.0 / classes);
    return new ChainState(
        even, even, new double[classes], even, 0, 0, 0, 0, 0, AnswerOrder.start(classes));
  }

  /** Reads the entries of a state. */
  public static ChainState of(Map<String, Tensor> entries) {
    double[] figures = entries.get(FIGURES).toDoubles();
    return new ChainState(
        entries.get(MESSAGE).toDoubles(),
        entries.get(ANSWERED).toDoubles(),
        entries.get(DRAWS).toDoubles(),
        entries.get(TrackedPrior.PRIOR).toDoubles(),
        figures[0],
        figures[1],
        figures[2],
        figures[3],
        figures[4],
        new AnswerOrder(
            entries.get(MEAN).toDoubles(),
            entries.get(LAST).toDoubles(),
            figures[5],
            figures[6],
            figures[7],
            figures[8]));
  }

  /** The entries of a state. */
  public Map<String, Tensor> toEntries() {
    Shape classes = Shape.of(message.length);
    return Map.of(
        MESSAGE,
        Tensor.ofDoubles(classes, message),
        ANSWERED,
        Tensor.ofDoubles(classes, answered),
        DRAWS,
        Tensor.ofDoubles(classes, draws),
        TrackedPrior.PRIOR,
        Tensor.ofDoubles(classes, share),
        FIGURES,
        Tensor.ofDoubles(
            Shape.of(9),
            new double[] {
              stays,
              moves,
              freshGain,
              stayGain,
              weight,
              order.meanWeight(),
              order.square(),
              order.product(),
              order.weight()
            }),
        MEAN,
        Tensor.ofDoubles(classes, order.mean()),
        LAST,
        Tensor.ofDoubles(classes, order.last()));
  }

  /** Probability that a label is that of the sample before, with one sample of either seen. */
  double stay(double start) {
    return stays + moves == 0 ? start : (stays + 1) / (stays + moves + 2);
  }

  /**
   * Distribution of labels drawn anew.
   *
   * @param even draws from an even one to start with
   */
  double[] fresh(double even) {
    double sum = even;
    for (double draw : draws) {
      sum += draw;
    }
    double[] fresh = new double[draws.length];
    for (int y = 0; y < fresh.length; y++) {
      fresh[y] = (draws[y] + even / draws.length) / sum;
    }
    return fresh;
  }

  /** The state after a batch. */
  ChainState after(
      double[] probabilities,
      int window,
      LabelChain.Pass learned,
      LabelChain.Pass answers,
      double freshGained,
      double stayGained) {
    int samples = probabilities.length / draws.length;
    double rate = 1 - 1.0 / window;
    double kept = Math.pow(rate, samples);
    double moved = samples - learned.stays();
    double keptDraws = Math.pow(rate, moved);
    double keptGain = Math.pow(1 - 1 / (GAIN_WINDOWS * window), samples);
    double newWeight = keptGain * weight + samples;
    double part = samples / newWeight;
    double[] nextDraws = new double[draws.length];
    double[] nextShare = new double[draws.length];
    for (int y = 0; y < nextDraws.length; y++) {
      nextDraws[y] = keptDraws * draws[y] + learned.drawn()[y];
      double sum = 0;
      for (int row = 0; row < answers.labels().length; row += draws.length) {
        sum += answers.labels()[row + y];
      }
      nextShare[y] = kept * share[y] + (1 - kept) * sum / samples;
    }
    return new ChainState(
        learned.last(),
        answers.last(),
        nextDraws,
        nextShare,
        kept * stays + learned.stays(),
        kept * moves + moved,
        freshGain + part * (freshGained - freshGain),
        stayGain + part * (stayGained - stayGain),
        newWeight,
        order.after(probabilities, window, ORDER_WINDOWS));
  }
}
