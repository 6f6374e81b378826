package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.onnx.rewrite.GraphBuilder;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rules of operators that keep all elements and change the shape or the order. */
final class LayoutProducts {
  private LayoutProducts() {}

  /** Flatten, Reshape, Squeeze and Unsqueeze: the elements stay in order. */
  static void reshape(Site site) {
    site.accumulate(0, likeInput(site, site.full(site.gradient(), site.output(0))));
  }

  static void transpose(Site site) {
    int rank = site.rank(site.input(0));
    long[] permutation = site.node().intsAttribute("perm");
    long[] inverse = new long[rank];
    for (int i = 0; i < rank; i++) {
      inverse[permutation == null ? rank - 1 - i : (int) permutation[i]] = i;
    }
    boolean sameRank = site.rank(site.gradient()) == rank;
    String gradient = sameRank ? site.gradient() : site.full(site.gradient(), site.output(0));
    site.accumulate(0, site.graph().transpose(gradient, inverse));
  }

  static void expand(Site site) {
    site.accumulateBroadcast(0, site.gradient());
  }

  /** The sum over the copies. */
  static void tile(Site site) {
    long[] repeats =
        site.constant(site.input(1))
            .orElseThrow(() -> site.unsupported("its repeats are not constant"))
            .toLongs();
    List<Dimension> input = site.requireShape(site.input(0));
    long[] sizes = sizes(site, input);
    long[] copies =
        IntStream.range(0, repeats.length)
            .boxed()
            .flatMapToLong(axis -> LongStream.of(repeats[axis], sizes[axis]))
            .toArray();
    int[] copyAxes = IntStream.range(0, repeats.length).map(axis -> 2 * axis).toArray();
    GraphBuilder graph = site.graph();
    String full = site.full(site.gradient(), site.output(0));
    site.accumulate(0, graph.reduce("ReduceSum", graph.reshape(full, copies), false, copyAxes));
  }

  static void depthToSpace(Site site) {
    GraphBuilder graph = site.graph();
    long block = site.node().intAttribute("blocksize", 1);
    boolean depthFirst = site.node().stringAttribute("mode", "DCR").equals("DCR");
    long[] sizes = sizes(site, site.requireShape(site.input(0)));
    if (sizes[1] < 0) {
      throw site.unsupported("the number of its channels is not known");
    }
    long channels = sizes[1] / (block * block);
    String full = site.full(site.gradient(), site.output(0));
    String blocks = graph.reshape(full, sizes[0], channels, sizes[2], block, sizes[3], block);
    String depth =
        depthFirst
            ? graph.transpose(blocks, 0, 3, 5, 1, 2, 4)
            : graph.transpose(blocks, 0, 1, 3, 5, 2, 4);
    site.accumulate(0, graph.reshape(depth, sizes));
  }

  /** A gradient in full in the shape of the first input: constant with one open axis or none. */
  static String likeInput(Site site, String full) {
    List<Dimension> shape = site.shape(site.input(0)).orElse(List.of(Dimension.UNKNOWN));
    boolean constant =
        site.shape(site.input(0)).isPresent()
            && shape.stream().filter(axis -> !axis.isKnown()).count() <= 1;
    GraphBuilder graph = site.graph();
    return constant
        ? graph.reshape(full, sizes(site, shape))
        : graph.op("Reshape", "reshaped", full, site.shapeVector(site.input(0)));
  }

  /** Sizes for Reshape: -1 for the one axis that may be unknown. */
  private static long[] sizes(Site site, List<Dimension> shape) {
    if (shape.stream().filter(axis -> !axis.isKnown()).count() > 1) {
      throw site.unsupported("more than one axis of its input is of unknown size: " + shape);
    }
    return shape.stream().mapToLong(Dimension::size).toArray();
  }
}
