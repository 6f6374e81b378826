package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Label;
import dev.evenkeel.v1.LiveAccuracy;
import dev.evenkeel.v1.Prediction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The accuracy that the job reports is the one that a reader of its predictions and of the labels
 * computes, whatever happens to the labels on the way.
 */
class LiveAccuracyITCase {
  private static final int WINDOW = 64;
  private static final int FIRST = 256;
  private static final int END = 512;

  @TempDir Path directory;

  private final long seed = Long.getLong("evenkeel.seed", 17);
  private final Random random = new Random(seed);

  @Test
  void equalsTheAccuracyComputedOffline() throws Exception {
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(1);
    JobFile file =
        new JobFile(directory, fashion.model(), topics)
            .set("drift", "{window: %d}".formatted(WINDOW))
            .set("labels", "{delay: 30m}");
    try (Feed feed = new Feed(topics.samples());
        Feed labels = new Feed(topics.labels());
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder());
        TopicReader<DriftReport> reports =
            TopicReader.committed(
                topics.drift(), MessageDecoder.of(WireFormat.AVRO, DriftReport.class));
        TopicReader<DeadLetter> refused =
            TopicReader.committed(
                topics.deadLetters(), MessageDecoder.of(WireFormat.AVRO, DeadLetter.class))) {
      Map<String, Integer> truth = truth();
      List<byte[]> sent = new ArrayList<>();
      // Some labels never come, some come twice, all in any order.
      List<String> labelled =
          new ArrayList<>(truth.keySet().stream().filter(id -> random.nextInt(10) > 0).toList());
      Collections.sort(labelled);
      Collections.shuffle(labelled, random);
      for (String id : labelled) {
        sent.add(label(id, truth.get(id)));
        if (random.nextInt(5) == 0) {
          sent.add(label(id, truth.get(id)));
        }
      }
      sent.add(10, "no label".getBytes(StandardCharsets.UTF_8));
      sent.add(20, label(labelled.get(0), 10));
      // Half of them are there before the samples, and the job is stopped in between.
      try (JobProcess job = JobProcess.start(file)) {
        labels.send("first", sent.subList(0, sent.size() / 2));
        feed.send("first", fashion.encoded("first", 0, FIRST));
        predictions.await(FIRST, job);
        assertThat(job.stop()).as(job.logTail()).isZero();
      }
      try (JobProcess job = JobProcess.start(file)) {
        labels.send("first", sent.subList(sent.size() / 2, sent.size()));
        feed.send("first", fashion.encoded("first", FIRST, END));
        List<Prediction> answers = List.copyOf(predictions.await(END, job));
        refused.await(2, job);
        // Labels and samples come by different topics: further windows tell the labels left over.
        int end = END;
        while (labelled(reports.await((end / WINDOW), job)) < labelled.size()) {
          feed.send("first", fashion.encoded("first", end, end + WINDOW));
          end += WINDOW;
          assertThat(end)
              .as("reports tell %d labels, seed %d", labelled.size(), seed)
              .isLessThan(END + 50 * WINDOW);
        }
        List<DriftReport> found = List.copyOf(reports.await(end / WINDOW, job));
        assertThat(job.stop()).as(job.logTail()).isZero();

        Map<String, Prediction> bySample = new HashMap<>();
        answers.forEach(answer -> bySample.put(answer.getSampleId(), answer));
        long right =
            labelled.stream().filter(id -> bySample.get(id).getLabel() == truth.get(id)).count();
        long sourceRight =
            labelled.stream()
                .filter(id -> bySample.get(id).getSourceLabel().equals(truth.get(id)))
                .count();
        assertThat(labelled(found)).isEqualTo(labelled.size());
        assertThat(sum(found, LiveAccuracy::getAccuracy)).isCloseTo((double) right, within(1e-6));
        assertThat(sum(found, LiveAccuracy::getSourceAccuracy))
            .isCloseTo((double) sourceRight, within(1e-6));
      }
    }
  }

  /** Labels say of every answer that the source model's is right; no other guard acts. */
  @Test
  void labelsLetTheSourceModelAnswer() throws Exception {
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(1);
    JobFile file =
        new JobFile(directory, fashion.model(), topics)
            .set("recipe", "ema-bn")
            .set(
                "set",
                "{guards: {accuracy: {action: 'off'}, order: {action: 'off'}, disagreement: {action: 'off'},"
                    + " diversity: {action: 'off'}, live-accuracy: {threshold: 0, window: 256}}}");
    try (Feed feed = new Feed(topics.samples());
        Feed labels = new Feed(topics.labels());
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder());
        TopicReader<AuditEvent> audit =
            TopicReader.committed(
                topics.audit(), MessageDecoder.of(WireFormat.AVRO, AuditEvent.class));
        JobProcess job = JobProcess.start(file)) {
      feed.send("first", fashion.encoded("first", 0, FIRST));
      List<byte[]> sent = new ArrayList<>();
      for (Prediction answer : predictions.await(FIRST, job)) {
        sent.add(label(answer.getSampleId(), answer.getSourceLabel()));
      }
      labels.send("first", sent);
      // Labels and samples come by different topics: the batch that is judged may be a later one.
      int end = FIRST;
      while (audit.readToEnd().isEmpty()) {
        feed.send("first", fashion.encoded("first", end, end + WINDOW));
        end += WINDOW;
        predictions.await(end, job);
        assertThat(end).as("no guard acts").isLessThan(FIRST + 50 * WINDOW);
      }
      AuditEvent event = audit.messages().get(0);
      assertThat(event.getAction()).isEqualTo("fall-back");
      assertThat(event.getCause()).isEqualTo("live-accuracy");
      assertThat(event.getFigures().get("value")).isNegative();
      assertThat(job.stop()).as(job.logTail()).isZero();
      assertThat(predictions.readToEnd())
          .filteredOn(
              answer ->
                  Long.parseLong(answer.getSampleId()) / JobFile.BATCH_SIZE == event.getBatch())
          .hasSize(JobFile.BATCH_SIZE)
          .allSatisfy(answer -> assertThat(answer.getLabel()).isEqualTo(answer.getSourceLabel()));
    }
  }

  /** Labels made up at random: what matters is that they meet the right answers. */
  private Map<String, Integer> truth() {
    Map<String, Integer> truth = new HashMap<>();
    for (int i = 0; i < END; i++) {
      truth.put(Integer.toString(i), random.nextInt(10));
    }
    return truth;
  }

  private static byte[] label(String sampleId, int label) {
    Label record = new Label();
    record.setStreamId("first");
    record.setSampleId(sampleId);
    record.setLabel(label);
    return MessageEncoder.of(WireFormat.AVRO, Label.class).encode(record);
  }

  private static long labelled(List<DriftReport> reports) {
    return reports.stream()
        .filter(report -> report.getLiveAccuracy() != null)
        .mapToLong(report -> report.getLiveAccuracy().getLabelled())
        .sum();
  }

  private static double sum(List<DriftReport> reports, ToDoubleFunction<LiveAccuracy> share) {
    return reports.stream()
        .filter(report -> report.getLiveAccuracy() != null)
        .mapToDouble(
            report ->
                share.applyAsDouble(report.getLiveAccuracy())
                    * report.getLiveAccuracy().getLabelled())
        .sum();
  }
}
