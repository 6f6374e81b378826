package dev.evenkeel.jobs.io;

import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.v1.DataType;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A sample that fits the model, on its way to a batch.
 *
 * @param streamId the stream that it belongs to
 * @param sampleId identifies it inside its stream
 * @param eventTime milliseconds since 1970-01-01T00:00:00Z
 * @param recordTime timestamp of its record in Kafka, in the same unit; {@link #UNKNOWN_TIME} where
 *     nobody knows
 * @param dtype element type of the payload
 * @param payload elements, little-endian and row-major, in a heap buffer that nobody changes
 * @param attributes those that the job reads, by name, and its trace if it belongs to one
 */
public record StreamSample(
    String streamId,
    String sampleId,
    long eventTime,
    long recordTime,
    DataType dtype,
    ByteBuffer payload,
    Map<String, String> attributes)
    implements StreamInput {
  /** Later than every clock, so that nothing seems to have waited since then. */
  public static final long UNKNOWN_TIME = Long.MAX_VALUE;

  public StreamSample {
    attributes = Map.copyOf(attributes);
  }

  /** Adds its elements to a batch. */
  public void addTo(SampleBatch batch) {
    switch (dtype) {
      case FLOAT32 -> batch.addFloat32(payload);
      case UINT8 -> batch.addUint8(payload);
    }
  }
}
