package dev.evenkeel.adapters.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
  @ParameterizedTest
  @CsvSource({
    "/stem/Conv, /stem/Conv, true",
    "/stem/Conv, /stem/Conv1, false",
    "*, /stem/Conv, true",
    "/block*, /block1/conv2/Conv, true",
    "/block*, /stem/block1, false",
    "*conv2*, /block1/conv2/Conv, true",
    "*/Conv, /block1/conv2/Conv, true",
    "*/Conv, /block1/conv2/Conv2, false",
    "/block*/conv1/*, /block1/conv1/Conv, true",
    "/block*/conv1/*, /block1/conv2/Conv, false",
    "a.c, abc, false",
    "a+, a+, true",
  })
  void aStarStandsForAnyCharacters(String pattern, String name, boolean matches) {
    assertThat(new NamePattern(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void refusesAnEmptyPattern() {
    assertThatIllegalArgumentException().isThrownBy(() -> new NamePattern(""));
  }
}
