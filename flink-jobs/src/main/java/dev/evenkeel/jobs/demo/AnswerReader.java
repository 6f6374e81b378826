package dev.evenkeel.jobs.demo;

import dev.evenkeel.jobs.demo.result.Scoreboard;
import dev.evenkeel.jobs.demo.result.Scoreboard.Answer;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Prediction;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the committed answers of all recipes from Kafka. For one thread. */
final class AnswerReader implements AutoCloseable {
  private final Map<String, Integer> recipeOfTopic = new HashMap<>();
  private final int[] warm;
  private final Scoreboard scoreboard;
  private final Clock clock;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final MessageDecoder<Prediction> predictions =
      MessageDecoder.of(WireFormat.AVRO, Prediction.class);
  private final MessageDecoder<DeadLetter> deadLetters =
      MessageDecoder.of(WireFormat.AVRO, DeadLetter.class);

  AnswerReader(String bootstrapServers, Scoreboard scoreboard, Clock clock) {
    this.scoreboard = scoreboard;
    this.clock = clock;
    List<String> recipes = scoreboard.recipes();
    this.warm = new int[recipes.size()];
    for (int recipe = 0; recipe < recipes.size(); recipe++) {
      recipeOfTopic.put(Topics.predictions(recipes.get(recipe)), recipe);
    }
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        recipes.stream()
            .flatMap(r -> Stream.of(Topics.predictions(r), Topics.deadLetters(r)))
            .map(topic -> new TopicPartition(topic, 0))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /**
   * Waits for answers at most as long as given and puts them on the scoreboard.
   *
   * @return number of answers read
   * @throws DemoException if an answer cannot be read, or a job refused a sample
   */
  int poll(Duration timeout) throws DemoException {
    int answers = 0;
    for (ConsumerRecord<byte[], byte[]> each : consumer.poll(timeout)) {
      try {
        Integer recipe = recipeOfTopic.get(each.topic());
        if (recipe == null) {
          throw refused(deadLetters.decode(each.value()), each.topic());
        }
        note(recipe, predictions.decode(each.value()));
        answers++;
      } catch (DecodeException e) {
        throw new DemoException(
            "A record of " + each.topic() + " cannot be read: " + e.getMessage(), e);
      }
    }
    return answers;
  }

  /** Whether every recipe has answered the whole warm-up. */
  boolean isWarm() {
    for (int answered : warm) {
      if (answered < DemoOptions.BATCH) {
        return false;
      }
    }
    return true;
  }

  private void note(int recipe, Prediction prediction) {
    if (prediction.getStreamId().equals(SampleFeeder.WARM_UP)) {
      warm[recipe]++;
      return;
    }
    scoreboard.note(
        recipe,
        new Answer(
            Integer.parseInt(prediction.getSampleId()),
            prediction.getLabel(),
            prediction.getSourceLabel(),
            prediction.getEntropy(),
            prediction.getEventTime().toEpochMilli(),
            prediction.getProducedAt().toEpochMilli(),
            clock.millis()));
  }

  private static DemoException refused(DeadLetter letter, String topic) {
    return new DemoException(
        "The job refused a sample ("
            + topic
            + "): "
            + letter.getReason()
            + ", "
            + letter.getDetail());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
