package dev.evenkeel.jobs.control;

import dev.evenkeel.v1.ControlCommand;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.util.MathUtils;

/**
 * Which program serves which stream, as commands have left it. Immutable. It is a function of the
 * commands alone, so all instances of an operator agree on it at every checkpoint.
 *
 * @param own program of the job file
 * @param now serves all for which nothing else is said
 * @param before served before that; empty if nothing did
 * @param trial of a candidate; empty if there is none
 * @param special programs of single streams or groups, oldest first; they hold for those that
 *     obeyed the command
 * @param changedBy the last command that changed what serves all; empty if none did
 */
public record Serving(
    ProgramSpec own,
    ProgramSpec now,
    Optional<ProgramSpec> before,
    Optional<Trial> trial,
    List<Special> special,
    Optional<ControlCommand> changedBy) {
  /** Special programs that are kept; each takes memory. */
  public static final int MOST_SPECIAL = 8;

  /**
   * A candidate on trial.
   *
   * @param share of streams that it serves, or of batches that it answers unseen, in (0, 1]
   * @param isShadow whether its answers are compared and not published
   */
  public record Trial(ProgramSpec candidate, double share, boolean isShadow) {
    public Trial {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "the share of a trial is " + share + ", expected more than 0 and at most 1");
      }
    }
  }

  /**
   * The program of one stream or group.
   *
   * @param by the command that asked for it, which names its target
   */
  public record Special(ProgramSpec program, ControlCommand by) {
    private boolean isFor(String target) {
      return by.getTarget().equals(target);
    }
  }

  /**
   * What is to serve a stream.
   *
   * @param because of this command; empty if there was none
   */
  public record Choice(ProgramSpec program, Optional<ControlCommand> because) {}

  public Serving {
    special = List.copyOf(special);
    if (special.size() > MOST_SPECIAL) {
      throw new IllegalArgumentException(
          ("%d streams or groups would have a program of their own, expected at most %d; let some go"
                  + " back first (rollback --model-before), or address all")
              .formatted(special.size(), MOST_SPECIAL));
    }
  }

  /** What serves before any command. */
  public static Serving own(ProgramSpec program) {
    return new Serving(
        program, program, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
  }

  /** Whether no command has changed anything. */
  public boolean isOwn() {
    return equals(own(own));
  }

  /**
   * The same under a job file that may have changed since; empty if it now says something else than
   * both the job file of then and what has come to serve.
   */
  public Optional<Serving> under(ProgramSpec program) {
    if (program.equals(own)) {
      return Optional.of(this);
    }
    return program.equals(now)
        ? Optional.of(new Serving(program, now, before, trial, special, changedBy))
        : Optional.empty();
  }

  /** What is to serve a key. */
  public Choice of(String key, StreamControl told) {
    for (Special one : special) {
      if (one.by().getCommandId().equals(told.program())) {
        return new Choice(one.program(), Optional.of(one.by()));
      }
    }
    return new Choice(
        trial
            .filter(found -> !found.isShadow() && share(key) < found.share())
            .map(Trial::candidate)
            .orElse(now),
        changedBy);
  }

  /** A number in [0, 1) that depends on the key only and looks uniform. */
  private static double share(String key) {
    return MathUtils.murmurHash(key.hashCode()) / (Integer.MAX_VALUE + 1.0);
  }

  /** Another program for all; trials and special programs end. */
  public Serving swapped(ProgramSpec program, ControlCommand by) {
    return new Serving(
        own, program, Optional.of(now), Optional.empty(), List.of(), Optional.of(by));
  }

  /** A candidate is tried, in the place of any other. */
  public Serving trying(Trial candidate, ControlCommand by) {
    return new Serving(own, now, before, Optional.of(candidate), special, Optional.of(by));
  }

  /**
   * The candidate serves all.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Serving promoted(ControlCommand by) {
    Trial tried =
        trial.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no candidate is on trial; begin with swap --canary or --shadow"));
    return swapped(tried.candidate(), by);
  }

  /**
   * The trial ends; where there is none, what served before serves again.
   *
   * @throws IllegalArgumentException if there is neither
   */
  public Serving back(ControlCommand by) {
    if (trial.isPresent()) {
      return new Serving(own, now, before, Optional.empty(), special, Optional.of(by));
    }
    return swapped(
        before.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no candidate is on trial and no other program served before; swap to one")),
        by);
  }

  /** One stream or group has a program of its own, from the batch on that the command names. */
  public Serving except(ProgramSpec program, ControlCommand by) {
    String target = by.getTarget();
    List<Special> more = new ArrayList<>(special);
    // One that is for a later batch leaves the last one in force until then.
    Optional<Special> inForce = by.getAtBatch() == null ? Optional.empty() : last(target);
    more.removeIf(one -> one.isFor(target) && !inForce.equals(Optional.of(one)));
    more.add(new Special(program, by));
    return new Serving(own, now, before, trial, more, changedBy);
  }

  /**
   * One stream or group has no program of its own any more.
   *
   * @throws IllegalArgumentException if it has none
   */
  public Serving without(String target) {
    if (last(target).isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' has no program of its own; go back for all".formatted(target));
    }
    return new Serving(
        own,
        now,
        before,
        trial,
        special.stream().filter(one -> !one.isFor(target)).toList(),
        changedBy);
  }

  /** What serves a stream or group by the last command to it; else what serves all. */
  public ProgramSpec lastFor(String target) {
    return last(target).map(Special::program).orElse(now);
  }

  private Optional<Special> last(String target) {
    return special.stream().filter(one -> one.isFor(target)).reduce((a, b) -> b);
  }

  /** All programs that are needed. */
  public Set<ProgramSpec> programs() {
    Set<ProgramSpec> needed = new LinkedHashSet<>();
    needed.add(now);
    trial.ifPresent(found -> needed.add(found.candidate()));
    special.forEach(one -> needed.add(one.program()));
    return needed;
  }
}
