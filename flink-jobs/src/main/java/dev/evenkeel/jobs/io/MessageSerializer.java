package dev.evenkeel.jobs.io;

import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Outgoing messages between operators, where those are not chained: length and Avro binary. They
 * are never part of a checkpoint. Nobody changes a message after it was emitted.
 */
abstract class MessageSerializer<T extends SpecificRecord> extends VersionedSerializer<T> {
  private final Class<T> type;
  private transient MessageEncoder<T> encoder;
  private transient MessageDecoder<T> decoder;

  MessageSerializer(Class<T> type) {
    this.type = type;
  }

  /** Codecs keep buffers, so each thread needs its own. */
  @Override
  public abstract TypeSerializer<T> duplicate();

  @Override
  public void serialize(T message, DataOutputView target) throws IOException {
    if (encoder == null) {
      encoder = MessageEncoder.of(WireFormat.AVRO, type);
    }
    byte[] bytes = encoder.encode(message);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  @Override
  public T deserialize(DataInputView source) throws IOException {
    if (decoder == null) {
      decoder = MessageDecoder.of(WireFormat.AVRO, type);
    }
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return decoder.decode(bytes);
  }
}
