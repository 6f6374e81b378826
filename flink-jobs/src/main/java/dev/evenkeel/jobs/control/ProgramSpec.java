package dev.evenkeel.jobs.control;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which program serves: everything that decides what is computed.
 *
 * @param model digest of the source model, {@code sha256:} and hexadecimal digits
 * @param recipe expression of the recipe
 * @param settings of the recipe
 * @param seed of everything random in the recipe
 */
public record ProgramSpec(
    String model, String recipe, SortedMap<String, String> settings, long seed)
    implements Serializable {
  public ProgramSpec {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /** With another model. */
  public ProgramSpec onModel(String other) {
    return new ProgramSpec(other, recipe, settings, seed);
  }

  /** With some settings changed, or added. */
  public ProgramSpec with(Map<String, String> changes) {
    SortedMap<String, String> changed = new TreeMap<>(settings);
    changed.putAll(changes);
    return new ProgramSpec(model, recipe, changed, seed);
  }
}
