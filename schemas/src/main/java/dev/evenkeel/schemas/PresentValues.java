package dev.evenkeel.schemas;

import org.apache.avro.specific.SpecificRecord;

/** Refuses values that are not there, whatever their format. */
record PresentValues<T extends SpecificRecord>(Class<T> type, MessageDecoder<T> decoder)
    implements MessageDecoder<T> {
  @Override
  public T decode(byte[] value) throws DecodeException {
    if (value == null || value.length == 0) {
      throw new DecodeException(
          RejectionReason.EMPTY_VALUE,
          "the value is %s; a %s was expected"
              .formatted(value == null ? "null (a tombstone)" : "empty", type.getSimpleName()));
    }
    return decoder.decode(value);
  }
}
