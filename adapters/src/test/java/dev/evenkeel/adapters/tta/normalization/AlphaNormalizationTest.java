package dev.evenkeel.adapters.tta.normalization;

import java.util.Map;
import java.util.Optional;

class AlphaNormalizationTest extends NormalizationContract {
  @Override
  String method() {
    return "alpha-bn";
  }

  @Override
  Optional<Map<String, String>> neutralSettings() {
    return Optional.of(Map.of("normalization.alpha", "0"));
  }
}
