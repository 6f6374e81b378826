package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.control.ProgramSpec;
import dev.evenkeel.jobs.control.Serving;
import dev.evenkeel.jobs.control.Serving.Choice;
import dev.evenkeel.jobs.control.Serving.Trial;
import dev.evenkeel.jobs.control.StreamControl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The programs that serve in one operator instance. What is to serve changes at once when a command
 * says so; a program that is not loaded yet is loaded beside the stream, and until it is, streams
 * stay with what they have.
 */
final class ServedPrograms implements AutoCloseable {
  private final ServingState state;
  private final ProgramLoader loader;
  private final Function<LoadedProgram, Served> furnish;
  private final BiConsumer<ProgramSpec, String> failed;
  private final Map<ProgramSpec, Served> loaded = new LinkedHashMap<>();
  private final Supplier<String> fingerprintOfOwn;
  private String ownFingerprint;
  private Served current;
  private int revision = 1;

  /**
   * @param fingerprintOfOwn finds out that of the job file's program, where it is not loaded
   * @param furnish adds what goes with a program
   * @param failed is told why a program that was checked before cannot serve here
   */
  ServedPrograms(
      ServingState state,
      Supplier<String> fingerprintOfOwn,
      ProgramLoader loader,
      Function<LoadedProgram, Served> furnish,
      BiConsumer<ProgramSpec, String> failed) {
    this.state = state;
    this.fingerprintOfOwn = fingerprintOfOwn;
    this.loader = loader;
    this.furnish = furnish;
    this.failed = failed;
  }

  /** Loads what is to serve, and waits for it. */
  void restore() {
    for (ProgramSpec program : serving().programs()) {
      add(program, loader.load(program));
    }
    current = loaded.get(serving().now());
  }

  private void add(ProgramSpec program, LoadedProgram found) {
    loaded.put(program, furnish.apply(found));
    revision++;
  }

  Serving serving() {
    return state.serving();
  }

  /** Another number whenever a stream may have to be served by another program. */
  int revision() {
    return revision;
  }

  /** Notes what is to serve from now on, and begins to load what is missing. */
  void serve(Serving next) throws Exception {
    state.set(next);
    revision++;
    for (ProgramSpec program : next.programs()) {
      if (!loaded.containsKey(program)) {
        loader.begin(program);
      }
    }
    settle();
  }

  /** Takes over what was loaded since. */
  void poll() {
    if (loader.isIdle()) {
      return;
    }
    for (ProgramLoader.Result result : loader.finished()) {
      take(result);
    }
    settle();
  }

  private void take(ProgramLoader.Result result) {
    ProgramSpec program = result.program();
    if (result.problem().isPresent()) {
      failed.accept(program, result.problem().get());
    } else if (serving().programs().contains(program) && !loaded.containsKey(program)) {
      add(program, result.loaded().orElseThrow());
    } else {
      // Another command came meanwhile.
      result.loaded().orElseThrow().close();
    }
  }

  /** Waits for a program that a stream needs now. */
  void await(ProgramSpec program) {
    if (!loaded.containsKey(program)) {
      loader.await(program).ifPresent(this::take);
      settle();
    }
  }

  private void settle() {
    Served now = loaded.get(serving().now());
    if (now != null) {
      current = now;
    }
  }

  /** Whether programs are loaded that nothing needs. */
  boolean hasUnused() {
    return loader.isIdle() && loaded.size() > serving().programs().size();
  }

  /** Programs that nothing needs any more, to be drained of their states and closed. */
  List<Served> takeUnused() {
    List<Served> unused = new ArrayList<>();
    loaded
        .entrySet()
        .removeIf(
            entry -> {
              boolean goes =
                  entry.getValue() != current && !serving().programs().contains(entry.getKey());
              return goes && unused.add(entry.getValue());
            });
    return unused;
  }

  /** That of the job file's program, which need not be loaded. */
  String ownFingerprint() {
    if (ownFingerprint == null) {
      Served own = loaded.get(serving().own());
      ownFingerprint = own == null ? fingerprintOfOwn.get() : own.fingerprint();
    }
    return ownFingerprint;
  }

  /** What serves all for which nothing else is said. */
  Served current() {
    return current;
  }

  /**
   * What serves a stream.
   *
   * @param fingerprint of the program whose state it has; stays while the wanted one is loaded
   */
  Served of(String key, StreamControl told, String fingerprint) {
    Served wanted = loaded.get(choice(key, told).program());
    if (wanted != null) {
      return wanted;
    }
    for (Served served : loaded.values()) {
      if (served.fingerprint().equals(fingerprint)) {
        return served;
      }
    }
    return current;
  }

  /** What is to serve a stream. */
  Choice choice(String key, StreamControl told) {
    return serving().of(key, told);
  }

  /** The candidate that answers unseen; empty if there is none, or it is not loaded yet. */
  Optional<Served> shadow() {
    return serving().trial().filter(Trial::isShadow).map(trial -> loaded.get(trial.candidate()));
  }

  @Override
  public void close() {
    loader.close();
    List<Served> all = new ArrayList<>(loaded.values());
    loaded.clear();
    all.forEach(Served::close);
  }
}
