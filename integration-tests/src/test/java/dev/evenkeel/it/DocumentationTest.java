package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pages hold together: every link leads somewhere, and every page can be found. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern TEST_CLASS = Pattern.compile("[A-Z]\\w+(Test|ITCase)");
  private static final Pattern MENU_ITEM = Pattern.compile("href=\"([^\"#]+)\\.html(?:#[^\"]*)?\"");

  private static final Map<Path, MarkdownPage> PAGES = new TreeMap<>();

  @BeforeAll
  static void readPages() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md")) {
      files.add(ROOT.resolve(name));
    }
    for (String folder : List.of("docs", "deploy")) {
      try (Stream<Path> below = Files.walk(ROOT.resolve(folder))) {
        below
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.startsWith(ROOT.resolve("deploy/target")))
            .forEach(files::add);
      }
    }
    for (Path file : files) {
      PAGES.put(file, MarkdownPage.read(file));
    }
  }

  @Test
  void everyLinkLeadsToAFileAndEveryAnchorToAHeading() {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (MarkdownPage page : PAGES.values()) {
      for (String link : page.links()) {
        if (!isElsewhere(link)) {
          links++;
          if (!leadsSomewhere(page, link)) {
            broken.add(ROOT.relativize(page.file()) + " -> " + link);
          }
        }
      }
    }
    assertThat(links).isGreaterThan(150);
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageCanBeReachedFromTheIndex() {
    Set<Path> reached = new HashSet<>();
    Deque<Path> open = new ArrayDeque<>(List.of(ROOT.resolve("docs/README.md")));
    while (!open.isEmpty()) {
      Path file = open.pop();
      if (PAGES.containsKey(file) && reached.add(file)) {
        PAGES.get(file).links().stream()
            .filter(link -> !isElsewhere(link))
            .map(link -> target(PAGES.get(file), link))
            .forEach(open::push);
      }
    }
    assertThat(reached).containsAll(PAGES.keySet());
  }

  @Test
  void theIndexNamesEveryPageOfTheDocsFolder() {
    MarkdownPage index = PAGES.get(ROOT.resolve("docs/README.md"));
    Set<Path> named =
        index.links().stream().map(link -> target(index, link)).collect(Collectors.toSet());
    List<Path> pages =
        PAGES.keySet().stream()
            .filter(file -> file.getParent().equals(ROOT.resolve("docs")))
            .filter(file -> !file.equals(index.file()))
            .toList();
    assertThat(named).containsAll(pages);
  }

  @Test
  void everyItemOfTheSitesMenuIsAPage() throws IOException {
    List<Path> items =
        MENU_ITEM
            .matcher(Files.readString(ROOT.resolve("docs/site/site.xml")))
            .results()
            .map((MatchResult found) -> ROOT.resolve(found.group(1) + ".md"))
            .toList();
    assertThat(items).hasSizeGreaterThan(10);
    assertThat(PAGES.keySet()).containsAll(items);
  }

  /** A page that names a test as a proof names one that exists. */
  @Test
  void everyTestThatAPageNamesExists() throws IOException {
    Set<String> tests = testClasses();
    List<String> missing = new ArrayList<>();
    for (MarkdownPage page : PAGES.values()) {
      page.codeWords().stream()
          .filter(word -> TEST_CLASS.matcher(word).matches() && !tests.contains(word))
          .forEach(word -> missing.add(ROOT.relativize(page.file()) + " names " + word));
    }
    assertThat(missing).isEmpty();
  }

  private static Set<String> testClasses() throws IOException {
    Set<String> names = new HashSet<>();
    for (String module :
        List.of("schemas", "adapters", "model-store", "flink-jobs", "integration-tests")) {
      try (Stream<Path> below = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        below
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".java"))
            .forEach(name -> names.add(name.substring(0, name.length() - ".java".length())));
      }
    }
    return names;
  }

  private static boolean isElsewhere(String link) {
    return link.matches("[a-z]+:.*");
  }

  private static boolean leadsSomewhere(MarkdownPage page, String link) {
    Path target = target(page, link);
    int hash = link.indexOf('#');
    if (hash < 0 || !PAGES.containsKey(target)) {
      return hash < 0 && Files.exists(target);
    }
    return PAGES.get(target).anchors().contains(link.substring(hash + 1));
  }

  /** The file that a relative link names; the page itself if it is an anchor only. */
  private static Path target(MarkdownPage page, String link) {
    String path = URLDecoder.decode(link.replaceFirst("#.*", ""), StandardCharsets.UTF_8);
    return path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
  }
}
