package dev.evenkeel.adapters.onnx.autodiff;

import dev.evenkeel.adapters.tensor.Tensor;
import java.util.List;

/** Cases of the convolutions. */
final class ConvolutionGradientCases {
  private final GradientCases table;

  private ConvolutionGradientCases(GradientCases table) {
    this.table = table;
  }

  static void add(GradientCases table) {
    ConvolutionGradientCases cases = new ConvolutionGradientCases(table);
    cases.stepsOfOne();
    cases.longerSteps();
    cases.groups();
    cases.transposed();
  }

  private void stepsOfOne() {
    conv("3x3", normal(2, 3, 5, 6), normal(4, 3, 3, 3)).with("pads", new long[] {1, 1, 1, 1});
    conv("dilated", normal(1, 2, 7, 8), normal(3, 2, 3, 2))
        .with("pads", new long[] {2, 0, 1, 1})
        .with("dilations", new long[] {2, 3});
    conv("with bias", normal(2, 2, 4, 4), normal(3, 2, 2, 2)).constant(normal(3));
    conv("with more padding than kernel", normal(2, 2, 4, 5), normal(3, 2, 1, 2))
        .with("pads", new long[] {1, 0, 2, 2});
    conv("of a line", normal(2, 3, 7), normal(4, 3, 3)).with("pads", new long[] {0, 2});
    conv("of a volume", normal(1, 2, 3, 4, 3), normal(2, 2, 2, 3, 2))
        .with("pads", new long[] {1, 0, 1, 0, 1, 1});
    table
        .remarked("Conv", "with a weight that is fed", normal(2, 3, 5, 5))
        .fed(normal(4, 3, 3, 3))
        .with("pads", new long[] {1, 1, 1, 1});
    table
        .remarked("Conv", "of an image of any size", normal(1, 2, 5, 6))
        .constant(normal(3, 2, 3, 3))
        .with("auto_pad", "SAME_UPPER")
        .open(0, 1, 2, 3);
  }

  private void longerSteps() {
    for (int size = 6; size <= 8; size++) {
      conv("3x3/2 of " + size, normal(2, 3, size, size), normal(4, 3, 3, 3))
          .with("strides", new long[] {2, 2})
          .with("pads", new long[] {1, 1, 1, 1});
      conv("1x1/2 of " + size, normal(2, 3, size, 7), normal(4, 3, 1, 1))
          .with("strides", new long[] {2, 2});
    }
    conv("7x6 with uneven steps", normal(1, 2, 11, 12), normal(2, 2, 7, 6))
        .with("strides", new long[] {2, 3})
        .with("pads", new long[] {3, 1, 2, 2});
    conv("dilated by 2", normal(1, 2, 10, 9), normal(2, 2, 3, 3))
        .with("strides", new long[] {3, 2})
        .with("dilations", new long[] {2, 2})
        .with("pads", new long[] {2, 0, 0, 2});
    conv("of a line by 3", normal(2, 3, 11), normal(4, 3, 2)).with("strides", new long[] {3});
    conv("of a volume by 2", normal(1, 2, 4, 5, 4), normal(2, 2, 3, 3, 2))
        .with("strides", new long[] {2, 2, 1})
        .with("pads", new long[] {1, 1, 0, 1, 1, 0});
    for (String pad : List.of("SAME_LOWER", "SAME_UPPER", "VALID")) {
      conv(pad, normal(1, 2, 7, 6), normal(3, 2, 4, 3))
          .with("auto_pad", pad)
          .with("strides", new long[] {2, 2});
      conv(pad + " by 1", normal(1, 2, 7, 6), normal(3, 2, 4, 3)).with("auto_pad", pad);
    }
    table
        .remarked("Conv", "by 3 of an image of any size", normal(1, 2, 9, 8))
        .constant(normal(3, 2, 3, 2))
        .with("strides", new long[] {3, 3})
        .with("pads", new long[] {1, 0, 1, 1})
        .open(0, 1, 2, 3);
  }

  private void groups() {
    conv("in groups", normal(2, 4, 5), normal(6, 2, 3)).with("group", 2);
    conv("in groups by 2", normal(2, 4, 6, 5), normal(6, 2, 3, 3))
        .with("group", 2)
        .with("strides", new long[] {2, 2});
    conv("of each channel", normal(2, 4, 5, 5), normal(4, 1, 3, 3))
        .with("group", 4)
        .with("pads", new long[] {1, 1, 1, 1});
    conv("of each channel by 2", normal(2, 4, 6, 6), normal(4, 1, 3, 3))
        .with("group", 4)
        .with("strides", new long[] {2, 2})
        .with("pads", new long[] {1, 1, 1, 1});
    conv("of each channel into two", normal(2, 3, 5, 4), normal(6, 1, 3, 3)).with("group", 3);
  }

  private void transposed() {
    table
        .add("ConvTranspose", normal(2, 3, 4, 5))
        .constant(normal(3, 2, 3, 3))
        .constant(normal(2))
        .with("strides", new long[] {2, 3})
        .with("pads", new long[] {1, 0, 0, 1})
        .with("output_padding", new long[] {1, 0});
    table
        .remarked("ConvTranspose", "in groups", normal(1, 4, 5))
        .constant(normal(4, 3, 3))
        .with("group", 2)
        .with("dilations", new long[] {2});
  }

  private GradientCase conv(String remark, Tensor input, Tensor weight) {
    return table.remarked("Conv", remark, input).constant(weight);
  }

  private Tensor normal(long... shape) {
    return table.normal(shape);
  }
}
