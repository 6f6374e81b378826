package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.Outcome;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.batch.CallQueue.Closed;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.metrics.JobMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Answers closed batches in one call, or in one for each program that serves them, and lets their
 * streams take the step.
 */
final class Answering {
  private final ServedPrograms programs;
  private final LiveStreams streams;
  private final Orders orders;
  private final ExpiringStreams expiring;
  private final LagBudget budget;
  private final Optional<SnapshotSchedule> snapshots;
  private final Optional<LabelFeed> labels;
  private final ShadowTrial trial;
  private final double shadowShare;
  private final LongSupplier clock;
  private final JobMetrics metrics;

  /** A closed batch with the stream that it belongs to. */
  private record Ready(Closed batch, LiveStream stream) {}

  /**
   * @param shadowShare share of batches that the source model answers too, in [0, 1]
   * @param clock milliseconds
   */
  Answering(
      ServedPrograms programs,
      LiveStreams streams,
      Orders orders,
      ExpiringStreams expiring,
      LagBudget budget,
      Optional<SnapshotSchedule> snapshots,
      Optional<LabelFeed> labels,
      ShadowTrial trial,
      double shadowShare,
      LongSupplier clock,
      JobMetrics metrics) {
    this.programs = programs;
    this.streams = streams;
    this.orders = orders;
    this.expiring = expiring;
    this.budget = budget;
    this.snapshots = snapshots;
    this.labels = labels;
    this.trial = trial;
    this.shadowShare = shadowShare;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Answers; another key may be the current one afterwards. */
  void answer(List<Closed> call) throws Exception {
    programs.poll();
    if (programs.hasUnused()) {
      for (Served unused : programs.takeUnused()) {
        streams.drain(unused);
        unused.close();
      }
    }
    Optional<String> heldBack = budget.holdsBack(call, clock.getAsLong());
    Map<Served, List<Ready>> byProgram = new LinkedHashMap<>();
    for (Closed batch : call) {
      LiveStream found = streams.of(batch.key());
      expiring.beforeBatch(batch.key(), found, batch.samples().get(0).eventTime());
      LiveStream stream = orders.beforeBatch(batch.key(), found, clock.getAsLong());
      byProgram
          .computeIfAbsent(stream.served(), served -> new ArrayList<>(call.size()))
          .add(new Ready(batch, stream));
    }
    for (Map.Entry<Served, List<Ready>> part : byProgram.entrySet()) {
      step(part.getKey(), part.getValue(), heldBack);
    }
    expiring.forgetSurplus();
    metrics.live(streams.size(), streams.bytes());
  }

  private void step(Served served, List<Ready> ready, Optional<String> heldBack) throws Exception {
    Emitter emitter = served.emitter();
    SampleBatch input = served.input();
    input.clear();
    List<Turn> turns = new ArrayList<>(ready.size());
    List<Emitter.Before> before = new ArrayList<>(ready.size());
    int[] turnOfSample = new int[ready.stream().mapToInt(r -> r.batch().samples().size()).sum()];
    for (Ready one : ready) {
      List<StreamSample> samples = one.batch().samples();
      LiveStream stream = one.stream();
      for (StreamSample sample : samples) {
        turnOfSample[input.size()] = turns.size();
        sample.addTo(input);
      }
      turns.add(
          new Turn(
              stream.state(),
              SampleHash.share(samples.get(0)) < shadowShare,
              heldBack,
              stream.control().mode(),
              signals(emitter, samples, stream)));
      before.add(emitter.before(stream.state()));
      if (labels.isPresent()) {
        labels.get().beforeStep(one.batch().key(), stream);
      }
    }
    long start = System.nanoTime();
    StepResult result = served.session().step(turns, turnOfSample, input);
    metrics.call(ready.size(), (System.nanoTime() - start) * 1e-9);
    List<ShadowTrial.Answered> answered = new ArrayList<>(ready.size());
    int row = 0;
    for (int s = 0; s < ready.size(); s++) {
      Closed batch = ready.get(s).batch();
      LiveStream stream = ready.get(s).stream();
      StreamRows rows = StreamRows.of(result, s, row, batch.samples().size());
      long now = clock.getAsLong();
      Answers.Labels decided =
          emitter.emit(batch.samples(), rows, stream.state(), before.get(s), now);
      answered.add(new ShadowTrial.Answered(batch, decided));
      if (labels.isPresent()) {
        labels.get().answered(batch.key(), served, batch.samples(), rows, decided.source());
      }
      orders.guarded(batch.key(), stream, rows.step().guardActions(), now);
      stream.told(stream.control().answered(stream.state().steps()));
      if (snapshots.isPresent() && stream.state().steps() != before.get(s).steps()) {
        if (rows.step().outcome() instanceof Outcome.Reset) {
          snapshots.get().forget(batch.key());
        }
        snapshots.get().stepped(batch.key(), rows, now);
      }
      streams.resized(before.get(s).bytes(), stream.state().byteSize());
      expiring.answered(batch.key(), stream, now, batch.lastEventTime());
      row += batch.samples().size();
    }
    trial.look(answered);
  }

  private Set<Signal> signals(Emitter emitter, List<StreamSample> samples, LiveStream stream) {
    Set<Signal> watched = emitter.signals(samples, stream.state());
    return labels.map(feed -> feed.signals(watched)).orElse(watched);
  }
}
