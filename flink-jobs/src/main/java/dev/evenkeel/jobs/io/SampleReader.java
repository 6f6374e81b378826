package dev.evenkeel.jobs.io;

import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.v1.Sample;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** From records to samples that fit the model, in two steps: all but the payload, and the rest. */
public final class SampleReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Wire wire;
  private final InputSpec input;
  private final Set<String> attributes;
  private transient MessageDecoder<Sample> decoder;

  /**
   * @param attributes names of the attributes that the job reads; others are dropped
   */
  public SampleReader(Wire wire, InputSpec input, Set<String> attributes) {
    this.wire = wire;
    this.input = input;
    this.attributes = new TreeSet<>(attributes);
  }

  /** Before the first sample; a reader belongs to one thread. */
  void open() {
    decoder = MessageDecoder.checked(wire.decoder(Sample.class));
  }

  /** A sample that fits the model but for the elements of its payload, which may lie elsewhere. */
  Sample read(RawRecord record) throws DecodeException {
    Sample sample = decoder.decode(record.value());
    input.checkForm(sample);
    return sample;
  }

  /** The sample on its way to a batch, with its payload in it; for any thread. */
  StreamSample finish(Sample sample, RawRecord record) throws DecodeException {
    InputSpec.checkValues(sample);
    return new StreamSample(
        sample.getStreamId(),
        sample.getSampleId(),
        sample.getEventTime().toEpochMilli(),
        record.timestamp(),
        sample.getDtype(),
        sample.getData(),
        attributesOf(sample, record.trace()));
  }

  /** With the trace, of the record's headers or else of the sample's own attributes. */
  private Map<String, String> attributesOf(Sample sample, TraceContext trace) {
    TraceContext known = trace.isNone() ? TraceContext.of(sample.getAttributes()) : trace;
    if (known.isNone() && attributes.isEmpty()) {
      return Map.of();
    }
    Map<String, String> read = new HashMap<>();
    known.addTo(read);
    for (String name : attributes) {
      String value = sample.getAttributes().get(name);
      if (value != null) {
        read.put(name, value);
      }
    }
    return read;
  }
}
