package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tta.normalization.NormalizationMethod;
import dev.evenkeel.adapters.tta.normalization.NormalizationMethods;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every preset, sorted by name. Each normalisation method is one. */
final class Presets {
  static final List<Preset> ALL =
      NormalizationMethods.ALL.stream()
          .map(NormalizationMethod::name)
          .map(name -> new Preset(name, Map.of(Slot.NORMALIZATION, name)))
          .toList();

  private Presets() {}

  static Optional<Preset> named(String name) {
    return ALL.stream().filter(preset -> preset.name().equals(name)).findFirst();
  }
}
