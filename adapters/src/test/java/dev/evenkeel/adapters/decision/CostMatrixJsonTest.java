package dev.evenkeel.adapters.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostMatrixJsonTest {
  @TempDir private Path folder;

  @Test
  void readsOneArrayForEachTrueClass() throws IOException {
    CostMatrix costs = read("[[0, 1.5],\n [5, 0]]\n");
    assertThat(costs.toArray()).isDeepEqualTo(new double[][] {{0, 1.5}, {5, 0}});
    assertThat(costs.cost(1, 0)).as("a missed 1").isEqualTo(5);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    double[][] costs = {{0, 1.0 / 3, 1e-300}, {Math.PI, 0, 7}, {1e300, 2, 0.1}};
    Path file = folder.resolve("written.json");
    CostMatrixJson.write(file, CostMatrix.of(costs));
    assertThat(CostMatrixJson.read(file).toArray()).isDeepEqualTo(costs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "''                     | it holds nothing               | [[0, 1], [5, 0]]",
        "{\"costs\": [[0]]}     | it holds an object             | [[0, 1], [5, 0]]",
        "3                      | it holds 3                     | one array of numbers",
        "[[0, 1], [5, 0]        | it is not JSON                 | [[0, 1], [5, 0]]",
        "[[0, 1], [5, 0]] []    | it is not JSON                 | arrays of numbers",
        "[[0, NaN], [5, 0]]     | it is not JSON                 | arrays of numbers",
        "[[0, 1], 5]            | row 1 (counted from 0) is 5    | expected an array of numbers",
        "[[0, 1], [\"5\", 0]]   | row 1 (counted from 0) has \"5\" for answer 0 | a number",
        "[[0, null], [5, 0]]    | row 0 (counted from 0) has null for answer 1 | a number",
        "[[0, [1]], [5, 0]]     | row 0 (counted from 0) has an array for answer 1 | a number",
        "[[0, 1e999], [5, 0]]   | row 0 (counted from 0) has Infinity for answer 1 | finite",
        "[[0, 1], [5]]          | row 1 (counted from 0) has 1 numbers | expected 2"
      })
  void saysWhatIsWrongWhere(String text, String found, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(text))
        .withMessageStartingWith(folder.resolve("costs.json") + ": ")
        .withMessageContaining(found)
        .withMessageContaining(expected);
  }

  @Test
  void leavesAnAbsentFileToTheCaller() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> CostMatrixJson.read(folder.resolve("absent.json")));
  }

  private CostMatrix read(String text) throws IOException {
    return CostMatrixJson.read(Files.writeString(folder.resolve("costs.json"), text));
  }
}
