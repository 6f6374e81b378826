package dev.evenkeel.it.grafana;

import java.util.List;
import java.util.stream.Stream;

/**
 * A dashboard.
 *
 * @param uid unique, and the name of its file
 */
public record Dashboard(String uid, String title, String description, List<Row> rows) {
  /** All that are deployed, in the order of their tabs. */
  public static final List<Dashboard> ALL =
      List.of(
          OverviewDashboard.make(),
          AdaptationDashboard.make(),
          ShiftDashboard.make(),
          QualityDashboard.make(),
          RuntimeDashboard.make());

  public Dashboard {
    rows = List.copyOf(rows);
  }

  static Dashboard of(String uid, String title, String description, Row... rows) {
    return new Dashboard(uid, title, description, List.of(rows));
  }

  public Stream<Panel> panels() {
    return rows.stream().flatMap(row -> row.panels().stream());
  }
}
