package dev.evenkeel.jobs.bench;

import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.runtime.Provider;
import dev.evenkeel.adapters.runtime.RuntimeOptions;
import dev.evenkeel.adapters.runtime.ort.OrtRuntime;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.AdaptationSession;
import dev.evenkeel.adapters.tta.AdaptationState;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.adapters.tta.SourceModel;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.StateDictSerializer;
import dev.evenkeel.jobs.demo.data.FashionData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The arithmetic of ours around a step, on the bundled model's sizes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KernelBenchmarks {
  private OrtRuntime runtime;
  private AdaptationSession session;

  /** System property of the process that JMH starts. */
  static final String PROVIDER = "evenkeel.bench.provider";

  private AdaptationState state;
  private SampleBatch batch;
  private ByteBuffer image;
  private StateDict stateDict;
  private byte[] stateBytes;
  private FloatBuffer logits;

  @Setup
  public void open() throws IOException {
    Path directory = Files.createTempDirectory("evenkeel-kernels-");
    FashionData data = FashionData.unpack(directory);
    SourceModel source = SourceModel.of(OnnxReader.read(data.model()), Map.of());
    runtime =
        OrtRuntime.open(
            AdaptationProgram.compile(source, Recipe.parse("unmix-tns", Map.of()), 0),
            new RuntimeOptions(
                Provider.valueOf(System.getProperty(PROVIDER, Provider.CPU.name())), 1));
    Utils.delete(directory.toFile());
    session = runtime.newSession();
    state = session.initialState();
    batch = session.newBatch();
    image = ByteBuffer.wrap(data.pixels(0));
    stateDict = state.toStateDict();
    stateBytes = StateDictSerializer.toBytes(stateDict);
    batch.addUint8(image);
    logits = session.step(state, batch, false).logits();
  }

  @TearDown
  public void close() {
    state.close();
    session.close();
    runtime.close();
  }

  /** One 28 x 28 uint8 image into the batch as float. */
  @Benchmark
  public int addUint8Sample() {
    batch.clear();
    batch.addUint8(image);
    return batch.size();
  }

  /** Ten classes. */
  @Benchmark
  public float[] softmax() {
    return Softmax.probabilities(logits, 0, 10);
  }

  /** State of 16 components x 560 channels out of native memory. */
  @Benchmark
  public StateDict stateToDict() {
    return state.toStateDict();
  }

  @Benchmark
  public byte[] stateToBytes() {
    return StateDictSerializer.toBytes(stateDict);
  }

  @Benchmark
  public StateDict stateFromBytes() {
    return StateDictSerializer.fromBytes(stateBytes);
  }
}
