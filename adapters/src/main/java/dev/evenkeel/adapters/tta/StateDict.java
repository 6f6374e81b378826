package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tensor.Tensor;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything a method has learned from a stream: an immutable sorted map from name to tensor. The
 * part of a name before its first dot says who owns the entry.
 */
public record StateDict(SortedMap<String, Tensor> entries) {
  private static final Set<String> OWNERS =
      Set.of(
          "affine",
          "buffer",
          "counter",
          "filter",
          "guard",
          "labelshift",
          "memory",
          "norm",
          "optimizer",
          "rng");

  public static final StateDict EMPTY = new StateDict(new TreeMap<>());

  public StateDict {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    for (String name : entries.keySet()) {
      int dot = name.indexOf('.');
      if (dot <= 0 || !OWNERS.contains(name.substring(0, dot))) {
        throw new IllegalArgumentException(
            "State entry '"
                + name
                + "' has an unknown prefix; expected one of "
                + OWNERS
                + " and a dot");
      }
    }
  }

  public static StateDict of(Map<String, Tensor> entries) {
    return new StateDict(new TreeMap<>(entries));
  }

  /**
   * The entry of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor get(String name) {
    Tensor tensor = entries.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "The state has no entry '" + name + "', only " + entries.keySet());
    }
    return tensor;
  }

  /** The entry of that name, or empty. */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** The same entries, those given added or in place of their namesakes. */
  public StateDict with(Map<String, Tensor> others) {
    SortedMap<String, Tensor> joined = new TreeMap<>(entries);
    joined.putAll(others);
    return new StateDict(joined);
  }

  /** The same entries without those whose name starts with a prefix. */
  public StateDict without(String prefix) {
    SortedMap<String, Tensor> kept = new TreeMap<>(entries);
    kept.keySet().removeIf(name -> name.startsWith(prefix));
    return new StateDict(kept);
  }

  /** Sum of the sizes of all tensors in bytes. */
  public long byteSize() {
    return entries.values().stream().mapToLong(t -> (long) t.size() * t.type().bytes()).sum();
  }
}
