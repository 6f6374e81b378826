package dev.evenkeel.adapters.tta;

import java.util.Map;

/**
 * A name for methods in slots.
 *
 * @param name as used in recipe expressions
 * @param methods method by slot; only the slots the preset names
 */
record Preset(String name, Map<Slot, String> methods) {
  Preset {
    methods = Map.copyOf(methods);
  }
}
