package dev.evenkeel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotManifestTest {
  private static final SnapshotManifest MANIFEST =
      new SnapshotManifest(
          1,
          new Digest("0a".repeat(32)),
          71760,
          new Digest("0c".repeat(32)),
          new Digest("0b".repeat(32)),
          "unmix-tns",
          Map.of("normalization.components", "16"),
          -7,
          "00112233445566778899aabbccddeeff",
          "cameras",
          "camera-1",
          null,
          300,
          42,
          Map.of("samples", 4800.0, "movement-ratio", 0.25),
          Instant.parse("2026-01-02T03:04:05.678Z"));

  @Test
  void readsAndWritesTheFirstFormat() throws IOException {
    assertThat(SnapshotManifest.fromJson(stored(), "here")).isEqualTo(MANIFEST);
    assertThat(new String(MANIFEST.toJson(), StandardCharsets.UTF_8))
        .isEqualToIgnoringWhitespace(new String(stored(), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\" : 1 | \"format\" : 2 | format 2",
        "\"group\" : null | \"group\" : \"g\" | one of them",
        "\"recipe\" : \"unmix-tns\", | | recipe",
        "\"size_bytes\" : 71760 | \"size_bytes\" : -1 | size -1",
        "sha256:0b | sha256:xx | SHA-256",
        "\"seed\" : -7, | \"seed\" : -, | cannot be read",
      })
  void refusesWhatItWouldMisread(String part, String by, String message) throws IOException {
    String json = new String(stored(), StandardCharsets.UTF_8);
    assertThat(json).contains(part);
    byte[] changed = json.replace(part, by == null ? "" : by).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> SnapshotManifest.fromJson(changed, "refs/a"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("refs/a")
        .hasMessageContaining(message);
  }

  private static byte[] stored() throws IOException {
    try (InputStream file = SnapshotManifestTest.class.getResourceAsStream("/snapshot-v1.json")) {
      return file.readAllBytes();
    }
  }
}
