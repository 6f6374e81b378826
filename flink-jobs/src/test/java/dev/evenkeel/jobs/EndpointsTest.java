package dev.evenkeel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EndpointsTest {
  @Test
  void noCommandIsReadWhereTheJobFileSaysSo() {
    assertThat(endpoints("").control()).isPresent();
    assertThat(endpoints("control: {enabled: false}\n").control()).isEmpty();
  }

  private static Endpoints endpoints(String settings) {
    String file =
        "model: m.onnx\nrecipe: ema-bn\nkafka: {bootstrap-servers: 'localhost:9092'}\n" + settings;
    return Endpoints.onKafka(
        JobConfig.parse(file, Path.of(""), new Secrets(name -> null)), Instant.EPOCH);
  }
}
