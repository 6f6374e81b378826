package dev.evenkeel.schemas;

import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Sample;

/** What a sample must hold by itself, whatever the model. */
public final class Samples {
  /** Most dimensions of one sample. */
  public static final int MAX_RANK = 16;

  /** Most bytes of one payload: what one Java array or Kafka record can hold. */
  public static final long MAX_PAYLOAD_BYTES = Integer.MAX_VALUE;

  private Samples() {}

  /** Bytes of one element. */
  public static int elementBytes(DataType type) {
    return switch (type) {
      case FLOAT32 -> Float.BYTES;
      case UINT8 -> 1;
    };
  }

  /**
   * Refuses a sample that contradicts itself. Allocates nothing, so no shape is too absurd to ask.
   *
   * @throws DecodeException with {@link RejectionReason#INVALID_SAMPLE}, {@link
   *     RejectionReason#TOO_LARGE} or {@link RejectionReason#WRONG_LENGTH}
   */
  public static void check(Sample sample) throws DecodeException {
    if (sample.getStreamId().isEmpty()) {
      throw invalid("stream_id is empty; name the stream");
    }
    if (sample.getSampleId().isEmpty()) {
      throw invalid("sample_id is empty; name the sample");
    }
    int rank = sample.getShape().size();
    if (rank > MAX_RANK) {
      throw invalid("shape has %d dimensions, at most %d fit".formatted(rank, MAX_RANK));
    }
    for (int size : sample.getShape()) {
      if (size < 1) {
        throw invalid("shape is %s; each entry must be at least 1".formatted(sample.getShape()));
      }
    }
    checkPayload(sample);
  }

  private static void checkPayload(Sample sample) throws DecodeException {
    long expected = payloadBytes(sample);
    long found = sample.getData().remaining();
    String uri = sample.getDataUri();
    if (uri != null) {
      if (uri.isEmpty()) {
        throw invalid("data_uri is empty; leave it null when data has the payload");
      }
      if (found != 0) {
        throw invalid("data (%d bytes) and data_uri are both set; set one".formatted(found));
      }
    } else if (found != expected) {
      throw new DecodeException(
          RejectionReason.WRONG_LENGTH,
          "data has %d bytes, shape %s of %s needs %d"
              .formatted(found, sample.getShape(), sample.getDtype(), expected));
    }
  }

  /**
   * Bytes that the shape and type of a sample need. Refused as soon as the product passes the
   * limit, so it cannot overflow.
   */
  public static long payloadBytes(Sample sample) throws DecodeException {
    long bytes = elementBytes(sample.getDtype());
    for (int size : sample.getShape()) {
      bytes *= size;
      if (bytes > MAX_PAYLOAD_BYTES) {
        throw new DecodeException(
            RejectionReason.TOO_LARGE,
            "shape %s of %s needs more than %d bytes"
                .formatted(sample.getShape(), sample.getDtype(), MAX_PAYLOAD_BYTES));
      }
    }
    return bytes;
  }

  private static DecodeException invalid(String detail) {
    return new DecodeException(RejectionReason.INVALID_SAMPLE, detail);
  }
}
