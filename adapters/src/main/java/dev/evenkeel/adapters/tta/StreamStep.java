package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.guard.GuardAction;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * What a call did for one stream.
 *
 * @param outcome for its state
 * @param learned what its parameters learned from
 * @param sourceAnswered whether the source model answered its samples
 * @param assignmentEntropy mean over its samples and the layers of the entropy of the assignment to
 *     components, in nats, in [0, ln(components)]; NaN where not asked for, where the recipe has no
 *     components, or the stream took no step
 * @param fellBack whether a guard let the source model's answers leave in the place of the adapted
 *     ones
 * @param guardActions what guards did, in order; empty without guards
 * @param adaptedLogits {@code [samples, classes]} of the adapted model, whether they left or not;
 *     null where not asked for, without guards, or where one of both models did not answer
 */
public record StreamStep(
    Outcome outcome,
    Learned learned,
    boolean sourceAnswered,
    double assignmentEntropy,
    boolean fellBack,
    List<GuardAction> guardActions,
    FloatBuffer adaptedLogits) {
  public StreamStep {
    guardActions = List.copyOf(guardActions);
  }
}
