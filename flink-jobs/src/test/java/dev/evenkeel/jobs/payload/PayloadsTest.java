package dev.evenkeel.jobs.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.jobs.http.Patience;
import dev.evenkeel.jobs.testing.TestServer;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadsTest {
  private static final byte[] PAYLOAD = {1, 2, 3, 4};

  @TempDir Path directory;

  private final AtomicLong nanoTime = new AtomicLong();
  private Path root;
  private TestServer server;
  private Payloads payloads;

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(directory.resolve("allowed"));
    Files.write(root.resolve("good"), PAYLOAD);
    Files.write(directory.resolve("secret"), PAYLOAD);
    server = new TestServer();
    payloads =
        new Payloads(
            new PayloadOptions(
                AllowedUris.parse(root.toUri() + ", " + server.address() + "/payloads/"),
                Duration.ofMillis(300),
                Duration.ofSeconds(1),
                1),
            new Patience(
                Duration.ofSeconds(1),
                nanoTime::get,
                pause -> nanoTime.addAndGet(pause.toNanos())));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readsAFile() throws Exception {
    assertThat(payloads.fetch(root.resolve("good").toUri().toString(), 4)).isEqualTo(PAYLOAD);
    Files.createSymbolicLink(root.resolve("inside"), root.resolve("good"));
    assertThat(payloads.fetch(root.toUri() + "inside", 4)).isEqualTo(PAYLOAD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "%2e%2e/secret",
        "%2E./secret",
        "..%2fsecret",
        "a/../../secret",
        ".%5c..%5csecret",
        "/good",
        "./good",
        "%00",
        "good?x=1",
        "good#x",
        "a b"
      })
  void namesThatCouldMeanAnotherPlaceAreRefused(String name) {
    refused(root.toUri() + name, RejectionReason.PAYLOAD_REFUSED, "data_uri");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "good",
        "/good",
        "file:good",
        "file://host/good",
        "ftp://host/good",
        "jar:file:///x.jar!/good",
        "data:,good",
        "http:///good",
        "http://user@127.0.0.1/payloads/good",
        "http://127.0.0.1:1/payloads/good",
        "https://127.0.0.1/payloads/good",
        "http://169.254.169.254/latest/meta-data"
      })
  void otherPlacesAreRefused(String uri) {
    refused(uri, RejectionReason.PAYLOAD_REFUSED, "data_uri");
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://job:hunter2@host/payloads/good",
        "http://job:hun hunter2@host/payloads/good",
        "job:hunter2@host",
        "https://elsewhere/good?signature=hunter2"
      })
  void whatIsSaidOfAnAddressShowsNoSecret(String uri) {
    assertThat(refusal(uri, 4).detail()).contains("***").doesNotContain("hun");
  }

  @Test
  void whatIsSaidOfAMissingPayloadShowsNoSignature() {
    String uri = server.address() + "/payloads/absent?signature=hunter2";
    server.answerAll(404, "");
    assertThat(refusal(uri, 4).detail()).contains("absent?***").doesNotContain("hunter2");
  }

  @Test
  void aNeighbourWithALongerNameIsAnotherPlace() throws Exception {
    Path neighbour = Files.createDirectory(directory.resolve("allowed-not"));
    Files.write(neighbour.resolve("good"), PAYLOAD);
    refused(
        neighbour.resolve("good").toUri().toString(), RejectionReason.PAYLOAD_REFUSED, "none of");
    refused(server.address() + "/payloads-not/good", RejectionReason.PAYLOAD_REFUSED, "none of");
    refused(server.address() + "0/payloads/good", RejectionReason.PAYLOAD_REFUSED, "none of");
  }

  @Test
  void linksMayNotLeadOut() throws Exception {
    Files.createSymbolicLink(root.resolve("file"), directory.resolve("secret"));
    Files.createSymbolicLink(root.resolve("folder"), directory);
    refused(root.toUri() + "file", RejectionReason.PAYLOAD_REFUSED, "leads out");
    refused(root.toUri() + "folder/secret", RejectionReason.PAYLOAD_REFUSED, "leads out");
  }

  @Test
  void whatIsNoFileIsNotOpened() throws Exception {
    Files.createDirectory(root.resolve("folder"));
    refused(root.toUri() + "folder", RejectionReason.PAYLOAD_REFUSED, "no regular file");
    new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor();
    refused(root.toUri() + "pipe", RejectionReason.PAYLOAD_REFUSED, "no regular file");
  }

  @Test
  void namesThatNeverWillBeFilesAreNoOutage() throws Exception {
    refused(root.toUri() + "absent", RejectionReason.PAYLOAD_UNAVAILABLE, "does not exist");
    refused(root.toUri() + "good/below", RejectionReason.PAYLOAD_UNAVAILABLE, "");
    refused(root.toUri() + "x".repeat(300), RejectionReason.PAYLOAD_UNAVAILABLE, "can be found");
    refused(root.toUri() + "x".repeat(3000), RejectionReason.PAYLOAD_REFUSED, "characters");
    refused(root.toUri() + "\u00e9", RejectionReason.PAYLOAD_UNAVAILABLE, "");
    Files.createSymbolicLink(root.resolve("a"), root.resolve("b"));
    Files.createSymbolicLink(root.resolve("b"), root.resolve("a"));
    refused(root.toUri() + "a", RejectionReason.PAYLOAD_UNAVAILABLE, "can be found");
    assertThat(nanoTime).hasValue(0);
  }

  @Test
  void onlyTheExpectedLengthIsTaken() throws Exception {
    String uri = root.toUri() + "good";
    assertThat(refusal(uri, 3).detail()).contains("has more bytes, expected 3");
    assertThat(refusal(uri, 5).detail()).contains("has 4 bytes, expected 5");
    server.answerAll(200, "x".repeat(1 << 20));
    assertThat(refusal(server.address() + "/payloads/x", 4).reason())
        .isEqualTo(RejectionReason.WRONG_LENGTH);
  }

  @Test
  void aDirectoryThatIsGoneIsAnOutage() throws Exception {
    Files.delete(root.resolve("good"));
    Files.delete(root);
    assertThatThrownBy(() -> payloads.fetch(root.toUri() + "/good", 4))
        .isInstanceOf(PayloadStoreException.class)
        .hasMessageContaining("payloads.allowed-uris");
    assertThat(nanoTime.get()).isPositive();
  }

  @Test
  void asksAServerUntilItAnswers() throws Exception {
    AtomicInteger left = new AtomicInteger(3);
    server.on(
        exchange -> {
          boolean well = left.decrementAndGet() == 0;
          TestServer.send(exchange, well ? 200 : 503, well ? PAYLOAD : new byte[0]);
        });
    assertThat(payloads.fetch(server.address() + "/payloads/a?signature=1", 4)).isEqualTo(PAYLOAD);
    assertThat(server.requests()).containsOnly("GET /payloads/a?signature=1 ");
    server.answerAll(500, "");
    assertThatThrownBy(() -> payloads.fetch(server.address() + "/payloads/a", 4))
        .isInstanceOf(PayloadStoreException.class)
        .hasMessageContaining("status 500");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 302, 400, 403, 404, 410})
  void otherAnswersAreTheSamplesFault(int status) {
    server.on(
        exchange -> {
          exchange.getResponseHeaders().add("Location", "file:///etc/passwd");
          byte[] body = "longer than a payload".getBytes(StandardCharsets.UTF_8);
          TestServer.send(exchange, status, status == 204 ? new byte[0] : body);
        });
    refused(
        server.address() + "/payloads/a", RejectionReason.PAYLOAD_UNAVAILABLE, "status " + status);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aServerThatHangsIsAnOutage() {
    CountDownLatch end = new CountDownLatch(1);
    server.on(exchange -> end.await());
    nanoTime.set(0);
    Payloads hasty =
        new Payloads(
            new PayloadOptions(
                AllowedUris.parse(server.address() + "/"),
                Duration.ofMillis(200),
                Duration.ZERO,
                1),
            new Patience(Duration.ZERO, nanoTime::get, pause -> {}));
    assertThatThrownBy(() -> hasty.fetch(server.address() + "/a", 4))
        .isInstanceOf(PayloadStoreException.class)
        .hasMessageContaining("no answer within 200 ms");
    end.countDown();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/data/",
        "file:///data",
        "s3://bucket/",
        "https://user:pass@host/",
        "https://host/a/../",
        "https://host/?x",
        "https://host",
        ""
      })
  void placesThatAreNone(String text) {
    assertThatThrownBy(() -> AllowedUris.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected directories such as");
    assertThat(AllowedUris.parse("none").places()).isEmpty();
  }

  private void refused(String uri, RejectionReason reason, String detail) {
    DecodeException refusal = refusal(uri, 4);
    assertThat(refusal.reason()).as(refusal.detail()).isEqualTo(reason);
    assertThat(refusal.detail()).contains(detail);
  }

  private DecodeException refusal(String uri, int length) {
    DecodeException refusal =
        catchThrowableOfType(DecodeException.class, () -> payloads.fetch(uri, length));
    assertThat(refusal).as(uri).isNotNull();
    return refusal;
  }
}
