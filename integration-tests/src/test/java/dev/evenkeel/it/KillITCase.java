package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.v1.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job's process is killed again and again, at moments when it has written answers that no
 * checkpoint covers, and run again. A careful consumer must see each sample answered exactly once,
 * with the answers of a run that nobody disturbed, which are those of {@code backtest}.
 */
class KillITCase {
  private static final String[] STREAMS = {"left", "right"};

  @TempDir private Path directory;

  @Test
  void losesAndRepeatsNothingWhenKilledTwice() throws Exception {
    killAndCompare(2, seed());
  }

  @Test
  @Tag("long")
  void losesAndRepeatsNothingWhenKilledManyTimes() throws Exception {
    killAndCompare(30, seed());
  }

  private static long seed() {
    return Long.getLong("evenkeel.seed", ThreadLocalRandom.current().nextLong());
  }

  private void killAndCompare(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(1);
    Path workplace = Files.createDirectories(directory.resolve("killed"));
    JobFile file = new JobFile(workplace, fashion.model(), topics);
    int count = 0;
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> written =
            TopicReader.uncommitted(topics.predictions(), Predictions.decoder());
        TopicReader<Prediction> visible =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      for (int kill = 0; kill < kills; kill++) {
        try (JobProcess job = JobProcess.start(file)) {
          // No multiple of the batch size: the kill finds batches open.
          int slice = 5 * JobFile.BATCH_SIZE + 1 + random.nextInt(10 * JobFile.BATCH_SIZE);
          send(feed, fashion, count, count + slice);
          count += slice;
          int soFar = written.readToEnd().size();
          written.await(soFar + 1 + random.nextInt(4 * JobFile.BATCH_SIZE), job);
          job.kill();
        }
      }
      int end = (count / JobFile.BATCH_SIZE + 2) * JobFile.BATCH_SIZE;
      send(feed, fashion, count, end);
      try (JobProcess job = JobProcess.start(file)) {
        visible.await(STREAMS.length * end, job);
        assertThat(job.stop()).as(job.logTail()).isZero();
      }
      List<Prediction> undisturbed = undisturbedRun(fashion, end);
      List<Prediction> answers = visible.readToEnd();
      BacktestAnswers offline = BacktestAnswers.of(directory, fashion, file.get("recipe"), end);
      for (String stream : STREAMS) {
        List<Prediction> ofStream = Predictions.of(stream, answers);
        assertThat(ofStream).as("seed %d, stream %s", seed, stream).hasSize(end);
        Predictions.assertEachOnceInOrder(ofStream, end);
        Predictions.assertSameAnswers(ofStream, Predictions.of(stream, undisturbed));
        offline.assertSame(ofStream);
      }
    }
  }

  private List<Prediction> undisturbedRun(Fashion fashion, int end) throws Exception {
    Topics topics = TestBroker.newTopics(1);
    Path workplace = Files.createDirectories(directory.resolve("undisturbed"));
    try (Feed feed = new Feed(topics.samples());
        JobProcess job = JobProcess.start(new JobFile(workplace, fashion.model(), topics));
        TopicReader<Prediction> visible =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      send(feed, fashion, 0, end);
      return visible.await(STREAMS.length * end, job);
    }
  }

  private static void send(Feed feed, Fashion fashion, int from, int to) throws Exception {
    for (int position = from; position < to; position++) {
      for (String stream : STREAMS) {
        feed.send(stream, fashion.encoded(stream, position, position + 1));
      }
    }
  }
}
