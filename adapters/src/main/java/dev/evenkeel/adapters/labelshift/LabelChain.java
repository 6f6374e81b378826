package dev.evenkeel.adapters.labelshift;

import java.util.Arrays;

/**
 * A hidden Markov model of the labels of a stream: the next label is that of the sample before with
 * probability {@code stay}, else a new draw from {@code fresh}. Forward and backward pass (Rabiner,
 * Proc. IEEE 1989) give each sample's label given the past and the rest of its batch; what the
 * chain is like is followed by expectation and maximisation with a forgetting factor.
 *
 * <p>What the model says is believed as far as the stream bears it out: {@link ChainState} keeps by
 * how much a chain with stickiness, and one with a label distribution of its own, foretells the
 * answers better than the plain one, in nats a sample. While the gain is small the answers leave as
 * they came. So a network that merely prefers some classes does not get its preference doubled.
 *
 * @param fresh what the label distribution has to gain
 * @param stay what stickiness has to gain
 * @param order correlation that neighbouring answers must have before stickiness is used
 * @param window samples that the chain is followed over
 */
public record LabelChain(Gate fresh, Gate stay, Gate order, int window) {
  /** Share of answers that say nothing about the label. */
  private static final double BLANK = 0.01;

  /** Draws that an even label distribution starts with. */
  private static final double EVEN = 20;

  private static final double STICKY = 0.5;

  /**
   * Evidence between whose bounds a part of the model comes to be used.
   *
   * @param closed not used at or below
   * @param open used whole at or above
   */
  public record Gate(double closed, double open) {
    /** Open whatever the stream shows. */
    public static final Gate ALWAYS = new Gate(-1e9, -1e8);

    /** Closed whatever the stream shows. */
    public static final Gate NEVER = new Gate(1e8, 1e9);

    public Gate {
      if (!(open > closed)) {
        throw new IllegalArgumentException(
            "Bounds of a gate are " + closed + " and " + open + ", expected closed < open");
      }
    }

    double use(double evidence) {
      return Math.max(0, Math.min(1, (evidence - closed) / (open - closed)));
    }
  }

  /**
   * What a chain makes of a batch.
   *
   * @param labels {@code [samples, classes]} probabilities
   * @param next the chain after the batch
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Smoothed(double[] labels, ChainState next) {}

  /**
   * Tells the labels of a batch in the order of the stream.
   *
   * @param probabilities {@code [samples, classes]} of the network, each row of sum 1
   * @param before left as it is
   */
  public Smoothed smooth(double[] probabilities, ChainState before) {
    int classes = before.message().length;
    double[] likelihood = new double[probabilities.length];
    for (int i = 0; i < likelihood.length; i++) {
      likelihood[i] = (1 - BLANK) * probabilities[i] + BLANK / classes;
    }
    double[] even = new double[classes];
    Arrays.fill(even, 1.0 / classes);
    double[] known = before.fresh(EVEN);
    double stays = before.stay(STICKY);

    double[] used = tempered(known, fresh.use(before.freshGain()));
    Pass answered = Pass.of(likelihood, before.answered(), stays * stayUse(before), used);
    Pass learned = Pass.of(likelihood, before.message(), stays, known);
    int samples = likelihood.length / classes;
    double plain = Pass.evidence(likelihood, before.message(), 0, even);
    double shifted = Pass.evidence(likelihood, before.message(), 0, known);
    return new Smoothed(
        answered.labels(),
        before.after(
            probabilities,
            window,
            learned,
            answered,
            (shifted - plain) / samples,
            (learned.evidence() - shifted) / samples));
  }

  /** Whether anything but the network's own answers is used, after what a stream has shown. */
  public boolean isUsed(ChainState before) {
    return fresh.use(before.freshGain()) > 0 || stayUse(before) > 0;
  }

  /** How much of the stickiness that was found is used, in [0, 1]. */
  private double stayUse(ChainState before) {
    return stay.use(before.stayGain()) * order.use(before.order().correlation());
  }

  /** The distribution to a power, of sum 1. */
  private static double[] tempered(double[] distribution, double power) {
    double[] tempered = new double[distribution.length];
    double sum = 0;
    for (int y = 0; y < tempered.length; y++) {
      tempered[y] = Math.pow(distribution[y], power);
      sum += tempered[y];
    }
    for (int y = 0; y < tempered.length; y++) {
      tempered[y] /= sum;
    }
    return tempered;
  }

  /**
   * One pass forward and back.
   *
   * @param labels {@code [samples, classes]} given the whole batch
   * @param last {@code [classes]} of the last sample, given all before it
   * @param drawn {@code [classes]} expected number of new draws
   * @param stays expected number of samples with the label of the one before
   * @param evidence log-likelihood of the batch
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Pass(double[] labels, double[] last, double[] drawn, double stays, double evidence) {
    static Pass of(double[] likelihood, double[] message, double stay, double[] fresh) {
      int classes = message.length;
      int samples = likelihood.length / classes;
      double[] forward = new double[likelihood.length];
      double evidence = forward(likelihood, message, stay, fresh, forward);
      double[] labels = forward.clone();
      double[] drawn = new double[classes];
      double[] later = new double[classes];
      Arrays.fill(later, 1);
      double stays = 0;
      for (int i = samples - 1; i >= 0; i--) {
        int row = i * classes;
        normalize(labels, row, later);
        double staying = 0;
        double drawing = 0;
        double[] told = new double[classes];
        for (int y = 0; y < classes; y++) {
          told[y] = likelihood[row + y] * later[y];
          staying += stay * (i == 0 ? message[y] : forward[row - classes + y]) * told[y];
          drawing += (1 - stay) * fresh[y] * told[y];
        }
        double largest = 0;
        for (int y = 0; y < classes; y++) {
          drawn[y] += (1 - stay) * fresh[y] * told[y] / (staying + drawing);
          later[y] = stay * told[y] + drawing;
          largest = Math.max(largest, later[y]);
        }
        stays += staying / (staying + drawing);
        for (int y = 0; y < classes; y++) {
          later[y] /= largest;
        }
      }
      double[] last = Arrays.copyOfRange(forward, forward.length - classes, forward.length);
      return new Pass(labels, last, drawn, stays, evidence);
    }

    static double evidence(double[] likelihood, double[] message, double stay, double[] fresh) {
      return forward(likelihood, message, stay, fresh, new double[likelihood.length]);
    }

    /** Fills in what is known of each label from the samples up to it. */
    private static double forward(
        double[] likelihood, double[] message, double stay, double[] fresh, double[] into) {
      int classes = message.length;
      double evidence = 0;
      for (int row = 0; row < likelihood.length; row += classes) {
        double sum = 0;
        for (int y = 0; y < classes; y++) {
          double before = row == 0 ? message[y] : into[row - classes + y];
          into[row + y] = (stay * before + (1 - stay) * fresh[y]) * likelihood[row + y];
          sum += into[row + y];
        }
        for (int y = 0; y < classes; y++) {
          into[row + y] /= sum;
        }
        evidence += Math.log(sum);
      }
      return evidence;
    }

    /** Weighs a row and gives it the sum 1. */
    private static void normalize(double[] labels, int row, double[] weights) {
      double sum = 0;
      for (int y = 0; y < weights.length; y++) {
        labels[row + y] *= weights[y];
        sum += labels[row + y];
      }
      for (int y = 0; y < weights.length; y++) {
        labels[row + y] /= sum;
      }
    }
  }
}
