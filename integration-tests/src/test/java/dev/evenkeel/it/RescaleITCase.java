package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.v1.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job is stopped and goes on with another parallelism: every stream keeps what it learned. */
class RescaleITCase {
  private static final int PARTITIONS = 4;
  private static final List<String> STREAMS =
      IntStream.range(0, 8).mapToObj(i -> "camera-" + i).toList();

  /** A run of the job until each stream is answered up to some position. */
  private record Slice(int parallelism, int end) {}

  @TempDir private Path directory;

  /** In RocksDB; the run that it is compared with stays in one piece, and on the heap. */
  @Test
  void oneInstanceBecomesFourAndThenTwo() throws Exception {
    Fashion fashion = new Fashion(directory);
    int end = 6 * JobFile.BATCH_SIZE;
    List<Slice> slices =
        List.of(
            new Slice(1, 5 * JobFile.BATCH_SIZE / 2),
            new Slice(4, 9 * JobFile.BATCH_SIZE / 2),
            new Slice(2, end));
    List<Prediction> rescaled = run(fashion, "rescaled", "rocksdb", slices);
    List<Prediction> steady = run(fashion, "steady", "heap", List.of(new Slice(1, end)));
    for (String stream : STREAMS) {
      List<Prediction> answers = Predictions.of(stream, rescaled);
      Predictions.assertEachOnceInOrder(answers, end);
      Predictions.assertSameAnswers(answers, Predictions.of(stream, steady));
    }
  }

  private List<Prediction> run(Fashion fashion, String name, String backend, List<Slice> slices)
      throws Exception {
    Topics topics = TestBroker.newTopics(PARTITIONS);
    Path workplace = Files.createDirectories(directory.resolve(name));
    JobFile file =
        new JobFile(workplace, fashion.model(), topics)
            .set("batch", "{mode: deterministic, max-size: 16, max-delay: 1h}")
            .set("state", "{backend: %s}".formatted(backend));
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      int from = 0;
      for (Slice slice : slices) {
        for (String stream : STREAMS) {
          feed.send(stream, fashion.encoded(stream, from, slice.end()));
        }
        from = slice.end();
        int answered = from / JobFile.BATCH_SIZE * JobFile.BATCH_SIZE;
        file.set("parallelism", Integer.toString(slice.parallelism()));
        try (JobProcess job = JobProcess.start(file)) {
          predictions.await(STREAMS.size() * answered, job);
          assertThat(job.stop()).as(job.logTail()).isZero();
        }
      }
      return predictions.readToEnd();
    }
  }
}
