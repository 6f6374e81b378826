package dev.evenkeel.adapters.labelshift.estimator;

import java.util.Optional;

/**
 * What a batch tells about its label distribution. Arrays are not to be changed.
 *
 * @param distribution estimated share of each class, {@code [classes]}, sum 1; the source prior
 *     where the estimate is refused
 * @param samples that were counted; answers that are not finite are not
 * @param conditionNumber of the joint source confusion, at least 1
 * @param standardError typical for a class (root mean square), from sampling noise of the batch and
 *     of the source measurement; infinite where nothing bounds it
 * @param refusal why there is no estimate, if so: value found, value expected, next step
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record LabelEstimate(
    double[] distribution,
    int samples,
    double conditionNumber,
    double standardError,
    Optional<String> refusal) {
  public boolean refused() {
    return refusal.isPresent();
  }
}
