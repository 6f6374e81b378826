package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import dev.evenkeel.adapters.onnx.graph.Graph;
import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.onnx.rewrite.ExposeAffineParameters;
import dev.evenkeel.adapters.onnx.rewrite.StreamAxis;
import dev.evenkeel.adapters.onnx.rewrite.UseGivenStatistics;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.LearningModels;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.learning.Answers;
import dev.evenkeel.adapters.tta.learning.LearningPass;
import dev.evenkeel.adapters.tta.learning.Network;
import dev.evenkeel.adapters.tta.learning.Statistics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Passes of one stream through a program that learns. Saved activations stay native tensors: the
 * forward pass allocates them, the backward pass reads them, closing the pass frees them.
 */
final class OrtNetwork implements Network {
  private final OrtRuntime runtime;
  private final AdaptationProgram program;
  private final OrtStatistics scratch;
  private OrtStatistics start;
  private ByteBuffer sourceLogits = DirectMemory.allocate(0);
  private final int parameterCount;
  private final List<String> assignments;
  private SampleBatch listened;
  private double heard = Double.NaN;
  private final Deque<Feed> idle = new ArrayDeque<>();

  OrtNetwork(OrtRuntime runtime) {
    this.runtime = runtime;
    program = runtime.program();
    scratch = new OrtStatistics(runtime.environment(), program.layout());
    assignments = program.assignments();
    parameterCount = program.learning().map(LearningModels::parameterCount).orElse(0);
  }

  @Override
  public Answers predict(
      float[] values, Statistics from, Statistics into, SampleBatch samples, int momentumCount) {
    Inputs inputs = new Inputs(program.model().graph(), values, from, samples, momentumCount);
    try (inputs;
        OrtSession.Result result =
            runtime.runAdapted(
                inputs.tensors, answers(samples), written(program.model(), from, into))) {
      hear(samples, result);
      return read(result);
    }
  }

