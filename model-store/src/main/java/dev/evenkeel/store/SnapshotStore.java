package dev.evenkeel.store;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Snapshots of adapted states: a blob with the state, a blob with its manifest, and one ref.
 *
 * <p>The ref makes the snapshot visible, so it is there whole or not at all. Its name is made of
 * the time and the digest of the manifest, and it never moves: the newest snapshot of a stream is
 * the one whose ref sorts last. So writers never contend for a ref, also where the backend cannot
 * compare and set; one that was thought dead and wakes up adds a snapshot in its place in history
 * and takes nothing back.
 */
public final class SnapshotStore {
  private static final String ALL = "snapshots/";

  /** Shortest part of a digest that is taken for the whole. */
  private static final int SHORTEST = 8;

  private static final Comparator<SnapshotManifest> OLDEST_FIRST =
      Comparator.comparing(SnapshotManifest::createdAt)
          .thenComparing(SnapshotManifest::checkpointId);

  private final StorageBackend backend;

  public SnapshotStore(StorageBackend backend) {
    this.backend = backend;
  }

  /**
   * Makes a snapshot visible. Publishing it again changes nothing.
   *
   * @param state bytes of the state dict
   * @return whether it was not there before
   * @throws IllegalArgumentException if the manifest is that of another state
   */
  public boolean publish(SnapshotManifest manifest, byte[] state) throws IOException {
    if (!Digest.of(state).equals(manifest.snapshot()) || state.length != manifest.sizeBytes()) {
      throw new IllegalArgumentException(
          "the manifest tells of a state %s of %d bytes, the state is %s of %d bytes"
              .formatted(
                  manifest.snapshot(), manifest.sizeBytes(), Digest.of(state), state.length));
    }
    backend.putBlob(state);
    Digest described = backend.putBlob(manifest.toJson());
    String ref = ref(manifest, described);
    if (backend.compareAndSetRef(ref, Optional.empty(), described.toString())) {
      return true;
    }
    String found = backend.readRef(ref).orElse("nothing");
    if (!found.equals(described.toString())) {
      throw new StoreException(
          "ref %s holds %s, expected %s; remove the ref".formatted(ref, found, described));
    }
    return false;
  }

  /** Puts a source model beside its snapshots, so that they can be exported from the store. */
  public Digest putModel(byte[] model) throws IOException {
    return backend.putBlob(model);
  }

  /**
   * The source model of a snapshot, verified.
   *
   * @throws NotFoundException if it is not in the store
   */
  public byte[] openModel(SnapshotManifest manifest) throws IOException {
    return backend.readBlob(manifest.modelDigest());
  }

  /**
   * The state dict of a snapshot, verified against its digest.
   *
   * @throws CorruptBlobException if it is not what was published
   */
  public byte[] open(SnapshotManifest manifest) throws IOException {
    return backend.readBlob(manifest.snapshot());
  }

  /**
   * All snapshots, oldest first.
   *
   * @param damaged told of each that cannot be read
   */
  public List<SnapshotManifest> list(Consumer<StoreException> damaged) throws IOException {
    return list(ALL, damaged);
  }

  /** The snapshots of one stream or group, oldest first. */
  public List<SnapshotManifest> list(SnapshotKey key, Consumer<StoreException> damaged)
      throws IOException {
    return list(key.prefix(), damaged);
  }

  private List<SnapshotManifest> list(String prefix, Consumer<StoreException> damaged)
      throws IOException {
    List<SnapshotManifest> found = new ArrayList<>();
    for (String ref : backend.listRefs(prefix)) {
      try {
        read(ref).ifPresent(found::add);
      } catch (StoreException e) {
        damaged.accept(e);
      }
    }
    found.sort(OLDEST_FIRST);
    return found;
  }

  /** The newest snapshot of a stream or group; empty if it has none. */
  public Optional<SnapshotManifest> newest(SnapshotKey key) throws IOException {
    List<String> refs = backend.listRefs(key.prefix());
    for (int i = refs.size() - 1; i >= 0; i--) {
      Optional<SnapshotManifest> manifest = read(refs.get(i));
      if (manifest.isPresent()) {
        return manifest;
      }
    }
    return Optional.empty();
  }

  /**
   * The snapshot that {@code reference} means: {@code sha256:} and at least 8 digits of its state's
   * digest, or the newest of {@code stream:NAME}, {@code group:NAME} or {@code all}.
   *
   * @throws NotFoundException if there is none, with what there is
   * @throws StoreException if it means states of different models, or there is none that can be
   *     read while others are damaged
   * @throws IllegalArgumentException if it is no reference
   */
  public SnapshotManifest resolve(String reference) throws IOException {
    Predicate<SnapshotManifest> matching = matching(reference);
    List<StoreException> damaged = new ArrayList<>();
    List<SnapshotManifest> all = list(damaged::add);
    List<SnapshotManifest> meant = all.stream().filter(matching).toList();
    if (meant.isEmpty() && !damaged.isEmpty()) {
      throw damaged.get(0);
    }
    if (meant.isEmpty()) {
      throw new NotFoundException(
          "no snapshot '%s': %s".formatted(reference, suggestion(reference, all)));
    }
    SnapshotManifest newest = meant.get(meant.size() - 1);
    SortedMap<String, SnapshotManifest> distinct = new TreeMap<>();
    meant.forEach(
        manifest ->
            distinct.put(
                isDigest(reference)
                    ? manifest.snapshot() + " of model " + manifest.modelDigest()
                    : manifest.modelDigest().toString(),
                manifest));
    if (distinct.size() > 1) {
      throw new StoreException(
          "'%s' means several: %s; name one by its whole digest"
              .formatted(reference, String.join(", ", distinct.keySet())));
    }
    return newest;
  }

