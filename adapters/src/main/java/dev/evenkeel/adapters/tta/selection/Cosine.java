package dev.evenkeel.adapters.tta.selection;

import dev.evenkeel.adapters.tta.objective.Probabilities;

/** The angle between a row's probabilities and an average of probabilities. */
final class Cosine {
  private Cosine() {}

  static double of(float[] average, Probabilities batch, int row) {
    if (average.length != batch.classes()) {
      throw new IllegalArgumentException(
          "Moving average of " + average.length + " classes for " + batch.classes());
    }
    double product = 0;
    double averageSquare = 0;
    double rowSquare = 0;
    for (int label = 0; label < average.length; label++) {
      double p = batch.probability(row, label);
      product += average[label] * p;
      averageSquare += (double) average[label] * average[label];
      rowSquare += p * p;
    }
    return product / Math.sqrt(averageSquare * rowSquare);
  }
}
