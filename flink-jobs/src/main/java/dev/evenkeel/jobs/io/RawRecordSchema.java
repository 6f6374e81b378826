package dev.evenkeel.jobs.io;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes Kafka records as they are; reading them is another operator's work. */
final class RawRecordSchema implements KafkaRecordDeserializationSchema<RawRecord> {
  private static final long serialVersionUID = 1L;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> in, Collector<RawRecord> out) {
    out.collect(
        new RawRecord(
            in.topic(),
            in.partition(),
            in.offset(),
            in.timestamp(),
            in.key(),
            in.value(),
            TraceContext.of(in.headers())));
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return StreamTypes.RAW_RECORD;
  }
}
