package dev.evenkeel.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Sample;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private final Sample sample = Messages.sample();

  @Test
  void acceptsAWholeSample() {
    assertThatCode(() -> Samples.check(sample)).doesNotThrowAnyException();
  }

  @Test
  void acceptsAScalarAndAClaimCheck() {
    sample.setShape(List.of());
    sample.setData(ByteBuffer.allocate(4));
    assertThatCode(() -> Samples.check(sample)).doesNotThrowAnyException();
    sample.setData(ByteBuffer.allocate(0));
    sample.setDataUri("s3://bucket/key");
    assertThatCode(() -> Samples.check(sample)).doesNotThrowAnyException();
  }

  @Test
  void refusesEmptyIdentifiers() {
    sample.setSampleId("");
    refused(RejectionReason.INVALID_SAMPLE, "sample_id");
    sample.setStreamId("");
    refused(RejectionReason.INVALID_SAMPLE, "stream_id");
  }

  @Test
  void refusesShapesThatAreNone() {
    sample.setShape(List.of(4, 0));
    refused(RejectionReason.INVALID_SAMPLE, "[4, 0]");
    sample.setShape(List.of(-4, -1));
    refused(RejectionReason.INVALID_SAMPLE, "[-4, -1]");
    sample.setShape(Collections.nCopies(17, 1));
    refused(RejectionReason.INVALID_SAMPLE, "17 dimensions");
  }

  @Test
  void refusesPayloadThatDoesNotFitTheShape() {
    sample.setShape(List.of(5));
    refused(RejectionReason.WRONG_LENGTH, "data has 16 bytes, shape [5] of FLOAT32 needs 20");
    sample.setData(ByteBuffer.allocate(0));
    refused(RejectionReason.WRONG_LENGTH, "data has 0 bytes");
  }

  @Test
  void refusesAbsurdSizesWithoutAllocating() {
    sample.setShape(List.of(1_000_000_000));
    refused(RejectionReason.TOO_LARGE, "1000000000");
    sample.setDtype(DataType.UINT8);
    refused(RejectionReason.WRONG_LENGTH, "needs 1000000000");
    sample.setShape(Collections.nCopies(16, Integer.MAX_VALUE));
    refused(RejectionReason.TOO_LARGE, "needs more than");
    // 2^64 elements: 0 in wrapping arithmetic.
    sample.setShape(List.of(1 << 16, 1 << 16, 1 << 16, 1 << 16));
    sample.setData(ByteBuffer.allocate(0));
    refused(RejectionReason.TOO_LARGE, "needs more than");
  }

  @Test
  void refusesTwoPayloads() {
    sample.setDataUri("s3://bucket/key");
    refused(RejectionReason.INVALID_SAMPLE, "both set");
    sample.setDataUri("");
    refused(RejectionReason.INVALID_SAMPLE, "data_uri is empty");
  }

  @Test
  void decodersOfSamplesCheckThem() {
    sample.setShape(List.of(5));
    for (WireFormat format : List.of(WireFormat.AVRO, WireFormat.JSON)) {
      byte[] value = CompatibilityTest.encode(format, sample);
      assertThat(
              catchThrowableOfType(
                  DecodeException.class, () -> MessageDecoder.ofSamples(format).decode(value)))
          .extracting(DecodeException::reason)
          .isEqualTo(RejectionReason.WRONG_LENGTH);
    }
  }

  private void refused(RejectionReason reason, String detail) {
    DecodeException refusal =
        catchThrowableOfType(DecodeException.class, () -> Samples.check(sample));
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.detail()).contains(detail);
  }
}
