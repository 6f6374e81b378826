package dev.evenkeel.it;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Clean test images drawn with a label distribution that is known: pure label shift. The most
 * frequent class comes a hundred times as often as the rarest.
 */
enum CleanStream {
  LONG_TAIL(0) {
    @Override
    double[] prior(int position) {
      return tail(1);
    }
  },
  REVERSE_TAIL(1) {
    @Override
    double[] prior(int position) {
      return tail(-1);
    }
  },
  /** Every class in turn is the most frequent one, twice, and others fall off on both sides. */
  ROTATING(2) {
    @Override
    double[] prior(int position) {
      double turn = 2.0 * CLASSES * position / SAMPLES;
      double[] prior = new double[CLASSES];
      for (int y = 0; y < CLASSES; y++) {
        double ahead = (y - turn % CLASSES + CLASSES) % CLASSES;
        prior[y] = Math.pow(RATIO, -2 * Math.min(ahead, CLASSES - ahead) / CLASSES);
      }
      return normalised(prior);
    }
  };

  static final int SAMPLES = 4096;
  private static final int CLASSES = 10;
  private static final double RATIO = 100;

  private final long seed;

  CleanStream(long seed) {
    this.seed = seed;
  }

  /** The label distribution of the sample at a position, {@code [classes]}. */
  abstract double[] prior(int position);

  /** The stream; the same at every call. */
  Recording draw(Path folder) throws IOException {
    FashionData data = FashionData.unpack(folder);
    Random random = new Random(seed);
    long[] order = new long[SAMPLES];
    for (int n = 0; n < SAMPLES; n++) {
      double[] prior = prior(n);
      double left = random.nextDouble();
      int label = 0;
      while (label + 1 < CLASSES && left >= prior[label]) {
        left -= prior[label++];
      }
      int image = random.nextInt(data.size());
      while (data.label(image) != label) {
        image = random.nextInt(data.size());
      }
      order[n] = image;
    }
    Path file = folder.resolve(name() + ".npy");
    Npy.write(file, Tensor.ofLongs(Shape.of(SAMPLES), order));
    return Recording.read(
        List.of(folder.resolve("fashion-images.npy")),
        List.of(folder.resolve("fashion-labels.npy")),
        Optional.of(file));
  }

  private static double[] tail(int direction) {
    double[] prior = new double[CLASSES];
    for (int y = 0; y < CLASSES; y++) {
      int rank = direction > 0 ? y : CLASSES - 1 - y;
      prior[y] = Math.pow(RATIO, -rank / (CLASSES - 1.0));
    }
    return normalised(prior);
  }

  private static double[] normalised(double[] shares) {
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }
}
