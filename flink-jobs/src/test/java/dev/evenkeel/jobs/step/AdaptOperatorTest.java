package dev.evenkeel.jobs.step;

import static dev.evenkeel.jobs.step.AdaptHarness.MANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.adapters.testing.FashionKit;
import dev.evenkeel.adapters.tta.Recipe;
import dev.evenkeel.adapters.tta.selection.SelectionMethod;
import dev.evenkeel.adapters.tta.selection.SelectionMethods;
import dev.evenkeel.jobs.batch.BatchPolicy;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.quality.WatchedBatch;
import dev.evenkeel.jobs.testing.FashionSamples;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Outcome;
import dev.evenkeel.v1.Prediction;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdaptOperatorTest {
  private static final ProgramFactory UNMIX = FashionSamples.program("unmix-tns");
  private static final BatchPolicy BY_FOUR = new BatchPolicy(false, 4, 0);
  private static final BatchPolicy BY_TIME = new BatchPolicy(false, 4, 100);

  @TempDir Path folder;

  @AfterEach
  void everyRuntimeIsClosed() {
    assertThat(SharedRuntimes.open()).isZero();
  }

  @Test
  @Tag("cuda")
  void closesABatchByItsSizeAndAnswersInOrder() throws Exception {
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 1.0, MANY)) {
      harness.feed("a", 0, 3);
      assertThat(harness.predictions()).isEmpty();
      harness.feed("a", 3, 9);

      List<Prediction> predictions = harness.predictions();
      assertThat(predictions)
          .extracting(Prediction::getSampleId)
          .containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
      assertThat(predictions)
          .extracting(Prediction::getAdaptationStep)
          .containsExactly(0L, 0L, 0L, 0L, 1L, 1L, 1L, 1L);
      assertThat(predictions)
          .allSatisfy(
              prediction -> {
                assertThat(prediction.getOutcome()).isEqualTo(Outcome.ADAPTED);
                assertThat(prediction.getModelVersion()).startsWith("sha256:");
                assertThat(prediction.getSourceLabel()).isBetween(0, 9);
                assertThat(prediction.getProbabilities().stream().mapToDouble(p -> p).sum())
                    .isBetween(1 - 1e-5, 1 + 1e-5);
                assertThat(prediction.getConfidence())
                    .isEqualTo(prediction.getProbabilities().get(prediction.getLabel()));
                assertThat((double) prediction.getEntropy()).isBetween(0.0, Math.log(10));
                assertThat(prediction.getOutOfDistributionScore()).isFinite().isNegative();
              });
    }
  }

  @Test
  void notesEachBatchDownForTheWatch() throws Exception {
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 1.0, MANY)) {
      harness.feed("a", 0, 9);
      List<Prediction> predictions = harness.predictions();
      List<WatchedBatch> notes =
          harness.getSideOutput(AdaptOperator.WATCHED).stream()
              .map(StreamRecord::getValue)
              .toList();
      assertThat(notes).hasSize(2);
      for (int b = 0; b < 2; b++) {
        WatchedBatch note = notes.get(b);
        List<Prediction> batch = predictions.subList(4 * b, 4 * b + 4);
        assertThat(note.streamId()).isEqualTo("a");
        assertThat(note.sampleIds())
            .isEqualTo(batch.stream().map(Prediction::getSampleId).toList());
        for (int i = 0; i < 4; i++) {
          Prediction prediction = batch.get(i);
          assertThat(note.batch().emitted().labels()[i]).isEqualTo(prediction.getLabel());
          assertThat(note.batch().source().labels()[i]).isEqualTo(prediction.getSourceLabel());
          assertThat(note.batch().emitted().confidences()[i])
              .isEqualTo(prediction.getConfidence(), within(1e-6f));
          assertThat(note.batch().emitted().entropies()[i])
              .isEqualTo(prediction.getEntropy(), within(1e-6f));
        }
        assertThat(note.producedAt()).isEqualTo(batch.get(0).getProducedAt().toEpochMilli());
        assertThat(note.batch().step()).isEqualTo(b);
      }
    }
  }

  @Test
  void closesABatchAtItsDeadline() throws Exception {
    try (AdaptHarness harness = harness(UNMIX, BY_TIME, 0, MANY)) {
      harness.setProcessingTime(10);
      harness.feed("a", 0, 1);
      harness.setProcessingTime(60);
      harness.feed("a", 1, 2);
      harness.setProcessingTime(109);
      assertThat(harness.predictions()).isEmpty();
      harness.setProcessingTime(110);

      assertThat(harness.predictions()).hasSize(2);
      assertThat(harness.predictions())
          .allSatisfy(prediction -> assertThat(prediction.getSourceLabel()).isNull());
    }
  }

  @Test
  void aFullBatchTakesItsDeadlineWithIt() throws Exception {
    try (AdaptHarness harness = harness(UNMIX, BY_TIME, 0, MANY)) {
      harness.setProcessingTime(10);
      harness.feed("a", 0, 4);
      harness.setProcessingTime(50);
      harness.feed("a", 4, 5);
      harness.setProcessingTime(110);

      assertThat(harness.predictions()).hasSize(4);
      assertThat(harness.numProcessingTimeTimers()).isOne();
    }
  }

  @Test
  @Tag("cuda")
  void restoredWithAnOpenBatchItAnswersAsIfUninterrupted() throws Exception {
    List<Prediction> expected;
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 1.0, MANY)) {
      harness.feedBoth(0, 22);
      expected = harness.predictions();
    }
    List<Prediction> found = new ArrayList<>();
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 1.0, MANY)) {
      harness.feedBoth(0, 10);
      checkpoint = harness.checkpoint();
      found.addAll(harness.predictions());
      assertThat(found).as("a barrier closes no batch").hasSize(16);
    }
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 1.0, MANY, checkpoint)) {
      harness.feedBoth(10, 22);
      found.addAll(harness.predictions());
    }
    assertThat(found).isEqualTo(expected);
  }

  /** Every preset, those that only select beside an objective; and some that are composed. */
  static Stream<String> recipes() {
    Set<String> selections =
        SelectionMethods.ALL.stream().map(SelectionMethod::name).collect(Collectors.toSet());
    return Stream.concat(
        Recipe.presets().stream().map(name -> selections.contains(name) ? name + "+tent" : name),
        Stream.of(
            "unmix-tns+deyo",
            "unmix-tns+rotta",
            "unmix-tns+lame",
            "ema-bn+tent",
            "batch-norm+prior-correction",
            "ema-bn+prior-correction"));
  }

  /** Optimisers, memories, teachers and random numbers are part of the checkpoint. */
  @ParameterizedTest
  @MethodSource("recipes")
  void everyMethodContinuesFromACheckpointAsIfUninterrupted(String recipe) throws Exception {
    Map<String, String> settings = new TreeMap<>(Map.of("normalization.min-batch", "1"));
    if (recipe.endsWith("note") || recipe.endsWith("rotta")) {
      settings.put("memory.update-every", "6");
      settings.put("memory.minimal", "2");
    }
    if (recipe.equals("eata")) {
      FashionKit.copyTo(folder, "goldens/iid/eata_b64/fisher_gamma.npy");
      FashionKit.copyTo(folder, "goldens/iid/eata_b64/fisher_beta.npy");
      settings.put("objective.fisher", folder.resolve("fisher").toString());
    }
    if (recipe.startsWith("protected-class-filter")) {
      settings.put("decision.protected", "6");
    }
    if (recipe.endsWith("prior-correction") || recipe.endsWith("label-shift-adapter")) {
      FashionKit.copyTo(folder, "calibration/source-profile.json");
      settings.put("labelshift.source-profile", folder.resolve("source-profile.json").toString());
      // Open from the first batch, so that what the checkpoint holds shows in the answers.
      settings.put("labelshift.residual", "1000");
    }
    if (recipe.equals("batch-norm+prior-correction")) {
      settings.put("labelshift.estimator", "flh-ftl");
    }
    if (recipe.endsWith("label-shift-adapter")) {
      FashionKit.copyTo(folder, "calibration/label-shift-adapter.npz");
      settings.put("labelshift.adapter", folder.resolve("label-shift-adapter.npz").toString());
    }
    ProgramFactory program = FashionSamples.program(recipe, settings);
    List<Prediction> expected;
    try (AdaptHarness harness = harness(program, BY_FOUR, 0, MANY)) {
      harness.feedBoth(0, 22);
      expected = harness.predictions();
    }
    List<Prediction> found = new ArrayList<>();
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(program, BY_FOUR, 0, MANY)) {
      harness.feedBoth(0, 10);
      checkpoint = harness.checkpoint();
      found.addAll(harness.predictions());
    }
    try (AdaptHarness harness = harness(program, BY_FOUR, 0, MANY, checkpoint)) {
      harness.feedBoth(10, 22);
      found.addAll(harness.predictions());
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aSecondCheckpointOfAnUntouchedStreamKeepsIt() throws Exception {
    OperatorSubtaskState first;
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 0, MANY)) {
      harness.feed("a", 0, 6);
      first = harness.checkpoint();
    }
    OperatorSubtaskState second;
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 0, MANY, first)) {
      harness.feed("b", 0, 1);
      second = harness.checkpoint();
    }
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 0, MANY, second)) {
      harness.feed("a", 6, 8);

      assertThat(harness.predictions())
          .extracting(Prediction::getSampleId)
          .containsExactly("4", "5", "6", "7");
      assertThat(harness.predictions().get(0).getAdaptationStep()).isOne();
    }
  }

  @Test
  void aRestoredDeadlineFires() throws Exception {
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(UNMIX, BY_TIME, 0, MANY)) {
      harness.setProcessingTime(10);
      harness.feed("a", 0, 2);
      checkpoint = harness.checkpoint();
    }
    try (AdaptHarness harness = harness(UNMIX, BY_TIME, 0, MANY, checkpoint)) {
      harness.setProcessingTime(109);
      assertThat(harness.predictions()).isEmpty();
      harness.setProcessingTime(110);
      assertThat(harness.predictions()).hasSize(2);
    }
  }

  @Test
  void streamsDoNotMixEvenWhenOnlyOneFitsIntoMemory() throws Exception {
    List<Prediction> alone = new ArrayList<>();
    for (String stream : List.of("a", "b")) {
      try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 1.0, MANY)) {
        harness.feed(stream, 0, 16);
        alone.addAll(harness.predictions());
      }
    }
    for (int maxLive : List.of(MANY, 1)) {
      try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 1.0, maxLive)) {
        harness.feedBoth(0, 16);
        assertThat(harness.predictions())
            .as("at most %d streams in memory", maxLive)
            .containsExactlyInAnyOrderElementsOf(alone);
      }
    }
  }

  @Test
  void endOfInputAnswersWhatIsOpenAlsoOfStreamsNotInMemory() throws Exception {
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 0, 1)) {
      harness.feedBoth(0, 3);
      harness.endInput();
      harness.getOperator().finish();

      assertThat(harness.predictions()).hasSize(6);
    }
  }

  @Test
  void deterministicModeEndsBatchesByEventTimeOnly() throws Exception {
    try (AdaptHarness harness = harness(UNMIX, new BatchPolicy(true, 4, 3), 0, MANY)) {
      harness.feed("a", 0, 3);
      harness.setProcessingTime(1_000_000);
      assertThat(harness.predictions()).isEmpty();
      harness.feed("a", 3, 4);

      assertThat(harness.predictions())
          .extracting(Prediction::getSampleId)
          .containsExactly("0", "1", "2");
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void refusesStateOfAnotherProgram() throws Exception {
    OperatorSubtaskState checkpoint;
    try (AdaptHarness harness = harness(UNMIX, BY_FOUR, 0, MANY)) {
      harness.feed("a", 0, 4);
      checkpoint = harness.checkpoint();
    }
    ProgramFactory other = FashionSamples.program("ema-bn");
    assertThatThrownBy(() -> harness(other, BY_FOUR, 0, MANY, checkpoint))
        .as("at start, before anything is answered")
        .rootCause()
        .hasMessageContaining("but this job runs program")
        .hasMessageContaining("state.other-program: restart")
        .hasMessageContaining("--fresh");
  }

  @Test
  void refusesOpenSamplesThatItsModelDoesNotTake() throws Exception {
    StreamSample small =
        new StreamSample("a", "0", 0, 0, DataType.UINT8, ByteBuffer.allocate(25), Map.of());
    AdaptHarness before = harness(UNMIX, BY_FOUR, 0, MANY);
    before.processElement(small);
    OperatorSubtaskState checkpoint = before.checkpoint();
    // Not the harness: the end of its input would have the sample answered.
    before.getOperator().close();

    assertThatThrownBy(() -> harness(UNMIX, BY_FOUR, 0, MANY, checkpoint))
        .rootCause()
        .hasMessageContaining("of 25 elements (stream a)")
        .hasMessageContaining("takes [1, 28, 28], which is 784")
        .hasMessageContaining("flink stop --drain");
  }

  private static AdaptHarness harness(
      ProgramFactory program, BatchPolicy policy, double shadow, int maxLive) throws Exception {
    return harness(program, policy, shadow, maxLive, null);
  }

  private static AdaptHarness harness(
      ProgramFactory program,
      BatchPolicy policy,
      double shadow,
      int maxLive,
      OperatorSubtaskState checkpoint)
      throws Exception {
    return new AdaptHarness(
        program, AdaptHarness.options(program, policy, shadow, maxLive), checkpoint);
  }
}
