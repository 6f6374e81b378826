package dev.evenkeel.it;

import java.util.Arrays;
import java.util.Random;

/** Damages bytes as disks, networks and people with bad intentions do. */
final class Mutations {
  /** Varints of impossible lengths, and other bytes that readers tend to believe. */
  private static final byte[][] NASTY = {
    {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
    {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f},
    {0x01},
    {0x00, 0x00, 0x00, 0x00},
    {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x08},
    {0x7f, (byte) 0xc0, 0x00, 0x00},
  };

  private final Random random;

  Mutations(Random random) {
    this.random = random;
  }

  /**
   * A damaged copy.
   *
   * @param head bytes at the beginning that are hit in half of the cases: the structure, where what
   *     follows is mostly numbers
   */
  byte[] of(byte[] original, int head) {
    byte[] damaged = original.clone();
    int times = 1 + random.nextInt(2);
    for (int i = 0; i < times && damaged.length > 0; i++) {
      int range = random.nextBoolean() ? Math.min(head, damaged.length) : damaged.length;
      damaged = once(damaged, random.nextInt(range));
    }
    return damaged;
  }

  private byte[] once(byte[] bytes, int place) {
    return switch (random.nextInt(12)) {
      case 0 -> Arrays.copyOf(bytes, place);
      case 1 -> splice(bytes, place, NASTY[random.nextInt(NASTY.length)], 0);
      case 2, 3 -> splice(bytes, place, NASTY[random.nextInt(NASTY.length)], 4);
      case 4 -> splice(bytes, place, new byte[0], 1 + random.nextInt(16));
      case 5 -> {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(64));
        yield splice(bytes, place, Arrays.copyOfRange(bytes, from, to), 0);
      }
      default -> flipped(bytes, place);
    };
  }

  private byte[] flipped(byte[] bytes, int place) {
    bytes[place] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  /** Puts other bytes into a place, and takes some out. */
  private static byte[] splice(byte[] bytes, int place, byte[] other, int out) {
    int end = Math.min(bytes.length, place + out);
    byte[] spliced = new byte[bytes.length - (end - place) + other.length];
    System.arraycopy(bytes, 0, spliced, 0, place);
    System.arraycopy(other, 0, spliced, place, other.length);
    System.arraycopy(bytes, end, spliced, place + other.length, bytes.length - end);
    return spliced;
  }
}
