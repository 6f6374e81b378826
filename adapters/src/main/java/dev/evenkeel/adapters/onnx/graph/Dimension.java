package dev.evenkeel.adapters.onnx.graph;

/** One axis of a value's shape: a known size, a named unknown (such as the batch), or unknown. */
public record Dimension(long size, String symbol) {
  /** An axis of unknown size without a name. */
  public static final Dimension UNKNOWN = new Dimension(-1, "");

  public Dimension {
    if (size < -1 || symbol == null || (size >= 0 && !symbol.isEmpty())) {
      throw new IllegalArgumentException(
          "A dimension is a size of at least 0, or -1 with an optional symbol; found size "
              + size
              + " and symbol '"
              + symbol
              + "'");
    }
  }

  public static Dimension of(long size) {
    return new Dimension(size, "");
  }

  public static Dimension symbol(String symbol) {
    return new Dimension(-1, symbol);
  }

  public boolean isKnown() {
    return size >= 0;
  }

  @Override
  public String toString() {
    return isKnown() ? Long.toString(size) : symbol.isEmpty() ? "?" : symbol;
  }
}
