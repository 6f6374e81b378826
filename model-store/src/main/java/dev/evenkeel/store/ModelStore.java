package dev.evenkeel.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Models by name and version. A version never changes; refs such as {@code fashion@production} move
 * between the versions of one model.
 *
 * <p>A reference to a model is one of {@code NAME} or {@code NAME@latest} (the newest version),
 * {@code NAME@3} (version 3), {@code NAME@production} (a ref) and {@code sha256:...} (the file).
 */
public final class ModelStore {
  private static final String LATEST = "latest";

  private final StorageBackend backend;
  private final Clock clock;

  /**
   * @param clock gives the time of creation
   */
  public ModelStore(StorageBackend backend, Clock clock) {
    this.backend = backend;
    this.clock = clock;
  }

  /** Imports a model file, see {@link #importModel(String, byte[], ManifestDraft)}. */
  public ImportResult importModel(String name, Path file, ManifestDraft draft) throws IOException {
    return importModel(name, Files.readAllBytes(file), draft);
  }

  /**
   * Makes {@code content} the next version of the model {@code name}, or returns the version that
   * already has this content. An import that fails or is cut off leaves nothing visible.
   *
   * @throws IllegalArgumentException if the name is not allowed, see {@link RefNames}
   */
  public ImportResult importModel(String name, byte[] content, ManifestDraft draft)
      throws IOException {
    RefNames.requireSegment(name, "model name '" + name + "'");
    Digest digest = backend.putBlob(content);
    while (true) {
      List<Manifest> versions = versions(name);
      for (Manifest manifest : versions) {
        if (manifest.digest().equals(digest)) {
          return new ImportResult(manifest, true);
        }
      }
      int next = versions.isEmpty() ? 1 : versions.get(versions.size() - 1).version() + 1;
      var manifest =
          new Manifest(
              Manifest.FORMAT,
              name,
              next,
              digest,
              content.length,
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              draft);
      Digest described = backend.putBlob(ManifestJson.write(manifest));
      // The version exists from here on. If somebody else took the number, look again.
      if (backend.compareAndSetRef(
          versionRef(name, next), Optional.empty(), described.toString())) {
        return new ImportResult(manifest, false);
      }
    }
  }

  /** All versions of all models, by name and version. */
  public List<Manifest> list() throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    for (String name : names()) {
      manifests.addAll(versions(name));
    }
    return manifests;
  }

  /**
   * The version that {@code reference} means.
   *
   * @throws NotFoundException if there is none, with what was probably meant
   * @throws IllegalArgumentException if it is no reference
   */
  public Manifest resolve(String reference) throws IOException {
    if (Digest.looksLike(reference)) {
      return findByDigest(Digest.parse(reference));
    }
    int at = reference.indexOf('@');
    String name = at < 0 ? reference : reference.substring(0, at);
    String which = at < 0 ? LATEST : reference.substring(at + 1);
    RefNames.requireSegment(name, "model name '%s' in '%s'".formatted(name, reference));
    RefNames.requireSegment(which, "version '%s' in '%s'".formatted(which, reference));
    List<Manifest> versions = versions(name);
    if (versions.isEmpty()) {
      throw new NotFoundException(
          "no model '%s': %s".formatted(name, NearNames.suggest(name, names())));
    }
    if (which.equals(LATEST)) {
      return versions.get(versions.size() - 1);
    }
    return find(versions, isNumber(which) ? which : readRef(name, which), reference);
  }

  /** The bytes of a model, verified against the digest. */
  public byte[] open(Manifest manifest) throws IOException {
    return backend.readBlob(manifest.digest());
  }

  /** The refs of a model with the versions they point to, without {@code latest}. */
  public SortedMap<String, Integer> refs(String name) throws IOException {
    RefNames.requireSegment(name, "model name '" + name + "'");
    SortedMap<String, Integer> refs = new TreeMap<>();
    String prefix = customRef(name, "");
    for (String ref : backend.listRefs(prefix)) {
      Optional<String> version = backend.readRef(ref);
      version.ifPresent(text -> refs.put(ref.substring(prefix.length()), Integer.valueOf(text)));
    }
    return refs;
  }

  /**
   * Points {@code name@ref} to a version if it points to {@code expected} now.
   *
   * @param expected version the ref must have now, empty if it must not exist yet
   * @return whether the ref was moved; false if it pointed elsewhere
   * @throws NotFoundException if there is no such version
   * @throws IllegalArgumentException if the ref is {@code latest}, a number or not allowed
   */
  public boolean compareAndSetRef(String name, String ref, OptionalInt expected, int version)
      throws IOException {
    RefNames.requireSegment(ref, "ref '" + ref + "'");
    if (ref.equals(LATEST) || isNumber(ref)) {
      throw new IllegalArgumentException(
          "ref '%s' is taken: %s and numbers always mean versions".formatted(ref, LATEST));
    }
    Manifest target = resolve(name + "@" + version);
    Optional<String> current =
        expected.isPresent()
            ? Optional.of(Integer.toString(expected.getAsInt()))
            : Optional.empty();
    return backend.compareAndSetRef(
        customRef(target.name(), ref), current, Integer.toString(version));
  }

  private SortedSet<String> names() throws IOException {
    SortedSet<String> names = new TreeSet<>();
    for (String ref : backend.listRefs("models/")) {
      names.add(ref.split("/", -1)[1]);
    }
    return names;
  }

  /** All versions of one model, oldest first; empty if there is no such model. */
  private List<Manifest> versions(String name) throws IOException {
    List<Manifest> versions = new ArrayList<>();
    for (String ref : backend.listRefs(versionRef(name, ""))) {
      Digest digest = Digest.parse(backend.readRef(ref).orElseThrow());
      versions.add(ManifestJson.read(backend.readBlob(digest), ref));
    }
    versions.sort(Comparator.comparingInt(Manifest::version));
    return versions;
  }

  private Manifest findByDigest(Digest digest) throws IOException {
    return list().stream()
        .filter(manifest -> manifest.digest().equals(digest))
        .findFirst()
        .orElseThrow(
            () -> new NotFoundException("no model has the digest %s; import it".formatted(digest)));
  }

  private static Manifest find(List<Manifest> versions, String number, String reference)
      throws NotFoundException {
    return versions.stream()
        .filter(manifest -> Integer.toString(manifest.version()).equals(number))
        .findFirst()
        .orElseThrow(
            () ->
                new NotFoundException(
                    "no model '%s': the newest is %s"
                        .formatted(reference, versions.get(versions.size() - 1).reference())));
  }

  private String readRef(String name, String ref) throws IOException {
    Optional<String> version = backend.readRef(customRef(name, ref));
    if (version.isEmpty()) {
      SortedSet<String> known = new TreeSet<>(refs(name).keySet());
      known.add(LATEST);
      throw new NotFoundException(
          "no ref '%s' of model '%s': %s".formatted(ref, name, NearNames.suggest(ref, known)));
    }
    return version.get();
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String versionRef(String name, Object version) {
    return "models/%s/versions/%s".formatted(name, version);
  }

  private static String customRef(String name, String ref) {
    return "models/%s/refs/%s".formatted(name, ref);
  }
}
