package dev.evenkeel.it.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every job file of a container has to say, since Prometheus is in another one. */
class JobFilesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker/demo-job.yaml",
        "kubernetes/base/job.yaml",
        "kubernetes/overlays/dev/job.yaml",
        "kubernetes/overlays/gpu/job.yaml"
      })
  void servesItsMetricsToTheNetworkOnThePortThatIsScraped(String file) {
    JsonNode metrics = Checkout.yaml("deploy/" + file).path("metrics");
    assertThat(metrics.path("port").asInt()).isEqualTo(9250);
    assertThat(metrics.path("host").asText()).isEqualTo("0.0.0.0");
  }
}
