package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.tta.Option;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds keys that mean nothing and guesses which one was meant. */
final class UnknownKeys {
  private UnknownKeys() {}

  static void report(Collection<String> keys, List<String> problems) {
    Map<String, Option<?>> known =
        ConfigKeys.ALL.stream().collect(Collectors.toMap(Option::key, option -> option));
    for (String key : keys) {
      boolean open = ConfigKeys.OPEN_SECTIONS.stream().anyMatch(key::startsWith);
      if (!open && !known.containsKey(key)) {
        problems.add(
            "'"
                + key
                + "' is no key of a job file"
                + suggestion(key, known.keySet())
                    .map(guess -> "; did you mean '" + guess + "'?")
                    .orElse("; remove it, the configuration reference lists all keys"));
      }
    }
  }

  /** A key with the same last word, or one at most a third of whose letters differ. */
  private static Optional<String> suggestion(String key, Collection<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    String last = lastWord(key);
    return known.stream()
        .filter(
            candidate ->
                lastWord(candidate).equals(last)
                    || candidate.startsWith(key + ".")
                    || distance.apply(candidate, key) <= Math.max(1, key.length() / 3))
        .min(
            Comparator.<String>comparingInt(candidate -> distance.apply(candidate, key))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static String lastWord(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }
}
