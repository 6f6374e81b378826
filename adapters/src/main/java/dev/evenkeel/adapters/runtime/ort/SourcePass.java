package dev.evenkeel.adapters.runtime.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.SourceModel;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Lets the frozen source model answer the streams of a call that want it. For one thread. */
final class SourcePass {
  private final OrtRuntime runtime;
  private final SourceModel source;
  private final int rowBytes;
  private ByteBuffer logits = DirectMemory.allocate(0);
  private ByteBuffer selectedLogits = DirectMemory.allocate(0);
  private FloatBuffer features = FloatBuffer.allocate(0);
  private boolean tellsFeatures;

  SourcePass(OrtRuntime runtime) {
    this.runtime = runtime;
    source = runtime.program().source();
    rowBytes = source.classes() * Float.BYTES;
  }

  /**
   * Answers, each where its sample lies; what lies elsewhere means nothing.
   *
   * @return false if no stream wants it
   */
  boolean run(
      List<StreamTurn> streams, Membership membership, OrtSampleBatch samples, OnnxTensor input) {
    tellsFeatures = false;
    if (streams.stream().noneMatch(StreamTurn::wantsSource)) {
      return false;
    }
    int bytes = membership.samples() * rowBytes;
    if (logits.capacity() < bytes) {
      logits = DirectMemory.allocate(bytes);
    }
    Optional<String> asked = asked(streams);
    if (streams.stream().allMatch(StreamTurn::wantsSource)) {
      try (OrtSession.Result more = answer(input, membership.samples(), logits, asked)) {
        asked.ifPresent(name -> keep(more, name, membership.samples(), null));
      }
    } else {
      runFor(streams, membership, samples, asked);
    }
    return true;
  }

  private Optional<String> asked(List<StreamTurn> streams) {
    boolean wanted =
        streams.stream().anyMatch(turn -> turn.wantsSource() && turn.wants(Signal.SOURCE_FEATURES));
    return wanted ? source.features() : Optional.empty();
  }

  /** Answers some streams only. */
  private void runFor(
      List<StreamTurn> streams,
      Membership membership,
      OrtSampleBatch samples,
      Optional<String> asked) {
    int[] wanted =
        IntStream.range(0, membership.samples())
            .filter(i -> streams.get(membership.streamOf(i)).wantsSource())
            .toArray();
    if (selectedLogits.capacity() < logits.capacity()) {
      selectedLogits = DirectMemory.allocate(logits.capacity());
    }
    try (OnnxTensor selected = samples.select(wanted).tensor();
        OrtSession.Result more = answer(selected, wanted.length, selectedLogits, asked)) {
      asked.ifPresent(name -> keep(more, name, membership.samples(), wanted));
    }
    for (int i = 0; i < wanted.length; i++) {
      logits.put(wanted[i] * rowBytes, selectedLogits, i * rowBytes, rowBytes);
    }
  }

  private OrtSession.Result answer(
      OnnxTensor input, int samples, ByteBuffer into, Optional<String> asked) {
    try (OnnxTensor answers =
        DirectMemory.tensor(
            runtime.environment(), into, OnnxJavaType.FLOAT, samples, source.classes())) {
      return runtime.runSource(
          Map.of(source.input(), input),
          asked.map(Set::of).orElse(Set.of()),
          Map.of(source.logits(), answers));
    }
  }

  /**
   * Copies features out: their width is not known before, so ONNX Runtime allocates them.
   *
   * @param places where the rows belong; null for one after the other
   */
  private void keep(OrtSession.Result result, String name, int samples, int[] places) {
    FloatBuffer found = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
    int width = found.remaining() / (places == null ? samples : places.length);
    if (features.capacity() < samples * width) {
      features = FloatBuffer.allocate(samples * width);
    }
    features.limit(samples * width);
    if (places == null) {
      features.put(0, found, 0, samples * width);
    } else {
      for (int i = 0; i < places.length; i++) {
        features.put(places[i] * width, found, i * width, width);
      }
    }
    tellsFeatures = true;
  }

  /** {@code [samples, classes]} of the last run. */
  ByteBuffer logits() {
    return logits;
  }

  /** {@code [samples, width]} of the last run; null where they were not asked for. */
  FloatBuffer features() {
    return tellsFeatures ? features.asReadOnlyBuffer() : null;
  }
}
