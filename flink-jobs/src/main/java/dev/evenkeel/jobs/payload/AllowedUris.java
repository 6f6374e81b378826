package dev.evenkeel.jobs.payload;

import dev.evenkeel.jobs.redaction.Redaction;
import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Places that payloads may be fetched from. A URI is allowed if scheme, host and port are those of
 * a place and its path begins with the place's; it is compared as it is written, so whatever could
 * mean another path to whom it is given is refused.
 *
 * @param places directories: {@code file:}, {@code http:} or {@code https:} URIs whose path ends
 *     with a slash
 */
public record AllowedUris(List<URI> places) implements Serializable {
  private static final int MAX_LENGTH = 2048;

  /** Dots, slashes, backslashes, zero and percent behind an escape; a backslash; a dot segment. */
  private static final Pattern AMBIGUOUS =
      Pattern.compile("(?i)%(2e|2f|5c|00|25)|\\\\|(^|/)\\.{1,2}(/|$)|//");

  public AllowedUris {
    places = List.copyOf(places);
  }

  /**
   * Reads places.
   *
   * @param text separated by commas; {@code none} for none
   * @throws IllegalArgumentException if one of them is no place
   */
  public static AllowedUris parse(String text) {
    return text.strip().equals("none")
        ? new AllowedUris(List.of())
        : new AllowedUris(Arrays.stream(text.split(",", -1)).map(AllowedUris::place).toList());
  }

  private static URI place(String text) {
    String expected =
        "expected directories such as file:///data/payloads/ or https://host/payloads/, with a slash"
            + " at the end and no user, query or dots in them";
    URI place;
    try {
      place = new URI(text.strip());
    } catch (URISyntaxException e) {
      // Not as the cause: it repeats the text.
      throw new IllegalArgumentException(expected);
    }
    if (!isOfAKnownKind(place)
        || place.getRawQuery() != null
        || !place.getRawPath().endsWith("/")
        || AMBIGUOUS.matcher(place.getRawPath()).find()) {
      throw new IllegalArgumentException(expected);
    }
    return place;
  }

  /**
   * The place that a payload is in. What is said of another URI shows neither its user nor its
   * query, since dead letters are read by others than samples.
   *
   * @throws DecodeException with {@link RejectionReason#PAYLOAD_REFUSED} if it is in none
   */
  Location locate(String text) throws DecodeException {
    if (text.length() > MAX_LENGTH) {
      throw refused(
          "data_uri has %d characters, at most %d are read".formatted(text.length(), MAX_LENGTH));
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw refused("data_uri '%s' is no URI".formatted(Redaction.value(text)));
    }
    if (!isOfAKnownKind(uri) || AMBIGUOUS.matcher(uri.getRawPath()).find()) {
      throw refused(
          "data_uri '%s' is no plain file, http or https URI: no user, fragment, dot segments or escaped slashes"
              .formatted(Redaction.value(text)));
    }
    Optional<URI> place = places.stream().filter(allowed -> contains(allowed, uri)).findFirst();
    return new Location(
        uri,
        place.orElseThrow(
            () ->
                refused(
                    "data_uri '%s' is in none of payloads.allowed-uris"
                        .formatted(Redaction.value(text)))));
  }

  /**
   * Where a payload is.
   *
   * @param place that allows it
   */
  record Location(URI uri, URI place) {
    boolean isFile() {
      return uri.getScheme().equalsIgnoreCase("file");
    }
  }

  private static boolean isOfAKnownKind(URI uri) {
    if (uri.getScheme() == null
        || uri.getRawPath() == null
        || !uri.getRawPath().startsWith("/")
        || uri.getRawFragment() != null
        || uri.getRawUserInfo() != null) {
      return false;
    }
    return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
      case "file" -> uri.getRawAuthority() == null && uri.getRawQuery() == null;
      case "http", "https" -> uri.getHost() != null;
      default -> false;
    };
  }

  private static boolean contains(URI place, URI uri) {
    return place.getScheme().equalsIgnoreCase(uri.getScheme())
        && (place.getHost() == null || place.getHost().equalsIgnoreCase(uri.getHost()))
        && port(place) == port(uri)
        && uri.getRawPath().startsWith(place.getRawPath());
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
      case "http" -> 80;
      case "https" -> 443;
      default -> -1;
    };
  }

  private static DecodeException refused(String found) {
    return new DecodeException(
        RejectionReason.PAYLOAD_REFUSED,
        found + "; put the payload into an allowed place, or send it in data");
  }
}
