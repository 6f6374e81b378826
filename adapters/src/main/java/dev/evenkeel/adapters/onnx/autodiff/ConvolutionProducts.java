package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Attribute;
import dev.evenkeel.adapters.onnx.graph.Dimension;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rules of the convolutions. Only their inputs are differentiated, weights and biases are not. */
final class ConvolutionProducts {
  private ConvolutionProducts() {}

  static void conv(Site site) {
    requireFixedParameters(site);
    TransposedWindows windows = new TransposedWindows(site, kernel(site));
    String gradient = site.full(site.gradient(), site.output(0));
    long group = site.node().intAttribute("group", 1);
    site.accumulate(0, windows.emit(gradient, site.input(1), group));
  }

  /** What a transposed convolution spreads out, a convolution with the same weights collects. */
  static void convTranspose(Site site) {
    requireFixedParameters(site);
    Map<String, Attribute> attributes = new TreeMap<>(site.node().attributes());
    boolean explicit = List.of("NOTSET", "VALID").contains(autoPad(site));
    if (!explicit || attributes.containsKey("output_shape")) {
      throw site.unsupported("it has auto_pad or output_shape; export it with explicit pads");
    }
    attributes.remove("output_padding");
    String gradient = site.full(site.gradient(), site.output(0));
    site.accumulate(
        0, site.graph().op("Conv", "convolved", attributes, List.of(gradient, site.input(1))));
  }

  private static String autoPad(Site site) {
    return site.node().stringAttribute("auto_pad", "NOTSET");
  }

  private static long[] kernel(Site site) {
    List<Dimension> weight = site.requireShape(site.input(1));
    return weight.subList(2, weight.size()).stream()
        .mapToLong(
            axis -> {
              if (!axis.isKnown()) {
                throw site.unsupported("the size of its kernel is not known");
              }
              return axis.size();
            })
        .toArray();
  }

  private static void requireFixedParameters(Site site) {
    for (int i = 1; i < site.node().inputs().size(); i++) {
      if (site.active(i)) {
        throw site.unsupported(
            "only the input of a convolution is differentiated, not '" + site.input(i) + "'");
      }
    }
  }
}
