package dev.evenkeel.jobs.config;

import dev.evenkeel.adapters.tta.Option;
import dev.evenkeel.jobs.payload.AllowedUris;
import java.time.Duration;
import java.util.List;

/** Keys below {@code payloads}: samples whose payload lies elsewhere. */
final class PayloadKeys {
  static final Option<AllowedUris> ALLOWED_URIS =
      KeyForms.key(
          "payloads.allowed-uris",
          "list",
          "none",
          "`file:`, `http:` or `https:` directories, `/` at the end",
          "Where `data_uri` of a sample may point to; everything else is refused. See"
              + " [formats](formats.md#claim-check).",
          AllowedUris::parse);
  static final Option<Duration> TIMEOUT =
      KeyForms.duration(
          "payloads.timeout",
          "10s",
          Duration.ofMillis(10),
          Duration.ofMinutes(5),
          "How long one attempt to fetch a payload may take.");
  static final Option<Duration> PATIENCE =
      KeyForms.duration(
          "payloads.patience",
          "30s",
          Duration.ZERO,
          Duration.ofMinutes(10),
          "How long a store that gives no answer is asked again, with growing pauses, before the job"
              + " restarts from its last checkpoint.");
  static final Option<Integer> IN_FLIGHT =
      KeyForms.key(
          "payloads.in-flight",
          "integer",
          "16",
          "samples, 1 to 1024",
          "Most payloads that one instance fetches at a time.",
          Parsers.integer(1, 1024));

  static final List<Option<?>> ALL = List.of(ALLOWED_URIS, TIMEOUT, PATIENCE, IN_FLIGHT);

  private PayloadKeys() {}
}
