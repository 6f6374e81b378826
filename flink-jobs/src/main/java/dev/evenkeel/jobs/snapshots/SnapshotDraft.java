package dev.evenkeel.jobs.snapshots;

import dev.evenkeel.store.SnapshotManifest;

/**
 * A snapshot whose checkpoint is not complete yet.
 *
 * @param manifest what will be published, and again after a recovery
 * @param state bytes of the state dict, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // The manifest has its digest.
public record SnapshotDraft(SnapshotManifest manifest, byte[] state) {
  long checkpoint() {
    return manifest.checkpointId();
  }
}
