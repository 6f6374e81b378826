package dev.evenkeel.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What was done to a job, and in which state that found it; also in a file, as it happens. */
final class FaultLog {
  private final Path file;
  private final List<Entry> entries = new ArrayList<>();

  FaultLog(Path file) {
    this.file = file;
  }

  /**
   * One fault.
   *
   * @param unanswered samples that the broker had and no careful consumer had seen answered
   * @param uncovered answers that were written and that a careful consumer had not seen
   * @param precommitted transactions that were complete but not committed right after the fault
   * @param note what else is to be said
   */
  record Entry(Fault fault, int unanswered, int uncovered, int precommitted, String note) {}

  void add(Entry entry) throws IOException {
    entries.add(entry);
    String line =
        "%3d %s: %d unanswered, %d written and uncovered, %d precommitted; %s%n"
            .formatted(
                entries.size(),
                entry.fault(),
                entry.unanswered(),
                entry.uncovered(),
                entry.precommitted(),
                entry.note());
    Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public String toString() {
    try {
      return Files.exists(file) ? Files.readString(file) : "no fault yet";
    } catch (IOException e) {
      return e.toString();
    }
  }
}
