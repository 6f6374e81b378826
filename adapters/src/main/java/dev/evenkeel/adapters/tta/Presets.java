package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.tta.normalization.NormalizationMethods;
import dev.evenkeel.adapters.tta.selection.SelectionMethods;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every preset, sorted by name. Each normalisation and each selection is one; the papers' methods
 * fill several slots, with the hyper-parameters that the reference outputs were made with.
 */
final class Presets {
  private static final String BATCH = "batch-norm";

  private static final List<Preset> PAPERS =
      List.of(
          new Preset(
              "auto",
              "Finds out what the stream is like: class-balanced statistics, labels that follow one"
                  + " another, guards.",
              Map.of(Slot.CORRECTION, List.of("label-chain")),
              "balanced",
              Map.of("guards.enabled", "true"),
              Map.of()),
          new Preset(
              "deyo",
              "Entropy of samples whose prediction depends on the shape of the object.",
              Map.of(
                  Slot.SELECTION, List.of("deyo-filter"),
                  Slot.OBJECTIVE, List.of("entropy")),
              BATCH,
              Map.of("selection.entropy-margin", "0.5", "objective.denominator", "selected"),
              Map.of()),
          new Preset(
              "eata",
              "Entropy of confident and non-redundant samples, held near the source parameters.",
              Map.of(
                  Slot.SELECTION, List.of("entropy-filter", "redundancy-filter"),
                  Slot.OBJECTIVE, List.of("entropy")),
              BATCH,
              Map.of(
                  "selection.entropy-weight", "true",
                  "objective.denominator", "selected",
                  "objective.fisher-weight", "1"),
              Map.of()),
          new Preset(
              "eta",
              "Entropy of confident and non-redundant samples.",
              Map.of(
                  Slot.SELECTION, List.of("entropy-filter", "redundancy-filter"),
                  Slot.OBJECTIVE, List.of("entropy")),
              BATCH,
              Map.of("selection.entropy-weight", "true", "objective.denominator", "selected"),
              Map.of()),
          new Preset(
              "label-chain",
              "Labels that follow one another, where the stream shows that they do.",
              Map.of(Slot.CORRECTION, List.of("label-chain")),
              "",
              Map.of(),
              Map.of()),
          new Preset(
              "label-shift-adapter",
              "A head bent to the stream's label distribution, where it can be trusted.",
              Map.of(Slot.CORRECTION, List.of("label-shift-adapter")),
              "",
              Map.of(),
              Map.of()),
          new Preset(
              "lame",
              "Answers of neighbours in feature space made to agree; no parameter changes.",
              Map.of(Slot.CORRECTION, List.of("lame")),
              "",
              Map.of(),
              Map.of()),
          new Preset(
              "note",
              "Instance-aware normalisation, learned from a class-balanced memory.",
              Map.of(Slot.OBJECTIVE, List.of("memory-entropy")),
              "iabn",
              Map.of("optimizer.learning-rate", "0.0001"),
              Map.of()),
          new Preset(
              "ostta",
              "Entropy of samples that have not lost confidence against the source parameters.",
              Map.of(
                  Slot.SELECTION, List.of("confidence-difference-filter"),
                  Slot.OBJECTIVE, List.of("entropy")),
              BATCH,
              Map.of(),
              Map.of()),
          new Preset(
              "prior-correction",
              "Answers corrected by the stream's label distribution, where it can be trusted.",
              Map.of(Slot.CORRECTION, List.of("prior-correction")),
              "",
              Map.of(),
              Map.of()),
          new Preset(
              "roid",
              "Soft likelihood ratio of diverse and certain samples, parameters pulled back.",
              Map.of(
                  Slot.SELECTION, List.of("diversity-certainty-filter"),
                  Slot.OBJECTIVE, List.of("soft-likelihood-ratio"),
                  Slot.CORRECTION, List.of("batch-prior")),
              BATCH,
              Map.of("reset.pull-back", "0.01"),
              Map.of()),
          new Preset(
              "rotta",
              "Robust normalisation and a mean teacher, learned from a timely balanced memory.",
              Map.of(Slot.OBJECTIVE, List.of("mean-teacher")),
              "rbn",
              Map.of(),
              Map.of()),
          new Preset(
              "sar",
              "Sharpness-aware entropy of confident samples, reset when it collapses.",
              Map.of(
                  Slot.SELECTION, List.of("entropy-filter"),
                  Slot.OBJECTIVE, List.of("entropy")),
              BATCH,
              Map.of(
                  "objective.denominator", "selected",
                  "optimizer.name", "sgd",
                  "optimizer.sharpness", "0.05",
                  "reset.loss-floor", "0.2",
                  "reset.keeps-momentum", "true"),
              Map.of()),
          new Preset(
              "tent",
              "Entropy of all samples.",
              Map.of(Slot.OBJECTIVE, List.of("entropy")),
              BATCH,
              Map.of(),
              Map.of("unmix-tns", Map.of("optimizer.learning-rate", "1e-05"))));

  static final List<Preset> ALL =
      Stream.of(
              NormalizationMethods.ALL.stream()
                  .map(method -> Preset.of(Slot.NORMALIZATION, method)),
              SelectionMethods.ALL.stream().map(method -> Preset.of(Slot.SELECTION, method)),
              PAPERS.stream())
          .flatMap(presets -> presets)
          .sorted(Comparator.comparing(Preset::name))
          .toList();

  private Presets() {}

  static Optional<Preset> named(String name) {
    return ALL.stream().filter(preset -> preset.name().equals(name)).findFirst();
  }
}
