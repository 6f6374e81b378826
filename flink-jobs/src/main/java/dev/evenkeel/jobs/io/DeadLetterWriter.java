package dev.evenkeel.jobs.io;

import dev.evenkeel.schemas.DeadLetters;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RecordOrigin;
import dev.evenkeel.v1.DeadLetter;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.InstantSource;

/**
 * Writes down what was refused and why.
 *
 * @param maxPayload most bytes of a refused record copied into its dead letter
 * @param clock stamps dead letters
 */
public record DeadLetterWriter(int maxPayload, Clock clock) implements Serializable {

  /** A clock that travels with the job. */
  @FunctionalInterface
  public interface Clock extends InstantSource, Serializable {}

  /** The dead letter of a record. */
  public DeadLetter of(DecodeException problem, RawRecord record) {
    DeadLetter letter =
        DeadLetters.of(
            problem.reason(),
            problem.detail(),
            new RecordOrigin(record.topic(), record.partition(), record.offset()),
            record.key(),
            record.value(),
            clock.instant());
    ByteBuffer original = letter.getOriginal();
    if (original.remaining() > maxPayload) {
      letter.setOriginal(original.slice(original.position(), maxPayload));
    }
    return letter;
  }
}
