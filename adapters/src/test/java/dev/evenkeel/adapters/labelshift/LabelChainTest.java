package dev.evenkeel.adapters.labelshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelChainTest {
  private static final int CLASSES = 4;
  private static final LabelChain CHAIN =
      new LabelChain(
          new LabelChain.Gate(0.2, 0.4),
          new LabelChain.Gate(0.02, 0.1),
          LabelChain.Gate.ALWAYS,
          100);
  private static final LabelChain CAUTIOUS =
      new LabelChain(
          LabelChain.Gate.NEVER,
          new LabelChain.Gate(0.02, 0.1),
          new LabelChain.Gate(0.1, 0.2),
          100);

  private final long seed = Long.getLong("evenkeel.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** Against the sum over all sequences of labels. */
  @Test
  void aPassIsExact() {
    for (int round = 0; round < 20; round++) {
      int samples = 1 + random.nextInt(5);
      double[] likelihood = random.doubles((long) samples * CLASSES, 0.01, 1).toArray();
      double[] message = distribution();
      double[] fresh = distribution();
      double stay = random.nextDouble();

      LabelChain.Pass pass = LabelChain.Pass.of(likelihood, message, stay, fresh);

      double[] labels = new double[samples * CLASSES];
      double[] drawn = new double[CLASSES];
      double stays = 0;
      double total = 0;
      for (int path = 0; path < Math.pow(CLASSES, samples); path++) {
        int[] sequence = sequence(path, samples);
        for (int before = 0; before < CLASSES; before++) {
          // Whether each label was kept or drawn, bit by bit.
          for (int kept = 0; kept < 1 << samples; kept++) {
            double weight = message[before];
            int stayed = 0;
            double[] draws = new double[CLASSES];
            for (int i = 0; i < samples; i++) {
              int last = i == 0 ? before : sequence[i - 1];
              boolean keeps = (kept >> i & 1) == 1;
              weight *= likelihood[i * CLASSES + sequence[i]];
              weight *= keeps ? (last == sequence[i] ? stay : 0) : (1 - stay) * fresh[sequence[i]];
              stayed += keeps ? 1 : 0;
              draws[sequence[i]] += keeps ? 0 : 1;
            }
            total += weight;
            stays += weight * stayed;
            for (int y = 0; y < CLASSES; y++) {
              drawn[y] += weight * draws[y];
            }
            for (int i = 0; i < samples; i++) {
              labels[i * CLASSES + sequence[i]] += weight;
            }
          }
        }
      }
      double sum = total;
      double[] expected = Arrays.stream(labels).map(v -> v / sum).toArray();
      double[] draws = Arrays.stream(drawn).map(v -> v / sum).toArray();
      assertThat(pass.labels()).as("seed %s", seed).containsExactly(expected, within(1e-9));
      assertThat(pass.drawn()).as("seed %s", seed).containsExactly(draws, within(1e-9));
      assertThat(pass.stays()).as("seed %s", seed).isCloseTo(stays / sum, within(1e-9));
      assertThat(pass.evidence()).as("seed %s", seed).isCloseTo(Math.log(sum), within(1e-9));
    }
  }

  @Test
  void runsOfOneClassAreFound() {
    Run run = run(2000, 0.97, new double[] {0.25, 0.25, 0.25, 0.25}, 0.6);
    assertThat(run.errors()).as("seed %s", seed).isLessThan(run.ownErrors() * 7 / 10);
    assertThat(CHAIN.isUsed(run.state())).isTrue();
  }

  @Test
  void aDistributionOfLabelsIsFound() {
    Run run = run(2000, 0, new double[] {0.97, 0.01, 0.01, 0.01}, 0.75);
    assertThat(run.errors()).as("seed %s", seed).isLessThan(run.ownErrors() * 9 / 10);
    assertThat(CHAIN.isUsed(run.state())).isTrue();
  }

  @Test
  void whereNothingIsToBeFoundAnswersStayAsTheyAre() {
    Run run = run(4000, 0, new double[] {0.25, 0.25, 0.25, 0.25}, 0.6);
    assertThat(CHAIN.isUsed(run.state())).as("seed %s", seed).isFalse();
    assertThat(run.errors()).isBetween(run.ownErrors() - 4, run.ownErrors() + 4);
  }

  @Test
  void theShareOfAnswersFollowsTheStream() {
    Run run = run(2000, 0, new double[] {0.9, 0.1 / 3, 0.1 / 3, 0.1 / 3}, 0.9);
    assertThat(run.state().share()[0]).as("seed %s", seed).isBetween(0.75, 1.0);
  }

  /**
   * A network that mostly answers one class, then mostly another: what follows such preferences
   * makes them worse, and labels in no order do not show in the order of its answers.
   */
  @Test
  void preferencesOfTheNetworkAreNoOrderOfLabels() {
    ChainState state = ChainState.start(CLASSES);
    ChainState eager = state;
    int used = 0;
    int eagerlyUsed = 0;
    for (int from = 0; from < 16000; from += 16) {
      double[] probabilities = new double[16 * CLASSES];
      int preferred = from / 4000 % CLASSES;
      for (int i = 0; i < 16; i++) {
        int said = random.nextDouble() < 0.8 ? preferred : random.nextInt(CLASSES);
        for (int y = 0; y < CLASSES; y++) {
          probabilities[i * CLASSES + y] = y == said ? 0.7 : 0.1;
        }
      }
      used += CAUTIOUS.isUsed(state) ? 1 : 0;
      eagerlyUsed += CHAIN.isUsed(eager) ? 1 : 0;
      state = CAUTIOUS.smooth(probabilities, state).next();
      eager = CHAIN.smooth(probabilities, eager).next();
    }
    assertThat(used).as("seed %s", seed).isLessThan(250);
    assertThat(eagerlyUsed).as("seed %s", seed).isGreaterThan(750);
  }

  @Test
  void cautionFindsRunsAllTheSame() {
    Run run = run(CAUTIOUS, 2000, 0.97, new double[] {0.25, 0.25, 0.25, 0.25}, 0.6);
    assertThat(run.errors()).as("seed %s", seed).isLessThan(run.ownErrors() * 17 / 20);
  }

  private record Run(int errors, int ownErrors, ChainState state) {}

  /** A simulated network: right with some probability, and as sure as it is right. */
  private Run run(int samples, double stay, double[] fresh, double accuracy) {
    return run(CHAIN, samples, stay, fresh, accuracy);
  }

  private Run run(LabelChain chain, int samples, double stay, double[] fresh, double accuracy) {
    ChainState state = ChainState.start(CLASSES);
    int errors = 0;
    int own = 0;
    int label = 0;
    for (int from = 0; from < samples; from += 16) {
      double[] probabilities = new double[16 * CLASSES];
      int[] labels = new int[16];
      for (int i = 0; i < 16; i++) {
        label = random.nextDouble() < stay ? label : draw(fresh);
        labels[i] = label;
        int said =
            random.nextDouble() < accuracy
                ? label
                : (label + 1 + random.nextInt(CLASSES - 1)) % CLASSES;
        for (int y = 0; y < CLASSES; y++) {
          probabilities[i * CLASSES + y] = y == said ? accuracy : (1 - accuracy) / (CLASSES - 1);
        }
        own += said == label ? 0 : 1;
      }
      LabelChain.Smoothed smoothed = chain.smooth(probabilities, state);
      double[] answers = chain.isUsed(state) ? smoothed.labels() : probabilities;
      for (int i = 0; i < 16; i++) {
        errors += argmax(answers, i) == labels[i] ? 0 : 1;
      }
      state = ChainState.of(smoothed.next().toEntries());
    }
    return new Run(errors, own, state);
  }

  private int draw(double[] distribution) {
    double at = random.nextDouble();
    int y = 0;
    while (y < CLASSES - 1 && at > distribution[y]) {
      at -= distribution[y++];
    }
    return y;
  }

  private static int argmax(double[] rows, int row) {
    int best = 0;
    for (int y = 1; y < CLASSES; y++) {
      best = rows[row * CLASSES + y] > rows[row * CLASSES + best] ? y : best;
    }
    return best;
  }

  private double[] distribution() {
    double[] drawn = random.doubles(CLASSES, 0.01, 1).toArray();
    double sum = Arrays.stream(drawn).sum();
    return Arrays.stream(drawn).map(v -> v / sum).toArray();
  }

  private static int[] sequence(int path, int samples) {
    int[] sequence = new int[samples];
    for (int i = 0; i < samples; i++) {
      sequence[i] = path / (int) Math.pow(CLASSES, i) % CLASSES;
    }
    return sequence;
  }
}
