package dev.evenkeel.adapters.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.drift.PredictionWindow.Batch;
import dev.evenkeel.adapters.drift.PredictionWindow.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Answers are right, and confident, with a given probability for each segment. */
class SegmentTableTest {
  private static final double THRESHOLD = 0.5;

  private final Random random = new Random(11);

  @Test
  void aSegmentThatDegradesRaisesAlarmsWhileTheMeanStaysTheSame() {
    SegmentTable labelled = new SegmentTable();
    SegmentTable unlabelled = new SegmentTable();
    List<SegmentFindings.Alarm> byLabels = new ArrayList<>();
    List<SegmentFindings.Alarm> byEstimate = new ArrayList<>();
    double before = 0;
    double after = 0;
    for (int window = 0; window < 20; window++) {
      // From the tenth window on one of four loses what the other three gain.
      boolean late = window >= 10;
      double poor = late ? 0.6 : 0.84;
      double rich = late ? 0.92 : 0.84;
      double right = 0;
      for (String name : List.of("a", "b", "c", "d")) {
        double accuracy = name.equals("c") ? poor : rich;
        right += add(labelled, name, 500, accuracy, true);
        add(unlabelled, name, 500, accuracy, false);
      }
      before += late ? 0 : right / 20_000;
      after += late ? right / 20_000 : 0;
      List<SegmentFindings.Alarm> raised = labelled.look().orElseThrow().alarms();
      raised = raised.stream().filter(a -> !a.alarm().signal().contains("estimate")).toList();
      assertThat(late || raised.isEmpty()).as("no alarm before").isTrue();
      byLabels.addAll(raised);
      byEstimate.addAll(unlabelled.look().orElseThrow().alarms());
    }
    assertThat(after).as("the mean hides it").isCloseTo(before, within(0.01));
    assertThat(byLabels).extracting(SegmentFindings.Alarm::segment).containsOnly("c");
    assertThat(byLabels)
        .extracting(alarm -> alarm.alarm().signal())
        .containsExactlyInAnyOrder("segment-accuracy", "segment-gap");
    assertThat(byEstimate).extracting(SegmentFindings.Alarm::segment).containsOnly("c");
    assertThat(byEstimate)
        .extracting(alarm -> alarm.alarm().signal())
        .containsExactlyInAnyOrder("segment-estimate", "segment-estimate-gap");
    assertThat(byLabels)
        .allSatisfy(a -> assertThat(a.alarm().value()).isLessThan(a.alarm().threshold()));
  }

  @Test
  void segmentsThatStayAsTheyAreRaiseNone() {
    int alarms = 0;
    for (int run = 0; run < 20; run++) {
      SegmentTable table = new SegmentTable();
      for (int window = 0; window < 50; window++) {
        for (int s = 0; s < 10; s++) {
          add(table, "segment " + s, 200, 0.8, true);
        }
        alarms += table.look().orElseThrow().alarms().size();
      }
    }
    // 10,000 looks at a segment by labels and as many by the estimate.
    assertThat(alarms).isLessThanOrEqualTo(4);
  }

  @Test
  void theWorstSegmentIsToldWithItsFigures() {
    SegmentTable table = new SegmentTable();
    add(table, "good", 400, 0.9, true);
    add(table, "bad", 300, 0.5, true);
    add(table, "tiny", 199, 0.0, true);
    SegmentFindings findings = table.look().orElseThrow();
    SegmentFindings.Segment worst = findings.worst();
    assertThat(findings.segments()).as("too few samples are not judged").isEqualTo(2);
    assertThat(worst.name()).isEqualTo("bad");
    assertThat(worst.samples()).isEqualTo(300);
    assertThat(worst.basis()).isEqualTo(SegmentTable.Basis.LABELS);
    assertThat(worst.accuracy().share()).isCloseTo(0.5, within(0.1));
    assertThat(worst.rest().count()).isEqualTo(599);
    assertThat(worst.labelled()).isEqualTo(300);
    assertThat(worst.sourceLive().count()).isEqualTo(300);
    assertThat(worst.estimate()).isEqualTo(worst.live());
    assertThat(worst.agreement().share()).isEqualTo(1);
  }

