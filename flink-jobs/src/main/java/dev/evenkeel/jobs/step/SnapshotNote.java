package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.StateMovement;
import dev.evenkeel.store.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What is remembered of a stream's last snapshot, as it lies in Flink state. Version 1: version,
 * time, digest, sketch.
 *
 * @param takenAt milliseconds
 * @param snapshot digest of its state
 * @param sketch of its state
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
record SnapshotNote(long takenAt, Digest snapshot, float[] sketch) {
  private static final int VERSION = 1;

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeLong(takenAt);
      out.writeUTF(snapshot.toString());
      for (float value : sketch) {
        out.writeFloat(value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are damaged or of another version
   */
  static SnapshotNote fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "A note of a snapshot has layout version "
                + version
                + ", expected "
                + VERSION
                + "; run the release that wrote it, or start with --fresh");
      }
      long takenAt = in.readLong();
      Digest snapshot = Digest.parse(in.readUTF());
      float[] sketch = new float[StateMovement.SKETCH_SIZE];
      for (int i = 0; i < sketch.length; i++) {
        sketch[i] = in.readFloat();
      }
      return new SnapshotNote(takenAt, snapshot, sketch);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "A note of a snapshot of "
              + bytes.length
              + " bytes is cut short; restore an older checkpoint, or start with --fresh",
          e);
    }
  }
}
