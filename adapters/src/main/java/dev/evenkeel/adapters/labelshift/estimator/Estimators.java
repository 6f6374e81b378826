package dev.evenkeel.adapters.labelshift.estimator;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** All estimators by name. */
public final class Estimators {
  private static final int WINDOW = 100;
  private static final int HORIZON = 1000;

  private static final SortedMap<String, Function<SourceEvidence, BatchEstimator>> BATCH =
      new TreeMap<>();
  private static final SortedMap<String, Function<SourceEvidence, OnlineEstimator>> ONLINE =
      new TreeMap<>();

  static {
    BATCH.put("bbse-hard", of -> estimator("bbse-hard", of.hard(), new Bbse(of.hard())));
    BATCH.put("bbse-soft", of -> estimator("bbse-soft", of.soft(), new Bbse(of.soft())));
    BATCH.put("mlls", of -> estimator("mlls", of.soft(), new Mlls(of.soft())));
    BATCH.put(
        "rlls",
        of -> {
          double rho = Rlls.rho(of.soft().classes(), of.soft().samples());
          return estimator("rlls", of.soft(), new Rlls(of.soft(), rho));
        });
    ONLINE.put(
        "atlas",
        of -> new Atlas(of.soft(), of.requireHoldOut("atlas"), of.requireHead("atlas"), HORIZON));
    ONLINE.put("ema", of -> new MovingAverage(of.soft().prior(), Pace.of(of.soft().classes())));
    ONLINE.put("flh-ftl", of -> new FollowingLeaders(of.soft().prior()));
    ONLINE.put("fth", of -> new FollowTheHistory(of.soft().prior()));
    ONLINE.put("online-em", of -> new OnlineEm(of.soft().prior(), Pace.of(of.soft().classes())));
    ONLINE.put("rogd", of -> new Rogd(of.soft().prior(), of.requireHoldOut("rogd")));
    ONLINE.put(
        "uogd",
        of ->
            new Uogd(
                of.soft().prior(), of.requireHoldOut("uogd"), of.requireHead("uogd"), HORIZON));
    ONLINE.put("window", of -> new FixedWindow(of.soft().prior(), WINDOW));
  }

  private static final Set<String> ADAPT_THE_HEAD = Set.of("atlas", "uogd");

  private Estimators() {}

  /** Whether an online estimator adapts the model's head: a {@link HeadEstimator}. */
  public static boolean adaptsTheHead(String online) {
    return ADAPT_THE_HEAD.contains(online);
  }

  /** Whether an online estimator learns from labelled source samples. */
  public static boolean needsHoldOut(String online) {
    return online.equals("rogd") || adaptsTheHead(online);
  }

  /** Names of the batch estimators, sorted. */
  public static List<String> batchNames() {
    return List.copyOf(BATCH.keySet());
  }

  /** Names of the online estimators, sorted. */
  public static List<String> onlineNames() {
    return List.copyOf(ONLINE.keySet());
  }

  /**
   * The batch estimator of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static BatchEstimator batch(String name, SourceEvidence evidence) {
    return find(BATCH, name, "Batch").apply(evidence);
  }

  /**
   * The online estimator of a name.
   *
   * @throws IllegalArgumentException if there is none, or it needs more evidence
   */
  public static OnlineEstimator online(String name, SourceEvidence evidence) {
    return find(ONLINE, name, "Online").apply(evidence);
  }

  private static <T> T find(SortedMap<String, T> known, String name, String kind) {
    T found = known.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s estimator is '%s', expected one of %s".formatted(kind, name, known.keySet()));
    }
    return found;
  }

  private static BatchEstimator estimator(
      String name, SourceConfusion confusion, GuardedEstimator.Solver solver) {
    return new GuardedEstimator(name, confusion, solver);
  }
}
