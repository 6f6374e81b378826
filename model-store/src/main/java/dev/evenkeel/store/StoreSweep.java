package dev.evenkeel.store;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes blobs that neither a model nor a snapshot refers to.
 *
 * <p>A writer puts its blobs first and its ref last, so a blob without a ref may be one that is
 * just being published. Therefore blobs stay that were put within a grace time, and putting one
 * again makes it young again, so that a writer whose blob was there already is as safe. Candidates
 * are listed before refs are read: what is published meanwhile was put meanwhile. The backend looks
 * at the time again in the moment of removal, see {@link StorageBackend#removeBlob}.
 *
 * <p>If a ref or a manifest cannot be read nothing is removed, since nobody knows what it refers
 * to.
 */
public final class StoreSweep {
  private final StorageBackend backend;
  private final Duration grace;

  /**
   * @param grace how long a blob without a ref stays; longer than any writer takes from its first
   *     blob to its ref, and than clocks of machines differ
   */
  public StoreSweep(StorageBackend backend, Duration grace) {
    this.backend = backend;
    this.grace = grace;
  }

  /**
   * Sweeps once.
   *
   * @param now time on the clock of the medium
   * @return how many blobs were removed
   */
  public int sweep(Instant now) throws IOException {
    List<Digest> candidates = backend.listBlobs();
    Set<Digest> referred = referred();
    int removed = 0;
    for (Digest candidate : candidates) {
      if (!referred.contains(candidate) && backend.removeBlob(candidate, now.minus(grace))) {
        removed++;
      }
    }
    return removed;
  }

  private Set<Digest> referred() throws IOException {
    Set<Digest> referred = new HashSet<>();
    for (String ref : backend.listRefs("")) {
      Optional<String> text = backend.readRef(ref);
      if (text.isPresent()) {
        add(ref, text.get(), referred);
      }
    }
    return referred;
  }

  private void add(String ref, String text, Set<Digest> referred) throws IOException {
    if (ref.startsWith("snapshots/")) {
      SnapshotManifest manifest = SnapshotStore.manifest(backend, ref, text);
      referred.add(Digest.parse(text));
      referred.add(manifest.snapshot());
      referred.add(manifest.modelDigest());
    } else if (ref.matches("models/[^/]+/versions/[^/]+")) {
      Digest described = Digest.parse(text);
      Manifest manifest = ManifestJson.read(backend.readBlob(described), ref);
      referred.add(described);
      referred.add(manifest.digest());
      if (manifest.model().parent() != null) {
        referred.add(manifest.model().parent());
      }
    } else if (!ref.matches("models/[^/]+/refs/[^/]+")) {
      throw new StoreException(
          "ref %s is of a kind that this version does not know, so nothing is removed; upgrade"
                  .formatted(ref)
              + " Evenkeel");
    }
  }
}
