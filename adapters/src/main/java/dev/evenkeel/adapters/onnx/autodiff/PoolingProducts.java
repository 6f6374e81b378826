package dev.evenkeel.adapters.onnx.autodiff;

import java.util.List;
import java.util.stream.IntStream;

/** Rules of the poolings. */
final class PoolingProducts {
  private PoolingProducts() {}

  /** Every position gets the same share; it is not spread out over them. */
  static void globalAveragePool(Site site) {
    List<Integer> positions = IntStream.range(2, site.rank(site.input(0))).boxed().toList();
    site.accumulate(0, site.perElement(site.gradient(), site.input(0), positions));
  }
}
