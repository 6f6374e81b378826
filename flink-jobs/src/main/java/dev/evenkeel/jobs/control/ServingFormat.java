package dev.evenkeel.jobs.control;

import dev.evenkeel.jobs.control.Serving.Special;
import dev.evenkeel.jobs.control.Serving.Trial;
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
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What serves, as it lies in Flink state. Version 1: version, the job's own program, what serves
 * now; after a flag each, what served before, the trial (candidate, share, shadow) and the command
 * behind them; number of special programs, and each with its command. A program is: model, recipe,
 * seed, number of settings, key and value of each. A command has its length before it.
 */
public final class ServingFormat {
  private static final int VERSION = 1;

  private ServingFormat() {}

  /** In version 1. */
  public static byte[] toBytes(Serving serving) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      write(serving.own(), out);
      write(serving.now(), out);
      out.writeBoolean(serving.before().isPresent());
      if (serving.before().isPresent()) {
        write(serving.before().get(), out);
      }
      out.writeBoolean(serving.trial().isPresent());
      if (serving.trial().isPresent()) {
        Trial trial = serving.trial().get();
        write(trial.candidate(), out);
        out.writeDouble(trial.share());
        out.writeBoolean(trial.isShadow());
      }
      out.writeBoolean(serving.changedBy().isPresent());
      if (serving.changedBy().isPresent()) {
        write(serving.changedBy().get(), out);
      }
      out.writeInt(serving.special().size());
      for (Special special : serving.special()) {
        write(special.program(), out);
        write(special.by(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(ControlCommand command, DataOutputStream out) throws IOException {
    byte[] bytes = MessageEncoder.of(WireFormat.AVRO, ControlCommand.class).encode(command);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void write(ProgramSpec program, DataOutputStream out) throws IOException {
    out.writeUTF(program.model());
    out.writeUTF(program.recipe());
    out.writeLong(program.seed());
    out.writeInt(program.settings().size());
    for (Map.Entry<String, String> setting : program.settings().entrySet()) {
      out.writeUTF(setting.getKey());
      out.writeUTF(setting.getValue());
    }
  }

  /**
   * What was written.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another version
   */
  public static Serving fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "What serves has layout version "
                + version
                + ", expected "
                + VERSION
                + "; run the release that wrote it, or start with --fresh");
      }
      ProgramSpec own = readProgram(in);
      ProgramSpec now = readProgram(in);
      Optional<ProgramSpec> before =
          in.readBoolean() ? Optional.of(readProgram(in)) : Optional.empty();
      Optional<Trial> trial =
          in.readBoolean()
              ? Optional.of(new Trial(readProgram(in), in.readDouble(), in.readBoolean()))
              : Optional.empty();
      Optional<ControlCommand> changedBy =
          in.readBoolean() ? Optional.of(readCommand(in)) : Optional.empty();
      List<Special> special = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        special.add(new Special(readProgram(in), readCommand(in)));
      }
      return new Serving(own, now, before, trial, special, changedBy);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("A command in the state is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "What serves, of "
              + bytes.length
              + " bytes, is cut short; restore an older checkpoint, or start with --fresh",
          e);
    }
  }

  private static ControlCommand readCommand(DataInputStream in)
      throws IOException, DecodeException {
    return MessageDecoder.of(WireFormat.AVRO, ControlCommand.class)
        .decode(in.readNBytes(in.readInt()));
  }

  private static ProgramSpec readProgram(DataInputStream in) throws IOException {
    String model = in.readUTF();
    String recipe = in.readUTF();
    long seed = in.readLong();
    SortedMap<String, String> settings = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      settings.put(in.readUTF(), in.readUTF());
    }
    return new ProgramSpec(model, recipe, settings, seed);
  }
}
