package dev.evenkeel.adapters.guard;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How a stream is guarded. Immutable.
 *
 * @param rules one for each quantity
 * @param temperature by which the adapted network's logits are divided before its belief is
 *     compared with the source model's; above 0
 * @param restartAfter samples of a fall-back after which the state starts again, doubled each time
 *     until the fall-back ends; 0 for never
 * @param restart {@link Response#RESET} or {@link Response#ROLL_BACK}
 * @param trustAfter samples without alarm after which the source model need not answer every batch
 * @param shadowShare share of batches that it answers from then on, in (0, 1]
 * @param busyShare the same while there is more to answer than can be, in (0, 1]
 */
public record GuardSettings(
    Map<Watch, GuardRule> rules,
    double temperature,
    int restartAfter,
    Response restart,
    int trustAfter,
    double shadowShare,
    double busyShare) {
  public GuardSettings {
    rules = Collections.unmodifiableMap(new EnumMap<>(rules));
    if (rules.size() != Watch.values().length) {
      throw new IllegalArgumentException("Guards need a rule for each quantity, found " + rules);
    }
    if (!(temperature > 0)
        || restartAfter < 0
        || trustAfter < 0
        || !(shadowShare > 0 && shadowShare <= 1)
        || !(busyShare > 0 && busyShare <= 1)
        || (restart != Response.RESET && restart != Response.ROLL_BACK)) {
      throw new IllegalArgumentException(
          "Guards at temperature %s with restart %s after %d, trust after %d, shadow shares %s and %s"
              .formatted(temperature, restart, restartAfter, trustAfter, shadowShare, busyShare));
    }
  }

  /** Whether a copy of the state is to be kept for a roll-back. */
  public boolean keepsGoodStates() {
    return (restart == Response.ROLL_BACK && restartAfter > 0)
        || rules.values().stream().anyMatch(rule -> rule.response() == Response.ROLL_BACK);
  }
}
