package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.Softmax;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.TreeMap;

/** What a stream's answers were like since its last snapshot. */
final class SnapshotFigures {
  private long samples;
  private double entropy;
  private long shadowed;
  private long agreed;
  private long fellBack;

  void add(StreamRows rows) {
    if (rows.step().fellBack()) {
      fellBack += rows.samples();
    }
    for (int i = 0; i < rows.samples(); i++) {
      int offset = i * rows.classes();
      entropy += Softmax.entropy(Softmax.probabilities(rows.logits(), offset, rows.classes()));
      samples++;
      if (rows.sourceLogits() != null) {
        shadowed++;
        if (largest(rows.logits(), offset, rows.classes())
            == largest(rows.sourceLogits(), offset, rows.classes())) {
          agreed++;
        }
      }
    }
  }

  private static int largest(FloatBuffer logits, int offset, int classes) {
    int best = 0;
    for (int y = 1; y < classes; y++) {
      if (logits.get(offset + y) > logits.get(offset + best)) {
        best = y;
      }
    }
    return best;
  }

  /** By name. */
  Map<String, Double> toMap() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put("samples", (double) samples);
    if (samples > 0) {
      figures.put("mean-entropy-nats", entropy / samples);
      figures.put("fallen-back-ratio", (double) fellBack / samples);
    }
    if (shadowed > 0) {
      figures.put("source-agreement-ratio", (double) agreed / shadowed);
    }
    return figures;
  }
}
