package dev.evenkeel.jobs.control;

import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.schemas.ControlSignature;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which commands a job takes. */
public final class ControlRules implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Reference of a roll-back of the model: what served before serves again. */
  public static final String MODEL_BEFORE = "model-before";

  private static final Set<ControlAction> WITH_REFERENCE =
      Set.of(ControlAction.SWAP, ControlAction.ROLL_BACK, ControlAction.PROMOTE);

  private final StateConfig.Scope scope;
  private final byte[] key;
  private transient ControlSignature signature;

  /**
   * @param scope who shares a state
   * @param key of signatures; null if commands need none
   */
  public ControlRules(StateConfig.Scope scope, byte[] key) {
    this.scope = scope;
    this.key = key;
  }

  /** What is wrong with a command; empty if nothing is. */
  List<String> problems(ControlCommand command) {
    if (!isAuthorised(command)) {
      return List.of(
          command.getHmacSha256() == null
              ? "the command is not signed, expected an HMAC with the key of control.key-file; send"
                  + " it with --key-file"
              : "the signature is not that of control.key-file; sign with the job's key");
    }
    List<String> problems = new ArrayList<>();
    if (command.getCommandId().isEmpty()) {
      problems.add("command_id is empty, expected a name that no other command has");
    }
    if (command.getAuthor().isEmpty()) {
      problems.add("author is empty, expected who gives the command");
    }
    checkAddress(command, problems);
    checkArguments(command, problems);
    return problems;
  }

  private boolean isAuthorised(ControlCommand command) {
    if (key == null) {
      return true;
    }
    if (signature == null) {
      signature = new ControlSignature(key);
    }
    return signature.verifies(command);
  }

  private void checkAddress(ControlCommand command, List<String> problems) {
    boolean all = command.getScope() == ControlScope.ALL;
    if (all != (command.getTarget() == null)) {
      problems.add(
          all
              ? "target is '%s', expected none as scope is ALL".formatted(command.getTarget())
              : "target is missing, expected a name as scope is " + command.getScope());
    }
    ControlScope own =
        switch (scope) {
          case STREAM -> ControlScope.STREAM;
          case GROUP -> ControlScope.GROUP;
          case ALL -> ControlScope.ALL;
        };
    if (!all && command.getScope() != own) {
      problems.add(
          "scope is %s, expected %s: in this job states belong to %s (state.scope)"
              .formatted(
                  command.getScope(),
                  own == ControlScope.ALL ? "ALL" : own + " or ALL",
                  own == ControlScope.ALL
                      ? "all streams together"
                      : "each " + own.name().toLowerCase(Locale.ROOT)));
    }
    if (all && command.getAtBatch() != null) {
      problems.add(
          "at_batch is %d, expected none as scope is ALL: batches are numbered by stream"
              .formatted(command.getAtBatch()));
    }
    if (command.getAtBatch() != null && command.getAtBatch() < 0) {
      problems.add("at_batch is %d, expected at least 0".formatted(command.getAtBatch()));
    }
  }

  /** Whether a roll-back is one of the model, not of adapted states. */
  static boolean isOfModel(ControlCommand command) {
    return MODEL_BEFORE.equals(command.getReference());
  }

  private static void checkArguments(ControlCommand command, List<String> problems) {
    ControlAction action = command.getAction();
    if (command.getReference() != null && !WITH_REFERENCE.contains(action)) {
      problems.add(
          "reference is '%s', expected none for %s".formatted(command.getReference(), action));
    }
    if (command.getReference() == null && action == ControlAction.SWAP) {
      problems.add("reference is missing, expected the model to change to");
    }
    switch (action) {
      case SET -> {
        if (command.getSettings().isEmpty()) {
          problems.add("settings are missing, expected at least one for SET");
        }
      }
      case SWAP -> problems.addAll(TrialSettings.problems(command));
      default -> {
        if (!command.getSettings().isEmpty()) {
          problems.add("settings are given, expected none for " + action);
        }
      }
    }
    boolean onTrial = action == ControlAction.SWAP && !command.getSettings().isEmpty();
    if ((onTrial || action == ControlAction.PROMOTE) && command.getScope() != ControlScope.ALL) {
      problems.add(
          "scope is %s, expected ALL: a trial is one of all streams".formatted(command.getScope()));
    }
    if (action == ControlAction.ROLL_BACK && command.getAtBatch() != null) {
      problems.add("at_batch is %d, expected none for ROLL_BACK".formatted(command.getAtBatch()));
    }
  }
}
