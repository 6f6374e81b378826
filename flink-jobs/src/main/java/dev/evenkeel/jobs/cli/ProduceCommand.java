package dev.evenkeel.jobs.cli;

import dev.evenkeel.jobs.io.Wire;
import dev.evenkeel.jobs.replay.Pace;
import dev.evenkeel.jobs.replay.Recording;
import dev.evenkeel.jobs.replay.Replay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Replays arrays into topics. */
@Command(
    name = "produce",
    sortOptions = false,
    description = "Replays arrays into a samples topic; sample_id is the position in the stream.")
final class ProduceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;
  @Mixin private FormatOptions format;

  @ArgGroup(exclusive = true)
  private Streams streams = new Streams();

  @Option(names = "--topic", paramLabel = "T", required = true, description = "Samples go there.")
  private String topic;

  @Option(
      names = "--inputs",
      paramLabel = "X.npy",
      required = true,
      arity = "1..*",
      description = "Samples [n, ...], uint8 or float32; several files are concatenated.")
  private List<Path> inputs;

  @Option(
      names = "--labels",
      paramLabel = "Y.npy",
      arity = "1..*",
      description = "True classes [n], concatenated likewise; -1 is a class the model lacks.")
  private List<Path> labels = List.of();

  @Option(names = "--labels-topic", paramLabel = "L", description = "Labels go there.")
  private String labelsTopic;

  @Option(
      names = "--order",
      paramLabel = "O.npy",
      description = "Row indices into the inputs, the order of the stream. Default: file order.")
  private Path order;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Records per second. Default: as fast as the broker takes them.")
  private Double rate;

  @Option(names = "--json", description = "Print the summary as one JSON object.")
  private boolean json;

  /** One stream by name, or several by number. */
  private static final class Streams {
    @Option(
        names = "--stream-id",
        paramLabel = "ID",
        description = "The one stream of all samples. Default: stream-0.")
    private String id;

    @Option(
        names = "--streams",
        paramLabel = "N",
        description = "Deals the samples in turn to stream-0 ... stream-(N-1).")
    private Integer count;

    List<String> names() {
      if (id != null) {
        return List.of(id);
      }
      return IntStream.range(0, count == null ? 1 : count).mapToObj(i -> "stream-" + i).toList();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    Recording recording = Recording.read(inputs, labels, Optional.ofNullable(order));
    Wire wire = format.wire();
    kafka.requireBroker();
    List<String> names = streams.names();
    LongConsumer pace = rate == null ? position -> {} : new Pace(rate);
    long start = System.nanoTime();
    try (KafkaReplaySink sink = new KafkaReplaySink(kafka, topic, labelsTopic, wire)) {
      new Replay(recording, names, Clock.systemUTC(), pace).sendTo(sink);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    print(recording, names, seconds);
    return 0;
  }

  private void check() {
    if (labels.isEmpty() != (labelsTopic == null)) {
      throw usage(
          "--labels and --labels-topic belong together, but only "
              + (labelsTopic == null ? "--labels" : "--labels-topic")
              + " is given; add the other or leave both out");
    }
    if (rate != null && !(rate > 0)) {
      throw usage("--rate is " + rate + ", expected above 0");
    }
    if (streams.names().isEmpty() || streams.names().contains("")) {
      throw usage("--streams is " + streams.count + ", expected at least 1 named stream");
    }
  }

  private void print(Recording recording, List<String> names, double seconds) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("topic", topic);
    summary.put("records", recording.size());
    summary.put("labels_topic", labelsTopic);
    summary.put("labels", recording.isLabelled() ? recording.size() : 0);
    summary.put("streams", names.size());
    summary.put("seconds", seconds);
    summary.put("records_per_second", recording.size() / seconds);
    String line =
        "%d samples of %d stream(s) sent to %s%s in %.1f s (%.0f/s)"
            .formatted(
                recording.size(),
                names.size(),
                topic,
                labelsTopic == null ? "" : ", their labels to " + labelsTopic,
                seconds,
                recording.size() / seconds);
    spec.commandLine().getOut().println(json ? Json.line(summary) : line);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
