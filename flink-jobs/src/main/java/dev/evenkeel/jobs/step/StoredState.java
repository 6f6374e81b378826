package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A stream's adaptation state as it lies in Flink state. Version 1: version, fingerprint, state
 * dict. Version 2 adds the model after the fingerprint.
 *
 * @param fingerprint of the program that made it
 * @param model digest of its source model; empty where that was not noted down
 * @param entries the state itself
 */
record StoredState(String fingerprint, String model, StateDict entries) {
  private static final int VERSION = 2;

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeUTF(fingerprint);
      out.writeUTF(model);
      out.write(StateDictSerializer.toBytes(entries));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are damaged or of another version
   */
  static StoredState fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version < 1 || version > VERSION) {
        throw new IllegalArgumentException(
            "A stream's state has layout version "
                + version
                + ", expected at most "
                + VERSION
                + "; run the release that wrote it, or start with --fresh");
      }
      String fingerprint = in.readUTF();
      String model = version == 1 ? "" : in.readUTF();
      return new StoredState(fingerprint, model, StateDictSerializer.fromBytes(in.readAllBytes()));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "A stream's state of "
              + bytes.length
              + " bytes is cut short; restore an older"
              + " checkpoint, or start with --fresh",
          e);
    }
  }
}
