package dev.evenkeel.it;

import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The bundled classifier and its images, as samples. */
final class Fashion {
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final FashionData data;

  Fashion(Path directory) {
    try {
      data = FashionData.unpack(Files.createDirectories(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path model() {
    return data.model();
  }

  List<Integer> shape() {
    return List.of(1, data.height(), data.width());
  }

  /** Number of images; positions beyond begin with the first again. */
  int size() {
    return data.size();
  }

  /** The image that a position in a stream shows. */
  byte[] pixels(int position) {
    return data.pixels(position % data.size());
  }

  /** A sample of 8-bit pixels; its identifier is the position. */
  Sample sample(String stream, int position) {
    return sample(stream, position, DataType.UINT8, shape(), ByteBuffer.wrap(pixels(position)));
  }

  /** The same sample as float32, with one element replaced. */
  Sample floatSample(String stream, int position, float replacement) {
    byte[] pixels = pixels(position);
    ByteBuffer floats =
        ByteBuffer.allocate(pixels.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (byte pixel : pixels) {
      floats.putFloat(Byte.toUnsignedInt(pixel) / 255f);
    }
    floats.putFloat(Float.BYTES * (pixels.length / 2), replacement).rewind();
    return sample(stream, position, DataType.FLOAT32, shape(), floats);
  }

  Sample sample(
      String stream, int position, DataType type, List<Integer> shape, ByteBuffer payload) {
    return Sample.newBuilder()
        .setStreamId(stream)
        .setSampleId(Integer.toString(position))
        .setEventTime(EPOCH.plusMillis(position))
        .setDtype(type)
        .setShape(new ArrayList<>(shape))
        .setData(payload)
        .setAttributes(Map.of())
        .build();
  }

  /** Encoded samples at positions {@code [from, to)} of a stream. */
  List<byte[]> encoded(String stream, int from, int to) {
    MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
    return IntStream.range(from, to)
        .mapToObj(position -> encoder.encode(sample(stream, position)))
        .toList();
  }
}
