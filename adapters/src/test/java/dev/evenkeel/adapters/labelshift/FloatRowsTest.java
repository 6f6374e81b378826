package dev.evenkeel.adapters.labelshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatRowsTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "16, 3", "33, 10", "3000, 1000"})
  void sumsAreThoseOfDoublePrecisionToSevenDigits(int rows, int columns) {
    Random random = new Random(Long.getLong("evenkeel.seed", 1));
    double[][] values = new double[rows][columns];
    double[] weights = new double[rows];
    double[] expected = new double[columns];
    double size = 0;
    for (int i = 0; i < rows; i++) {
      // Every third row, the last one among them in some sizes, takes no part.
      weights[i] = i % 3 == 2 ? 0 : random.nextDouble();
      size += weights[i];
      for (int j = 0; j < columns; j++) {
        values[i][j] = random.nextDouble();
        expected[j] += weights[i] * values[i][j];
      }
    }
    FloatRows matrix = new FloatRows(values);
    double[] sums = matrix.weighted(weights);
    assertThat(sums).containsExactly(expected, within(3e-7 * size));
    assertThat(matrix.weighted(weights)).as("nothing is left over").isEqualTo(sums);
  }
}
