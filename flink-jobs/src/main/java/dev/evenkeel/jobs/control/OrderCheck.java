package dev.evenkeel.jobs.control;

import dev.evenkeel.v1.ControlCommand;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Looks up what commands name, and tries it, before any stream is told. An {@code IOException} says
 * that a store cannot be reached now; any other exception refuses the command with its message.
 */
public interface OrderCheck extends Serializable {
  /**
   * The program that serves once a model takes the place of another's; the model was verified, fits
   * the stream and has answered a batch.
   *
   * @param reference of the model, as the model store names it
   */
  ProgramSpec swapped(String reference, ProgramSpec serving) throws IOException;

  /** Tries a program: its model, rewritten for its recipe, answers a batch. */
  void requireServable(ProgramSpec program) throws IOException;

  /**
   * The states that a command goes back to: for one stream or group, or the last good one of each.
   *
   * @param serving whose states they have to be
   * @throws IllegalArgumentException if there is none
   */
  List<Order.Snapshot> snapshots(ControlCommand command, ProgramSpec serving) throws IOException;
}
