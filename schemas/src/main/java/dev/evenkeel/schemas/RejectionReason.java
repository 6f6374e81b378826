package dev.evenkeel.schemas;

import java.util.Locale;

/**
 * Why a record was not answered: the one list for dead letters and for metric labels. Names are
 * stable; add, never rename.
 */
public enum RejectionReason {
  /** The value is null (a tombstone) or has no bytes. */
  EMPTY_VALUE,
  /** The value ends before the record does, or a length in it points past its end. */
  TRUNCATED,
  /** Bytes are left over after the record. */
  TRAILING_BYTES,
  /** The bytes are no record of the schema. */
  MALFORMED,
  /** The frame before the message numbers a schema that the registry does not have. */
  UNKNOWN_SCHEMA,
  /** The writer's schema is no Avro schema that can be read as the current one. */
  INCOMPATIBLE_SCHEMA,
  /** A JSON object has a field that the schema does not know. */
  UNKNOWN_FIELD,
  /** A JSON object lacks a field that has no default. */
  MISSING_FIELD,
  /** A sample contradicts itself. */
  INVALID_SAMPLE,
  /** A label is of a class that cannot be. */
  INVALID_LABEL,
  /** The shape of a sample is not the input shape of the model. */
  WRONG_SHAPE,
  /** The element type of a sample is not one the model takes. */
  WRONG_DTYPE,
  /** The payload of a sample is not as long as its shape says. */
  WRONG_LENGTH,
  /** A sample is larger than can be held. */
  TOO_LARGE,
  /** A sample has an element that is NaN or infinite. */
  NON_FINITE,
  /** The payload lies elsewhere, and nothing can be fetched from there. */
  PAYLOAD_UNAVAILABLE,
  /** The payload lies where the job does not look. */
  PAYLOAD_REFUSED;

  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The name in dead letters and metrics: lower-case with hyphens, for instance wrong-shape. */
  public String label() {
    return label;
  }
}
