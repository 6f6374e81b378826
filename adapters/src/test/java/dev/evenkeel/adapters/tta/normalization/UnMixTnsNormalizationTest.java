package dev.evenkeel.adapters.tta.normalization;

import java.util.Map;
import java.util.Optional;

class UnMixTnsNormalizationTest extends NormalizationContract {
  @Override
  String method() {
    return "unmix-tns";
  }

  /** Without noise, a sample has weight 1/K beside the source statistics, whatever it is. */
  @Override
  Optional<Map<String, String>> neutralSettings() {
    return Optional.of(
        Map.of(
            "normalization.components", "8192",
            "normalization.initial-spread", "0",
            "normalization.momentum", "1e-9"));
  }

  @Override
  float neutralTolerance() {
    return 0.05f;
  }
}
