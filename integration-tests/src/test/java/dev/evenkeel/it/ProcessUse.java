package dev.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a process takes of the system, read from {@code /proc}. */
final class ProcessUse {
  private ProcessUse() {}

  static boolean isKnown() {
    return Files.exists(Path.of("/proc/self/status"));
  }

  /** Resident memory in kilobytes. */
  static long residentKilobytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  static long descriptors(long pid) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return files.count();
    }
  }

  /** Files with that word in their names that are mapped into the process. */
  static List<String> mapped(long pid, String word) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps")).stream()
        .filter(line -> line.contains("/"))
        .map(line -> line.substring(line.indexOf('/')))
        .filter(file -> file.contains(word))
        .distinct()
        .toList();
  }
}
