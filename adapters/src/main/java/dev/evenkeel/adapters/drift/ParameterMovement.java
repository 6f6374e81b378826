package dev.evenkeel.adapters.drift;

/** How far learned parameters are from those of the source model, and how far a step moved them. */
public final class ParameterMovement {
  private final float[] source;
  private final double size;

  /**
   * @param source parameters of the source model, {@code [parameters]}, not all zero
   */
  public ParameterMovement(float[] source) {
    this.source = source.clone();
    this.size = norm(new float[source.length], source);
  }

  /** {@code |theta - theta_0| / |theta_0|} in the Euclidean norm; 0 at the source. */
  public double distance(float[] parameters) {
    return norm(source, parameters) / size;
  }

  /**
   * {@code |after - before|} in the Euclidean norm.
   *
   * @throws IllegalArgumentException if they are not equally many
   */
  public static double norm(float[] before, float[] after) {
    if (before.length != after.length) {
      throw new IllegalArgumentException(
          "A step from " + before.length + " to " + after.length + " parameters");
    }
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      double change = (double) after[i] - before[i];
      sum += change * change;
    }
    return Math.sqrt(sum);
  }
}
