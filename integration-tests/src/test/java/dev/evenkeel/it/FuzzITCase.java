package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.adapters.onnx.io.OnnxException;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.RecipeException;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.MessageDecoder;
import dev.evenkeel.schemas.MessageEncoder;
import dev.evenkeel.schemas.WireFormat;
import dev.evenkeel.v1.ControlAction;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.ControlScope;
import dev.evenkeel.v1.Label;
import dev.evenkeel.v1.Sample;
import dev.evenkeel.v1.Setting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged records and models are read or refused in bounded time and memory: a second of computing,
 * and no call that does not return, which a watchdog sees. What our reader lets pass is opened by
 * the native runtime in another process, whose death counts as a refusal.
 */
class FuzzITCase {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long SECOND = 1_000_000_000L;

  /** Enough for a second of computing on a machine that is busy with other things. */
  private static final Duration HANG = Duration.ofSeconds(10);

  /** A record may cost so many bytes for each of its own, and a constant for its refusal. */
  private static final int BYTES_FOR_ONE = 64;

  private static final int FOR_A_RECORD = 1 << 20;
  private static final int FOR_A_MODEL = 256 << 20;
  private static final int HEAD_OF_RECORD = 64;
  private static final int HEAD_OF_MODEL = 20_000;

  @TempDir private Path directory;

  private long seed;
  private Random random;
  private Mutations mutations;
  private Watchdog watchdog;

  /** A message with what reads it. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  private record Target(byte[] bytes, MessageDecoder<?> decoder) {}

  /** The short forms are always the same; the long ones look further each time. */
  @BeforeEach
  void seed(TestInfo test) {
    long fallback = test.getTags().contains("long") ? ThreadLocalRandom.current().nextLong() : 1;
    seed = Long.getLong("evenkeel.seed", fallback);
    random = new Random(seed);
    mutations = new Mutations(random);
    watchdog = new Watchdog(seed, HANG);
  }

  @Test
  void tenThousandRecords() throws Exception {
    records(10_000);
  }

  @Test
  @Tag("long")
  void aMillionRecords() throws Exception {
    records(1_000_000);
  }

  @Test
  void threeHundredModels() throws Exception {
    models(300);
  }

  @Test
  @Tag("long")
  void tenThousandModels() throws Exception {
    models(10_000);
  }

  private void records(int count) throws Exception {
    System.out.println("Fuzzing: -Devenkeel.seed=" + seed);
    List<Target> targets = targets();
    int refused = watchdog.watch(() -> decode(targets, count));
    assertThat(refused).as("seed %d", seed).isBetween(count / 3, count);
  }

  /** How many records are refused. */
  private int decode(List<Target> targets, int count) {
    // What is loaded at first use is no record's cost.
    for (int i = 0; i < 100 * targets.size(); i++) {
      Target target = targets.get(i % targets.size());
      watchdog.begins("warming record", i);
      isRefused(target, mutations.of(target.bytes(), HEAD_OF_RECORD));
    }
    long largest = 0;
    int refused = 0;
    for (int i = 0; i < count; i++) {
      Target target = targets.get(random.nextInt(targets.size()));
      byte[] damaged = mutations.of(target.bytes(), HEAD_OF_RECORD);
      watchdog.begins("record", i);
      Cost cost = new Cost();
      refused += isRefused(target, damaged) ? 1 : 0;
      largest = Math.max(largest, cost.bytes());
      cost.assertAtMost(FOR_A_RECORD + (long) BYTES_FOR_ONE * damaged.length, "record " + i);
    }
    System.out.println(count + " records, " + refused + " refused, at most " + largest + " bytes");
    return refused;
  }

  private static boolean isRefused(Target target, byte[] damaged) {
    try {
      target.decoder().decode(damaged);
      return false;
    } catch (DecodeException e) {
      assertThat(e.getMessage()).isNotBlank();
      return true;
    }
  }

