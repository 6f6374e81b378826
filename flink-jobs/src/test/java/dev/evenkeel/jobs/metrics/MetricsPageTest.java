package dev.evenkeel.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");

  @Test
  void pageInTheRepositoryIsTheGeneratedOne() throws IOException {
    if (Boolean.getBoolean("evenkeel.docs.update")) {
      Files.writeString(PAGE, MetricsPage.markdown());
    }
    assertThat(Files.readString(PAGE))
        .as("docs/metrics.md; run this test with -Devenkeel.docs.update=true to renew it")
        .isEqualTo(MetricsPage.markdown());
  }
}
