package dev.evenkeel.adapters.guard;

import dev.evenkeel.adapters.guard.GuardMemory.Scalar;
import dev.evenkeel.adapters.guard.GuardMemory.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Judges a stream's adapted answers batch by batch, before they leave. A function: what it
 * remembers is an array of numbers. Immutable.
 */
public final class StreamGuard {
  /**
   * Averages start as if so many samples had shown no difference, so that no single one decides.
   */
  private static final int START = 64;

  /** Samples that make a block, at least; batches are not cut. */
  private static final int BLOCK = 64;

  /**
   * Order is lost where blocks tell so many nats less about the adapted answers than about the
   * source model's, and at most this share; it is found again at the others.
   */
  private static final double LOST = 0.25;

  private static final double LOST_SHARE = 0.25;
  private static final double FOUND = 0.1;
  private static final double FOUND_SHARE = 0.5;

  /** What is usual in a stream is an average over so many windows: runs of one class are long. */
  private static final int USUAL_WINDOWS = 8;

  /** The source model is sure where its mean belief is above this, and stays so above the other. */
  private static final double SURE = 0.9;

  private static final double STILL_SURE = 0.87;

  /** An alarm below a threshold is over when the value is so many times the threshold. */
  private static final double OVER = 1.25;

  /** Share of the window that has to be labelled before labels count. */
  private static final double LABELLED_SHARE = 0.2;

  private final int classes;
  private final GuardSettings settings;

  public StreamGuard(int classes, GuardSettings settings) {
    this.classes = classes;
    this.settings = settings;
  }

  /**
   * What a guard decided.
   *
   * @param memory for the next batch
   * @param actions in the order in which they were taken
   * @param fallsBack whether the source model's answers leave
   * @param restart that the state takes now: reset or roll-back; empty where it stays
   * @param isGood whether a copy of the state is to be kept for a roll-back
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Verdict(
      double[] memory,
      List<GuardAction> actions,
      boolean fallsBack,
      Optional<GuardAction> restart,
      boolean isGood) {
    public Verdict {
      actions = List.copyOf(actions);
    }
  }

  /** The memory before the first batch. */
  public double[] start() {
    return new GuardMemory(classes, new double[0]).numbers();
  }

  /** Whether the source model's answers leave while nothing new is known. */
  public boolean fallsBack(double[] memory) {
    return isAlarmed(new GuardMemory(classes, memory), Response.FALL_BACK);
  }

  /** Whether the state may not change now. */
  public boolean freezes(double[] memory) {
    return isAlarmed(new GuardMemory(classes, memory), Response.FREEZE);
  }

  /**
   * Whether the source model has to answer the next batch.
   *
   * @param busy whether there is more to answer than can be
   */
  public boolean wantsSource(double[] memory, boolean busy) {
    GuardMemory known = new GuardMemory(classes, memory);
    if (known.get(Scalar.ALARMS) != 0 || known.get(Scalar.CALM) < settings.trustAfter()) {
      return true;
    }
    double batches = known.get(Scalar.BATCHES);
    double share =
        busy ? Math.min(settings.shadowShare(), settings.busyShare()) : settings.shadowShare();
    return Math.floor((batches + 1) * share) > Math.floor(batches * share);
  }

  /** The memory after a batch that the source model did not answer. */
  public double[] unseen(double[] memory) {
    GuardMemory next = new GuardMemory(classes, memory);
    next.add(Scalar.BATCHES, 1);
    return next.numbers();
  }

  /**
   * Takes in labels, to be judged with the next batch.
   *
   * @param memory left as it is
   * @param labelled samples whose true class became known, at least 1
   * @param adaptedRight of them that the adapted model answered rightly
   * @param sourceRight of them that the source model answered rightly
   */
  public double[] withLabels(double[] memory, int labelled, int adaptedRight, int sourceRight) {
    GuardMemory next = new GuardMemory(classes, memory);
    int window = rule(Watch.LIVE_ACCURACY).window();
    next.set(Scalar.LABELLED, Math.min(window, next.get(Scalar.LABELLED) + labelled));
    double weight = Math.min(1, labelled / next.get(Scalar.LABELLED));
    next.follow(Scalar.LIVE_ADVANTAGE, (double) (adaptedRight - sourceRight) / labelled, weight);
    return next.numbers();
  }

