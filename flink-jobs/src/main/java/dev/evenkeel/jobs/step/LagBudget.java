package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.batch.CallQueue.Closed;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives learning up while samples wait too long, and takes it up again when they wait half of that.
 * What it has decided is not part of a checkpoint: it follows the load.
 */
final class LagBudget {
  private static final Logger LOG = LoggerFactory.getLogger(LagBudget.class);
  private static final Optional<String> LAG = Optional.of("lag");

  private final long maxMillis;
  private boolean lagging;

  /**
   * @param maxMillis wait above which nothing is learned; 0 to learn always
   */
  LagBudget(long maxMillis) {
    this.maxMillis = maxMillis;
  }

  /**
   * Why a call is not to learn; empty if it is.
   *
   * @param nowMillis the clock
   */
  Optional<String> holdsBack(List<Closed> call, long nowMillis) {
    if (maxMillis == 0) {
      return Optional.empty();
    }
    long earliest =
        call.stream()
            .flatMap(batch -> batch.samples().stream())
            .mapToLong(sample -> sample.recordTime())
            .min()
            .orElse(nowMillis);
    long waited = nowMillis - Math.min(earliest, nowMillis);
    if (!lagging && waited > maxMillis) {
      lagging = true;
      LOG.warn(
          "Samples have waited {} ms, more than adaptation.max-lag of {} ms: answering without"
              + " learning until the wait is half of that",
          waited,
          maxMillis);
    } else if (lagging && waited <= maxMillis / 2) {
      lagging = false;
      LOG.warn("Samples have waited {} ms: learning again", waited);
    }
    return lagging ? LAG : Optional.empty();
  }
}