  private static boolean isDigest(String reference) {
    return Digest.looksLike(reference);
  }

  private static Predicate<SnapshotManifest> matching(String reference) {
    if (isDigest(reference)) {
      String hex = reference.substring(reference.indexOf(':') + 1).toLowerCase(Locale.ROOT);
      if (!hex.matches("[0-9a-f]{%d,64}".formatted(SHORTEST))) {
        throw new IllegalArgumentException(
            "'%s' is no digest: expected sha256: and %d to 64 hexadecimal digits"
                .formatted(reference, SHORTEST));
      }
      return manifest -> manifest.snapshot().hex().startsWith(hex);
    }
    if (!reference.equals(SnapshotScope.ALL.word())
        && !reference.startsWith("stream:")
        && !reference.startsWith("group:")) {
      throw new IllegalArgumentException(
          "'%s' is no snapshot: expected sha256:..., stream:NAME, group:NAME or all"
              .formatted(reference));
    }
    return manifest -> manifest.key().label().equals(reference);
  }

  private static String suggestion(String reference, List<SnapshotManifest> all) {
    return NearNames.suggest(
        reference,
        all.stream()
            .map(
                manifest ->
                    isDigest(reference) ? manifest.snapshot().toString() : manifest.key().label())
            .distinct()
            .toList());
  }

  /**
   * Forgets the snapshots of a stream or group that are neither among the newest nor young. Their
   * blobs stay until they are swept, see {@link StoreSweep}.
   *
   * @return how many were forgotten
   */
  public int retain(SnapshotKey key, SnapshotRetention retention, Instant now) throws IOException {
    return retain(key.prefix(), retention, now);
  }

  /** The same for every stream and group in the store. */
  public int retainAll(SnapshotRetention retention, Instant now) throws IOException {
    int removed = 0;
    List<String> prefixes =
        backend.listRefs(ALL).stream()
            .map(ref -> ref.substring(0, ref.lastIndexOf('/') + 1))
            .distinct()
            .toList();
    for (String prefix : prefixes) {
      removed += retain(prefix, retention, now);
    }
    return removed;
  }

  private int retain(String prefix, SnapshotRetention retention, Instant now) throws IOException {
    List<String> refs = backend.listRefs(prefix);
    int removed = 0;
    for (String ref : refs.subList(0, Math.max(0, refs.size() - retention.newest()))) {
      Optional<String> text = backend.readRef(ref);
      if (text.isPresent()
          && !createdAt(ref).isAfter(now.minus(retention.younger()))
          && backend.removeRef(ref, text.get())) {
        removed++;
      }
    }
    return removed;
  }

  private static String ref(SnapshotManifest manifest, Digest described) {
    return "%s%015d-%s"
        .formatted(
            manifest.key().prefix(),
            manifest.createdAt().toEpochMilli(),
            described.hex().substring(0, 32));
  }

  private static Instant createdAt(String ref) throws StoreException {
    String name = ref.substring(ref.lastIndexOf('/') + 1);
    try {
      return Instant.ofEpochMilli(
          Long.parseLong(name.substring(0, Math.max(0, name.indexOf('-')))));
    } catch (NumberFormatException e) {
      throw new StoreException(
          "ref %s does not begin with a time, so it is no snapshot's; remove it".formatted(ref));
    }
  }

  /** The manifest behind a ref; empty if the ref has gone meanwhile. */
  private Optional<SnapshotManifest> read(String ref) throws IOException {
    Optional<String> text = backend.readRef(ref);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    SnapshotManifest manifest = manifest(backend, ref, text.get());
    if (!ref.equals(ref(manifest, Digest.parse(text.get())))) {
      throw new StoreException(
          "ref %s points to a snapshot of %s of %s, which belongs elsewhere; remove the ref"
              .formatted(ref, manifest.key().label(), manifest.createdAt()));
    }
    return Optional.of(manifest);
  }

  /** Reads what a ref of a snapshot points to. */
  static SnapshotManifest manifest(StorageBackend backend, String ref, String text)
      throws IOException {
    Digest digest;
    try {
      digest = Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new StoreException("ref %s is damaged: %s".formatted(ref, e.getMessage()));
    }
    return SnapshotManifest.fromJson(backend.readBlob(digest), ref);
  }
}
