package dev.evenkeel.jobs.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.evenkeel.jobs.http.BoundedHttp;
import dev.evenkeel.jobs.http.Patience;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.schemas.SchemaRegistry;
import dev.evenkeel.schemas.SchemaRegistryException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.LongSupplier;

/**
 * A schema registry with Confluent's REST interface ("Schema Registry API Reference", version 1 of
 * its content type). Blocks while it asks, for {@link RegistryOptions#patience()} at most. That the
 * registry says it does not know a number is an answer; anything else that is none, also a page
 * without the registry's error code, is an outage or a wrong setting and ends in a {@link
 * SchemaRegistryException}. For one thread.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {
  /** Most bytes of an answer; its schema is quoted, which may double its length. */
  private static final int MAX_ANSWER = 1 << 20;

  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private static final JsonMapper JSON = new JsonMapper();

  private final RegistryOptions options;
  private final BoundedHttp http;
  private final Patience patience;
  private final UnknownIds unknown;

  HttpSchemaRegistry(RegistryOptions options, Patience patience, LongSupplier nanoTime) {
    this.options = options;
    this.http = new BoundedHttp(options.timeout());
    this.patience = patience;
    this.unknown = new UnknownIds(nanoTime);
  }

  public static HttpSchemaRegistry of(RegistryOptions options) {
    return new HttpSchemaRegistry(options, Patience.of(options.patience()), System::nanoTime);
  }

  /**
   * Makes sure that a registry answers.
   *
   * @throws SchemaRegistryException if none does
   */
  public void requireAnswer() {
    BoundedHttp.Answer answer = ask("/schemas/types", null);
    if (answer.status() != OK) {
      throw refused("list its types of schemas", answer);
    }
  }

  @Override
  public String schema(int id) throws DecodeException {
    if (unknown.contains(id)) {
      throw unknownId(id);
    }
    BoundedHttp.Answer answer = ask("/schemas/ids/" + Integer.toUnsignedString(id), null);
    JsonNode json = json(answer);
    if (answer.status() == NOT_FOUND && json.path("error_code").asInt() / 100 == NOT_FOUND) {
      unknown.add(id);
      throw unknownId(id);
    }
    if (answer.status() != OK) {
      throw refused("give schema " + id, answer);
    }
    if (answer.body() == null) {
      throw new DecodeException(
          RejectionReason.INCOMPATIBLE_SCHEMA,
          "schema %d is longer than %d bytes; write with a smaller one".formatted(id, MAX_ANSWER));
    }
    String type = json.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new DecodeException(
          RejectionReason.INCOMPATIBLE_SCHEMA,
          "schema %d is of type %s, expected AVRO; write Avro".formatted(id, type));
    }
    if (!json.path("schema").isTextual()) {
      throw refused("give schema " + id, answer);
    }
    return json.get("schema").asText();
  }

  @Override
  public int id(String subject, String schema) {
    String path = "/subjects/" + encode(subject) + (options.registers() ? "/versions" : "");
    String what = (options.registers() ? "register" : "find") + " the schema of " + subject;
    BoundedHttp.Answer answer = ask(path, JSON.createObjectNode().put("schema", schema).toString());
    JsonNode id = json(answer).path("id");
    if (answer.status() != OK || !id.canConvertToInt()) {
      throw refused(what, answer);
    }
    return id.asInt();
  }

  private static DecodeException unknownId(int id) {
    return new DecodeException(
        RejectionReason.UNKNOWN_SCHEMA,
        "the schema registry has no schema %s; register it before writing, in this registry"
            .formatted(Integer.toUnsignedString(id)));
  }

  /**
   * @param body null for a GET
   */
  private BoundedHttp.Answer ask(String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(options.url() + path)).header("Accept", CONTENT_TYPE);
    if (body != null) {
      request.header("Content-Type", CONTENT_TYPE).POST(HttpRequest.BodyPublishers.ofString(body));
    }
    if (options.credentials() != null) {
      byte[] credentials = options.credentials().getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }
    HttpRequest made = request.build();
    try {
      return patience.ask(
          () -> {
            BoundedHttp.Answer answer = http.send(made, MAX_ANSWER);
            if (answer.isPassing()) {
              throw new IOException("it answers with status " + answer.status());
            }
            return answer;
          });
    } catch (IOException e) {
      throw new SchemaRegistryException(
          "The schema registry at %s gives no answer (%s); start it or correct kafka.schema-registry.url. The job resumes from its last checkpoint"
              .formatted(options.url(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaRegistryException("Interrupted while asking the schema registry", e);
    }
  }

  private SchemaRegistryException refused(String what, BoundedHttp.Answer answer) {
    String message = json(answer).path("message").asText("no message");
    return new SchemaRegistryException(
        "The schema registry at %s does not %s: status %d, %s; correct kafka.schema-registry or the registry"
            .formatted(
                options.url(),
                what,
                answer.status(),
                message.substring(0, Math.min(message.length(), 500))));
  }

  /** The body, or nothing where it is no JSON. */
  private static JsonNode json(BoundedHttp.Answer answer) {
    try {
      JsonNode json = answer.body() == null ? null : JSON.readTree(answer.body());
      return json == null ? JSON.missingNode() : json;
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static String encode(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
