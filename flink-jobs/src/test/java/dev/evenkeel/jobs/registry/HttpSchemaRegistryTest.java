package dev.evenkeel.jobs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.jobs.http.Patience;
import dev.evenkeel.jobs.testing.TestServer;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.schemas.SchemaRegistryException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSchemaRegistryTest {
  private static final String STRING = "{\"schema\": \"\\\"string\\\"\"}";

  private final AtomicLong nanoTime = new AtomicLong();
  private final List<Duration> pauses = new ArrayList<>();
  private TestServer server;
  private HttpSchemaRegistry registry;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    registry = registry("user:secret", true);
  }

  private HttpSchemaRegistry registry(String credentials, boolean registers) {
    Patience patience =
        new Patience(
            Duration.ofSeconds(1),
            nanoTime::get,
            pause -> {
              pauses.add(pause);
              nanoTime.addAndGet(pause.toNanos());
            });
    return new HttpSchemaRegistry(
        new RegistryOptions(
            RegistryOptions.url(server.address() + "/api/"),
            credentials,
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            registers),
        patience,
        nanoTime::get);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void givesTheTextOfASchema() throws Exception {
    server.answerAll(200, STRING);
    assertThat(registry.schema(7)).isEqualTo("\"string\"");
    assertThat(registry.schema(-1)).isEqualTo("\"string\"");
    assertThat(server.requests())
        .containsExactly("GET /api/schemas/ids/7 ", "GET /api/schemas/ids/4294967295 ");
  }

  @Test
  void registersOrFindsASchemaUnderItsSubject() {
    server.answerAll(200, "{\"id\": 12}");
    assertThat(registry.id("a b/c-value", "\"int\"")).isEqualTo(12);
    assertThat(registry(null, false).id("t-value", "\"int\"")).isEqualTo(12);
    assertThat(server.requests())
        .containsExactly(
            "POST /api/subjects/a%20b%2Fc-value/versions {\"schema\":\"\\\"int\\\"\"}",
            "POST /api/subjects/t-value {\"schema\":\"\\\"int\\\"\"}");
  }

  @Test
  void showsItsCredentialsToTheRegistryAlone() throws Exception {
    List<String> shown = new ArrayList<>();
    server.on(
        exchange -> {
          shown.add(exchange.getRequestHeaders().getFirst("Authorization"));
          TestServer.send(exchange, 403, "{\"message\": \"no\"}".getBytes(StandardCharsets.UTF_8));
        });
    assertThatThrownBy(() -> registry.schema(1))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("status 403, no")
        .hasMessageNotContaining("secret");
    assertThat(shown).containsExactly("Basic dXNlcjpzZWNyZXQ=");
    RegistryOptions options =
        new RegistryOptions(
            RegistryOptions.url(server.address()),
            "user:secret",
            Duration.ofSeconds(1),
            Duration.ZERO,
            true);
    assertThat(options.toString()).contains(server.address()).doesNotContain("secret");
  }

  @Test
  void aNumberThatNobodyKnowsIsAskedForNowAndThen() {
    server.answerAll(404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
    for (int i = 0; i < 3; i++) {
      assertRefused(3, RejectionReason.UNKNOWN_SCHEMA, "no schema 3");
    }
    assertThat(server.requests()).hasSize(1);
    nanoTime.addAndGet(Duration.ofSeconds(11).toNanos());
    assertRefused(3, RejectionReason.UNKNOWN_SCHEMA, "no schema 3");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void schemasOfOtherKindsAndSizesAreTheRecordsFault() {
    server.answerAll(200, "{\"schema\": \"syntax\", \"schemaType\": \"PROTOBUF\"}");
    assertRefused(1, RejectionReason.INCOMPATIBLE_SCHEMA, "of type PROTOBUF");
    server.answerAll(200, "{\"schema\": \"" + "x".repeat(1 << 20) + "\"}");
    assertRefused(2, RejectionReason.INCOMPATIBLE_SCHEMA, "longer than 1048576 bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void asksAgainWhereTheAnswerMayChange(int status) throws Exception {
    AtomicInteger left = new AtomicInteger(3);
    server.on(
        exchange -> {
          boolean well = left.decrementAndGet() == 0;
          TestServer.send(
              exchange, well ? 200 : status, (well ? STRING : "").getBytes(StandardCharsets.UTF_8));
        });
    assertThat(registry.schema(1)).isEqualTo("\"string\"");
    assertThat(pauses).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
  }

  @Test
  void givesUpInTheEnd() {
    server.answerAll(503, "");
    assertThatThrownBy(() -> registry.schema(1))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining(server.address())
        .hasMessageContaining("status 503");
    assertThat(server.requests()).hasSize(4);
    assertThat(pauses).hasSize(3);
  }

  @Test
  void nobodyThereIsAnOutageToo() {
    server.close();
    assertThatThrownBy(() -> registry.schema(1))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("gives no answer (ConnectException)");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 401, 404, 422})
  void whatIsNoAnswerOfARegistryIsNoFaultOfTheRecord(int status) {
    server.answerAll(status, "<html>not a registry</html>");
    assertThatThrownBy(() -> registry.schema(1))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("status " + status);
    assertThatThrownBy(() -> registry.id("t-value", "\"int\""))
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("register the schema of t-value: status " + status);
    assertThat(pauses).isEmpty();
  }

  @Test
  void waitsNotForABodyThatNeverEnds() {
    CountDownLatch end = new CountDownLatch(1);
    server.on(
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write('{');
            out.flush();
            end.await();
          }
        });
    nanoTime.set(0);
    HttpSchemaRegistry hasty =
        new HttpSchemaRegistry(
            new RegistryOptions(
                RegistryOptions.url(server.address()),
                null,
                Duration.ofMillis(200),
                Duration.ZERO,
                true),
            new Patience(Duration.ZERO, nanoTime::get, pause -> {}),
            nanoTime::get);
    assertThatThrownBy(() -> hasty.schema(1)).hasMessageContaining("no answer within 200 ms");
    end.countDown();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8081",
        "ftp://host",
        "http://u:p@host",
        "http://host/?x=1",
        "http:///a"
      })
  void anAddressThatIsNone(String text) {
    assertThatThrownBy(() -> RegistryOptions.url(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected an http or https address");
  }

  private void assertRefused(int id, RejectionReason reason, String detail) {
    DecodeException refusal =
        catchThrowableOfType(DecodeException.class, () -> registry.schema(id));
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.detail()).contains(detail);
  }
}
