package dev.evenkeel.it.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.jobs.config.JobConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The compose file follows the Compose Specification's published schema, and what it names is
 * there.
 */
class ComposeFileTest {
  private static final String FILE = "deploy/compose.yaml";

  private final JsonNode compose = Checkout.yaml(FILE);
  private final JsonNode services = compose.path("services");

  @ParameterizedTest
  @ValueSource(strings = {FILE, "deploy/compose.gpu.yaml"})
  void followsTheSpecification(String file) throws IOException {
    assertThat(JsonSchemas.problems(specification(), Checkout.yaml(file))).isEmpty();
  }

  @Test
  void aMisspeltKeyOrConditionWouldBeFound() throws IOException {
    ObjectNode misspelt = compose.deepCopy();
    ((ObjectNode) misspelt.at("/services/kafka")).put("prots", "9092:9092");
    assertThat(JsonSchemas.problems(specification(), misspelt)).isNotEmpty();
    ObjectNode unconditioned = compose.deepCopy();
    ((ObjectNode) unconditioned.at("/services/topics/depends_on/kafka"))
        .put("condition", "service_ready");
    assertThat(JsonSchemas.problems(specification(), unconditioned)).isNotEmpty();
  }

  private static JsonNode specification() throws IOException {
    try (InputStream schema = ComposeFileTest.class.getResourceAsStream("/compose-spec.json")) {
      return new ObjectMapper().readTree(schema);
    }
  }

  @Test
  void listensOnLoopbackOnly() {
    List<String> ports = new ArrayList<>();
    services.forEach(service -> service.path("ports").forEach(port -> ports.add(port.asText())));
    assertThat(ports).isNotEmpty().allMatch(port -> port.matches("127\\.0\\.0\\.1:\\d+:\\d+"));
  }

  @Test
  void everyMountedFileAndVolumeIsThere() {
    List<String> missing = new ArrayList<>();
    int mounts = 0;
    for (JsonNode service : services) {
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asText().split(":", -1)[0];
        mounts++;
        boolean there =
            source.startsWith("./")
                ? Files.exists(Checkout.path("deploy").resolve(source).normalize())
                : compose.path("volumes").has(source);
        if (!there) {
          missing.add(source);
        }
      }
    }
    assertThat(mounts).isGreaterThan(5);
    assertThat(missing).isEmpty();
  }

  @Test
  void eachServiceWaitsForWhatCanComeTrue() {
    Dockerfile dockerfile = Dockerfile.read();
    for (Map.Entry<String, JsonNode> service : services.properties()) {
      for (Map.Entry<String, JsonNode> needed :
          service.getValue().path("depends_on").properties()) {
        requirePossible(service.getKey(), needed, dockerfile);
      }
    }
  }

  private void requirePossible(
      String service, Map.Entry<String, JsonNode> needed, Dockerfile dockerfile) {
    JsonNode other = services.path(needed.getKey());
    String condition = needed.getValue().path("condition").asText();
    String what = service + " waits for " + needed.getKey() + " to be " + condition;
    if (condition.equals("service_healthy")) {
      String target = other.at("/build/target").asText();
      assertThat(
              other.at("/healthcheck/test").isArray()
                  || (!other.at("/healthcheck/disable").asBoolean()
                      && dockerfile.isHealthChecked(target)))
          .as(what)
          .isTrue();
    } else {
      assertThat(condition).as(what).isEqualTo("service_completed_successfully");
      assertThat(other.path("restart").asText()).as(what).isEqualTo("no");
    }
  }

  @Test
  void startsInOrderFromBrokerToDemo() {
    assertThat(before("demo")).contains("kafka", "topics", "jobmanager", "taskmanager", "job");
    assertThat(before("grafana")).contains("prometheus", "taskmanager");
    services
        .fieldNames()
        .forEachRemaining(name -> assertThat(before(name)).as(name).doesNotContain(name));
  }

  /** All that a service waits for, directly or not. */
  private List<String> before(String service) {
    List<String> before = new ArrayList<>();
    Deque<String> open = new ArrayDeque<>(List.of(service));
    while (!open.isEmpty()) {
      services
          .path(open.pop())
          .path("depends_on")
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (!before.contains(name)) {
                  before.add(name);
                  open.push(name);
                }
              });
    }
    return before;
  }

  @Test
  void imagesArePinnedAndOfTheVersionsThatAreBuiltAndTested() {
    List<String> images = new ArrayList<>();
    services.forEach(service -> images.add(service.path("image").asText()));
    assertThat(images)
        .allMatch(image -> image.matches("[a-z0-9./-]+:v?\\d+(\\.\\d+)+"))
        .contains(
            "apache/kafka:" + Checkout.property("kafka.version"),
            "evenkeel:" + Checkout.version(),
            "evenkeel-cli:" + Checkout.version());
  }

  @Test
  void runsTheJobThatItsFileDescribes() throws IOException {
    JobConfig job = JobConfig.read(Checkout.path("deploy/docker/demo-job.yaml"));
    List<String> words = new ArrayList<>();
    services.at("/job/command").forEach(word -> words.add(word.asText()));
    assertThat("file://" + words.get(3)).isEqualTo(job.checkpoints().directory());
    assertThat(words.get(1)).isEqualTo(job.name());
    assertThat(services.at("/job/volumes").toString())
        .contains("./docker/demo-job.yaml:" + words.get(2));
    int slots =
        services.at("/taskmanager/deploy/replicas").asInt()
            * services.at("/taskmanager/environment/TASK_MANAGER_NUMBER_OF_TASK_SLOTS").asInt();
    assertThat(slots).isGreaterThanOrEqualTo(job.parallelism());
    assertThat(services.at("/kafka/environment/KAFKA_LISTENERS").asText()).contains("://:19092");
    assertThat(job.kafka().bootstrapServers()).isEqualTo("kafka:19092");
  }
}
