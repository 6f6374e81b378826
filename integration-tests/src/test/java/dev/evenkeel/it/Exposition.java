package dev.evenkeel.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Prometheus endpoint answered, in the text format. */
record Exposition(List<String> series) {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Pattern SERIES =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)(?: \\d+)?");

  static Exposition scrape(int port) throws IOException, InterruptedException {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"))
                .timeout(Duration.ofSeconds(10))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("Port " + port + " answered " + response.statusCode());
    }
    return new Exposition(
        response.body().lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList());
  }

  /**
   * Sum over all series of a name.
   *
   * @param label that they have, as {@code name="value"}
   */
  double sum(String name, String label) {
    double sum = 0;
    for (String line : series) {
      Matcher found = SERIES.matcher(line);
      if (found.matches()
          && found.group(1).equals(name)
          && found.group(2) != null
          && List.of(found.group(2).split(",")).contains(label)) {
        sum += Double.parseDouble(found.group(3));
      }
    }
    return sum;
  }
}
