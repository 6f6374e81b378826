package dev.evenkeel.it;

import dev.evenkeel.adapters.npy.Npy;
import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.adapters.tensor.Shape;
import dev.evenkeel.adapters.tensor.Tensor;
import dev.evenkeel.jobs.demo.data.FashionData;
import dev.evenkeel.jobs.replay.Recording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Streams on which adaptation does harm, or has nothing to win: clean images in three orders,
 * classes in long runs, samples of unknown classes, constant images, and many rounds over all
 * domains.
 */
enum GuardStream {
  CLEAN_SHUFFLED(true) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int i = 0; i < size; i++) {
        drawing.add(CLEAN, drawing.random.nextInt(drawing.images()));
      }
    }
  },
  CLEAN_SORTED(true) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int label : drawing.shuffledClasses()) {
        drawing.run(CLEAN, label, size / CLASSES);
      }
    }
  },
  CLEAN_LONG_TAIL(true) {
    @Override
    void fill(Drawing drawing, int size) {
      int[] classes = drawing.shuffledClasses();
      double[] tail = new double[CLASSES];
      for (int rank = 0; rank < CLASSES; rank++) {
        tail[rank] = Math.pow(100, -rank / (CLASSES - 1.0));
      }
      double all = Arrays.stream(tail).sum();
      for (int i = 0; i < size; i++) {
        double left = drawing.random.nextDouble() * all;
        int rank = 0;
        while (rank + 1 < CLASSES && left >= tail[rank]) {
          left -= tail[rank++];
        }
        drawing.run(CLEAN, classes[rank], 1);
      }
    }
  },
  /** One corruption, a tenth of the stream for each class. */
  SORTED_NOISE(false) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int label : drawing.shuffledClasses()) {
        drawing.run(0, label, size / CLASSES);
      }
    }
  },
  /** All corruptions, in each a run of every class. */
  SORTED_DOMAINS(false) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int domain = 0; domain < CLEAN; domain++) {
        for (int label : drawing.shuffledClasses()) {
          drawing.run(domain, label, size / CLEAN / CLASSES);
        }
      }
    }
  },
  /** Nine of ten samples are of classes that the model was restricted not to know. */
  UNKNOWN_CLEAN(false) {
    @Override
    void fill(Drawing drawing, int size) {
      drawing.unknown(CLEAN, size);
    }
  },
  /** The same, all corruptions one after the other. */
  UNKNOWN_DOMAINS(false) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int domain = 0; domain < CLEAN; domain++) {
        drawing.unknown(domain, size / CLEAN);
      }
    }
  },
  /** Every other image is of one grey all over. */
  CONSTANT_CLEAN(false) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int i = 0; i < size / 2; i++) {
        drawing.add(CLEAN, drawing.random.nextInt(drawing.images()));
        drawing.grey();
      }
    }
  },
  /** The same, all corruptions one after the other. */
  CONSTANT_DOMAINS(false) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int i = 0; i < size / 2; i++) {
        drawing.add(i / (size / 2 / CLEAN + 1), drawing.random.nextInt(drawing.images()));
        drawing.grey();
      }
    }
  },
  /** Ten times over all domains, shuffled in each. */
  TEN_ROUNDS(false) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int i = 0; i < size; i++) {
        int domain = (int) ((long) i * ROUNDS * CLEAN / size) % CLEAN;
        drawing.add(domain, drawing.random.nextInt(drawing.images()));
      }
    }
  },
  /** Ten times over all domains, in each a run of every class. */
  TEN_ROUNDS_SORTED(false) {
    @Override
    void fill(Drawing drawing, int size) {
      for (int domain = 0; domain < ROUNDS * CLEAN; domain++) {
        for (int label : drawing.shuffledClasses()) {
          drawing.run(domain % CLEAN, label, size / CLEAN / ROUNDS / CLASSES);
        }
      }
    }
  };

  /** Classes that the restricted model knows, of ten. */
  static final int[] KNOWN = {0, 1, 2, 3, 4};

  static final int BATCH = 64;
  private static final int CLASSES = 10;
  private static final int CLEAN = 8;
  private static final int ROUNDS = 10;
  private static final double UNKNOWN_SHARE = 0.9;

  private final boolean clean;

  GuardStream(boolean clean) {
    this.clean = clean;
  }

  abstract void fill(Drawing drawing, int size);

  /** Whether every sample is as the model was trained on. */
  boolean isClean() {
    return clean;
  }

  /** Whether the model of the stream knows the classes {@link #KNOWN} only. */
  boolean isOpen() {
    return this == UNKNOWN_CLEAN || this == UNKNOWN_DOMAINS;
  }

  /**
   * The stream; the same at every call.
   *
   * @param folder for its files
   * @param size samples, about
   */
  Recording draw(RecordedStreams streams, Path folder, int size) throws IOException {
    FashionData.unpack(folder);
    List<Path> inputs = new ArrayList<>(streams.domains());
    inputs.add(folder.resolve("fashion-images.npy"));
    Path greys = folder.resolve("greys.npy");
    Npy.write(greys, greys());
    inputs.add(greys);
    int[] labels = classes(streams.labels());
    int[] cleanLabels = classes(folder.resolve("fashion-labels.npy"));
    Drawing drawing = new Drawing(labels, cleanLabels, new Random(name().hashCode()));
    fill(drawing, size);
    Path order = folder.resolve(name() + ".npy");
    Path classes = folder.resolve(name() + "-labels.npy");
    Npy.write(order, drawing.order());
    Npy.write(classes, drawing.labels(isOpen()));
    return Recording.read(inputs, List.of(classes), Optional.of(order));
  }

  private static int[] classes(Path file) throws IOException {
    return Arrays.stream(Npy.read(file).toLongs()).mapToInt(Math::toIntExact).toArray();
  }

  private static Tensor greys() {
    ByteBuffer pixels = ByteBuffer.allocate(256 * 28 * 28);
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (byte) (i / (28 * 28)));
    }
    return Tensor.wrap(ElementType.UINT8, Shape.of(256, 28, 28), pixels);
  }

  /** A stream while it is drawn, as rows of the images of all domains, the clean ones and greys. */
  static final class Drawing {
    private final int[] labels;
    private final int[] cleanLabels;
    private final Random random;
    private final List<Long> order = new ArrayList<>();

    Drawing(int[] labels, int[] cleanLabels, Random random) {
      this.labels = labels;
      this.cleanLabels = cleanLabels;
      this.random = random;
    }

    /** Images that every domain has. */
    int images() {
      return Math.min(labels.length / CLEAN, cleanLabels.length);
    }

    int[] shuffledClasses() {
      List<Integer> classes = new ArrayList<>(IntStream.range(0, CLASSES).boxed().toList());
      Collections.shuffle(classes, random);
      return classes.stream().mapToInt(Integer::intValue).toArray();
    }

    void add(int domain, int image) {
      order.add((long) domain * (labels.length / CLEAN) + image);
    }

    /** Samples of one class. */
    void run(int domain, int label, int count) {
      for (int i = 0; i < count; i++) {
        int image;
        do {
          image = random.nextInt(images());
        } while (label(domain, image) != label);
        add(domain, image);
      }
    }

    void unknown(int domain, int count) {
      for (int i = 0; i < count; i++) {
        boolean unknown = random.nextDouble() < UNKNOWN_SHARE;
        int label = random.nextInt(KNOWN.length) + (unknown ? KNOWN.length : 0);
        run(domain, label, 1);
      }
    }

    void grey() {
      order.add((long) labels.length + cleanLabels.length + random.nextInt(256));
    }

    private int label(int domain, int image) {
      return domain == CLEAN
          ? cleanLabels[image]
          : labels[domain * (labels.length / CLEAN) + image];
    }

    Tensor order() {
      return Tensor.ofLongs(
          Shape.of(order.size()), order.stream().mapToLong(Long::longValue).toArray());
    }

    /** Labels of all rows, -1 where the model knows none. */
    Tensor labels(boolean open) {
      int[] all = new int[labels.length + cleanLabels.length + 256];
      Arrays.fill(all, Recording.UNKNOWN_CLASS);
      System.arraycopy(labels, 0, all, 0, labels.length);
      System.arraycopy(cleanLabels, 0, all, labels.length, cleanLabels.length);
      for (int i = 0; i < all.length && open; i++) {
        all[i] = all[i] < KNOWN.length ? all[i] : Recording.UNKNOWN_CLASS;
      }
      return Tensor.ofInts(Shape.of(all.length), all);
    }
  }
}
