package dev.evenkeel.jobs.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is remembered of a stream's answers, and what labels say of them. */
class RecentAnswersTest {
  /** Two answers, the second labelled; written once and for all. */
  private static final String FIRST_LAYOUT =
      "00000001"
          + "00000001"
          + "00000000"
          + "00000001"
          + "00000002"
          + "0000000000000005"
          + "00000003"
          + "00000004"
          + "0000000000000006"
          + "00000002"
          + "ffffffff";

  @Test
  void eachLabelCountsOnceAndOnlyForWhatWasAnswered() {
    RecentAnswers answers = new RecentAnswers();
    answers.label(1, 7);
    assertThat(answers.hasLabels()).as("before its answer").isFalse();
    answers.add(1, 7, 8, 10);
    answers.add(2, 7, 8, 10);
    answers.add(3, 7, 7, 10);
    answers.label(1, 7);
    answers.label(1, 8);
    answers.label(2, 8);
    answers.label(3, 7);
    answers.label(4, 7);
    assertThat(answers.takeLabels()).isEqualTo(new RecentAnswers.Tally(3, 2, 2));
    assertThat(answers.hasLabels()).isFalse();
  }

  @Test
  void onlyTheLatestAreRemembered() {
    RecentAnswers answers = new RecentAnswers();
    for (int i = 0; i < 1000; i++) {
      answers.add(i, 1, 0, 100);
      assertThat(answers.size()).isEqualTo(Math.min(i + 1, 100));
    }
    for (int i = 0; i < 1000; i++) {
      answers.label(i, 1);
    }
    assertThat(answers.takeLabels()).isEqualTo(new RecentAnswers.Tally(100, 100, 0));
  }

  @Test
  void theNumberMayChange() {
    RecentAnswers answers = new RecentAnswers();
    for (int i = 0; i < 150; i++) {
      answers.add(i, 1, 0, 100);
    }
    answers.add(150, 1, 0, 10);
    assertThat(answers.size()).isEqualTo(10);
    for (int i = 151; i < 400; i++) {
      answers.add(i, 1, 0, 200);
    }
    assertThat(answers.size()).isEqualTo(200);
    answers.label(199, 1);
    assertThat(answers.hasLabels()).isFalse();
    answers.label(200, 1);
    assertThat(answers.hasLabels()).isTrue();
  }

  @Test
  void itsBytesGoOnAsItWould() {
    RecentAnswers answers = new RecentAnswers();
    for (int i = 0; i < 150; i++) {
      answers.add(i, i % 3, i % 2, 100);
    }
    answers.label(140, 0);
    RecentAnswers read = RecentAnswers.fromBytes(answers.toBytes());
    assertThat(read.isChanged()).isFalse();
    for (RecentAnswers each : new RecentAnswers[] {answers, read}) {
      each.label(140, 0);
      each.label(50, 2);
      each.add(150, 1, 1, 100);
      each.label(51, 0);
    }
    assertThat(read.toBytes()).isEqualTo(answers.toBytes());
    assertThat(read.takeLabels()).isEqualTo(answers.takeLabels());
  }

  @Test
  void theFirstLayoutIsReadAndWritten() {
    byte[] first = HexFormat.of().parseHex(FIRST_LAYOUT);
    RecentAnswers read = RecentAnswers.fromBytes(first);
    assertThat(read.toBytes()).isEqualTo(first);
    read.label(5, 3);
    read.label(6, 2);
    assertThat(read.takeLabels()).isEqualTo(new RecentAnswers.Tally(2, 1, 1));
    assertThat(RecentAnswers.fromBytes(new RecentAnswers().toBytes()).size()).isZero();
  }

  @Test
  void damagedBytesAreRefused() {
    byte[] bytes = HexFormat.of().parseHex(FIRST_LAYOUT);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> RecentAnswers.fromBytes(cut)).hasMessageContaining("cut short");
    }
    bytes[3] = 9;
    assertThatThrownBy(() -> RecentAnswers.fromBytes(bytes)).hasMessageContaining("version 9");
  }

  @Test
  void samplesOfManyStreamsHaveIdentitiesOfTheirOwn() {
    Set<Long> seen = new HashSet<>();
    for (int stream = 0; stream < 100; stream++) {
      for (int sample = 0; sample < 1000; sample++) {
        seen.add(SampleHash.identity("s" + stream, Integer.toString(sample)));
      }
    }
    seen.add(SampleHash.identity("s", "11"));
    seen.add(SampleHash.identity("s1", "1x"));
    seen.add(SampleHash.identity("s11", "x"));
    assertThat(seen).hasSize(100_003);
  }
}
