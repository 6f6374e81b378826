package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Prediction;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the job reports about a stream is what a reader of its predictions computes. */
class DriftITCase {
  private static final int WINDOW = 48;
  private static final int END = 160;

  @TempDir Path directory;

  @Test
  void reportsWhatThePredictionsSay() throws Exception {
    Fashion fashion = new Fashion(directory);
    Topics topics = TestBroker.newTopics(2);
    JobFile file =
        new JobFile(directory, fashion.model(), topics)
            .set("drift", "{window: %d}".formatted(WINDOW));
    try (Feed feed = new Feed(topics.samples());
        JobProcess job = JobProcess.start(file);
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder());
        TopicReader<DriftReport> reports =
            TopicReader.committed(
                topics.drift(), MessageDecoder.of(WireFormat.AVRO, DriftReport.class))) {
      feed.send("first", fashion.encoded("first", 0, END));
      List<Prediction> answers = List.copyOf(predictions.await(END, job));
      List<DriftReport> found = List.copyOf(reports.await(END / WINDOW, job));
      assertThat(job.stop()).as(job.logTail()).isZero();
      for (int i = 0; i < found.size(); i++) {
        List<Prediction> window = answers.subList(i * WINDOW, (i + 1) * WINDOW);
        assertThat(found.get(i).getStreamId()).isEqualTo("first");
        assertThat(found.get(i).getSamples()).isEqualTo(WINDOW);
        assertThat(found.get(i).getEmitted().getMeanEntropy())
            .isCloseTo(
                window.stream().mapToDouble(Prediction::getEntropy).average().orElseThrow(),
                within(1e-6));
        for (int label = 0; label < 10; label++) {
          int predicted = label;
          assertThat(found.get(i).getEmitted().getClassCounts().get(label))
              .isEqualTo(window.stream().filter(p -> p.getLabel() == predicted).count());
        }
        assertThat(found.get(i).getEstimatedAccuracy().getAgreement())
            .isEqualTo(
                window.stream().filter(p -> p.getSourceLabel() == p.getLabel()).count()
                    / (double) WINDOW);
      }
    }
  }
}
