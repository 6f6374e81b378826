package dev.evenkeel.adapters.tta.normalization;

import java.util.Map;
import java.util.Optional;

class EmaNormalizationTest extends NormalizationContract {
  @Override
  String method() {
    return "ema-bn";
  }

  @Override
  Optional<Map<String, String>> neutralSettings() {
    return Optional.of(Map.of("normalization.momentum", "1e-9"));
  }
}
