package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.step.AdaptHarness.MANY;
import static dev.evenkeel.jobs.testing.FashionSamples.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.batch.CallPolicy;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Prediction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are sent to harm: what they reach in others, in themselves, and after a reset. */
class AbuseTest {
  private static final int SIZE = 16;
  private static final int BATCHES = 6;
  private static final int PIXELS = 28 * 28;
  private static final String VICTIM = "victim";
  private static final BatchPolicy BY_SIZE = new BatchPolicy(false, SIZE, 0);
  private static final CallPolicy TOGETHER = new CallPolicy(256, 16, 1);

  /** What a stream may be made of. */
  private enum Abuse {
    /** The same image for ever. */
    CONSTANT {
      @Override
      StreamSample sample(int i, Random random) {
        StreamSample one = FashionSamples.sample(name(), 0);
        return with(one, i, one.dtype(), one.payload());
      }
    },
    /** Nine of ten samples are of no class at all. */
    UNKNOWN {
      @Override
      StreamSample sample(int i, Random random) {
        StreamSample known = FashionSamples.sample(name(), i);
        if (i % 10 == 0) {
          return known;
        }
        byte[] noise = new byte[PIXELS];
        random.nextBytes(noise);
        return with(known, i, DataType.UINT8, ByteBuffer.wrap(noise));
      }
    },
    /** Finite numbers so large that activations overflow. */
    HUGE {
      @Override
      StreamSample sample(int i, Random random) {
        ByteBuffer floats =
            ByteBuffer.allocate(PIXELS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
          floats.putFloat((random.nextFloat() - 0.5f) * Float.MAX_VALUE);
        }
        return with(FashionSamples.sample(name(), i), i, DataType.FLOAT32, floats.rewind());
      }
    };

    abstract StreamSample sample(int i, Random random);

    StreamSample with(StreamSample like, int i, DataType dtype, ByteBuffer payload) {
      return new StreamSample(
          name(), Integer.toString(i), i, like.recordTime(), dtype, payload, Map.of());
    }
  }

  /** The victim's answers are those that it gets with nobody beside it. */
  @ParameterizedTest
  @ValueSource(strings = {"unmix-tns", "ema-bn", "tent", "unmix-tns+tent", "rotta"})
  void otherStreamsAreUnaffected(String recipe) throws Exception {
    ProgramFactory program = FashionSamples.program(recipe, Map.of("normalization.min-batch", "1"));
    AdaptOptions options =
        AdaptHarness.options(program, BY_SIZE, TOGETHER, 0, AdaptOptions.States.keep(MANY));
    List<Prediction> alone;
    try (AdaptHarness harness = new AdaptHarness(program, options)) {
      harness.feed(VICTIM, 0, BATCHES * SIZE);
      harness.setProcessingTime(1);
      alone = harness.predictions();
    }
    try (AdaptHarness harness = new AdaptHarness(program, options)) {
      Random random = new Random(1);
      for (int i = 0; i < BATCHES * SIZE; i++) {
        for (Abuse abuse : Abuse.values()) {
          harness.processElement(abuse.sample(i, random));
        }
        harness.processElement(sample(VICTIM, i));
      }
      harness.setProcessingTime(1);
      List<Prediction> answers = harness.predictions();
      List<Prediction> victim =
          answers.stream().filter(answer -> answer.getStreamId().equals(VICTIM)).toList();
      assertThat(victim).hasSameSizeAs(alone);
      for (int i = 0; i < alone.size(); i++) {
        assertThat(victim.get(i).getSampleId()).isEqualTo(alone.get(i).getSampleId());
        assertThat(victim.get(i).getLabel()).isEqualTo(alone.get(i).getLabel());
        assertThat(victim.get(i).getConfidence())
            .isEqualTo(alone.get(i).getConfidence(), within(1e-5f));
      }
      assertThat(answers)
          .as("every sample is answered")
          .hasSize((1 + Abuse.values().length) * BATCHES * SIZE);
    }
  }

  /** However steep the gradients that somebody provokes, a capped step moves no layer far. */
  @Test
  void aCapBoundsTheDamage() throws Exception {
    Map<String, String> reckless = new TreeMap<>(Map.of("optimizer.learning-rate", "1"));
    int free = agreement(reckless);
    reckless.put("optimizer.step-cap", "0.001");
    int capped = agreement(reckless);
    assertThat(capped).as("of %d answers, %d without a cap", 4 * SIZE, free).isGreaterThan(free);
    assertThat(capped).isGreaterThan(4 * SIZE * 8 / 10);
  }

  /** Answers after an attack that are those of the source model, of 64. */
  private static int agreement(Map<String, String> settings) throws Exception {
    ProgramFactory program = FashionSamples.program("source+tent", settings);
    AdaptOptions options = AdaptHarness.options(program, BY_SIZE, 1, MANY);
    try (AdaptHarness harness = new AdaptHarness(program, options)) {
      Random random = new Random(2);
      for (int i = 0; i < BATCHES * SIZE; i++) {
        harness.processElement(Abuse.UNKNOWN.sample(i, random));
      }
      harness.getOutput().clear();
      for (int i = 0; i < 4 * SIZE; i++) {
        harness.processElement(sample(Abuse.UNKNOWN.name(), i));
      }
      return (int)
          harness.predictions().stream()
              .filter(answer -> answer.getLabel() == answer.getSourceLabel())
              .count();
    }
  }

  /** After a reset the stream answers as if nothing had ever been done to it. */
  @Test
  void aResetUndoesTheDamage() throws Exception {
    ProgramFactory program =
        FashionSamples.program(
            "unmix-tns+tent",
            Map.of("optimizer.learning-rate", "1", "reset.every", Integer.toString(BATCHES)));
    AdaptOptions options = AdaptHarness.options(program, BY_SIZE, 0, MANY);
    List<Prediction> untouched;
    try (AdaptHarness harness = new AdaptHarness(program, options)) {
      harness.feed(Abuse.UNKNOWN.name(), 0, 2 * SIZE);
      untouched = harness.predictions();
    }
    try (AdaptHarness harness = new AdaptHarness(program, options)) {
      Random random = new Random(3);
      for (int i = 0; i < BATCHES * SIZE; i++) {
        harness.processElement(Abuse.UNKNOWN.sample(i, random));
      }
      harness.getOutput().clear();
      harness.feed(Abuse.UNKNOWN.name(), 0, 2 * SIZE);
      List<Prediction> recovered = harness.predictions();
      assertThat(recovered)
          .extracting(Prediction::getProbabilities)
          .containsExactlyElementsOf(untouched.stream().map(Prediction::getProbabilities).toList());
    }
  }
}
