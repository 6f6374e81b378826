package dev.evenkeel.adapters.tta;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A name for methods in slots, with the settings a paper uses them with.
 *
 * @param name as used in recipe expressions
 * @param summary one sentence for documentation
 * @param methods methods by slot; only the slots the preset names
 * @param normalization what the normalisation slot gets where no part of an expression names it;
 *     empty for the source statistics
 * @param defaults settings that differ from the options' own defaults
 * @param defaultsBeside further settings where the normalisation of that name stands beside it
 */
record Preset(
    String name,
    String summary,
    Map<Slot, List<String>> methods,
    String normalization,
    Map<String, String> defaults,
    Map<String, Map<String, String>> defaultsBeside) {
  Preset {
    Map<Slot, List<String>> copied = new EnumMap<>(Slot.class);
    copied.putAll(methods);
    methods = Map.copyOf(copied);
    defaults = Map.copyOf(defaults);
    defaultsBeside = Map.copyOf(defaultsBeside);
  }

  /** A preset of one method, under its own name. */
  static Preset of(Slot slot, Method method) {
    return new Preset(
        method.name(),
        method.summary(),
        Map.of(slot, List.of(method.name())),
        "",
        Map.of(),
        Map.of());
  }
}