  @Override
  public LearningPass learn(float[] values, Statistics from, Statistics into, SampleBatch samples) {
    LearningModels models = program.learning().orElseThrow();
    Inputs inputs = new Inputs(models.forward().graph(), values, from, samples, samples.size());
    Set<String> wanted = answers(samples);
    wanted.addAll(models.saved());
    try {
      OrtSession.Result result =
          runtime.runLearning(inputs.tensors, wanted, written(models.forward(), from, into));
      hear(samples, result);
      return new OrtLearningPass(models, inputs, result, read(result));
    } catch (RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  @Override
  public FloatBuffer source(SampleBatch samples) {
    int classes = program.source().classes();
    int bytes = samples.size() * classes * Float.BYTES;
    if (sourceLogits.capacity() < bytes) {
      sourceLogits = DirectMemory.allocate(bytes);
    }
    try (OnnxTensor input = ((OrtSampleBatch) samples).tensor();
        OnnxTensor answers =
            DirectMemory.tensor(
                runtime.environment(), sourceLogits, OnnxJavaType.FLOAT, samples.size(), classes)) {
      runtime.runSource(
          Map.of(program.source().input(), input), Map.of(program.source().logits(), answers));
    }
    return sourceLogits.asFloatBuffer();
  }

  /** Notes how undecided the assignment to components is in the next pass over a batch. */
  void listen(SampleBatch samples) {
    listened = assignments.isEmpty() ? null : samples;
  }

  private void hear(SampleBatch samples, OrtSession.Result result) {
    if (samples == listened) {
      listened = null;
      heard = new AssignmentEntropy(result, assignments, samples.size()).mean();
    }
  }

  /** What was noted, in nats; NaN where nothing was. Told once. */
  double heard() {
    double entropy = heard;
    heard = Double.NaN;
    listened = null;
    return entropy;
  }

  private Set<String> answers(SampleBatch samples) {
    Set<String> names = new HashSet<>();
    names.add(program.source().logits());
    if (samples == listened) {
      names.addAll(assignments);
    }
    if (program.recipe().readsFeatures()) {
      names.add(program.source().features().orElseThrow());
    }
    if (program.tellsMoments()) {
      names.add(UseGivenStatistics.MEANS);
      names.add(UseGivenStatistics.SQUARES);
    }
    return names;
  }

  /** The tensors that a model writes statistics to; where it writes none they stay as they were. */
  static Map<String, OnnxTensor> written(Model model, Statistics from, Statistics into) {
    Map<String, OnnxTensor> outputs = ((OrtStatistics) into).outputs();
    if (outputs.keySet().stream().allMatch(name -> model.graph().output(name) != null)) {
      return outputs;
    }
    into.copyFrom(from);
    return Map.of();
  }

  private Answers read(OrtSession.Result result) {
    return new Answers(
        floats(result, program.source().logits()),
        program.recipe().readsFeatures()
            ? Optional.of(floats(result, program.source().features().orElseThrow()))
            : Optional.empty(),
        Optional.empty(),
        program.tellsMoments()
            ? Optional.of(
                new Answers.Moments(
                    floats(result, UseGivenStatistics.MEANS),
                    floats(result, UseGivenStatistics.SQUARES)))
            : Optional.empty());
  }

  private static float[] floats(OrtSession.Result result, String name) {
    OnnxTensor tensor = (OnnxTensor) result.get(name).orElseThrow();
    float[] values = new float[Math.toIntExact(tensor.getInfo().getNumElements())];
    tensor.getFloatBuffer().get(values);
    return values;
  }

  @Override
  public Statistics start() {
    if (start == null) {
      start = new OrtStatistics(runtime.environment(), program.layout());
      start.pack(program.initialState());
    }
    return start;
  }

  @Override
  public Statistics scratch() {
    return scratch;
  }

  @Override
  public SampleBatch part(SampleBatch samples, int from, int size) {
    return ((OrtSampleBatch) samples).select(IntStream.range(from, from + size).toArray());
  }

  @Override
  public SampleBatch batch(float[] values, int count) {
    OrtSampleBatch batch = new OrtSampleBatch(runtime.environment(), program.source());
    batch.addValues(values, count);
    return batch;
  }

  @Override
  public void close() {
    scratch.close();
    if (start != null) {
      start.close();
    }
  }

  /** Memory of small inputs. A pass keeps its own: its backward pass reads them again. */
  private static final class Feed {
    private final ByteBuffer parameters;
    private final ByteBuffer counts = DirectMemory.allocate(2L * Float.BYTES);
    private ByteBuffer streamIndex = DirectMemory.allocate(0);

    Feed(int parameterCount) {
      parameters = DirectMemory.allocate((long) parameterCount * Float.BYTES);
    }

    void fill(float[] values, int size, int momentumCount) {
      // All samples are of stream 0, and fresh memory is zero.
      if (streamIndex.capacity() < size * Long.BYTES) {
        streamIndex = DirectMemory.allocate((long) size * Long.BYTES);
      }
      counts.putFloat(0, size).putFloat(Float.BYTES, momentumCount);
      parameters.asFloatBuffer().put(values);
    }
  }

  /** Everything a graph of this program reads, one stream. */
  private final class Inputs implements AutoCloseable {
    private final Map<String, OnnxTensor> tensors = new HashMap<>();
    private final List<OnnxTensor> own = new ArrayList<>();
    private final Feed feed = idle.isEmpty() ? new Feed(parameterCount) : idle.pop();

    Inputs(Graph graph, float[] values, Statistics from, SampleBatch samples, int momentumCount) {
      int size = samples.size();
      feed.fill(values, size, momentumCount);
      put(graph, program.source().input(), ((OrtSampleBatch) samples)::tensor);
      put(graph, StreamAxis.INDEX, () -> tensor(feed.streamIndex, OnnxJavaType.INT64, size));
      put(graph, StreamAxis.COUNT, () -> tensor(feed.counts, OnnxJavaType.FLOAT, 1));
      put(
          graph,
          StreamAxis.MOMENTUM_COUNT,
          () ->
              tensor(
                  feed.counts.slice(Float.BYTES, Float.BYTES).order(ByteOrder.nativeOrder()),
                  OnnxJavaType.FLOAT,
                  1));
      put(
          graph,
          ExposeAffineParameters.INPUT,
          () -> tensor(feed.parameters, OnnxJavaType.FLOAT, 1, 2, values.length / 2));
      ((OrtStatistics) from)
          .inputs()
          .forEach(
              (name, tensor) -> {
                if (graph.input(name) != null) {
                  tensors.put(name, tensor);
                }
              });
    }

    private void put(Graph graph, String name, Supplier<OnnxTensor> tensor) {
      if (graph.input(name) != null) {
        OnnxTensor made = tensor.get();
        own.add(made);
        tensors.put(name, made);
      }
    }

    private OnnxTensor tensor(ByteBuffer memory, OnnxJavaType type, long... shape) {
      return DirectMemory.tensor(runtime.environment(), memory, type, shape);
    }

    @Override
    public void close() {
      own.forEach(OnnxTensor::close);
      idle.push(feed);
    }
  }

  /** A forward pass and what it saved. */
  private final class OrtLearningPass implements LearningPass {
    private final LearningModels models;
    private final Inputs inputs;
    private final OrtSession.Result saved;
    private final Answers answers;

    OrtLearningPass(
        LearningModels models, Inputs inputs, OrtSession.Result saved, Answers answers) {
      this.models = models;
      this.inputs = inputs;
      this.saved = saved;
      this.answers = answers;
    }

    @Override
    public Answers answers() {
      return answers;
    }

    @Override
    public float[] gradient(float[] seed) {
      return models.features() == 0 ? run(seed) : run(beside(seed, new float[0]));
    }

    @Override
    public float[] gradientOfFeatures(float[] seed) {
      if (models.features() == 0) {
        throw new IllegalStateException("The program is not made for another head");
      }
      return run(beside(new float[0], seed));
    }

    /** Rows of both seeds side by side; an empty one is zero. */
    private float[] beside(float[] byLogits, float[] byFeatures) {
      int classes = program.source().classes();
      int width = classes + models.features();
      float[] joined = new float[samples() * width];
      for (int n = 0; n < samples(); n++) {
        if (byLogits.length > 0) {
          System.arraycopy(byLogits, n * classes, joined, n * width, classes);
        }
        if (byFeatures.length > 0) {
          System.arraycopy(
              byFeatures, n * models.features(), joined, n * width + classes, models.features());
        }
      }
      return joined;
    }

    private int samples() {
      return answers.logits().length / program.source().classes();
    }

    private float[] run(float[] seed) {
      ByteBuffer memory = DirectMemory.allocate((long) seed.length * Float.BYTES);
      memory.asFloatBuffer().put(seed);
      Graph graph = models.backward().graph();
      Map<String, OnnxTensor> tensors = new HashMap<>(inputs.tensors);
      tensors.keySet().removeIf(name -> graph.input(name) == null);
      for (String name : models.saved()) {
        tensors.put(name, (OnnxTensor) saved.get(name).orElseThrow());
      }
      try (OnnxTensor fed =
          DirectMemory.tensor(
              runtime.environment(),
              memory,
              OnnxJavaType.FLOAT,
              samples(),
              seed.length / samples())) {
        tensors.put(LearningModels.SEED, fed);
        try (OrtSession.Result result =
            runtime.runBackward(tensors, Set.of(LearningModels.GRADIENT))) {
          return models.spread(floats(result, LearningModels.GRADIENT));
        }
      }
    }

    @Override
    public void close() {
      saved.close();
      inputs.close();
    }
  }
}
