package dev.evenkeel.jobs.cli;

import dev.evenkeel.v1.AuditEvent;
import dev.evenkeel.v1.ControlCommand;
import dev.evenkeel.v1.DeadLetter;
import dev.evenkeel.v1.DriftReport;
import dev.evenkeel.v1.Label;
import dev.evenkeel.v1.Prediction;
import dev.evenkeel.v1.Sample;
import dev.evenkeel.v1.SnapshotAnnouncement;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The messages that topics hold, by the names that the command line uses. */
enum MessageType {
  PREDICTION(Prediction.class),
  DRIFT(DriftReport.class),
  AUDIT(AuditEvent.class),
  SNAPSHOT(SnapshotAnnouncement.class),
  DEAD_LETTER(DeadLetter.class),
  SAMPLE(Sample.class),
  LABEL(Label.class),
  CONTROL(ControlCommand.class);

  private final Class<? extends SpecificRecord> recordClass;

  MessageType(Class<? extends SpecificRecord> recordClass) {
    this.recordClass = recordClass;
  }

  Class<? extends SpecificRecord> recordClass() {
    return recordClass;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads a name from the command line. */
  static final class Converter implements ITypeConverter<MessageType> {
    @Override
    public MessageType convert(String text) {
      return Arrays.stream(values())
          .filter(type -> type.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected one of "
                          + Arrays.stream(values())
                              .map(MessageType::toString)
                              .collect(Collectors.joining(", "))
                          + " but was '"
                          + text
                          + "'"));
    }
  }

  /** All names, for help. */
  static final class Candidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(values()).map(MessageType::toString).iterator();
    }
  }
}
