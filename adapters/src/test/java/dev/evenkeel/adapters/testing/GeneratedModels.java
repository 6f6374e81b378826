package dev.evenkeel.adapters.testing;

import dev.evenkeel.adapters.onnx.graph.Model;
import dev.evenkeel.adapters.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Small classifiers with random weights, each in the manner of a well-known family. Input {@code x
 * [N, 3, 12, 12]}, output {@code logits [N, 5]}.
 */
public final class GeneratedModels {
  /** Name of the input and size of a sample. */
  public static final String INPUT = "x";

  private static final long[] SAMPLE = {3, 12, 12};
  private static final int CLASSES = 5;
  private static final Set<String> NORMALIZATIONS =
      Set.of("BatchNormalization", "LayerNormalization");

  private GeneratedModels() {}

  /** Samples for any of the models, {@code [n, 3, 12, 12]}. */
  public static Tensor samples(RandomTensors random, int n) {
    return random.normal(n, SAMPLE[0], SAMPLE[1], SAMPLE[2]);
  }

  /** Names of the scales and biases of the normalisations, layer by layer. */
  public static List<String> scalesAndBiases(Model model) {
    return model.graph().nodes().stream()
        .filter(node -> node.domain().isEmpty() && NORMALIZATIONS.contains(node.opType()))
        .flatMap(node -> node.inputs().subList(1, 3).stream())
        .toList();
  }

  /** Inverted residuals: depthwise convolutions between pointwise ones, clipped at 6. */
  public static Model mobileNet(RandomTensors random) {
    NetBuilder net = new NetBuilder(random, INPUT, SAMPLE);
    net.conv(4, 3, 2, 1).batchNorm().clip(0, 6);
    for (int stride : new int[] {1, 2}) {
      String skipped = net.value();
      net.conv(8, 1, 1, 1).batchNorm().clip(0, 6);
      net.conv(8, 3, stride, 8).batchNorm().clip(0, 6);
      net.conv(4, 1, 1, 1).batchNorm();
      if (stride == 1) {
        net.plus(skipped);
      }
    }
    return net.pooled().linear(CLASSES).build("logits");
  }

  /** Layers that see all earlier ones, joined along the channels; a transition pools. */
  public static Model denseNet(RandomTensors random) {
    NetBuilder net = new NetBuilder(random, INPUT, SAMPLE);
    net.conv(4, 3, 2, 1);
    for (int layer = 0; layer < 2; layer++) {
      String earlier = net.value();
      int width = net.channels();
      net.batchNorm().relu().conv(6, 1, 1, 1).batchNorm().relu().conv(3, 3, 1, 1);
      net.joined(earlier, width);
    }
    net.batchNorm().relu().conv(5, 1, 1, 1).pool("AveragePool", 2, 2, 0);
    return net.batchNorm().relu().pooled().linear(CLASSES).build("logits");
  }

  /** Residual blocks behind a stem with max pooling. */
  public static Model residualNet(RandomTensors random) {
    NetBuilder net = new NetBuilder(random, INPUT, SAMPLE);
    net.conv(4, 3, 1, 1).batchNorm().relu().pool("MaxPool", 3, 2, 1);
    for (int width : new int[] {4, 6}) {
      int stride = width == net.channels() ? 1 : 2;
      String from = net.value();
      int channels = net.channels();
      net.conv(width, 3, stride, 1).batchNorm().relu().conv(width, 3, 1, 1).batchNorm();
      String branch = net.value();
      if (stride == 2) {
        net.at(from, channels).conv(width, 1, 2, 1).batchNorm().plus(branch).relu();
      } else {
        net.plus(from).relu();
      }
    }
    return net.pooled().linear(CLASSES).build("logits");
  }

  /** Attention over patches and a class token, with normalisation first. */
  public static Model transformer(RandomTensors random) {
    int width = 8;
    int heads = 2;
    NetBuilder net = new NetBuilder(random, INPUT, SAMPLE);
    net.patches(4, width).classToken().plusConstant(1, 10, width);
    for (int block = 0; block < 2; block++) {
      String skipped = net.value();
      net.layerNorm();
      List<String> parts = new ArrayList<>(net.dense(3 * width).split(3));
      List<String> turned =
          IntStream.range(0, 3)
              .mapToObj(
                  i ->
                      net.at(parts.get(i), width)
                          .reshape(0, 0, heads, width / heads)
                          .transpose(i == 1 ? new long[] {0, 2, 3, 1} : new long[] {0, 2, 1, 3})
                          .value())
              .toList();
      net.at(turned.get(0), width).times(turned.get(1)).scaled(1 / Math.sqrt(width / 2.0));
      net.softmax().times(turned.get(2)).transpose(0, 2, 1, 3).reshape(0, 0, width);
      String attended = net.dense(width).plus(skipped).value();
      net.layerNorm().dense(2 * width).gelu().dense(width).plus(attended);
    }
    return net.layerNorm().token(0).linear(CLASSES).build("logits");
  }
}