  @Test
  void fewSamplesGatherOverWindows() {
    SegmentTable table = new SegmentTable();
    add(table, "slow", 120, 0.7, false);
    assertThat(table.look()).isEmpty();
    add(table, "slow", 120, 0.7, false);
    assertThat(table.look().map(f -> f.worst().samples())).isEqualTo(Optional.of(240L));
    assertThat(table.look()).as("begins anew").isEmpty();
  }

  @Test
  void theRestIsComparedOnceUntilTheGapCloses() {
    SegmentTable table = new SegmentTable();
    List<Integer> alarms = new ArrayList<>();
    for (double accuracy : new double[] {0.6, 0.6, 0.6, 0.9, 0.6}) {
      add(table, "a", 1000, accuracy, false);
      add(table, "b", 1000, 0.9, false);
      alarms.add(
          (int)
              table.look().orElseThrow().alarms().stream()
                  .filter(alarm -> alarm.alarm().signal().equals("segment-estimate-gap"))
                  .count());
    }
    assertThat(alarms).containsExactly(1, 0, 0, 0, 1);
  }

  @Test
  void valuesThatFindNoPlaceAreGatheredAndCounted() {
    SegmentTable table = new SegmentTable();
    for (int i = 0; i < 1000; i++) {
      add(table, "value " + i, 1, 1, false);
    }
    assertThat(table.toMap()).hasSize(SegmentTable.MOST + 1);
    SegmentFindings findings = table.look().orElseThrow();
    assertThat(findings.worst().name()).isEqualTo(SegmentTable.OTHERS);
    assertThat(findings.gathered()).isEqualTo(1000 - SegmentTable.MOST);
    add(table, "another", 1, 1, false);
    table.look();
    add(table, "new", 5, 1, false);
    assertThat(table.toMap()).as("unused places are given away").containsKey("new");
  }

  @Test
  void labelsFindTheirSegmentOrTheOthers() {
    SegmentTable table = new SegmentTable();
    add(table, "a", 1, 1, false);
    table.label(SegmentTable.key("a"), true, false, false);
    table.label(SegmentTable.key("forgotten"), true, false, false);
    assertThat(table.toMap().get("a")[SegmentTable.LABELLED]).isEqualTo(1);
    assertThat(table.toMap().get(SegmentTable.OTHERS)[SegmentTable.LABELLED]).isEqualTo(1);
  }

  @Test
  void continuesExactlyFromWhatItTold() {
    SegmentTable table = new SegmentTable();
    add(table, "a", 700, 0.8, true);
    add(table, "b", 700, 0.4, true);
    table.look();
    add(table, "a", 300, 0.8, true);
    SegmentTable restored = new SegmentTable(table.toMap());
    assertThat(restored.look()).usingRecursiveComparison().isEqualTo(table.look());
    assertThat(restored.toMap()).usingRecursiveComparison().isEqualTo(table.toMap());
  }

  @Test
  void namesAreBounded() {
    assertThat(SegmentTable.name(null)).isEqualTo(SegmentTable.NONE);
    assertThat(SegmentTable.name("north")).isEqualTo("north");
    assertThat(SegmentTable.name("x".repeat(5000))).hasSize(100);
  }

  /** Adds samples of one segment; how many of them are right. */
  private int add(SegmentTable table, String name, int samples, double accuracy, boolean labelled) {
    float[] confidences = new float[samples];
    int right = 0;
    for (int i = 0; i < samples; i++) {
      boolean hit = random.nextDouble() < accuracy;
      confidences[i] = hit ? 1 : 0;
      right += hit ? 1 : 0;
    }
    int[] labels = new int[samples];
    Answered answered =
        new Answered(
            labels, confidences, new float[samples], confidences, confidences, 0, new double[2]);
    Batch batch = new Batch(answered, answered, new double[0], 0, Fate.ADAPTED, 0, 0, 0, 0);
    table.add(IntStream.range(0, samples).mapToObj(i -> name).toList(), batch, THRESHOLD);
    for (int i = 0; labelled && i < samples; i++) {
      table.label(SegmentTable.key(name), confidences[i] > 0, true, true);
    }
    return right;
  }
}
