package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.control.ProgramSpec;
import dev.evenkeel.jobs.control.Serving;
import dev.evenkeel.jobs.control.ServingFormat;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to serve, kept in Flink state; the same in all instances of the operator. */
final class ServingState {
  private static final Logger LOG = LoggerFactory.getLogger(ServingState.class);
  private static final MapStateDescriptor<String, byte[]> SERVING =
      new MapStateDescriptor<>(
          "serving", StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);
  private static final String KEY = "serving";

  private final BroadcastState<String, byte[]> state;
  private Serving serving;

  /**
   * @param own program of the job file
   * @param restartOthers whether a job file that contradicts the checkpoint begins anew
   * @throws SuppressRestartsException if it contradicts and does not
   */
  ServingState(OperatorStateStore states, ProgramSpec own, boolean restartOthers) throws Exception {
    state = states.getBroadcastState(SERVING);
    byte[] written = state.get(KEY);
    serving = written == null ? Serving.own(own) : under(own, written, restartOthers);
  }

  private static Serving under(ProgramSpec own, byte[] written, boolean restartOthers) {
    Serving stored = ServingFormat.fromBytes(written);
    if (stored.under(own).isPresent()) {
      return stored.under(own).get();
    }
    if (!restartOthers) {
      throw new SuppressRestartsException(
          new IllegalStateException(
              ("The job file says %s, but the checkpoint is of a job of %s in which commands let %s"
                      + " serve. Say one of the latter two, let every stream start anew with"
                      + " state.other-program: restart, or start without the checkpoint (run"
                      + " --fresh)")
                  .formatted(words(own), words(stored.own()), words(stored.now()))));
    }
    LOG.warn(
        "The job file says {}; what commands let serve, {}, is forgotten, as state.other-program"
            + " says",
        words(own),
        words(stored.now()));
    return Serving.own(own);
  }

  private static String words(ProgramSpec program) {
    return "model %s with recipe %s %s"
        .formatted(program.model(), program.recipe(), program.settings());
  }

  Serving serving() {
    return serving;
  }

  void set(Serving next) throws Exception {
    serving = next;
    state.put(KEY, ServingFormat.toBytes(next));
  }
}
