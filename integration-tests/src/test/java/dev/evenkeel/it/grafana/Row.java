package dev.evenkeel.it.grafana;

import java.util.List;

/** Panels under a heading. */
public record Row(String title, List<Panel> panels) {
  public Row {
    panels = List.copyOf(panels);
  }

  static Row of(String title, Panel... panels) {
    return new Row(title, List.of(panels));
  }
}
