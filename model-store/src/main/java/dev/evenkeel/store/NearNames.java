package dev.evenkeel.store;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what was probably meant. */
final class NearNames {
  private NearNames() {}

  /** The rest of an error message: what was probably meant, else what there is. */
  static String suggest(String typed, Collection<String> known) {
    if (known.isEmpty()) {
      return "there are none yet";
    }
    List<String> near =
        known.stream()
            .filter(name -> distance(typed, name) <= Math.max(1, typed.length() / 3))
            .sorted(Comparator.comparingInt(name -> distance(typed, name)))
            .limit(3)
            .toList();
    return near.isEmpty()
        ? "known are " + String.join(", ", known.stream().limit(10).toList())
        : "did you mean " + String.join(" or ", near) + "?";
  }

  /** Levenshtein distance: insertions, deletions and replacements of single characters. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
