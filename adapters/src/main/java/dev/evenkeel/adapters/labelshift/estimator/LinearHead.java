package dev.evenkeel.adapters.labelshift.estimator;

/**
 * A model's last linear layer. Arrays are not to be changed.
 *
 * @param weight {@code [classes, width]}
 * @param bias {@code [classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // Read by index, never compared.
public record LinearHead(double[] weight, double[] bias) {
  public LinearHead {
    if (bias.length < 2 || weight.length == 0 || weight.length % bias.length != 0) {
      throw new IllegalArgumentException(
          "Head has %d weights and %d biases, expected a whole row for each of 2 or more classes"
              .formatted(weight.length, bias.length));
    }
  }
}
