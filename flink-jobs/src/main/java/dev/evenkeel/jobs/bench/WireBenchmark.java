package dev.evenkeel.jobs.bench;

import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.SchemaRegistry;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;

/** Encoding and decoding a sample, against Avro's general reader on the same bytes. */
final class WireBenchmark implements Benchmark {
  @Override
  public String name() {
    return "wire";
  }

  @Override
  public List<BenchRow> run(BenchOptions options, FashionData data) {
    Sample sample = sample(data, "bench", 0);
    MessageEncoder<Sample> avroEncoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
    MessageEncoder<Sample> jsonEncoder = MessageEncoder.of(WireFormat.JSON, Sample.class);
    MessageDecoder<Sample> avroDecoder = MessageDecoder.ofSamples(WireFormat.AVRO);
    MessageDecoder<Sample> jsonDecoder = MessageDecoder.ofSamples(WireFormat.JSON);
    SchemaRegistry registry = new OneSchema();
    MessageEncoder<Sample> confluentEncoder =
        MessageEncoder.confluent(Sample.class, "samples-value", registry);
    MessageDecoder<Sample> confluentDecoder =
        MessageDecoder.checked(MessageDecoder.confluent(Sample.class, registry));
    byte[] avro = avroEncoder.encode(sample);
    byte[] confluent = confluentEncoder.encode(sample);
    byte[] json = jsonEncoder.encode(sample);
    SpecificDatumReader<Sample> general = new SpecificDatumReader<>(Sample.class);
    List<InterleavedTiming.Work> works =
        List.of(
            new InterleavedTiming.Work("avro decode, Avro's reader", () -> read(general, avro)),
            new InterleavedTiming.Work("avro decode", () -> decode(avroDecoder, avro)),
            new InterleavedTiming.Work("avro encode", () -> avroEncoder.encode(sample)),
            new InterleavedTiming.Work(
                "confluent decode", () -> decode(confluentDecoder, confluent)),
            new InterleavedTiming.Work("confluent encode", () -> confluentEncoder.encode(sample)),
            new InterleavedTiming.Work("json decode", () -> decode(jsonDecoder, json)),
            new InterleavedTiming.Work("json encode", () -> jsonEncoder.encode(sample)));
    return options.timing().run(works, System::nanoTime).stream()
        .map(timing -> BenchRow.of(name(), 1, works.get(0).name(), timing))
        .toList();
  }

  /** A registry without a network, which knows the last schema that it was given. */
  private static final class OneSchema implements SchemaRegistry {
    private String known;

    @Override
    public String schema(int id) {
      return known;
    }

    @Override
    public int id(String subject, String schema) {
      known = schema;
      return 1;
    }
  }

  static Sample sample(FashionData data, String stream, int position) {
    return new Sample(
        stream,
        Integer.toString(position),
        Instant.ofEpochMilli(position),
        DataType.UINT8,
        List.of(1, data.height(), data.width()),
        ByteBuffer.wrap(data.pixels(position % data.size())),
        null,
        Map.of());
  }

  private static void read(SpecificDatumReader<Sample> reader, byte[] bytes) {
    try {
      reader.read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void decode(MessageDecoder<Sample> decoder, byte[] bytes) {
    try {
      decoder.decode(bytes);
    } catch (DecodeException e) {
      throw new IllegalStateException("A sample made here was refused", e);
    }
  }
}
