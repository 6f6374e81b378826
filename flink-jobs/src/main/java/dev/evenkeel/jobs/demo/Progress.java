package dev.evenkeel.jobs.demo;

import dev.evenkeel.jobs.demo.data.DriftPhase;
import dev.evenkeel.jobs.demo.result.Scoreboard;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Shows how far the run is: one row for each phase with the errors so far. On a terminal the last
 * row is redrawn in place; elsewhere it is printed again every few seconds.
 */
public final class Progress {
  private static final long TERMINAL_MILLIS = 250;
  private static final long PLAIN_MILLIS = 5000;

  private final PrintWriter out;
  private final boolean terminal;
  private final long everyMillis;
  private List<DriftPhase> phases = List.of();
  private int phase;
  private int start;
  private long lastMillis;
  private int lastAnswered;
  private double rate;

  /**
   * @param out where to
   * @param terminal whether a person watches, so that lines may be redrawn
   */
  public Progress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    this.everyMillis = terminal ? TERMINAL_MILLIS : PLAIN_MILLIS;
  }

  /** Prints a line. */
  void say(String line) {
    out.println(line);
    out.flush();
  }

  /** Begins the table. */
  void start(List<DriftPhase> phases, List<String> recipes, long nowMillis) {
    this.phases = phases;
    this.lastMillis = nowMillis;
    StringBuilder header = new StringBuilder();
    header.append(
        String.format(Locale.ROOT, "%-16s %13s %9s %9s", "phase", "answered", "rate", "source"));
    recipes.forEach(recipe -> header.append(String.format(Locale.ROOT, " %11s", recipe)));
    say("");
    say(header.toString());
  }

  /** Shows what is new, if it is time; phases that are over always. */
  void update(Scoreboard scoreboard, long nowMillis) {
    int answered = answered(scoreboard);
    boolean due = nowMillis - lastMillis >= everyMillis;
    if (due) {
      rate = 1000.0 * (answered - lastAnswered) / (nowMillis - lastMillis);
      lastMillis = nowMillis;
      lastAnswered = answered;
    }
    while (phase < phases.size() && answered >= start + phases.get(phase).samples()) {
      int samples = phases.get(phase).samples();
      out.println((terminal ? "\r" : "") + row(scoreboard, start + samples));
      out.flush();
      start += samples;
      phase++;
    }
    if (due && phase < phases.size() && answered > start) {
      out.print(terminal ? "\r" + row(scoreboard, answered) : row(scoreboard, answered) + "\n");
      out.flush();
    }
  }

  private String row(Scoreboard scoreboard, int answered) {
    DriftPhase current = phases.get(phase);
    StringBuilder row = new StringBuilder();
    row.append(
        String.format(
            Locale.ROOT,
            "%-16s %6d/%6d %7.0f/s %9s",
            current.name(),
            answered - start,
            current.samples(),
            rate,
            percent(scoreboard.sourceErrorRate(start, answered))));
    for (int recipe = 0; recipe < scoreboard.recipes().size(); recipe++) {
      row.append(
          String.format(
              Locale.ROOT, " %11s", percent(scoreboard.errorRate(recipe, start, answered))));
    }
    return row.toString();
  }

  /** Samples that all recipes have answered. */
  private static int answered(Scoreboard scoreboard) {
    int least = Integer.MAX_VALUE;
    for (int recipe = 0; recipe < scoreboard.recipes().size(); recipe++) {
      least = Math.min(least, scoreboard.answered(recipe));
    }
    return least;
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
