package dev.evenkeel.adapters.labelshift.estimator;

import dev.evenkeel.adapters.labelshift.adapter.LinearHead;
import java.util.Optional;

/**
 * What is known of the source.
 *
 * @param hard confusion of predicted classes
 * @param soft confusion of calibrated probabilities
 * @param holdOut labelled samples; {@code rogd}, {@code uogd} and {@code atlas} need them
 * @param head last layer of the model; {@code uogd} and {@code atlas} need it
 */
public record SourceEvidence(
    SourceConfusion hard,
    SourceConfusion soft,
    Optional<HoldOut> holdOut,
    Optional<LinearHead> head) {
  public SourceEvidence {
    if (hard.vote() != Vote.HARD || soft.vote() != Vote.SOFT || hard.classes() != soft.classes()) {
      throw new IllegalArgumentException(
          "Confusions are %s of %d and %s of %d classes, expected HARD and SOFT of as many"
              .formatted(hard.vote(), hard.classes(), soft.vote(), soft.classes()));
    }
    int classes = soft.classes();
    if (holdOut.isPresent() && holdOut.get().classes() != classes) {
      throw new IllegalArgumentException(
          "Hold-out has %d classes, expected %d".formatted(holdOut.get().classes(), classes));
    }
    if (head.isPresent() && head.get().classes() != classes) {
      throw new IllegalArgumentException(
          "Head has %d classes, expected %d".formatted(head.get().classes(), classes));
    }
  }

  HoldOut requireHoldOut(String estimator) {
    return holdOut.orElseThrow(
        () ->
            new IllegalArgumentException(
                estimator + " has no hold-out, expected labelled source samples"));
  }

  LinearHead requireHead(String estimator) {
    return head.orElseThrow(
        () ->
            new IllegalArgumentException(
                estimator + " has no linear head, expected the model's last layer"));
  }
}
