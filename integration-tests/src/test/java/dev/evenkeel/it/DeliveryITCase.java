package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.v1.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What consumers may rely on under either guarantee. */
class DeliveryITCase {
  private static final int END = 4 * JobFile.BATCH_SIZE;

  @TempDir private Path directory;

  /** At-least-once does not wait for a checkpoint: the only one would come in a day. */
  @ParameterizedTest
  @CsvSource({"exactly-once, 500ms", "at-least-once, 24h"})
  void keepsStreamsApartAndEachInOrder(String delivery, String interval) throws Exception {
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(2);
    JobFile file =
        new JobFile(directory, fashion.model(), topics)
            .set("delivery", delivery)
            .set("parallelism", "2")
            .set("checkpoints", "{directory: checkpoints, interval: %s}".formatted(interval));
    try (Feed feed = new Feed(topics.samples());
        JobProcess job = JobProcess.start(file);
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      // The second stream shows other images, offset by END.
      for (int position = 0; position < END; position++) {
        feed.send("first", fashion.encoded("first", position, position + 1));
        feed.send("second", fashion.encoded("second", END + position, END + position + 1));
      }
      predictions.await(2 * END, job);
      assertThat(job.stop()).as(job.logTail()).isZero();

      List<Prediction> answers = predictions.readToEnd();
      assertThat(answers).hasSize(2 * END);
      assertThat(partitionsOf("first", predictions)).hasSize(1);
      assertThat(partitionsOf("second", predictions)).hasSize(1);
      Predictions.assertEachOnceInOrder(Predictions.of("first", answers), END);
      Predictions.assertSameAnswers(Predictions.of("first", answers), alone(fashion, delivery));
    }
  }

  /** The stream {@code first} with nothing beside it. */
  private List<Prediction> alone(Fashion fashion, String delivery) throws Exception {
    Topics topics = TestBroker.newTopics(1);
    Path workplace = Files.createDirectories(directory.resolve("alone"));
    JobFile file = new JobFile(workplace, fashion.model(), topics).set("delivery", delivery);
    try (Feed feed = new Feed(topics.samples());
        JobProcess job = JobProcess.start(file);
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      feed.send("first", fashion.encoded("first", 0, END));
      return List.copyOf(predictions.await(END, job));
    }
  }

  private static List<Integer> partitionsOf(String stream, TopicReader<Prediction> reader) {
    List<Prediction> messages = reader.messages();
    List<ConsumerRecord<byte[], byte[]>> records = reader.records();
    return IntStream.range(0, messages.size())
        .filter(i -> messages.get(i).getStreamId().equals(stream))
        .mapToObj(i -> records.get(i).partition())
        .distinct()
        .toList();
  }
}
