package dev.evenkeel.adapters.labelshift.estimator;

import dev.evenkeel.adapters.labelshift.Gaussians;
import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Evidence of a model that knows the posteriors of {@link Gaussians} exactly. */
final class Source {
  static final int WIDTH = 2;

  private Source() {}

  static SourceEvidence of(Gaussians world, int samples, int held) {
    int classes = Gaussians.CLASSES;
    double[][] hard = new double[classes][classes];
    double[][] soft = new double[classes][classes];
    int[] labels = new int[held];
    double[] answers = new double[held * classes];
    double[] features = new double[held * WIDTH];
    for (int n = 0; n < samples; n++) {
      int label = world.label(Gaussians.SOURCE);
      double x = world.sample(label, 1);
      double[] p = Gaussians.posterior(x);
      add(hard, Vote.HARD, p, label, samples);
      add(soft, Vote.SOFT, p, label, samples);
      if (n < held) {
        labels[n] = label;
        System.arraycopy(p, 0, answers, n * classes, classes);
        features[n * WIDTH] = x;
        features[n * WIDTH + 1] = 1;
      }
    }
    return new SourceEvidence(
        new SourceConfusion(Vote.HARD, hard, samples),
        new SourceConfusion(Vote.SOFT, soft, samples),
        Optional.of(new HoldOut(labels, answers, features)),
        Optional.of(head()));
  }

  /** The head of the Gaussians: log prior + mean x - mean^2 / 2. */
  private static LinearHead head() {
    double[][] weight = new double[Gaussians.CLASSES][];
    for (int y = 0; y < Gaussians.CLASSES; y++) {
      double mean = Gaussians.SPACING * y;
      weight[y] = new double[] {mean, Math.log(Gaussians.SOURCE[y]) - mean * mean / 2};
    }
    return new LinearHead(weight, new double[Gaussians.CLASSES]);
  }

  private static void add(double[][] joint, Vote vote, double[] p, int label, int samples) {
    double[] votes = new double[p.length];
    vote.addTo(votes, p, 0);
    for (int i = 0; i < votes.length; i++) {
      joint[i][label] += votes[i] / samples;
    }
  }

  /** The same evidence where class k is what class {@code order[k]} was. */
  static SourceEvidence relabelled(SourceEvidence evidence, int[] order) {
    HoldOut held = evidence.holdOut().orElseThrow();
    LinearHead head = evidence.head().orElseThrow();
    int[] inverse = new int[order.length];
    for (int k = 0; k < order.length; k++) {
      inverse[order[k]] = k;
    }
    double[][] weight = new double[order.length][];
    for (int k = 0; k < order.length; k++) {
      weight[k] = head.weight()[order[k]];
    }
    return new SourceEvidence(
        relabelled(evidence.hard(), order),
        relabelled(evidence.soft(), order),
        Optional.of(
            new HoldOut(
                Arrays.stream(held.labels()).map(label -> inverse[label]).toArray(),
                relabelled(held.probabilities(), order),
                held.features())),
        Optional.of(new LinearHead(weight, relabelled(head.bias(), order))));
  }

  private static SourceConfusion relabelled(SourceConfusion confusion, int[] order) {
    double[][] joint = new double[order.length][];
    for (int k = 0; k < order.length; k++) {
      joint[k] = relabelled(confusion.joint()[order[k]], order);
    }
    return new SourceConfusion(confusion.vote(), joint, confusion.samples());
  }

  static double[] relabelled(double[] rows, int[] order) {
    double[] moved = new double[rows.length];
    for (int at = 0; at < rows.length; at++) {
      moved[at] = rows[at - at % order.length + order[at % order.length]];
    }
    return moved;
  }

  /** Evidence whose answers tell nothing: every row of the confusion is the prior. */
  static SourceEvidence blind(SourceEvidence evidence) {
    double[][] joint = new double[Gaussians.CLASSES][Gaussians.CLASSES];
    double[] prior = evidence.soft().prior();
    for (double[] row : joint) {
      for (int y = 0; y < row.length; y++) {
        row[y] = prior[y] / row.length;
      }
    }
    return new SourceEvidence(
        new SourceConfusion(Vote.HARD, joint, evidence.hard().samples()),
        new SourceConfusion(Vote.SOFT, joint, evidence.soft().samples()),
        evidence.holdOut(),
        evidence.head());
  }

  static double totalVariation(double[] a, double[] b) {
    double sum = 0;
    for (int y = 0; y < a.length; y++) {
      sum += Math.abs(a[y] - b[y]) / 2;
    }
    return sum;
  }

  /** An estimate that is exact. */
  static LabelEstimate exact(double[] distribution, int samples) {
    return new LabelEstimate(distribution, samples, 1, 0, Optional.empty());
  }

  /** The state after estimates. */
  static double[] after(OnlineEstimator estimator, List<double[]> estimates) {
    double[] state = estimator.start();
    for (double[] estimate : estimates) {
      state = estimator.next(state, exact(estimate, 64), new double[0]);
    }
    return state;
  }
}