  /**
   * Judges a batch.
   *
   * @param memory left as it is
   * @param batch what both models answered
   * @param distance of the learned parameters from the source model's; empty where none are learned
   */
  public Verdict judge(double[] memory, BatchEvidence batch, OptionalDouble distance) {
    GuardMemory next = new GuardMemory(classes, memory);
    takeIn(next, batch);
    List<GuardAction> actions = new ArrayList<>();
    Optional<GuardAction> restart = Optional.empty();
    for (Watch watch : Watch.values()) {
      GuardRule rule = rule(watch);
      OptionalDouble value = rule.isOn() ? value(watch, next, distance) : OptionalDouble.empty();
      if (value.isPresent()) {
        Optional<GuardAction> action = judge(next, watch, rule, value.getAsDouble());
        action.ifPresent(actions::add);
        if (action.filter(a -> isRestart(a.response())).isPresent()) {
          restart = action;
          next.forgetAverages();
        }
      }
    }
    boolean fallsBack = isAlarmed(next, Response.FALL_BACK);
    Optional<GuardAction> escalated = escalate(next, fallsBack, batch.samples(), distance);
    escalated.ifPresent(actions::add);
    boolean good = isGood(next);
    return new Verdict(
        next.numbers(), actions, fallsBack, restart.isPresent() ? restart : escalated, good);
  }

  private GuardRule rule(Watch watch) {
    return settings.rules().get(watch);
  }

  private static boolean isRestart(Response response) {
    return response == Response.RESET || response == Response.ROLL_BACK;
  }

  private boolean isAlarmed(GuardMemory memory, Response response) {
    for (Watch watch : Watch.values()) {
      if (memory.isAlarmed(watch) && rule(watch).response() == response) {
        return true;
      }
    }
    return false;
  }

  private void takeIn(GuardMemory next, BatchEvidence batch) {
    int n = batch.samples();
    next.add(Scalar.SAMPLES, n);
    next.add(Scalar.BATCHES, 1);
    next.add(Scalar.CALM, n);
    next.follow(
        Scalar.ADVANTAGE, batch.advantage() / n, weight(next, rule(Watch.ACCURACY).window(), n));
    next.follow(
        Scalar.AGREEMENT,
        (double) batch.agreements() / n,
        share(next, rule(Watch.AGREEMENT).window(), n));
    next.follow(
        Scalar.BOUND, batch.bound() / n, weight(next, rule(Watch.DISAGREEMENT).window(), n));
    next.follow(
        Scalar.SOURCE_BELIEF,
        batch.sourceBelief() / n,
        share(next, rule(Watch.DISAGREEMENT).window(), n));
    double forEntropy = share(next, rule(Watch.ENTROPY).window(), n);
    next.follow(Scalar.ENTROPY, batch.entropy() / n, forEntropy);
    next.follow(Scalar.SOURCE_ENTROPY, batch.sourceEntropy() / n, forEntropy);
    double forDiversity = share(next, rule(Watch.DIVERSITY).window(), n);
    next.follow(Vector.MEAN, batch.probabilities(), n, forDiversity);
    next.follow(Vector.SOURCE_MEAN, batch.sourceProbabilities(), n, forDiversity);
    takeInBlock(next, batch);
  }

  /** Weight of a batch in an average that starts at nothing known. */
  private static double weight(GuardMemory next, int window, int samples) {
    return Math.min(1, samples / Math.min(window, START + next.get(Scalar.SAMPLES)));
  }

  /** Weight of a batch in an average over what was seen, at most a window. */
  private static double share(GuardMemory next, int window, int samples) {
    return Math.min(1, samples / Math.min(window, next.get(Scalar.SAMPLES)));
  }

