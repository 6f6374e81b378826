package dev.evenkeel.jobs.demo.data;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A stream in which every other sample is of a class the model does not know: corruption after
 * corruption, known and unknown 1 : 1 under the same one, all of it repeated for some rounds, each
 * with other images and other noise. The same seed gives the same stream. Immutable.
 *
 * <p>Meant for a model that was restricted to the known classes: real images of a class it never
 * had a name for.
 */
public final class OpenSetStream {
  private final FashionData data;
  private final List<Integer> knownClasses;
  private final List<Corruption> corruptions;
  private final int samplesPerCorruption;
  private final long seed;
  private final int[] images;

  /**
   * Lays out a stream.
   *
   * @param knownClasses classes that the model has, in the order of its logits; all others are
   *     unknown
   * @param corruptions at least one, in stream order
   * @param samplesPerCorruption in one round, even
   * @param rounds at least 1
   */
  public OpenSetStream(
      FashionData data,
      List<Integer> knownClasses,
      List<Corruption> corruptions,
      int samplesPerCorruption,
      int rounds,
      long seed) {
    if (samplesPerCorruption < 2 || samplesPerCorruption % 2 != 0 || rounds < 1) {
      throw new IllegalArgumentException(
          "A stream of "
              + rounds
              + " rounds with "
              + samplesPerCorruption
              + " samples each, expected at least one round and an even number of samples");
    }
    this.data = data;
    this.knownClasses = List.copyOf(knownClasses);
    this.corruptions = List.copyOf(corruptions);
    this.samplesPerCorruption = samplesPerCorruption;
    this.seed = seed;
    this.images = new int[samplesPerCorruption * corruptions.size() * rounds];
    Random random = new Random(seed);
    Deck known = new Deck(true, random);
    Deck unknown = new Deck(false, random);
    for (int position = 0; position < images.length; position++) {
      images[position] = (position % 2 == 0 ? known : unknown).draw();
    }
  }

  /** Images of one kind in random order, shuffled again when all were drawn. */
  private final class Deck {
    private final List<Integer> all;
    private final Random random;
    private int drawn;

    Deck(boolean known, Random random) {
      this.random = random;
      all =
          new ArrayList<>(
              IntStream.range(0, data.size())
                  .filter(image -> knownClasses.contains(data.label(image)) == known)
                  .boxed()
                  .toList());
      if (all.isEmpty()) {
        throw new IllegalArgumentException(
            "Known classes are " + knownClasses + ", expected some, but not all of the data's");
      }
    }

    int draw() {
      if (drawn % all.size() == 0) {
        Collections.shuffle(all, random);
      }
      return all.get(drawn++ % all.size());
    }
  }

  /** Number of samples. */
  public int size() {
    return images.length;
  }

  /** Position of the sample's class among the known ones, or {@link Recording#UNKNOWN_CLASS}. */
  public int label(int position) {
    return knownClasses.indexOf(data.label(images[position]));
  }

  /** What is done to the sample at a position. */
  public Corruption corruption(int position) {
    return corruptions.get(position / samplesPerCorruption % corruptions.size());
  }

  /** 8-bit grey values {@code [height, width]} of the sample at a position, corrupted. */
  public byte[] pixels(int position) {
    Random random = new Random(seed + 0x9E3779B97F4A7C15L * (position + 1L));
    return corruption(position)
        .apply(data.height(), data.width(), data.pixels(images[position]), random);
  }

  /**
   * Writes the stream as arrays that a backtest reads.
   *
   * @param inputs gets uint8 {@code [size, height, width]}
   * @param labels gets int32 {@code [size]}
   */
  public void write(Path inputs, Path labels) throws IOException {
    int imageSize = data.height() * data.width();
    byte[] pixels = new byte[Math.multiplyExact(size(), imageSize)];
    for (int position = 0; position < size(); position++) {
      System.arraycopy(pixels(position), 0, pixels, position * imageSize, imageSize);
    }
    Npy.write(inputs, Tensor.ofBytes(Shape.of(size(), data.height(), data.width()), pixels));
    int[] classes = IntStream.range(0, size()).map(this::label).toArray();
    Npy.write(labels, Tensor.ofInts(Shape.of(size()), classes));
  }
}
