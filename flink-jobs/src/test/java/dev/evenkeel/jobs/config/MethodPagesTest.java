package dev.evenkeel.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MethodPagesTest {
  private static final Path FOLDER = Path.of("..", "docs", "methods");

  static List<String> presets() {
    return MethodPages.presets();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyMethodHasAPageWhoseDerivedPartIsUpToDate(String preset) throws IOException {
    Path file = FOLDER.resolve(preset + ".md");
    assertThat(file).exists();
    String page = Files.readString(file);
    if (Boolean.getBoolean("evenkeel.docs.update")) {
      page = MethodPages.renew(preset, page);
      Files.writeString(file, page);
    }
    assertThat(page)
        .as("%s; run this test with -Devenkeel.docs.update=true to renew it", file)
        .isEqualTo(MethodPages.renew(preset, page));
    assertThat(page).contains("When it helps");
  }
}
