package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.io.Wire;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the records of a topic. */
@Command(
    name = "consume",
    sortOptions = false,
    description = "Prints records, one JSON object a line; only committed ones.")
final class ConsumeCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;
  @Mixin private FormatOptions format;

  @Option(names = "--topic", paramLabel = "T", required = true, description = "Where to read.")
  private String topic;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      required = true,
      converter = MessageType.Converter.class,
      completionCandidates = MessageType.Candidates.class,
      description = "What the records are: ${COMPLETION-CANDIDATES}.")
  private MessageType type;

  @Option(names = "--max", paramLabel = "N", description = "Stop after N records.")
  private Long max;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Stop when no record has come for so long. Default: never.")
  private Double timeout;

  @Option(
      names = "--from",
      defaultValue = "beginning",
      description = "${COMPLETION-CANDIDATES} of the topic. Default: ${DEFAULT-VALUE}.")
  private From from;

  @Option(names = "--json", description = "Accepted for uniformity: the output is JSON anyway.")
  @SuppressWarnings("unused") // the output is JSON with or without it
  private boolean json;

  /** Where reading starts. */
  enum From {
    BEGINNING,
    END
  }

  @Override
  public Integer call() throws InterruptedException {
    if (max != null && max < 0) {
      throw new ParameterException(spec.commandLine(), "--max is " + max + ", expected at least 0");
    }
    Wire wire = format.wire();
    kafka.requireBroker();
    try (KafkaConsumer<byte[], byte[]> consumer =
        kafka.consumer(Map.of("fetch.max.bytes", Integer.toString(64 << 20)))) {
      print(consumer, wire, type.recordClass());
    }
    return 0;
  }

  private <T extends SpecificRecord> void print(
      KafkaConsumer<byte[], byte[]> consumer, Wire wire, Class<T> recordClass) {
    MessageDecoder<T> decoder = wire.decoder(recordClass);
    MessageEncoder<T> encoder = MessageEncoder.of(WireFormat.JSON, recordClass);
    PrintWriter out = spec.commandLine().getOut();
    long left = max == null ? Long.MAX_VALUE : max;
    long lastArrival = System.nanoTime();
    boolean assigned = false;
    while (left > 0 && !isOver(lastArrival)) {
      assigned = assigned || assign(consumer);
      if (!assigned) {
        continue;
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        out.println(toJson(record, wire, decoder, encoder));
        lastArrival = System.nanoTime();
        if (--left == 0) {
          break;
        }
      }
      out.flush();
    }
  }

  private boolean isOver(long lastArrival) {
    return timeout != null && System.nanoTime() - lastArrival > timeout * 1e9;
  }

  /** Takes all partitions once the topic exists; waits a little if it does not. */
  private boolean assign(KafkaConsumer<byte[], byte[]> consumer) {
    List<PartitionInfo> found = consumer.listTopics().get(topic);
    if (found == null) {
      LockSupport.parkNanos(POLL.toNanos());
      return false;
    }
    List<TopicPartition> partitions =
        found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    if (from == From.BEGINNING) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
    }
    return true;
  }

  private <T> String toJson(
      ConsumerRecord<byte[], byte[]> record,
      Wire wire,
      MessageDecoder<T> decoder,
      MessageEncoder<T> encoder) {
    try {
      return new String(encoder.encode(decoder.decode(record.value())), StandardCharsets.UTF_8);
    } catch (DecodeException e) {
      throw new CommandFailure(
          "The record at offset "
              + record.offset()
              + " of "
              + record.topic()
              + "-"
              + record.partition()
              + " is no "
              + type
              + " in "
              + wire.format()
              + ": "
              + e.getMessage()
              + "; check --type, --format and --topic",
          e);
    }
  }
}
