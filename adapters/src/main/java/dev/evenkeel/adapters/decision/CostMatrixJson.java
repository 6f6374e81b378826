package dev.evenkeel.adapters.decision;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Cost matrices as JSON files: one array of numbers for each true class. */
public final class CostMatrixJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private CostMatrixJson() {}

  /**
   * Reads a matrix, for instance {@code [[0, 1], [5, 0]]}.
   *
   * @throws IllegalArgumentException if the file holds none, naming the file, the row and what was
   *     found there
   * @throws IOException if it cannot be read
   */
  public static CostMatrix read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      return CostMatrix.of(rows(MAPPER.readTree(bytes)));
    } catch (JacksonException e) {
      throw refused(
          file,
          "it is not JSON ("
              + e.getOriginalMessage()
              + "), expected arrays of numbers; write for instance [[0, 1], [5, 0]]",
          e);
    } catch (IllegalArgumentException e) {
      throw refused(file, e.getMessage(), e);
    }
  }

  /** Writes a matrix, over a file that is there. */
  public static void write(Path file, CostMatrix costs) throws IOException {
    Files.write(file, MAPPER.writeValueAsBytes(costs.toArray()));
  }

  private static double[][] rows(JsonNode root) {
    if (!root.isArray()) {
      throw new IllegalArgumentException(
          "it holds "
              + kind(root)
              + ", expected an array with one array of numbers for each true class; write for"
              + " instance [[0, 1], [5, 0]]");
    }
    double[][] rows = new double[root.size()][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row(row, root.get(row));
    }
    return rows;
  }

  private static double[] row(int row, JsonNode node) {
    String name = "row " + row + " (counted from 0)";
    if (!node.isArray()) {
      throw new IllegalArgumentException(
          name
              + " is "
              + kind(node)
              + ", expected an array of numbers, one for each answer; write one");
    }
    double[] costs = new double[node.size()];
    for (int answer = 0; answer < costs.length; answer++) {
      JsonNode cost = node.get(answer);
      if (!cost.isNumber()) {
        throw new IllegalArgumentException(
            name
                + " has "
                + kind(cost)
                + " for answer "
                + answer
                + ", expected a number of at least 0; correct it");
      }
      costs[answer] = cost.doubleValue();
    }
    return costs;
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case MISSING -> "nothing";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      default -> node.toString();
    };
  }

  private static IllegalArgumentException refused(Path file, String why, Exception cause) {
    return new IllegalArgumentException(file + ": " + why, cause);
  }
}
