package dev.evenkeel.adapters.tta.memory;

import dev.evenkeel.adapters.tta.CounterRandom;

/**
 * Random changes of brightness, contrast and gamma, and of saturation and hue of three channels.
 */
record ColorJitter(Strengths strengths, int channels) {
  /** Weights of red, green and blue in luminance, ITU-R BT.601. */
  private static final double[] LUMINANCE = {0.299, 0.587, 0.114};

  /** Changes pixels {@code [channels, height, width]} in place; they stay in [0, 1]. */
  void apply(double[] pixels, CounterRandom random) {
    double brightness = 1 + strengths.brightness() * StrongAugmentation.symmetric(random);
    double contrast = 1 + strengths.contrast() * StrongAugmentation.symmetric(random);
    double gamma = 1 + strengths.gamma() * StrongAugmentation.symmetric(random);
    double saturation = 1 + strengths.saturation() * StrongAugmentation.symmetric(random);
    double hue = 2 * Math.PI * strengths.hue() * StrongAugmentation.symmetric(random);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = StrongAugmentation.clip(brightness * pixels[i]);
    }
    double mean = mean(pixels);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = StrongAugmentation.clip(StrongAugmentation.mix(mean, pixels[i], contrast));
    }
    if (channels == 3) {
      saturate(pixels, saturation);
      turn(pixels, hue);
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = StrictMath.pow(pixels[i], gamma);
    }
  }

  /** Mean luminance. */
  private double mean(double[] pixels) {
    int size = pixels.length / channels;
    double sum = 0;
    for (int i = 0; i < pixels.length; i++) {
      sum += pixels[i] * (channels == 3 ? LUMINANCE[i / size] : 1.0 / channels);
    }
    return sum / size;
  }

  private static void saturate(double[] pixels, double saturation) {
    int size = pixels.length / 3;
    for (int i = 0; i < size; i++) {
      double grey = 0;
      for (int c = 0; c < 3; c++) {
        grey += LUMINANCE[c] * pixels[c * size + i];
      }
      for (int c = 0; c < 3; c++) {
        int at = c * size + i;
        pixels[at] = StrongAugmentation.clip(StrongAugmentation.mix(grey, pixels[at], saturation));
      }
    }
  }

  /** Rotates colours around the axis of greys. */
  private static void turn(double[] pixels, double angle) {
    int size = pixels.length / 3;
    double cos = StrictMath.cos(angle);
    double across = StrictMath.sin(angle) / Math.sqrt(3);
    for (int i = 0; i < size; i++) {
      double red = pixels[i];
      double green = pixels[size + i];
      double blue = pixels[2 * size + i];
      double along = (1 - cos) * (red + green + blue) / 3;
      pixels[i] = StrongAugmentation.clip(cos * red + across * (blue - green) + along);
      pixels[size + i] = StrongAugmentation.clip(cos * green + across * (red - blue) + along);
      pixels[2 * size + i] = StrongAugmentation.clip(cos * blue + across * (green - red) + along);
    }
  }
}
