package dev.evenkeel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.v1.Prediction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the headers of a prediction tell of where it comes from. */
class ProvenanceITCase {
  private static final int BATCH = JobFile.BATCH_SIZE;

  @TempDir private Path directory;

  @Test
  void predictionsNameModelStepAndTraceAlsoThroughARestart() throws Exception {
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(1);
    JobFile file = new JobFile(directory, fashion.model(), topics);
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      List<byte[]> samples = fashion.encoded("s", 0, 2 * BATCH);
      try (JobProcess job = JobProcess.start(file)) {
        // One batch and a half: the traces of the half are in the savepoint.
        for (int i = 0; i < BATCH + BATCH / 2; i++) {
          feed.send("s", samples.get(i), trace(i));
        }
        predictions.await(BATCH, job);
        assertThat(job.stop()).as(job.logTail()).isZero();
      }
      feed.send("s", samples.subList(BATCH + BATCH / 2, 2 * BATCH));
      try (JobProcess job = JobProcess.start(file)) {
        predictions.await(2 * BATCH, job);
      }
      for (int i = 0; i < 2 * BATCH; i++) {
        Prediction prediction = predictions.messages().get(i);
        ConsumerRecord<byte[], byte[]> record = predictions.records().get(i);
        assertThat(header(record, "evenkeel-model-version"))
            .isEqualTo(prediction.getModelVersion())
            .startsWith("sha256:");
        assertThat(header(record, "evenkeel-adaptation-step"))
            .isEqualTo(Integer.toString(i / BATCH));
        boolean traced = i < BATCH + BATCH / 2;
        assertThat(header(record, "traceparent")).isEqualTo(traced ? parent(i) : null);
        assertThat(header(record, "tracestate")).isEqualTo(traced ? "vendor=" + i : null);
      }
    }
  }

  private static Map<String, String> trace(int i) {
    return Map.of("traceparent", parent(i), "tracestate", "vendor=" + i);
  }

  private static String parent(int i) {
    return "00-4bf92f3577b34da6a3ce929d0e0e4736-%016x-01".formatted(i + 1);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }
}
