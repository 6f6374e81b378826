package dev.evenkeel.adapters.onnx.io;

/**
 * What a model file may ask for. All values are at least 1.
 *
 * @param fileBytes size of the file in bytes; protobuf itself stops at 2 GiB
 * @param tensorElements elements of one tensor
 * @param rank dimensions of one tensor or value
 * @param nodes operators, those in bodies of control-flow operators included
 * @param depth bodies within bodies
 */
public record Limits(long fileBytes, long tensorElements, int rank, int nodes, int depth) {
  /** Enough for any classifier that fits into one ONNX file. */
  public static final Limits DEFAULT =
      new Limits(2_000_000_000L, 1_000_000_000L, 32, 1_000_000, 16);

  public Limits {
    if (Math.min(Math.min(fileBytes, tensorElements), Math.min(rank, Math.min(nodes, depth))) < 1) {
      throw new IllegalArgumentException(
          "Limits are at least 1; found fileBytes "
              + fileBytes
              + ", tensorElements "
              + tensorElements
              + ", rank "
              + rank
              + ", nodes "
              + nodes
              + ", depth "
              + depth);
    }
  }
}
