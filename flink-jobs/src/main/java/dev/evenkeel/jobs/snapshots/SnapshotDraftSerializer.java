package dev.evenkeel.jobs.snapshots;

import dev.evenkeel.jobs.io.HandWrittenType;
import dev.evenkeel.jobs.io.VersionedSerializer;
import dev.evenkeel.jobs.io.VersionedSnapshot;
import dev.evenkeel.store.SnapshotManifest;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Version 1: length and JSON of the manifest, length and bytes of the state. */
public final class SnapshotDraftSerializer extends VersionedSerializer<SnapshotDraft> {
  private static final BytePrimitiveArraySerializer BYTES = BytePrimitiveArraySerializer.INSTANCE;

  public static final SnapshotDraftSerializer INSTANCE = new SnapshotDraftSerializer();

  public static final TypeInformation<SnapshotDraft> TYPE =
      new HandWrittenType<>(SnapshotDraft.class, INSTANCE);

  @Override
  public void serialize(SnapshotDraft draft, DataOutputView target) throws IOException {
    BYTES.serialize(draft.manifest().toJson(), target);
    BYTES.serialize(draft.state(), target);
  }

  @Override
  public SnapshotDraft deserialize(DataInputView source) throws IOException {
    return new SnapshotDraft(
        SnapshotManifest.fromJson(BYTES.deserialize(source), "a snapshot in a checkpoint"),
        BYTES.deserialize(source));
  }

  @Override
  public TypeSerializerSnapshot<SnapshotDraft> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Of version 1. */
  public static final class Snapshot extends VersionedSnapshot<SnapshotDraft> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
