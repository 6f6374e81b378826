package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.it.RecordedStreams.Expected;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Error rates over whole streams equal those of the papers' own code within 0.1 percentage points.
 */
class WholeStreamParityITCase {
  @TempDir static Path folder;
  private static StreamErrors errors;

  @BeforeAll
  static void unpack() throws IOException {
    errors = new StreamErrors(folder);
  }

  static Stream<Expected> oneStreamOfEachMethod() throws IOException {
    return all().filter(expected -> expected.stream().equals("iid") && expected.batch() == 64);
  }

  static Stream<Expected> all() throws IOException {
    return RecordedStreams.expected().stream();
  }

  @ParameterizedTest
  @MethodSource("oneStreamOfEachMethod")
  void equalsThePapersCodeOnOneStream(Expected expected) throws IOException {
    check(expected);
  }

  @ParameterizedTest
  @MethodSource("all")
  @Tag("long")
  void equalsThePapersCodeOnEveryStream(Expected expected) throws IOException {
    check(expected);
  }

  private static void check(Expected expected) throws IOException {
    assertThat(errors.samples(expected.stream())).isEqualTo(expected.samples());
    StreamErrors.Run run =
        new StreamErrors.Run(
            "fashion-resnet",
            expected.stream(),
            expected.batch(),
            expected.resetAt(),
            expected.recipe(),
            expected.components(),
            Map.of());
    assertThat(errors.errorRate(run, 0)).isCloseTo(expected.errorRate(), within(0.001));
  }
}
