package dev.evenkeel.adapters.tta.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.adapters.labelshift.TrackedPrior;
import dev.evenkeel.adapters.onnx.io.OnnxReader;
import dev.evenkeel.adapters.onnx.io.OnnxWriter;
import dev.evenkeel.adapters.runtime.ort.BakedModelCheck;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.adapters.testing.Steps;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.StateDict;
import dev.evenkeel.adapters.tta.export.BakedModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A correction for a moved label distribution, put into the head of a file. */
class BakedCorrectionTest {
  private static final int SIZE = 6;

  @TempDir Path folder;

  private TinyLearner learner;

  @BeforeEach
  void makeNet() {
    learner = new TinyLearner(folder);
  }

  @Test
  void aMovedPriorIsAShiftOfTheLogits() {
    try (Steps steps = learner.steps("ema-bn+prior-correction")) {
      AdaptationProgram program = steps.program();
      StateDict state = moved(program);
      BakedModel baked = BakedModel.of(program, state);
      float[] samples = learner.samples(SIZE).toFloats();
      assertThat(baked.corrected()).isTrue();
      assertThat(deviation(program, state, baked, samples))
          .as("%s", learner.random())
          .isLessThan(1e-5);
      assertThat(deviation(program, program.initialState(), baked, samples)).isGreaterThan(1e-3);
    }
  }

  @Test
  void thePriorOfTheSourceChangesNothing() {
    try (Steps steps = learner.steps("ema-bn+prior-correction")) {
      StateDict state = steps.program().initialState();
      BakedModel baked = BakedModel.of(steps.program(), state);
      assertThat(baked.corrected()).isFalse();
      assertThat(deviation(steps.program(), state, baked, learner.samples(SIZE).toFloats()))
          .isLessThan(1e-5);
    }
  }

  private static StateDict moved(AdaptationProgram program) {
    return program
        .initialState()
        .with(Map.of(TrackedPrior.PRIOR, Tensor.ofDoubles(Shape.of(4), 0.1, 0.2, 0.3, 0.4)));
  }

  /** What the file answers otherwise than the program with a state. */
  static double deviation(
      AdaptationProgram program, StateDict state, BakedModel baked, float... samples) {
    int sample = (int) program.source().sampleShape().size();
    return BakedModelCheck.deviation(
        program,
        state,
        OnnxReader.read(OnnxWriter.toBytes(baked.model()), "baked"),
        batch -> {
          for (int i = 0; i < samples.length; i += sample) {
            ByteBuffer bytes = ByteBuffer.allocate(sample * 4).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(Arrays.copyOfRange(samples, i, i + sample));
            batch.addFloat32(bytes);
          }
        });
  }
}