  /**
   * How far each block of samples is from what is usual, for either model: on average, what a block
   * tells about the answers in it.
   */
  private void takeInBlock(GuardMemory next, BatchEvidence batch) {
    next.add(Scalar.BLOCK_SAMPLES, batch.samples());
    next.add(Vector.BLOCK, batch.probabilities());
    next.add(Vector.SOURCE_BLOCK, batch.sourceProbabilities());
    double samples = next.get(Scalar.BLOCK_SAMPLES);
    if (samples < BLOCK) {
      return;
    }
    double[] block = shares(next.get(Vector.BLOCK), samples);
    double[] source = shares(next.get(Vector.SOURCE_BLOCK), samples);
    double blocks = next.get(Scalar.BLOCKS);
    if (blocks > 0) {
      double weight = Math.min(1, Math.max(samples / rule(Watch.ORDER).window(), 1 / blocks));
      next.follow(Scalar.ORDER, Shares.divergence(block, next.get(Vector.USUAL)), weight);
      next.follow(
          Scalar.SOURCE_ORDER, Shares.divergence(source, next.get(Vector.SOURCE_USUAL)), weight);
    }
    next.set(Scalar.BLOCKS, blocks + 1);
    next.set(Scalar.BLOCK_SAMPLES, 0);
    double windows = USUAL_WINDOWS * (double) rule(Watch.ORDER).window();
    double usual = Math.min(1, Math.max(samples / windows, 1 / (blocks + 1)));
    next.follow(Vector.USUAL, block, 1, usual);
    next.follow(Vector.SOURCE_USUAL, source, 1, usual);
    next.set(Vector.BLOCK, new double[classes]);
    next.set(Vector.SOURCE_BLOCK, new double[classes]);
  }

  private static double[] shares(double[] sums, double samples) {
    for (int y = 0; y < sums.length; y++) {
      sums[y] /= samples;
    }
    return sums;
  }

  /** The watched quantity; empty where it is not known yet, or not to be judged. */
  private OptionalDouble value(Watch watch, GuardMemory next, OptionalDouble distance) {
    boolean windowed = next.get(Scalar.SAMPLES) >= rule(watch).window();
    return switch (watch) {
      case ACCURACY -> OptionalDouble.of(next.get(Scalar.ADVANTAGE));
      case ORDER ->
          losesOrder(next)
              ? OptionalDouble.of(next.get(Scalar.ADVANTAGE))
              : when(next.isAlarmed(watch), Double.POSITIVE_INFINITY);
      case DISAGREEMENT ->
          isSourceSure(next)
              ? OptionalDouble.of(next.get(Scalar.BOUND))
              : when(next.isAlarmed(watch), Double.POSITIVE_INFINITY);
      case DIVERSITY ->
          when(
              windowed,
              Math.exp(
                  Shares.entropy(next.get(Vector.MEAN))
                      - Shares.entropy(next.get(Vector.SOURCE_MEAN))));
      case ENTROPY ->
          when(
              windowed && next.get(Scalar.SOURCE_ENTROPY) > 0,
              next.get(Scalar.ENTROPY) / next.get(Scalar.SOURCE_ENTROPY));
      case AGREEMENT -> when(windowed, next.get(Scalar.AGREEMENT));
      case DISTANCE -> distance;
      case LIVE_ACCURACY ->
          when(
              next.get(Scalar.LABELLED) >= LABELLED_SHARE * rule(watch).window(),
              next.get(Scalar.LIVE_ADVANTAGE));
    };
  }

