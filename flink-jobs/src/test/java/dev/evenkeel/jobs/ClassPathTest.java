package dev.evenkeel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The launcher takes its libraries from a folder, in whatever order the file system lists them: a
 * class that lies in two of them is now this one, now that one.
 */
class ClassPathTest {
  @Test
  void noClassLiesInTwoLibraries() throws IOException {
    Map<String, TreeSet<String>> jars = new TreeMap<>();
    for (File file : libraries()) {
      try (JarFile jar = new JarFile(file)) {
        jar.stream()
            .map(JarEntry::getName)
            .filter(name -> name.endsWith(".class") && name.contains("/"))
            .filter(name -> !name.startsWith("META-INF/"))
            .forEach(name -> jars.computeIfAbsent(name, n -> new TreeSet<>()).add(file.getName()));
      }
    }
    assertThat(jars).containsKey("io/prometheus/client/exporter/HTTPServer.class");
    TreeSet<String> clashes = new TreeSet<>();
    jars.forEach(
        (name, owners) -> {
          if (owners.size() > 1) {
            clashes.add(owners.toString());
          }
        });
    assertThat(clashes).isEmpty();
  }

  private static List<File> libraries() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(path.split(File.pathSeparator, -1))
        .map(File::new)
        .filter(file -> file.getName().endsWith(".jar") && file.isFile())
        // Only tests have it, twice, by way of Flink's test harness.
        .filter(file -> !file.getName().startsWith("hamcrest"))
        .toList();
  }
}
