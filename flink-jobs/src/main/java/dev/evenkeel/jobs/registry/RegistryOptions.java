package dev.evenkeel.jobs.registry;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * Where a schema registry is and how it is asked. The text form does not show the credentials.
 *
 * @param url under which {@code schemas/} and {@code subjects/} lie
 * @param credentials {@code user:password} for basic authentication, null for none
 * @param timeout of one request
 * @param patience how long a registry that does not answer is asked again
 * @param registers whether schemas are registered; else they must be there
 */
public record RegistryOptions(
    URI url, String credentials, Duration timeout, Duration patience, boolean registers)
    implements Serializable {
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  public RegistryOptions {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(patience, "patience");
  }

  /**
   * The address of a registry, without a slash at its end.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static URI url(String text) {
    String expected =
        "expected an http or https address such as http://localhost:8081, with no user, query or"
            + " fragment in it";
    URI url;
    try {
      url = URI.create(text.strip().replaceFirst("/+$", ""));
    } catch (IllegalArgumentException e) {
      // Not as the cause: it repeats the text.
      throw new IllegalArgumentException(expected);
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException(expected);
    }
    return url;
  }

  @Override
  public String toString() {
    return url + (credentials == null ? "" : " (credentials hidden)");
  }
}
