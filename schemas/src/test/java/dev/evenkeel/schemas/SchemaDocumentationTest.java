package dev.evenkeel.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class SchemaDocumentationTest {
  @Test
  void everyTypeAndFieldIsDocumented() throws IOException {
    List<String> undocumented = new ArrayList<>();
    for (Path file : schemaFiles()) {
      // Each file is parsed by itself: a client needs no other.
      collect(new Schema.Parser().parse(file.toFile()), undocumented, new HashSet<>());
    }
    assertThat(undocumented).isEmpty();
  }

  @Test
  void everyMessageHasOneFile() throws IOException {
    assertThat(schemaFiles())
        .extracting(file -> file.getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(
            Messages.all().stream().map(m -> m.getSchema().getName() + ".avsc").toList());
  }

  @Test
  void findsAFieldWithoutDocumentation() {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Outer", "doc": "d", "fields": [{"name": "list",
                 "doc": "d", "type": {"type": "array", "items": {"type": "record",
                 "name": "Inner", "doc": "d", "fields": [{"name": "x", "type": "int"}]}}}]}
                """);
    List<String> undocumented = new ArrayList<>();
    collect(schema, undocumented, new HashSet<>());
    assertThat(undocumented).containsExactly("Inner.x");
  }

  private static List<Path> schemaFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/avro"))) {
      return files.toList();
    }
  }

  private static void collect(Schema schema, List<String> undocumented, Set<String> seen) {
    switch (schema.getType()) {
      case RECORD -> {
        if (!seen.add(schema.getFullName())) {
          return;
        }
        check(schema.getDoc(), schema.getName(), undocumented);
        for (Schema.Field field : schema.getFields()) {
          check(field.doc(), schema.getName() + "." + field.name(), undocumented);
          collect(field.schema(), undocumented, seen);
        }
      }
      case ENUM -> check(schema.getDoc(), schema.getName(), undocumented);
      case ARRAY -> collect(schema.getElementType(), undocumented, seen);
      case MAP -> collect(schema.getValueType(), undocumented, seen);
      case UNION -> schema.getTypes().forEach(type -> collect(type, undocumented, seen));
      default -> {}
    }
  }

  private static void check(String doc, String name, List<String> undocumented) {
    if (doc == null || doc.isBlank()) {
      undocumented.add(name);
    }
  }
}
