package dev.evenkeel.it;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics of one job under test, and the broker that has them. */
record Topics(
    String bootstrapServers,
    String samples,
    String predictions,
    String deadLetters,
    String drift,
    String labels,
    String control,
    String audit) {

  /** Makes fresh topics of the given number of partitions. */
  static Topics create(String bootstrapServers, int partitions) {
    return create(bootstrapServers, "it-" + UUID.randomUUID(), partitions);
  }

  private static Topics create(String bootstrapServers, String prefix, int partitions) {
    Topics topics =
        new Topics(
            bootstrapServers,
            prefix + ".samples",
            prefix + ".predictions",
            prefix + ".dead-letters",
            prefix + ".drift",
            prefix + ".labels",
            prefix + ".control",
            prefix + ".audit");
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      List<NewTopic> created =
          Stream.of(
                  topics.samples,
                  topics.predictions,
                  topics.deadLetters,
                  topics.drift,
                  topics.labels,
                  topics.control,
                  topics.audit)
              .map(name -> new NewTopic(name, partitions, (short) 1))
              .toList();
      admin.createTopics(created).all().get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("Cannot make topics at " + bootstrapServers, e);
    }
    return topics;
  }

  /** Other topics for the answers to the same samples. */
  Topics withOtherAnswers(int partitions) {
    Topics other = create(bootstrapServers, partitions);
    return new Topics(
        bootstrapServers,
        samples,
        other.predictions,
        other.deadLetters,
        other.drift,
        other.labels,
        other.control,
        other.audit);
  }
}
