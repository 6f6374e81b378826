package dev.evenkeel.jobs.io;

/**
 * A record as it lay in Kafka. The arrays are not copied and must not be changed.
 *
 * @param topic name of the topic
 * @param partition of the topic
 * @param offset in the partition
 * @param timestamp that the record carries, in milliseconds
 * @param key null if the record had none
 * @param value null for a tombstone
 * @param trace that its headers name
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; a copy per record would cost.
public record RawRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte[] key,
    byte[] value,
    TraceContext trace) {
  /** A record that belongs to no trace. */
  public RawRecord(
      String topic, int partition, long offset, long timestamp, byte[] key, byte[] value) {
    this(topic, partition, offset, timestamp, key, value, TraceContext.NONE);
  }
}
