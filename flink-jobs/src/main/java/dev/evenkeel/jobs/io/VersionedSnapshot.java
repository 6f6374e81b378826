package dev.evenkeel.jobs.io;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Remembers in a checkpoint which version of its layout a serializer wrote. */
public abstract class VersionedSnapshot<T> implements TypeSerializerSnapshot<T> {
  private final int version;
  private final Supplier<TypeSerializer<T>> serializer;

  /**
   * @param version of the layout now written, at least 1
   * @param serializer the one that reads and writes it
   */
  protected VersionedSnapshot(int version, Supplier<TypeSerializer<T>> serializer) {
    this.version = version;
    this.serializer = serializer;
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
    if (readVersion != version) {
      throw new IOException(
          "The checkpoint holds version "
              + readVersion
              + " of "
              + getClass().getName()
              + ", expected "
              + version
              + "; run the release that wrote it, or start with --fresh");
    }
  }

  @Override
  public TypeSerializer<T> restoreSerializer() {
    return serializer.get();
  }

  @Override
  public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
      TypeSerializerSnapshot<T> old) {
    return old.getClass() == getClass()
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }
}
