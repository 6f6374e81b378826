package dev.evenkeel.schemas;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was written by version 1 stays readable. The stored files are the records of {@link
 * Messages}, made once by the generator below:
 *
 * <pre>./mvnw -pl schemas test -Dtest=CompatibilityTest -Devenkeel.write-fixtures=true</pre>
 *
 * <p>Do not run it again to make a failing test pass: the failure says that a reader breaks.
 */
class CompatibilityTest {
  private static final Path FIXTURES = Path.of("src/test/resources/v1");

  @Test
  @EnabledIfSystemProperty(named = "evenkeel.write-fixtures", matches = "true")
  void writesFixtures() throws IOException {
    Files.createDirectories(FIXTURES);
    for (SpecificRecord message : Messages.all()) {
      Files.write(fixture(message, "bin"), encode(WireFormat.AVRO, message));
      Files.write(fixture(message, "json"), encode(WireFormat.JSON, message));
      Path schema = Path.of("src/main/avro", message.getSchema().getName() + ".avsc");
      Files.copy(schema, fixture(message, "avsc"), REPLACE_EXISTING);
    }
  }

  static Iterable<SpecificRecord> messages() {
    return Messages.all();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void readsStoredAvro(SpecificRecord message) throws IOException {
    compare(message, decode(WireFormat.AVRO, message, Files.readAllBytes(fixture(message, "bin"))));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void readsStoredJson(SpecificRecord message) throws IOException {
    compare(
        message, decode(WireFormat.JSON, message, Files.readAllBytes(fixture(message, "json"))));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void schemaIsCompatibleBothWays(SpecificRecord message) throws IOException {
    Schema stored = new Schema.Parser().parse(fixture(message, "avsc").toFile());
    Schema current = message.getSchema();
    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, stored).getType())
        .as("current %s reads version 1", current.getName())
        .isEqualTo(COMPATIBLE);
    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(stored, current).getType())
        .as("version 1 of %s reads current", current.getName())
        .isEqualTo(COMPATIBLE);
  }

  /** Fields that version 1 did not have are not compared. */
  private static void compare(SpecificRecord expected, SpecificRecord decoded) throws IOException {
    Schema stored = new Schema.Parser().parse(fixture(expected, "avsc").toFile());
    assertSoftly(
        softly -> {
          for (Schema.Field field : stored.getFields()) {
            int position = expected.getSchema().getField(field.name()).pos();
            softly
                .assertThat(decoded.get(position))
                .as("%s.%s", stored.getName(), field.name())
                .isEqualTo(expected.get(position));
          }
        });
  }

  private static Path fixture(SpecificRecord message, String extension) {
    String name = message.getSchema().getName();
    return FIXTURES.resolve(name + "." + extension);
  }

  @SuppressWarnings("unchecked") // The class of a message is the class of the message.
  static byte[] encode(WireFormat format, SpecificRecord message) {
    return MessageEncoder.of(format, (Class<SpecificRecord>) message.getClass()).encode(message);
  }

  static SpecificRecord decode(WireFormat format, SpecificRecord like, byte[] value)
      throws DecodeException {
    return MessageDecoder.of(format, like.getClass()).decode(value);
  }
}