  private static OptionalDouble when(boolean known, double value) {
    return known ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** Whether the adapted answers do not follow the stream; stays so until they clearly do. */
  private boolean losesOrder(GuardMemory next) {
    double adapted = next.get(Scalar.ORDER);
    double source = next.get(Scalar.SOURCE_ORDER);
    if (next.get(Scalar.BLOCKS) < 3) {
      return false;
    }
    return next.isAlarmed(Watch.ORDER)
        ? adapted < FOUND_SHARE * source && source - adapted > FOUND
        : adapted < LOST_SHARE * source && source - adapted > LOST;
  }

  /** Whether the source model sees what it was trained on, as far as it can tell. */
  private boolean isSourceSure(GuardMemory next) {
    double least = next.isAlarmed(Watch.DISAGREEMENT) ? STILL_SURE : SURE;
    return next.get(Scalar.SAMPLES) >= rule(Watch.DISAGREEMENT).window() / 2.0
        && next.get(Scalar.SOURCE_BELIEF) > least;
  }

  private Optional<GuardAction> judge(GuardMemory next, Watch watch, GuardRule rule, double value) {
    boolean alarmed = next.isAlarmed(watch);
    double threshold = signed(watch, rule.threshold());
    double compared = alarmed ? over(watch, rule.threshold()) : threshold;
    boolean alarm = watch == Watch.DISTANCE ? value > compared : value < compared;
    if (alarm) {
      next.set(Scalar.CALM, 0);
      next.set(Scalar.GOOD_AT, rule(Watch.ACCURACY).window());
    }
    if (alarm == alarmed) {
      return Optional.empty();
    }
    boolean lasts = !isRestart(rule.response());
    next.setAlarmed(watch, alarm && lasts);
    boolean told = alarm || rule.response() != Response.WARN;
    double finite = Double.isInfinite(value) ? next.get(Scalar.ADVANTAGE) : value;
    return told
        ? Optional.of(
            new GuardAction(
                watch,
                alarm ? rule.response() : Response.RESUME,
                finite,
                alarm ? threshold : compared))
        : Optional.empty();
  }

  private static double signed(Watch watch, double threshold) {
    return switch (watch) {
      case ACCURACY, DISAGREEMENT, LIVE_ACCURACY -> -threshold;
      case ORDER, DIVERSITY, ENTROPY, AGREEMENT, DISTANCE -> threshold;
    };
  }

  /** Where an alarm ends. */
  private static double over(Watch watch, double threshold) {
    return switch (watch) {
      case ACCURACY, LIVE_ACCURACY -> 0;
      case DISAGREEMENT -> -threshold / 2;
      case DISTANCE -> threshold / OVER;
      case ORDER, DIVERSITY, ENTROPY, AGREEMENT -> threshold * OVER;
    };
  }

  /** Lets the state start again where a fall-back lasts. */
  private Optional<GuardAction> escalate(
      GuardMemory next, boolean fallsBack, int samples, OptionalDouble distance) {
    if (!fallsBack) {
      next.set(Scalar.FALLEN, 0);
      return Optional.empty();
    }
    if (next.get(Scalar.FALLEN) == 0) {
      next.set(Scalar.RESTART_AT, settings.restartAfter());
    }
    next.add(Scalar.FALLEN, samples);
    if (settings.restartAfter() == 0 || next.get(Scalar.FALLEN) < next.get(Scalar.RESTART_AT)) {
      return Optional.empty();
    }
    next.set(Scalar.RESTART_AT, 2 * next.get(Scalar.RESTART_AT));
    for (Watch watch : Watch.values()) {
      if (next.isAlarmed(watch) && rule(watch).response() == Response.FALL_BACK) {
        double value = value(watch, next, distance).orElse(next.get(Scalar.ADVANTAGE));
        return Optional.of(
            new GuardAction(
                watch, settings.restart(), value, over(watch, rule(watch).threshold())));
      }
    }
    return Optional.empty();
  }

  private boolean isGood(GuardMemory next) {
    if (!settings.keepsGoodStates()
        || next.get(Scalar.ALARMS) != 0
        || next.get(Scalar.CALM) < next.get(Scalar.GOOD_AT)) {
      return false;
    }
    next.set(Scalar.GOOD_AT, next.get(Scalar.CALM) + rule(Watch.ACCURACY).window());
    return true;
  }
}
