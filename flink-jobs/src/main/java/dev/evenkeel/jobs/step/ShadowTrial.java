package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.tta.Decision;
import dev.evenkeel.adapters.tta.SampleBatch;
import dev.evenkeel.adapters.tta.Softmax;
import dev.evenkeel.adapters.tta.StepResult;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.batch.CallQueue.Closed;
import dev.evenkeel.jobs.control.Serving.Trial;
import dev.evenkeel.jobs.io.StreamSample;
import dev.evenkeel.jobs.metrics.JobMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets a candidate answer what was just answered, and compares; nobody sees its answers. It adapts
 * to each stream in its own state.
 */
final class ShadowTrial {
  private final ServedPrograms programs;
  private final CandidateStates states;
  private final JobMetrics metrics;

  /** A batch, and what was decided for its samples. */
  record Answered(Closed batch, Answers.Labels labels) {}

  ShadowTrial(ServedPrograms programs, CandidateStates states, JobMetrics metrics) {
    this.programs = programs;
    this.states = states;
    this.metrics = metrics;
  }

  /** Looks at the batches of a call; another key may be the current one afterwards. */
  void look(List<Answered> call) throws Exception {
    Optional<Served> shadow = programs.shadow();
    if (shadow.isEmpty()) {
      return;
    }
    double share = programs.serving().trial().map(Trial::share).orElse(0.0);
    List<Answered> looked =
        call.stream()
            .filter(one -> SampleHash.share(one.batch().samples().get(0)) < share)
            .toList();
    if (!looked.isEmpty()) {
      compare(shadow.get(), looked);
    }
  }

  private void compare(Served candidate, List<Answered> call) throws Exception {
    SampleBatch input = candidate.input();
    input.clear();
    List<Turn> turns = new ArrayList<>(call.size());
    int[] turnOfSample = new int[call.stream().mapToInt(one -> one.batch().samples().size()).sum()];
    for (Answered one : call) {
      for (StreamSample sample : one.batch().samples()) {
        turnOfSample[input.size()] = turns.size();
        sample.addTo(input);
      }
      turns.add(Turn.of(states.of(candidate, one.batch().key()), false));
    }
    StepResult result = candidate.session().step(turns, turnOfSample, input);
    Decision decision = candidate.session().program().decision();
    int row = 0;
    for (Answered one : call) {
      for (int label : one.labels().emitted()) {
        int offset = row * result.classes();
        int other = decision.label(result.logits(), offset, result.classes());
        float[] believed = Softmax.probabilities(result.logits(), offset, result.classes());
        metrics.compared(other != label, believed[other]);
        row++;
      }
    }
  }
}
