package dev.evenkeel.adapters.tta.normalization;

import java.util.Map;
import java.util.Optional;

class SourceNormalizationTest extends NormalizationContract {
  @Override
  String method() {
    return "source";
  }

  @Override
  Optional<Map<String, String>> neutralSettings() {
    return Optional.of(Map.of());
  }
}
