package dev.evenkeel.it.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;

/**
 * The schema of a FlinkDeployment from the resource definition of the Flink Kubernetes operator, as
 * the newest artifact on Maven Central has it (1.10), with two changes. Fields that it does not
 * know, which a cluster would drop without a word, are refused. The version of Flink that newer
 * operators know is added.
 */
final class OperatorSchema {
  private static final String DEFINITION =
      "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

  private OperatorSchema() {}

  static JsonNode ofFlinkDeployment() throws IOException {
    try (InputStream definition = OperatorSchema.class.getResourceAsStream(DEFINITION)) {
      JsonNode schema =
          Checkout.documents(new String(definition.readAllBytes(), UTF_8))
              .get(0)
              .at("/spec/versions/0/schema/openAPIV3Schema");
      ArrayNode versions = (ArrayNode) schema.at("/properties/spec/properties/flinkVersion/enum");
      versions.add("v2_2");
      ObjectNode properties = (ObjectNode) schema.get("properties");
      properties.putObject("apiVersion").put("const", "flink.apache.org/v1beta1");
      properties.putObject("kind").put("const", "FlinkDeployment");
      properties.putObject("metadata").put("type", "object");
      close(schema);
      return schema;
    }
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.has("additionalProperties")
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(OperatorSchema::close);
  }
}