  private static List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    Fashion fashion = new Fashion(Path.of("target", "fuzz"));
    Label label = new Label("stream", "7", 3);
    ControlCommand command =
        ControlCommand.newBuilder()
            .setCommandId("c")
            .setAction(ControlAction.SET)
            .setScope(ControlScope.STREAM)
            .setTarget("s")
            .setSettings(List.of(new Setting("optimizer.learning-rate", "0.1")))
            .setAuthor("a")
            .setIssuedAt(Instant.EPOCH)
            .build();
    for (WireFormat format : WireFormat.values()) {
      Codec<Sample> samples = codec(format, Sample.class);
      MessageDecoder<Sample> checked = MessageDecoder.checked(samples.decoder());
      targets.add(new Target(samples.encoder().encode(fashion.sample("stream", 7)), checked));
      targets.add(
          new Target(samples.encoder().encode(fashion.floatSample("stream", 7, 1)), checked));
      Codec<Label> labels = codec(format, Label.class);
      targets.add(new Target(labels.encoder().encode(label), labels.decoder()));
      Codec<ControlCommand> commands = codec(format, ControlCommand.class);
      targets.add(new Target(commands.encoder().encode(command), commands.decoder()));
    }
    return targets;
  }

  private record Codec<T>(MessageEncoder<T> encoder, MessageDecoder<T> decoder) {}

  private static <T extends SpecificRecord> Codec<T> codec(WireFormat format, Class<T> type) {
    if (format == WireFormat.CONFLUENT) {
      SchemasInMemory registry = new SchemasInMemory();
      return new Codec<>(
          MessageEncoder.confluent(type, "fuzzed-value", registry),
          MessageDecoder.confluent(type, registry));
    }
    return new Codec<>(MessageEncoder.of(format, type), MessageDecoder.of(format, type));
  }

  private void models(int count) throws Exception {
    System.out.println("Fuzzing: -Devenkeel.seed=" + seed);
    List<byte[]> originals = new ArrayList<>();
    for (String name : List.of("fashion-resnet", "fashion-tiny-vit")) {
      originals.add(Files.readAllBytes(FashionKit.copyTo(directory, "models/" + name + ".onnx")));
    }
    List<String> passed = new ArrayList<>();
    long largest = watchdog.watch(() -> rewrite(originals, count, passed));
    Opened opened = open(passed);
    System.out.printf(
        "%d models, %d passed our reader, %d of them answer, %d crash the runtime; at most %d bytes%n",
        count, passed.size(), opened.served(), opened.crashed(), largest);
    assertThat(passed).as("seed %d", seed).hasSizeBetween(count / 20, count);
    assertThat(opened.served()).as("seed %d", seed).isPositive();
  }

  /**
   * Damages and rewrites models.
   *
   * @param passed gets the files of those that are not refused
   * @return most bytes that one took
   */
  private long rewrite(List<byte[]> originals, int count, List<String> passed) throws IOException {
    // What is loaded at first use is no model's cost.
    for (byte[] original : originals) {
      rewrite(original);
    }
    long largest = 0;
    for (int i = 0; i < count; i++) {
      byte[] damaged = mutations.of(originals.get(random.nextInt(2)), HEAD_OF_MODEL);
      watchdog.begins("model", i);
      Cost cost = new Cost();
      try {
        rewrite(damaged);
        passed.add(Files.write(directory.resolve(i + ".onnx"), damaged).toString());
      } catch (OnnxException | RecipeException e) {
        assertThat(e.getMessage()).isNotBlank();
      } catch (RuntimeException | Error e) {
        throw new AssertionError("model %d of seed %d gave %s".formatted(i, seed, e), e);
      }
      largest = Math.max(largest, cost.bytes());
      cost.assertAtMost(FOR_A_MODEL, "model " + i);
    }
    return largest;
  }

  private static void rewrite(byte[] model) {
    SourceModel source = SourceModel.of(OnnxReader.read(model, "fuzzed"), Map.of());
    AdaptationProgram.compile(source, Recipe.parse("tent", Map.of()), 0);
  }

  private record Opened(int served, int crashed) {}

  /** In processes of their own, a new one after each that dies. */
  private Opened open(List<String> models) throws Exception {
    int next = 0;
    int served = 0;
    int crashed = 0;
    while (next < models.size()) {
      List<String> some = models.subList(next, Math.min(next + 200, models.size()));
      Path place = Files.createDirectories(directory.resolve("open-" + next));
      try (ChildJvm process =
          ChildJvm.start(
              place,
              "opener",
              System.getProperty("java.class.path"),
              Map.of(),
              ModelOpener.class.getName(),
              some)) {
        process.awaitEnd(Duration.ofMinutes(10));
      }
      List<String> lines = Files.readAllLines(place.resolve("opener.out"));
      int begun = (int) lines.stream().filter(line -> line.startsWith("begin ")).count();
      int ended = (int) lines.stream().filter(line -> line.matches("(served|refused) .*")).count();
      assertThat(begun).as("seed %d, from model %d", seed, next).isPositive();
      served += (int) lines.stream().filter(line -> line.startsWith("served ")).count();
      crashed += begun - ended;
      next += begun;
    }
    return new Opened(served, crashed);
  }

  /** What this thread has spent since. */
  private final class Cost {
    private final long allocated = THREADS.getCurrentThreadAllocatedBytes();
    private final long nanos = THREADS.getCurrentThreadCpuTime();

    long bytes() {
      return THREADS.getCurrentThreadAllocatedBytes() - allocated;
    }

    void assertAtMost(long bound, String what) {
      if (bytes() > bound || THREADS.getCurrentThreadCpuTime() - nanos > SECOND) {
        throw new AssertionError(
            "%s of seed %d took %d bytes and %d ns, expected at most %d and a second"
                .formatted(what, seed, bytes(), THREADS.getCurrentThreadCpuTime() - nanos, bound));
      }
    }
  }
}
