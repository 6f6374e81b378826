package dev.evenkeel.jobs.demo;

import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.jobs.broker.EmbeddedBroker;
import dev.evenkeel.jobs.demo.data.DriftStream;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.jobs.demo.report.HtmlReport;
import dev.evenkeel.jobs.demo.result.DemoResult;
import dev.evenkeel.jobs.demo.result.Scoreboard;
import dev.evenkeel.jobs.metrics.JobMetrics;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Shows a model that stays accurate on a drifting stream. Everything is real and in this process: a
 * Kafka broker, one Flink job for each recipe on the same samples topic, a producer, and a
 * read_committed consumer of the answers.
 */
public final class Demo {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int METRICS_PORT = 9250;

  private final DemoOptions options;
  private final Progress progress;
  private final Clock clock;
  private final AtomicBoolean stopped = new AtomicBoolean();

  public Demo(DemoOptions options, Progress progress, Clock clock) {
    this.options = options;
    this.progress = progress;
    this.clock = clock;
  }

  /** Makes {@link #run} end soon, as if the demo had failed. May be called by any thread. */
  public void stop() {
    stopped.set(true);
  }

  /**
   * Runs the whole stream and writes the report. Everything started is closed again, whatever
   * happens.
   *
   * @throws dev.evenkeel.adapters.tta.RecipeException if there is no such recipe
   * @throws DemoException if a job ends, refuses a sample or gives no answer for a minute, or after
   *     {@link #stop}
   * @throws Exception if broker, Flink or report cannot be had
   */
  public DemoResult run() throws Exception {
    for (String recipe : options.recipes()) {
      Recipe.parse(recipe, Map.of());
    }
    Path directory = Files.createTempDirectory("evenkeel-demo-");
    try {
      FashionData data = FashionData.unpack(directory);
      DriftStream stream = DriftStream.of(data, options.phases(), options.seed());
      Scoreboard scoreboard = new Scoreboard(stream, options.recipes());
      serve(directory, data, stream, scoreboard);
      DemoResult result = scoreboard.result(data.classNames());
      writeReport(result);
      return result;
    } finally {
      delete(directory);
    }
  }

  private void serve(Path directory, FashionData data, DriftStream stream, Scoreboard scoreboard)
      throws Exception {
    progress.say("Starting Kafka ...");
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        ServedRecipes jobs = new ServedRecipes()) {
      String servers = broker.bootstrapServers();
      Topics.create(servers, options.recipes());
      int metricsPort = freePort(METRICS_PORT);
      for (String recipe : options.recipes()) {
        progress.say("Starting Flink with " + recipe + " ...");
        boolean judged = recipe.equals(options.recipe());
        jobs.start(
            ServedRecipe.config(
                recipe, judged, options.seed(), servers, directory, data.model(), metricsPort));
      }
      try (SampleFeeder feeder = new SampleFeeder(servers, stream, clock);
          AnswerReader reader = new AnswerReader(servers, scoreboard, clock)) {
        Watchdog watchdog = new Watchdog(feeder, jobs);
        feeder.warmUp();
        while (!reader.isWarm()) {
          watchdog.check(reader.poll(POLL));
        }
        announce(servers, jobs);
        feeder.start((double) options.samples() / options.seconds());
        progress.start(options.phases(), options.recipes(), clock.millis());
        while (!scoreboard.isComplete()) {
          watchdog.check(reader.poll(POLL));
          progress.update(scoreboard, clock.millis());
        }
      }
    }
  }

  private void announce(String servers, ServedRecipes jobs) {
    progress.say("");
    progress.say("Kafka broker        " + servers);
    jobs.all()
        .forEach(job -> progress.say("%-19s %s".formatted("Flink, " + job.recipe(), job.web())));
    JobMetrics.port()
        .ifPresent(
            port -> progress.say("Prometheus metrics  http://localhost:" + port + "/metrics"));
  }

  private void writeReport(DemoResult result) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("started", result.startedAt().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put(
        "took",
        String.format(
            Locale.ROOT, "%.0f s from the first sample to the last answer", result.seconds()));
    facts.put("seed", Long.toString(options.seed()));
    facts.put("micro-batch", DemoOptions.BATCH + " samples");
    facts.put("order", "Dirichlet, delta " + DriftStream.DELTA);
    facts.put("delivery", "exactly-once, a checkpoint every second");
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", Java "
            + Runtime.version());
    Path report = options.report().toAbsolutePath();
    Files.createDirectories(report.getParent());
    Files.writeString(report, HtmlReport.render(result, facts));
  }

  /** The wanted port, or any free one where that is taken. */
  private static int freePort(int wanted) {
    try (ServerSocket socket = new ServerSocket(wanted)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Ends a run that would wait for ever. */
  private final class Watchdog {
    private final SampleFeeder feeder;
    private final ServedRecipes jobs;
    private long lastAnswer = clock.millis();

    Watchdog(SampleFeeder feeder, ServedRecipes jobs) {
      this.feeder = feeder;
      this.jobs = jobs;
    }

    /**
     * Does nothing while answers come.
     *
     * @param answers number of new answers
     */
    void check(int answers) throws DemoException {
      feeder.check();
      jobs.check();
      if (stopped.get()) {
        throw new DemoException("Stopped before the end of the stream");
      }
      long now = clock.millis();
      if (answers > 0) {
        lastAnswer = now;
      } else if (now - lastAnswer > PATIENCE.toMillis()) {
        throw new DemoException(
            "No answer came for "
                + PATIENCE.toSeconds()
                + " s, expected some every second; the log above may say why a job fails, and a"
                + " slow machine may need a larger --seconds");
      }
    }
  }
}
