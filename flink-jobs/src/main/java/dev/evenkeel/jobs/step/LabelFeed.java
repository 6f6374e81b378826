package dev.evenkeel.jobs.step;

import dev.evenkeel.adapters.guard.GuardAction;
import dev.evenkeel.adapters.guard.Response;
import dev.evenkeel.adapters.tta.AdaptationProgram;
import dev.evenkeel.adapters.tta.GuardOptions;
import dev.evenkeel.adapters.tta.Signal;
import dev.evenkeel.adapters.tta.Turn;
import dev.evenkeel.jobs.io.LabelArrival;
import dev.evenkeel.jobs.io.StreamSample;
import java.nio.FloatBuffer;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;

/**
 * Tells the guards of each stream what labels say of its latest answers. The answers of streams
 * used last lie in memory, the others in Flink state.
 *
 * <p>A label counts if its sample was answered before it came and is still remembered; so guards
 * depend on how labels and samples come in turn. Where the recipe itself resets its state, as it
 * does every now and then, answers stay: they tell how it does on the stream.
 */
final class LabelFeed {
  private static final ValueStateDescriptor<byte[]> ANSWERS =
      new ValueStateDescriptor<>("recent-answers", BytePrimitiveArraySerializer.INSTANCE);

  private final Map<String, RecentAnswers> held = new LinkedHashMap<>(16, 0.75f, true);
  private final ValueState<byte[]> stored;
  private final CurrentKey current;
  private final int most;

  /**
   * @param most streams whose answers are held in memory, at least 1
   */
  LabelFeed(KeyedStateStore states, CurrentKey current, int most) {
    stored = states.getState(ANSWERS);
    this.current = current;
    this.most = most;
  }

  /** Takes a label of a sample under a key; another one may be the current one afterwards. */
  void label(String key, LabelArrival label) throws Exception {
    if (label.label() < 0) {
      // Of a class that neither model knows: it says nothing of the difference.
      return;
    }
    RecentAnswers answers = find(key);
    if (answers != null) {
      answers.label(SampleHash.identity(label.streamId(), label.sampleId()), label.label());
    }
  }

  /** What a turn has to tell, with what is to be remembered of it. */
  Set<Signal> signals(Set<Signal> others) {
    Set<Signal> all = EnumSet.of(Signal.ADAPTED_LOGITS);
    all.addAll(others);
    return all;
  }

  /**
   * Lets the next step of a stream judge by the labels that have come. A stream that was told to
   * stay as it is is told later.
   */
  void beforeStep(String key, LiveStream stream) throws Exception {
    RecentAnswers answers = find(key);
    if (answers == null || !answers.hasLabels() || stream.control().mode() != Turn.Mode.ADAPT) {
      return;
    }
    RecentAnswers.Tally tally = answers.takeLabels();
    stream
        .served()
        .session()
        .takeLabels(stream.state(), tally.labelled(), tally.adaptedRight(), tally.sourceRight());
  }

  /**
   * Remembers what was answered to a stream's batch.
   *
   * @param source {@code [samples]} labels of the source model; null where it did not answer
   */
  void answered(
      String key, Served served, List<StreamSample> samples, StreamRows rows, int[] source)
      throws Exception {
    if (rows.step().guardActions().stream().anyMatch(LabelFeed::isRestart)) {
      // Nothing that the state answered which was given up says anything of the one that goes on.
      forget(key);
      return;
    }
    FloatBuffer adapted = rows.step().adaptedLogits();
    if (adapted == null || source == null) {
      return;
    }
    RecentAnswers answers = find(key);
    if (answers == null) {
      answers = hold(key, new RecentAnswers());
    }
    AdaptationProgram program = served.session().program();
    int remembered = GuardOptions.remembered(program.recipe());
    for (int i = 0; i < samples.size(); i++) {
      StreamSample sample = samples.get(i);
      answers.add(
          SampleHash.identity(sample.streamId(), sample.sampleId()),
          program.decision().label(adapted, i * rows.classes(), rows.classes()),
          source[i],
          remembered);
    }
  }

  private static boolean isRestart(GuardAction action) {
    return action.response() == Response.RESET || action.response() == Response.ROLL_BACK;
  }

  /** Forgets the answers of a stream, which is forgotten itself or goes on from another state. */
  void forget(String key) {
    held.remove(key);
    current.set(key);
    stored.clear();
  }

  /** Null where nothing is remembered. */
  private RecentAnswers find(String key) throws Exception {
    RecentAnswers answers = held.get(key);
    if (answers != null) {
      return answers;
    }
    current.set(key);
    byte[] bytes = stored.value();
    return bytes == null ? null : hold(key, RecentAnswers.fromBytes(bytes));
  }

  private RecentAnswers hold(String key, RecentAnswers answers) throws Exception {
    if (held.size() >= most) {
      Iterator<Map.Entry<String, RecentAnswers>> eldest = held.entrySet().iterator();
      write(eldest.next());
      eldest.remove();
    }
    held.put(key, answers);
    return answers;
  }

  /** Writes what changed. */
  void write() throws Exception {
    for (Map.Entry<String, RecentAnswers> entry : held.entrySet()) {
      write(entry);
    }
  }

  private void write(Map.Entry<String, RecentAnswers> entry) throws Exception {
    RecentAnswers answers = entry.getValue();
    if (answers.isChanged()) {
      current.set(entry.getKey());
      stored.update(answers.toBytes());
      answers.written();
    }
  }
}
