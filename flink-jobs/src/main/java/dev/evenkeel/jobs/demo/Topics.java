package dev.evenkeel.jobs.demo;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** The demo's topics: one of samples for all recipes, one of each other kind for each recipe. */
final class Topics {
  static final String SAMPLES = "evenkeel.samples";

  private Topics() {}

  static String predictions(String recipe) {
    return "evenkeel.predictions." + plain(recipe);
  }

  static String deadLetters(String recipe) {
    return "evenkeel.dead-letters." + plain(recipe);
  }

  /** A recipe's name in the characters that topics, groups and directories allow. */
  static String plain(String recipe) {
    return recipe.replaceAll("[^A-Za-z0-9.-]", "_");
  }

  /** Makes all topics, one partition each. */
  static void create(String bootstrapServers, List<String> recipes)
      throws DemoException, InterruptedException {
    List<NewTopic> topics =
        Stream.concat(
                Stream.of(SAMPLES),
                recipes.stream().flatMap(r -> Stream.of(predictions(r), deadLetters(r))))
            .map(name -> new NewTopic(name, 1, (short) 1))
            .toList();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      throw new DemoException("The demo's topics could not be made: " + e.getMessage(), e);
    }
  }
}
