package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.v1.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM stops the job with a savepoint in which a micro-batch is open; a new run goes on. */
class SavepointITCase {
  private static final String STREAM = "camera";
  private static final int END = 4 * JobFile.BATCH_SIZE;

  /** Two batches and a half. */
  private static final int STOP_AT = 5 * JobFile.BATCH_SIZE / 2;

  private static final int ANSWERED_AT_STOP = 2 * JobFile.BATCH_SIZE;

  @TempDir private Path directory;

  @Test
  void continuesAnOpenBatchAsIfItHadNeverStopped() throws Exception {
    Fashion fashion = new Fashion(directory);
    List<Prediction> stopped = run(fashion, "stopped", true);
    List<Prediction> undisturbed = run(fashion, "undisturbed", false);

    Predictions.assertEachOnceInOrder(stopped, END);
    Predictions.assertSameAnswers(stopped, undisturbed);
  }

  private List<Prediction> run(Fashion fashion, String name, boolean stop) throws Exception {
    Topics topics = TestBroker.newTopics(1);
    Path workplace = Files.createDirectories(directory.resolve(name));
    JobFile file = new JobFile(workplace, fashion.model(), topics);
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      feed.send(STREAM, fashion.encoded(STREAM, 0, STOP_AT));
      if (stop) {
        try (JobProcess job = JobProcess.start(file)) {
          predictions.await(ANSWERED_AT_STOP, job);
          assertThat(job.stop()).as(job.logTail()).isZero();
        }
        assertThat(predictions.readToEnd())
            .as("the open batch is kept, not answered")
            .hasSize(ANSWERED_AT_STOP);
      }
      feed.send(STREAM, fashion.encoded(STREAM, STOP_AT, END));
      try (JobProcess job = JobProcess.start(file)) {
        predictions.await(END, job);
        assertThat(job.stop()).as(job.logTail()).isZero();
      }
      return predictions.readToEnd();
    }
  }
}
