package dev.evenkeel.jobs.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that are told theirs before they open it, so that somebody else could take it
 * in between. These lie below those that operating systems hand out by themselves, to outgoing
 * connections too (Linux from 32768 on, others from 49152 on), and none is named twice in one
 * process.
 */
public final class FreePorts {
  private static final int LOWEST = 15_000;
  private static final int BEYOND = 32_000;
  private static final int TRIES = 1_000;

  private static final Set<Integer> named = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /**
   * A port of the loopback interface on which nobody listens.
   *
   * @throws IOException if none is found
   */
  public static int next() throws IOException {
    IOException last = null;
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
      if (!named.add(port)) {
        continue;
      }
      try {
        requireFree(port);
        return port;
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException(
        "No free port found in " + TRIES + " tries from " + LOWEST + " to " + (BEYOND - 1), last);
  }

  /** Throws if somebody listens on the port. */
  static void requireFree(int port) throws IOException {
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
  }
}
