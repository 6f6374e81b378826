package dev.evenkeel.jobs.control;

import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.ControlCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a stream is, and what it was told. Version 1 in Flink state: version, mode, batches,
 * steps, number of pending commands, and each with its length. Version 2 adds the command behind
 * the program at the end.
 *
 * @param mode what it does with its batches
 * @param batches that were answered: the number of the next one
 * @param steps of the adaptation state after them
 * @param pending commands for later batches, in the order in which they came
 * @param program identifier of the command that gave it a program of its own; empty if it has none
 */
public record StreamControl(
    Turn.Mode mode, long batches, long steps, List<ControlCommand> pending, String program) {
  private static final int VERSION = 2;
  private static final String NONE = "";

  /**
   * A stream of which nothing was answered yet.
   *
   * @param steps of the state that it starts from
   */
  public static StreamControl fresh(Turn.Mode mode, long steps) {
    return new StreamControl(mode, 0, steps, List.of(), NONE);
  }

  public StreamControl {
    pending = List.copyOf(pending);
  }

  /** After a batch. */
  public StreamControl answered(long nowSteps) {
    return new StreamControl(mode, batches + 1, nowSteps, pending, program);
  }

  public StreamControl in(Turn.Mode other) {
    return new StreamControl(other, batches, steps, pending, program);
  }

  /** With another state. */
  public StreamControl at(long nowSteps) {
    return new StreamControl(mode, batches, nowSteps, pending, program);
  }

  /** With the program that a command asks for. */
  public StreamControl servedBy(ControlCommand command) {
    return new StreamControl(mode, batches, steps, pending, command.getCommandId());
  }

  /** With the program of all. */
  public StreamControl servedAsAll() {
    return new StreamControl(mode, batches, steps, pending, NONE);
  }

  /** With a command for later. */
  public StreamControl waitingFor(ControlCommand command) {
    List<ControlCommand> more = new ArrayList<>(pending);
    more.add(command);
    return new StreamControl(mode, batches, steps, more, program);
  }

  /** Commands whose batch is the next one, or was before. */
  public List<ControlCommand> due() {
    return pending.stream().filter(command -> command.getAtBatch() <= batches).toList();
  }

  /** Without those that are due. */
  public StreamControl withoutDue() {
    List<ControlCommand> later = new ArrayList<>(pending);
    later.removeAll(due());
    return new StreamControl(mode, batches, steps, later, program);
  }

  /** As it lies in Flink state. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    MessageEncoder<ControlCommand> encoder =
        MessageEncoder.of(WireFormat.AVRO, ControlCommand.class);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(mode.name());
      out.writeLong(batches);
      out.writeLong(steps);
      out.writeInt(pending.size());
      for (ControlCommand command : pending) {
        byte[] encoded = encoder.encode(command);
        out.writeInt(encoded.length);
        out.write(encoded);
      }
      out.writeUTF(program);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are of another version, or damaged
   */
  public static StreamControl fromBytes(byte[] bytes) {
    MessageDecoder<ControlCommand> decoder =
        MessageDecoder.of(WireFormat.AVRO, ControlCommand.class);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version < 1 || version > VERSION) {
        throw new IllegalArgumentException(
            "What a stream was told has layout version "
                + version
                + ", expected at most "
                + VERSION
                + "; run the release that wrote it, or start with --fresh");
      }
      Turn.Mode mode = Turn.Mode.valueOf(in.readUTF());
      long batches = in.readLong();
      long steps = in.readLong();
      List<ControlCommand> pending = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        pending.add(decoder.decode(in.readNBytes(in.readInt())));
      }
      String program = version == 1 ? NONE : in.readUTF();
      return new StreamControl(mode, batches, steps, pending, program);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("A pending command is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "What a stream was told is cut short; restore an older checkpoint, or start with --fresh",
          e);
    }
  }
}
