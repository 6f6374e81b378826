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

  private static final Set<ControlAction> WITH_REFERENCE =
      Set.of(ControlAction.SWAP, ControlAction.ROLL_BACK, ControlAction.PROMOTE);

  private final StateConfig.Scope scope;
  private final Set<ControlAction> possible;
  private final byte[] key;
  private transient ControlSignature signature;

  /**
   * @param scope who shares a state
   * @param possible what this job can do
   * @param key of signatures; null if commands need none
   */
  public ControlRules(StateConfig.Scope scope, Set<ControlAction> possible, byte[] key) {
    this.scope = scope;
    this.possible = Set.copyOf(possible);
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
    if (!possible.contains(command.getAction())) {
      problems.add(
          "action is %s, expected one of %s in this job"
              .formatted(command.getAction(), possible.stream().sorted().toList()));
    }
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

  private static void checkArguments(ControlCommand command, List<String> problems) {
    ControlAction action = command.getAction();
    if (command.getReference() != null && !WITH_REFERENCE.contains(action)) {
      problems.add(
          "reference is '%s', expected none for %s".formatted(command.getReference(), action));
    }
    if (command.getReference() == null && action == ControlAction.SWAP) {
      problems.add("reference is missing, expected the model to change to");
    }
    if (command.getSettings().isEmpty() == (action == ControlAction.SET)) {
      problems.add(
          action == ControlAction.SET
              ? "settings are missing, expected at least one for SET"
              : "settings are given, expected none for " + action);
    }
  }
}
