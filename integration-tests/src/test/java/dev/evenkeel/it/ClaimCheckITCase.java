package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples whose payload lies in a file or on a web server, among samples that carry it. */
class ClaimCheckITCase {
  private static final int BATCH = JobFile.BATCH_SIZE;
  private static final int HALF = 2 * BATCH;

  @TempDir private Path directory;

  private final MessageEncoder<Sample> encoder = MessageEncoder.of(WireFormat.AVRO, Sample.class);
  private Fashion fashion;
  private Path payloads;
  private URI web;

  @Test
  void answersAreThoseOfPayloadsInPlaceAlsoThroughAnOutage() throws Exception {
    fashion = new Fashion(directory);
    payloads = Files.createDirectory(directory.resolve("payloads"));
    HttpServer server = serve();
    try {
      List<Prediction> fetched = fetched(TestBroker.newTopics(1));
      Predictions.assertEachOnceInOrder(fetched, 2 * HALF);
      Predictions.assertSameAnswers(fetched, inPlace(TestBroker.newTopics(1)));
    } finally {
      server.stop(0);
    }
  }

  private List<Prediction> fetched(Topics topics) throws Exception {
    JobFile file =
        new JobFile(Files.createDirectory(directory.resolve("fetched")), fashion.model(), topics)
            .set(
                "payloads",
                "{allowed-uris: [\"%s\", \"%s\"], timeout: 2s, patience: 1s, in-flight: 4}"
                    .formatted(payloads.toUri(), web));
    try (Feed feed = new Feed(topics.samples());
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder());
        TopicReader<DeadLetter> deadLetters =
            TopicReader.committed(
                topics.deadLetters(), MessageDecoder.of(WireFormat.AVRO, DeadLetter.class))) {
      feed.send("s", samples(0, HALF));
      feed.send(
          "s",
          List.of(
              claim(900, payloads.toUri() + "absent"),
              claim(901, web + "absent"),
              claim(902, "file:///etc/passwd"),
              claim(903, payloads.toUri() + "../job.yaml")));
      try (JobProcess job = JobProcess.start(file)) {
        predictions.await(HALF, job);
        assertThat(deadLetters.await(4, job))
            .extracting(DeadLetter::getReason)
            .containsExactly(
                "payload-unavailable", "payload-unavailable", "payload-refused", "payload-refused");

        List<byte[]> later = samples(HALF, 2 * HALF);
        Path away = directory.resolve("away");
        Files.move(payloads, away);
        feed.send("s", later);
        Awaitility.await("the job gives up once and restarts")
            .atMost(Waiting.LIMIT)
            .until(() -> job.logTail().contains("Payloads cannot be fetched"));
        Files.move(away, payloads);
        predictions.await(2 * HALF, job);
        assertThat(job.stop()).as(job.logTail()).isZero();
      }
      assertThat(deadLetters.readToEnd()).hasSize(4);
      return List.copyOf(predictions.readToEnd());
    }
  }

  private List<Prediction> inPlace(Topics topics) throws Exception {
    JobFile file =
        new JobFile(Files.createDirectory(directory.resolve("in-place")), fashion.model(), topics);
    try (Feed feed = new Feed(topics.samples());
        JobProcess job = JobProcess.start(file);
        TopicReader<Prediction> predictions =
            TopicReader.committed(topics.predictions(), Predictions.decoder())) {
      feed.send("s", fashion.encoded("s", 0, 2 * HALF));
      return List.copyOf(predictions.await(2 * HALF, job));
    }
  }

  /** In turn: payload in a file, on the web server, in place. */
  private List<byte[]> samples(int from, int to) throws IOException {
    List<byte[]> samples = new ArrayList<>();
    for (int i = from; i < to; i++) {
      switch (i % 3) {
        case 0 -> {
          Path file = Files.write(payloads.resolve("p" + i), fashion.pixels(i));
          samples.add(claim(i, file.toUri().toString()));
        }
        case 1 -> samples.add(claim(i, web + Integer.toString(i)));
        default -> samples.add(encoder.encode(fashion.sample("s", i)));
      }
    }
    return samples;
  }

  private byte[] claim(int position, String uri) {
    Sample sample = fashion.sample("s", position);
    sample.setData(ByteBuffer.allocate(0));
    sample.setDataUri(uri);
    return encoder.encode(sample);
  }

  /** Answers the number of an image with its pixels. */
  private HttpServer serve() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/images/",
        exchange -> {
          String name = exchange.getRequestURI().getPath().substring("/images/".length());
          try (exchange) {
            if (!name.matches("\\d+")) {
              exchange.sendResponseHeaders(404, -1);
              return;
            }
            byte[] pixels = fashion.pixels(Integer.parseInt(name));
            exchange.sendResponseHeaders(200, pixels.length);
            try (OutputStream out = exchange.getResponseBody()) {
              out.write(pixels);
            }
          }
        });
    server.start();
    web = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/images/");
    return server;
  }
}
