package dev.evenkeel.jobs.control;

import dev.evenkeel.v1.ControlCommand;
import java.util.Optional;

/**
 * A command on its way to the streams, with what it needs: everything was looked up and checked
 * before, so that streams never wait for a store.
 *
 * @param serving what serves once it is obeyed; empty if it changes nothing of that
 * @param snapshot state to go back to; empty if it is for none
 */
public record Order(
    ControlCommand command, Optional<Serving> serving, Optional<Snapshot> snapshot) {

  /**
   * A state of before.
   *
   * @param key whose state goes back; empty for every one
   * @param reference of it in the store
   * @param program fingerprint of the program that made it
   * @param state bytes of the state dict
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record Snapshot(Optional<String> key, String reference, String program, byte[] state) {}

  /** A command that needs nothing. */
  public static Order of(ControlCommand command) {
    return new Order(command, Optional.empty(), Optional.empty());
  }

  static Order serving(ControlCommand command, Serving serving) {
    return new Order(command, Optional.of(serving), Optional.empty());
  }

  static Order back(ControlCommand command, Snapshot snapshot) {
    return new Order(command, Optional.empty(), Optional.of(snapshot));
  }
}
