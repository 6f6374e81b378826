package dev.evenkeel.adapters.tta.optimizer;

/**
 * Bounds how far one step moves a layer, relative to the layer: {@code |theta' - theta| <= cap
 * |theta|} in the Euclidean norm, the useful part of LAMB's trust ratio (You et al., ICLR 2020) for
 * a few thousand parameters. A layer of zeros does not move.
 */
public final class StepCap {
  private StepCap() {}

  /**
   * Shortens the steps of the layers that moved too far; their direction stays.
   *
   * @param before {@code [parameters]}
   * @param after {@code [parameters]}
   * @param layerEnds exclusive end of each layer, ascending, the last one the number of parameters
   * @param cap above 0
   * @return a fresh array
   */
  public static float[] apply(float[] before, float[] after, int[] layerEnds, double cap) {
    Range.positive("Step cap", cap);
    int last = layerEnds.length == 0 ? 0 : layerEnds[layerEnds.length - 1];
    if (before.length != after.length || last != before.length) {
      throw new IllegalArgumentException(
          "Step cap over layers that end at "
              + last
              + " for parameters of length "
              + before.length
              + " before and "
              + after.length
              + " after the step");
    }
    float[] capped = after.clone();
    int begin = 0;
    for (int end : layerEnds) {
      double size = 0;
      double step = 0;
      for (int i = begin; i < end; i++) {
        double change = (double) after[i] - before[i];
        size += (double) before[i] * before[i];
        step += change * change;
      }
      double allowed = cap * Math.sqrt(size);
      double length = Math.sqrt(step);
      if (length > allowed) {
        double factor = allowed / length;
        for (int i = begin; i < end; i++) {
          capped[i] = (float) (before[i] + factor * ((double) after[i] - before[i]));
        }
      }
      begin = end;
    }
    return capped;
  }
}
