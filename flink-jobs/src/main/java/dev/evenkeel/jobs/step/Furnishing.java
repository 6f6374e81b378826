package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.jobs.io.TracedPrediction;
import dev.evenkeel.jobs.metrics.JobMetrics;
import java.util.Optional;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Adds to a loaded program what its answers need on their way out of the operator. */
final class Furnishing {
  private final ProgramFactory own;
  private final AdaptOptions options;
  private final JobMetrics metrics;
  private final Output<StreamRecord<TracedPrediction>> output;

  /**
   * @param own program of the job file: profile and initial state are of its model and recipe
   */
  Furnishing(
      ProgramFactory own,
      AdaptOptions options,
      JobMetrics metrics,
      Output<StreamRecord<TracedPrediction>> output) {
    this.own = own;
    this.options = options;
    this.metrics = metrics;
    this.output = output;
  }

  Served served(LoadedProgram loaded) {
    AdaptationProgram program = loaded.session().program();
    String model = loaded.factory().modelVersion();
    boolean isOwn = loaded.factory().equals(own);
    AdaptOptions.Watching watching = options.watching();
    AdaptOptions.Watching fitting =
        model.equals(own.modelVersion()) ? watching : watching.withoutReference();
    Emitter emitter =
        new Emitter(
            new Answers(model, program.decision(), metrics),
            watching.on()
                ? Optional.of(
                    new BatchNotes(model, fitting, options.shadowShare(), program.initialState()))
                : Optional.empty(),
            metrics,
            options.batches().maxSize(),
            output);
    metrics.serves(model);
    if (loaded.isOnCuda()) {
      metrics.watchGpus();
    }
    return new Served(
        loaded,
        emitter,
        options.snapshots().areOn()
            ? Optional.of(
                new SnapshotMaker(
                    options.snapshots().origin().of(loaded.factory().spec()), program))
            : Optional.empty(),
        isOwn ? options.states().start() : Optional.empty(),
        () -> metrics.servesNoMore(model));
  }
}
