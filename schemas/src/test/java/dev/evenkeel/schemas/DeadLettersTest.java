package dev.evenkeel.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.v1.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final RecordOrigin ORIGIN = new RecordOrigin("evenkeel.samples", 1, 2);

  @Test
  void keepsSmallRecordsWhole() {
    DeadLetter letter = letter("abc".getBytes(StandardCharsets.UTF_8), null);
    assertThat(letter.getReason()).isEqualTo("malformed");
    assertThat(letter.getKey()).isNull();
    assertThat(letter.getOriginalLength()).isEqualTo(3);
    // SHA-256 of "abc", FIPS 180-4 example.
    assertThat(HexFormat.of().formatHex(letter.getOriginalSha256().array()))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void keepsTheHeadOfLargeRecords() throws DecodeException {
    byte[] value = new byte[300_000];
    byte[] key = new byte[5000];
    new Random(1).nextBytes(value);
    DeadLetter letter = letter(value, key);
    byte[] encoded = CompatibilityTest.encode(WireFormat.AVRO, letter);
    letter = (DeadLetter) CompatibilityTest.decode(WireFormat.AVRO, letter, encoded);
    assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(Arrays.copyOf(value, 262_144)));
    assertThat(letter.getKey().remaining()).isEqualTo(1024);
    assertThat(letter.getOriginalLength()).isEqualTo(300_000);
  }

  @Test
  void recordsATombstoneAsNothing() {
    DeadLetter letter = letter(null, new byte[] {1});
    assertThat(letter.getOriginal().remaining()).isZero();
    assertThat(letter.getOriginalLength()).isZero();
  }

  @Test
  void reasonNamesAreStable() {
    assertThat(Stream.of(RejectionReason.values()).map(RejectionReason::label))
        .containsExactly(
            "empty-value",
            "truncated",
            "trailing-bytes",
            "malformed",
            "unknown-schema",
            "incompatible-schema",
            "unknown-field",
            "missing-field",
            "invalid-sample",
            "invalid-label",
            "wrong-shape",
            "wrong-dtype",
            "wrong-length",
            "too-large",
            "non-finite",
            "payload-unavailable",
            "payload-refused")
        .allSatisfy(name -> assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT)));
  }

  private static DeadLetter letter(byte[] value, byte[] key) {
    return DeadLetters.of(
        RejectionReason.MALFORMED, "detail", ORIGIN, key, value, Instant.ofEpochMilli(3));
  }
}
