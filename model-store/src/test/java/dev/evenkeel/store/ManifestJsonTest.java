package dev.evenkeel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestJsonTest {
  private static final Manifest MANIFEST =
      new Manifest(
          1,
          "fashion",
          3,
          new Digest("0b".repeat(32)),
          1234,
          Instant.parse("2026-01-02T03:04:05.678Z"),
          ModelStoreTest.draft());

  @Test
  void roundTrips() throws IOException {
    assertThat(ManifestJson.read(ManifestJson.write(MANIFEST), "here")).isEqualTo(MANIFEST);
  }

  @Test
  void readsTheManifestOfFormatOne() throws IOException {
    assertThat(ManifestJson.read(stored("manifest-v1.json"), "here")).isEqualTo(MANIFEST);
  }

  @Test
  void writesTheManifestOfFormatOne() throws IOException {
    assertThat(new String(ManifestJson.write(MANIFEST), StandardCharsets.UTF_8))
        .isEqualToIgnoringWhitespace(
            new String(stored("manifest-v1.json"), StandardCharsets.UTF_8));
  }

  @Test
  void leavesUnknownFieldsAloneAndFillsInOptionalOnes() throws IOException {
    Manifest manifest = ManifestJson.read(stored("manifest-v1-minimal.json"), "here");
    assertThat(manifest.name()).isEqualTo("fashion");
    assertThat(manifest.model().classNames()).isEqualTo(List.of());
    assertThat(manifest.model().preprocessing()).isEqualTo(Preprocessing.NONE);
    assertThat(manifest.model().parent()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\" : 1 | \"format\" : 2 | format 2",
        "\"version\" : 3, | \"colour\" : 3, | version",
        "\"classes\" : 2 | \"classes\" : 3 | 2 class names for 3 classes",
        "\"name\" : \"fashion\" | \"name\" : \"../x\" | model name",
        "sha256:0b | sha256:xx | SHA-256",
      })
  void refusesWhatItWouldMisread(String part, String by, String message) throws IOException {
    String json = new String(ManifestJson.write(MANIFEST), StandardCharsets.UTF_8);
    assertThat(json).contains(part);
    byte[] changed = json.replace(part, by).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ManifestJson.read(changed, "models/fashion/versions/3"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("models/fashion/versions/3")
        .hasMessageContaining(message);
  }

  private static byte[] stored(String name) throws IOException {
    try (InputStream file = ManifestJsonTest.class.getResourceAsStream("/" + name)) {
      return file.readAllBytes();
    }
  }
}
