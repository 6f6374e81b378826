package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.AuditStatus;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands from the command line to a job on a real broker, also across a kill. */
class ControlITCase {
  private static final int BATCH = JobFile.BATCH_SIZE;
  private static final String LEFT = "left";
  private static final String RIGHT = "right";

  @TempDir private Path directory;

  private int position;

  @Test
  void aStreamStaysFrozenAcrossAKillUntilAllAreResumed() throws Exception {
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(1);
    CommandLine commands = new CommandLine(directory);
    Path key = Files.writeString(directory.resolve("control.key"), "correct horse battery staple");
    JobFile file =
        new JobFile(Files.createDirectories(directory.resolve("job")), fashion.model(), topics)
            .set("recipe", "ema-bn")
            .set("control", "{key-file: %s}".formatted(key));
    try (Feed feed = new Feed(topics.samples());
        Feed control = new Feed(topics.control());
        TopicReader<Prediction> answers =
            TopicReader.committed(topics.predictions(), Predictions.decoder());
        TopicReader<AuditEvent> audit =
            TopicReader.committed(
                topics.audit(), MessageDecoder.of(WireFormat.AVRO, AuditEvent.class))) {
      try (JobProcess job = JobProcess.start(file)) {
        feed(feed, fashion, 2);
        answers.await(2 * position, job);
        assertThat(
                commands.control(topics, "freeze", "--stream", LEFT, "--key-file", key.toString()))
            .contains("\"status\":\"APPLIED\"", "\"batch\":2");
        feed(feed, fashion, 1);
        answers.await(2 * position, job);
        job.kill();
      }
      try (JobProcess job = JobProcess.start(file)) {
        feed(feed, fashion, 1);
        answers.await(2 * position, job);
        control.send("", List.of("stop everything".getBytes(StandardCharsets.UTF_8)));
        assertThat(commands.control(topics, "resume", "--all", "--key-file", key.toString()))
            .contains("\"status\":\"APPLIED\"");
        feed(feed, fashion, 1);
        answers.await(2 * position, job);
        audit.await(5, job);
        assertThat(job.stop()).as(job.logTail()).isZero();
      }
      assertThat(outcomes(answers, LEFT))
          .containsExactly(
              Outcome.ADAPTED, Outcome.ADAPTED, Outcome.SKIPPED, Outcome.SKIPPED, Outcome.ADAPTED);
      assertThat(outcomes(answers, RIGHT)).hasSize(5).containsOnly(Outcome.ADAPTED);
      // Freeze; what was no command; resume for the job and for each stream.
      assertThat(audit.readToEnd())
          .extracting(AuditEvent::getStatus)
          .containsExactlyInAnyOrder(
              AuditStatus.APPLIED,
              AuditStatus.REFUSED,
              AuditStatus.APPLIED,
              AuditStatus.APPLIED,
              AuditStatus.APPLIED);
    }
  }

  /** More batches of both streams. */
  private void feed(Feed feed, Fashion fashion, int batches) throws Exception {
    int end = position + batches * BATCH;
    for (String stream : List.of(LEFT, RIGHT)) {
      feed.send(stream, fashion.encoded(stream, position, end));
    }
    position = end;
  }

  /** What became of each batch. */
  private static List<Outcome> outcomes(TopicReader<Prediction> answers, String stream) {
    return Predictions.of(stream, answers.messages()).stream()
        .filter(answer -> Integer.parseInt(answer.getSampleId()) % BATCH == 0)
        .map(Prediction::getOutcome)
        .toList();
  }
}
