package dev.evenkeel.adapters.tta.normalization;

import java.util.Map;
import java.util.Optional;

class BatchNormalizationTest extends NormalizationContract {
  @Override
  String method() {
    return "batch-norm";
  }

  @Override
  Optional<Map<String, String>> neutralSettings() {
    return Optional.empty();
  }
}
