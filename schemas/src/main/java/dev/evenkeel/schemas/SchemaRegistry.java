package dev.evenkeel.schemas;

/** Knows schemas by number. May block; what it has told once it should remember. */
public interface SchemaRegistry {
  /**
   * The text of the schema that a writer used, as the registry has it.
   *
   * @throws DecodeException with {@link RejectionReason#UNKNOWN_SCHEMA} if the registry answers
   *     that it has no Avro schema of that number
   * @throws SchemaRegistryException if it does not answer; that says nothing about the record
   */
  String schema(int id) throws DecodeException;

  /**
   * The number of a schema under a subject, which is registered if need be.
   *
   * @param subject for instance {@code evenkeel.predictions-value}
   * @param schema its text, JSON
   * @throws SchemaRegistryException if the registry does not answer, or refuses the schema
   */
  int id(String subject, String schema);
}
