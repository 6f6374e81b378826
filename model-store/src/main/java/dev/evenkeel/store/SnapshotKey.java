package dev.evenkeel.store;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * Whose state snapshots hold: that of a stream, a group or all streams of a model.
 *
 * @param model digest of the source model
 * @param scope who shares the state
 * @param name of the stream or group, any text; empty if all share one
 */
public record SnapshotKey(Digest model, SnapshotScope scope, String name) {
  /** Longest escaped name; what is longer goes by its digest. */
  private static final int LONGEST = 80;

  public SnapshotKey {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(name, "name");
    if (scope == SnapshotScope.ALL && !name.isEmpty()) {
      throw new IllegalArgumentException(
          "a state that all streams share has no name, found '%s'".formatted(name));
    }
  }

  /** For people: {@code stream:camera-1}, {@code group:north}, {@code all}. */
  public String label() {
    return scope == SnapshotScope.ALL ? scope.word() : scope.word() + ":" + name;
  }

  /** What the refs of its snapshots start with. */
  String prefix() {
    return "snapshots/%s/%s/".formatted(model.hex(), segment());
  }

  /**
   * The name as a segment of a ref: different for different names, also on file systems that do not
   * tell upper from lower case, and made of letters, digits and marks only.
   */
  private String segment() {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.') {
        escaped.append(c);
      } else {
        escaped.append(String.format(Locale.ROOT, "_%04x", (int) c));
      }
    }
    return escaped.length() <= LONGEST
        ? scope.mark() + "-" + escaped
        : scope.mark() + "l-" + Digest.of(name.getBytes(StandardCharsets.UTF_16BE)).hex();
  }
}
