package dev.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a page of Markdown links to, and what of it can be linked to. */
record MarkdownPage(Path file, List<String> links, Set<String> anchors, Set<String> codeWords) {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.+?)\\s*#*");

  static MarkdownPage read(Path file) throws IOException {
    List<String> links = new ArrayList<>();
    Set<String> anchors = new HashSet<>();
    Set<String> words = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    boolean fenced = false;
    StringBuilder prose = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      if (line.strip().startsWith("```")) {
        fenced = !fenced;
      } else if (!fenced) {
        prose.append(line).append('\n');
        if (HEADING.matcher(line).matches()) {
          anchors.add(anchor(HEADING.matcher(line).replaceFirst("$1"), seen));
        }
      }
    }
    matches(CODE, prose.toString()).forEach(words::add);
    matches(LINK, CODE.matcher(prose).replaceAll("")).forEach(links::add);
    return new MarkdownPage(file, List.copyOf(links), Set.copyOf(anchors), Set.copyOf(words));
  }

  private static List<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  /** The name that GitHub gives a heading, the same that the site's script gives it. */
  private static String anchor(String heading, Map<String, Integer> seen) {
    String shown = LINK.matcher(heading).replaceAll("]");
    String name =
        shown.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
    int before = seen.merge(name, 1, Integer::sum) - 1;
    return before == 0 ? name : name + "-" + before;
  }
}
