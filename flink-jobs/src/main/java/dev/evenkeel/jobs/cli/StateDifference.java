package dev.evenkeel.jobs.cli;

import dev.evenkeel.adapters.onnx.rewrite.AffineLayer;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayers;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayer;
import dev.evenkeel.adapters.onnx.rewrite.NormalizationLayers;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where two states of a model differ, layer by layer where their entries tell. */
final class StateDifference {
  private final List<Part> affine = new ArrayList<>();
  private final List<Part> normalization = new ArrayList<>();

  /** The channels of a layer in entries that join those of all layers. */
  private record Part(String layer, int offset, int channels) {}

  /**
   * How far a part of an entry moved.
   *
   * @param layer empty for entries of the whole model
   * @param movement Euclidean distance relative to the norm in the older state; infinite where that
   *     was zero
   * @param largest change of a value
   */
  record Row(String entry, String layer, double movement, double largest) {}

  StateDifference(SourceModel source) {
    NormalizationLayers layers = NormalizationLayers.find(source.model());
    for (NormalizationLayer layer : layers.replaceable()) {
      normalization.add(new Part(layer.node().label(), layer.offset(), layer.channels()));
    }
    for (AffineLayer layer : AffineLayers.find(source.model(), layers).layers()) {
      affine.add(new Part(layer.node().label(), layer.offset(), layer.channels()));
    }
  }

  /**
   * Rows by movement, the largest first; entries that only one of the states has are left out, and
   * counters.
   */
  List<Row> between(StateDict newer, StateDict older) {
    List<Row> rows = new ArrayList<>();
    newer
        .entries()
        .forEach(
            (name, tensor) ->
                older
                    .find(name)
                    .filter(other -> other.shape().equals(tensor.shape()))
                    .filter(other -> !name.startsWith("counter.") && !name.startsWith("rng."))
                    .ifPresent(other -> rows.addAll(rows(name, tensor, other))));
    rows.sort(
        Comparator.comparingDouble(Row::movement)
            .reversed()
            .thenComparing(Row::entry)
            .thenComparing(Row::layer));
    return rows;
  }

  private List<Row> rows(String name, Tensor newer, Tensor older) {
    double[] now = newer.toDoubles();
    double[] then = older.toDoubles();
    List<Part> parts =
        name.startsWith("norm.") ? normalization : name.startsWith("affine.") ? affine : List.of();
    int total = parts.stream().mapToInt(Part::channels).sum();
    if (total == 0 || now.length % total != 0) {
      return List.of(row(name, new Part("", 0, now.length), now.length, now, then));
    }
    return parts.stream().map(part -> row(name, part, total, now, then)).toList();
  }

  /** Sums over a part's channels of every row of {@code total} values. */
  private static Row row(String name, Part part, int total, double[] now, double[] then) {
    double moved = 0;
    double size = 0;
    double largest = 0;
    for (int start = part.offset(); start < now.length; start += total) {
      for (int i = start; i < start + part.channels(); i++) {
        double change = now[i] - then[i];
        moved += change * change;
        size += then[i] * then[i];
        largest = Math.max(largest, Math.abs(change));
      }
    }
    double movement =
        moved == 0 ? 0 : size == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(moved / size);
    return new Row(name, part.layer(), movement, largest);
  }
}
