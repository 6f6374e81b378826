package dev.evenkeel.adapters.tta;

import java.util.List;

/** A method of a slot, described: documentation and configuration keys derive from this. */
public interface Method {
  /** Name in recipes, lower-case with hyphens. */
  String name();

  /** One sentence for documentation. */
  String summary();

  /** Settings the method reads. */
  List<Option<?>> options();
}
