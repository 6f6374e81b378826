package dev.evenkeel.it.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every overlay as Kustomize builds it: the FlinkDeployment follows the operator's resource
 * definition, the other objects Kubernetes' published interface, and what must agree does.
 */
class KubernetesManifestsTest {
  private static final Map<String, Check> CHECKS =
      Map.of(
          "ConfigMap", V1ConfigMap::validateJsonElement,
          "Namespace", V1Namespace::validateJsonElement,
          "NetworkPolicy", V1NetworkPolicy::validateJsonElement,
          "PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement,
          "Role", V1Role::validateJsonElement,
          "RoleBinding", V1RoleBinding::validateJsonElement,
          "ServiceAccount", V1ServiceAccount::validateJsonElement);

  private interface Check {
    void accept(JsonElement object) throws IOException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "dev", "gpu"})
  void everyObjectFollowsItsSchema(String overlay) throws IOException {
    JsonNode schema = OperatorSchema.ofFlinkDeployment();
    for (ObjectNode object : overlay(overlay).objects().values()) {
      String kind = object.path("kind").asText();
      if (kind.equals("FlinkDeployment")) {
        assertThat(JsonSchemas.problems(schema, object)).isEmpty();
      } else {
        assertThat(CHECKS).containsKey(kind);
        CHECKS.get(kind).accept(JsonParser.parseString(object.toString()));
      }
    }
  }

  @Test
  void unknownFieldsAndWrongTypesWouldBeFound() throws IOException {
    JsonNode schema = OperatorSchema.ofFlinkDeployment();
    ObjectNode deployment = overlay("cpu").object("FlinkDeployment/evenkeel");
    ObjectNode misspelt = deployment.deepCopy();
    ((ObjectNode) misspelt.at("/spec/job")).put("upgrademode", "savepoint");
    assertThat(JsonSchemas.problems(schema, misspelt)).isNotEmpty();
    ObjectNode deep = deployment.deepCopy();
    ((ObjectNode) deep.at("/spec/podTemplate/spec/containers/0")).put("volumeMount", "data");
    assertThat(JsonSchemas.problems(schema, deep)).isNotEmpty();
    ObjectNode mode = deployment.deepCopy();
    ((ObjectNode) mode.at("/spec/job")).put("upgradeMode", "sometimes");
    assertThat(JsonSchemas.problems(schema, mode)).isNotEmpty();
    ObjectNode claim = overlay("cpu").object("PersistentVolumeClaim/evenkeel").deepCopy();
    ((ObjectNode) claim.get("spec")).put("accessMode", "ReadWriteMany");
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(
            () ->
                V1PersistentVolumeClaim.validateJsonElement(
                    JsonParser.parseString(claim.toString())));
    ObjectNode role = overlay("cpu").object("Role/evenkeel").deepCopy();
    ((ObjectNode) role.at("/rules/0")).remove("verbs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> V1Role.validateJsonElement(JsonParser.parseString(role.toString())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "dev", "gpu"})
  void jobFileAndDeploymentAgree(String overlay) {
    Kustomization objects = overlay(overlay);
    JsonNode spec = objects.object("FlinkDeployment/evenkeel").get("spec");
    JsonNode settings = spec.get("flinkConfiguration");
    JobConfig job = job(objects);
    assertThat(spec.at("/job/parallelism").asInt()).isEqualTo(job.parallelism());
    String checkpoints = job.checkpoints().directory();
    assertThat(settings.path("execution.checkpointing.dir").asText()).isEqualTo(checkpoints);
    assertThat(settings.path("execution.checkpointing.savepoint-dir").asText())
        .isEqualTo(checkpoints + "/savepoints");
    assertThat(spec.at("/job/args/1").asText()).isEqualTo("/opt/evenkeel/job/job.yaml");
    assertThat(mount(spec, "job")).isEqualTo("/opt/evenkeel/job");
    assertThat(checkpoints).startsWith("file://" + mount(spec, "data") + "/");
    assertThat(settings.path("high-availability.storageDir").asText())
        .startsWith("file://" + mount(spec, "data") + "/");
    assertThat(spec.path("image").asText()).startsWith("evenkeel:" + Checkout.version());
    assertThat(spec.path("serviceAccount").asText()).isEqualTo("evenkeel");
    assertThat(objects.keys())
        .contains("ServiceAccount/evenkeel", "PersistentVolumeClaim/evenkeel");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "dev", "gpu"})
  void setsWhatTheImageSets(String overlay) {
    JsonNode settings =
        overlay(overlay).object("FlinkDeployment/evenkeel").at("/spec/flinkConfiguration");
    for (Map.Entry<String, JsonNode> setting :
        Checkout.yaml("deploy/docker/flink.yaml").properties()) {
      assertThat(settings.path(setting.getKey()).asText())
          .as(setting.getKey())
          .isEqualTo(setting.getValue().asText());
    }
  }

  /** By Flink's own arithmetic, which refuses what does not add up. */
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "dev", "gpu"})
  void memoryAddsUp(String overlay) {
    JsonNode spec = overlay(overlay).object("FlinkDeployment/evenkeel").get("spec");
    Configuration flink = new Configuration();
    for (Map.Entry<String, JsonNode> setting : spec.get("flinkConfiguration").properties()) {
      flink.setString(setting.getKey(), setting.getValue().asText());
    }
    flink.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, memory(spec, "taskManager"));
    flink.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, memory(spec, "jobManager"));
    TaskExecutorProcessSpec taskManager = TaskExecutorProcessUtils.processSpecFromConfig(flink);
    assertThat(taskManager.getTaskHeapSize()).isGreaterThan(MemorySize.ofMebiBytes(256));
    assertThat(taskManager.getTaskOffHeapSize()).isEqualTo(MemorySize.ofMebiBytes(512));
    JobManagerProcessSpec jobManager = JobManagerProcessUtils.processSpecFromConfig(flink);
    assertThat(jobManager.getJvmHeapMemorySize()).isGreaterThan(MemorySize.ofMebiBytes(512));
  }

  private static MemorySize memory(JsonNode spec, String process) {
    return MemorySize.parse(spec.at("/" + process + "/resource/memory").asText());
  }

  @Test
  void theOverlayForCudaRunsOnCudaOrNotAtAll() {
    Kustomization objects = overlay("gpu");
    JsonNode spec = objects.object("FlinkDeployment/evenkeel").get("spec");
    assertThat(job(objects).runtime().provider()).isEqualTo(Provider.CUDA);
    assertThat(spec.path("image").asText()).endsWith("-cuda");
    assertThat(spec.at("/flinkConfiguration/external-resource.gpu.kubernetes.config-key").asText())
        .isEqualTo("nvidia.com/gpu");
  }

  private static Kustomization overlay(String name) {
    return Kustomization.build("deploy/kubernetes/overlays/" + name);
  }

  private static JobConfig job(Kustomization objects) {
    String yaml = objects.object("ConfigMap/evenkeel-job").at("/data/job.yaml").asText();
    return JobConfig.parse(yaml, Path.of("/opt/evenkeel/job"), Secrets.ofThisProcess());
  }

  private static String mount(JsonNode spec, String volume) {
    for (JsonNode mount : spec.at("/podTemplate/spec/containers/0/volumeMounts")) {
      if (mount.path("name").asText().equals(volume)) {
        return mount.path("mountPath").asText();
      }
    }
    throw new AssertionError("No volume " + volume + " is mounted");
  }
}
