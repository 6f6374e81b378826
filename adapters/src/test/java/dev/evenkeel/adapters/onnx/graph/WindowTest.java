package dev.evenkeel.adapters.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
  @ParameterizedTest
  @CsvSource({
    "8, 3, 1, 1, 1, 1, false, 8",
    "8, 3, 2, 1, 1, 1, false, 4",
    "8, 3, 2, 1, 0, 0, true, 4",
    "8, 3, 1, 2, 0, 0, false, 4",
    "2, 3, 1, 1, 0, 0, false, 0",
    "1, 1, 2, 1, 0, 0, true, 1",
  })
  void countsItsPositions(
      long size,
      long kernel,
      long stride,
      long dilation,
      long begin,
      long end,
      boolean ceil,
      long output) {
    assertThat(new Window(size, kernel, stride, dilation, begin, end, ceil).output())
        .isEqualTo(output);
  }

  @Test
  void startsNoPositionInThePaddingAtTheEnd() {
    assertThat(new Window(4, 2, 3, 1, 1, 1, true).output()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"SAME_UPPER, 0, 1", "SAME_LOWER, 1, 0", "VALID, 0, 0"})
  void resolvesAutomaticPadding(String autoPad, long begin, long end) {
    Node conv =
        Node.of(
            "Conv",
            List.of("x", "w"),
            List.of("y"),
            Map.of("auto_pad", Attribute.of(autoPad), "strides", Attribute.ofInts(2)));

    Window window = Window.of(conv, 0, 8, 3);

    assertThat(window).isEqualTo(new Window(8, 3, 2, 1, begin, end, false));
  }

  @Test
  void refusesUnknownAutomaticPadding() {
    Node conv =
        Node.of("Conv", List.of("x", "w"), List.of("y"), Map.of("auto_pad", Attribute.of("SOME")));

    assertThatThrownBy(() -> Window.of(conv, 0, 8, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("auto_pad of Conv 'y' is 'SOME'");
  }
}
