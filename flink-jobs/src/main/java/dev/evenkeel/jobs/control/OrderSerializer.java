package dev.evenkeel.jobs.control;

import dev.evenkeel.jobs.io.ControlCommandSerializer;
import dev.evenkeel.jobs.io.HandWrittenType;
import dev.evenkeel.jobs.io.VersionedSerializer;
import dev.evenkeel.jobs.io.VersionedSnapshot;
import dev.evenkeel.v1.ControlCommand;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Version 1: the command, what serves with its length (0 for nothing), a flag for the snapshot and
 * its fields. Never part of a checkpoint.
 */
public final class OrderSerializer extends VersionedSerializer<Order> {
  private static final BytePrimitiveArraySerializer BYTES = BytePrimitiveArraySerializer.INSTANCE;

  public static final TypeInformation<Order> TYPE =
      new HandWrittenType<>(Order.class, new OrderSerializer());

  private final ControlCommandSerializer commands = new ControlCommandSerializer();

  /** Codecs keep buffers, so each thread needs its own. */
  @Override
  public TypeSerializer<Order> duplicate() {
    return new OrderSerializer();
  }

  @Override
  public void serialize(Order order, DataOutputView target) throws IOException {
    commands.serialize(order.command(), target);
    BYTES.serialize(order.serving().map(ServingFormat::toBytes).orElse(new byte[0]), target);
    target.writeBoolean(order.snapshot().isPresent());
    if (order.snapshot().isPresent()) {
      Order.Snapshot snapshot = order.snapshot().get();
      target.writeBoolean(snapshot.key().isPresent());
      if (snapshot.key().isPresent()) {
        StringValue.writeString(snapshot.key().get(), target);
      }
      StringValue.writeString(snapshot.reference(), target);
      StringValue.writeString(snapshot.program(), target);
      BYTES.serialize(snapshot.state(), target);
    }
  }

  @Override
  public Order deserialize(DataInputView source) throws IOException {
    ControlCommand command = commands.deserialize(source);
    byte[] serving = BYTES.deserialize(source);
    Optional<Order.Snapshot> snapshot =
        source.readBoolean()
            ? Optional.of(
                new Order.Snapshot(
                    source.readBoolean()
                        ? Optional.of(StringValue.readString(source))
                        : Optional.empty(),
                    StringValue.readString(source),
                    StringValue.readString(source),
                    BYTES.deserialize(source)))
            : Optional.empty();
    return new Order(
        command,
        serving.length == 0 ? Optional.empty() : Optional.of(ServingFormat.fromBytes(serving)),
        snapshot);
  }

  @Override
  public TypeSerializerSnapshot<Order> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<Order> {
    public Snapshot() {
      super(OrderSerializer::new);
    }
  }
}
