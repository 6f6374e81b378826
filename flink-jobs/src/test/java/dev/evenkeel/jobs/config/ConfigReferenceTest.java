package dev.evenkeel.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void pageInTheRepositoryIsTheGeneratedOne() throws IOException {
    if (Boolean.getBoolean("evenkeel.docs.update")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, ConfigReference.markdown());
    }
    assertThat(Files.readString(PAGE))
        .as("docs/configuration.md; run this test with -Devenkeel.docs.update=true to renew it")
        .isEqualTo(ConfigReference.markdown());
  }
}
