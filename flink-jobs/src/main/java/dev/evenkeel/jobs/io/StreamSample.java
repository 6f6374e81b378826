package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.DataType;
import java.nio.ByteBuffer;

/**
 * A sample that fits the model, on its way to a batch.
 *
 * @param streamId the stream whose state answers it
 * @param sampleId identifies it inside its stream
 * @param eventTime milliseconds since 1970-01-01T00:00:00Z
 * @param dtype element type of the payload
 * @param payload elements, little-endian and row-major, in a heap buffer that nobody changes
 */
public record StreamSample(
    String streamId, String sampleId, long eventTime, DataType dtype, ByteBuffer payload) {}
