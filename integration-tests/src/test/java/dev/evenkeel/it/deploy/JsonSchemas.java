package dev.evenkeel.it.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.util.List;

/** Validates against JSON schemas of draft 7. */
public final class JsonSchemas {
  private JsonSchemas() {}

  /** What is wrong with a document; nothing if it follows the schema. */
  public static List<String> problems(JsonNode schema, JsonNode document) {
    ObjectNode plain = schema.deepCopy();
    // Published with addresses that no validator knows as draft 7.
    plain.remove(List.of("$schema", "$id"));
    return JsonSchemaFactory.getInstance(VersionFlag.V7)
        .getSchema(plain)
        .validate(document)
        .stream()
        .map(ValidationMessage::toString)
        .toList();
  }
}
