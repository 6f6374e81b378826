package dev.evenkeel.it.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** On Kubernetes the Prometheus operator is told what Prometheus is told with compose. */
class MonitoringComponentTest {
  private static final String FOLDER = "deploy/kubernetes/components/monitoring";
  private static final String RULES = FOLDER + "/prometheusrule.yaml";
  private static final String HEADER =
      """
      # Made from deploy/prometheus/alerts.yaml; do not edit by hand.
      apiVersion: monitoring.coreos.com/v1
      kind: PrometheusRule
      metadata:
        name: evenkeel
        namespace: evenkeel
        labels:
          app: evenkeel
      spec:
      """;

  private final Kustomization component = Kustomization.build(FOLDER);
  private final Kustomization base = Kustomization.build("deploy/kubernetes/base");

  @Test
  void rulesAreThoseOfCompose() throws IOException {
    String alerts = Checkout.text("deploy/prometheus/alerts.yaml");
    String made =
        HEADER + alerts.substring(alerts.indexOf("groups:")).replaceAll("(?m)^(?=.)", "  ");
    if (Boolean.getBoolean("evenkeel.docs.update")) {
      Files.writeString(Checkout.path(RULES), made);
    }
    assertThat(Checkout.text(RULES))
        .as("%s; run this test with -Devenkeel.docs.update=true to renew it", RULES)
        .isEqualTo(made);
    assertThat(Checkout.yaml(RULES).at("/spec/groups"))
        .isEqualTo(Checkout.yaml("deploy/prometheus/alerts.yaml").get("groups"));
  }

  /** Made from published types; see src/test/resources/prometheus-operator. */
  @Test
  void objectsFollowTheirSchemaAndMisspeltOnesDoNot() throws IOException {
    JsonNode schema = schema();
    assertThat(component.keys()).containsExactly("PodMonitor/evenkeel", "PrometheusRule/evenkeel");
    for (ObjectNode object : component.objects().values()) {
      assertThat(JsonSchemas.problems(schema, object)).isEmpty();
      assertThat(object.at("/metadata/namespace"))
          .isEqualTo(base.object("FlinkDeployment/evenkeel").at("/metadata/namespace"));
    }
    ObjectNode misspelt = component.object("PodMonitor/evenkeel").deepCopy();
    ((ObjectNode) misspelt.at("/spec/podMetricsEndpoints/0")).put("honourLabels", true);
    assertThat(JsonSchemas.problems(schema, misspelt)).isNotEmpty();
    ObjectNode wrong = component.object("PrometheusRule/evenkeel").deepCopy();
    ((ObjectNode) wrong.at("/spec/groups/0/rules/0")).put("labels", "critical");
    assertThat(JsonSchemas.problems(schema, wrong)).isNotEmpty();
  }

  private static JsonNode schema() throws IOException {
    try (InputStream schema =
        MonitoringComponentTest.class.getResourceAsStream("/prometheus-operator/schema.json")) {
      return new ObjectMapper().readTree(schema);
    }
  }

  @Test
  void scrapesTheSamePortsUnderTheSameNames() {
    TreeMap<String, Integer> ports = new TreeMap<>();
    for (JsonNode port :
        base.object("FlinkDeployment/evenkeel").at("/spec/podTemplate/spec/containers/0/ports")) {
      ports.put(port.path("name").asText(), port.path("containerPort").asInt());
    }
    List<List<Object>> kubernetes = new ArrayList<>();
    for (JsonNode endpoint :
        component.object("PodMonitor/evenkeel").at("/spec/podMetricsEndpoints")) {
      JsonNode name = last(endpoint.path("relabelings"));
      assertThat(name.path("targetLabel").asText()).isEqualTo("job");
      JsonNode dropped = endpoint.at("/metricRelabelings/0");
      kubernetes.add(
          List.of(
              name.path("replacement").asText(),
              ports.get(endpoint.path("port").asText()),
              endpoint.path("honorLabels").asBoolean(),
              dropped.path("action").asText() + dropped.path("regex").asText()));
    }
    List<List<Object>> compose = new ArrayList<>();
    for (JsonNode scrape :
        Checkout.yaml("deploy/prometheus/prometheus.yml").path("scrape_configs")) {
      JsonNode dropped = scrape.at("/metric_relabel_configs/0");
      compose.add(
          List.of(
              scrape.path("job_name").asText(),
              scrape.at("/dns_sd_configs/0/port").asInt(),
              scrape.path("honor_labels").asBoolean(),
              dropped.path("action").asText() + dropped.path("regex").asText()));
    }
    assertThat(kubernetes).containsExactlyElementsOf(compose);
  }

  /** The labels that Flink gives the pods of a deployment; Prometheus may reach them. */
  @Test
  void selectsThePodsOfTheDeployment() {
    String app =
        component.object("PodMonitor/evenkeel").at("/spec/selector/matchLabels/app").asText();
    assertThat(app)
        .isEqualTo(base.object("FlinkDeployment/evenkeel").at("/metadata/name").asText())
        .isEqualTo(
            base.object("NetworkPolicy/evenkeel").at("/spec/podSelector/matchLabels/app").asText());
  }

  private static JsonNode last(JsonNode array) {
    return array.get(array.size() - 1);
  }
}
