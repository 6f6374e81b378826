package dev.evenkeel.jobs.io;

import java.io.IOException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Remembers in a checkpoint which version of its layout a serializer wrote. State of an earlier
 * version is read by that version's serializer and written again by the present one.
 */
public abstract class VersionedSnapshot<T> implements TypeSerializerSnapshot<T> {
  private final int oldest;
  private final int version;
  private final IntFunction<TypeSerializer<T>> serializers;
  private int written;

  /** A layout that has never changed. */
  protected VersionedSnapshot(Supplier<TypeSerializer<T>> serializer) {
    this(1, 1, version -> serializer.get());
  }

  /**
   * @param oldest version that can be read
   * @param version of the layout now written
   * @param serializers the one that reads the layout of each version from the oldest on
   */
  protected VersionedSnapshot(int oldest, int version, IntFunction<TypeSerializer<T>> serializers) {
    this.oldest = oldest;
    this.version = version;
    this.serializers = serializers;
    this.written = version;
  }

  @Override
  public int getCurrentVersion() {
    return version;
  }

  @Override
  public void writeSnapshot(DataOutputView out) {}

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
      throws IOException {
    if (readVersion < oldest || readVersion > version) {
      throw new IOException(
          "The checkpoint holds version "
              + readVersion
              + " of "
              + getClass().getName()
              + ", expected "
              + (oldest == version ? "" : oldest + " to ")
              + version
              + "; run the release that wrote it, or start with --fresh");
    }
    written = readVersion;
  }

  @Override
  public TypeSerializer<T> restoreSerializer() {
    return serializers.apply(written);
  }

  @Override
  public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
      TypeSerializerSnapshot<T> old) {
    if (old.getClass() != getClass()) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    return ((VersionedSnapshot<T>) old).written == version
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
  }
}
