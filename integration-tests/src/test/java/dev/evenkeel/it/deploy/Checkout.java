package dev.evenkeel.it.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of this checkout. */
public final class Checkout {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private Checkout() {}

  static Path path(String name) {
    return ROOT.resolve(name);
  }

  static String text(String name) {
    try {
      return Files.readString(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The image of a service of the compose file. */
  public static String image(String service) {
    return yaml("deploy/compose.yaml").path("services").path(service).path("image").asText();
  }

  /** The only document of a YAML file. */
  static JsonNode yaml(String name) {
    return documents(text(name)).get(0);
  }

  /** All documents of YAML, with anchors and merge keys resolved. */
  static List<JsonNode> documents(String yaml) {
    List<JsonNode> documents = new ArrayList<>();
    for (Object document :
        new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(new StringReader(yaml))) {
      documents.add(JSON.valueToTree(document));
    }
    return documents;
  }

  /** A property of the parent POM. */
  static String property(String name) {
    return inPom("<" + Pattern.quote(name) + ">(.*)</" + Pattern.quote(name) + ">");
  }

  /** The version of this project. */
  static String version() {
    return inPom("<artifactId>evenkeel</artifactId>\\s*<version>(.*)</version>");
  }

  private static String inPom(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text("pom.xml"));
    if (!found.find()) {
      throw new IllegalStateException("pom.xml has nothing like " + pattern);
    }
    return found.group(1);
  }
}
