package dev.evenkeel.jobs.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What this process listens on, as the Linux kernel tells it. */
public final class ListeningSockets {
  private static final Path SELF = Path.of("/proc/self");
  private static final String LISTEN = "0A";

  private ListeningSockets() {}

  /** Whether this is Linux, the only system that can be asked so. */
  public static boolean areKnown() {
    return Files.isReadable(SELF.resolve("net/tcp"));
  }

  /** Address and port of each listening socket. */
  public static List<InetSocketAddress> ofThisProcess() throws IOException {
    Set<String> own = ownSockets();
    List<InetSocketAddress> found = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(SELF.resolve(table))) {
        String[] columns = line.strip().split("\\s+", -1);
        if (columns[3].equals(LISTEN) && own.contains("socket:[" + columns[9] + "]")) {
          found.add(address(columns[1]));
        }
      }
    }
    return found;
  }

  private static Set<String> ownSockets() throws IOException {
    Set<String> links = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(SELF.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        target(descriptor).ifPresent(links::add);
      }
    }
    return links;
  }

  /** Empty if the descriptor has been closed meanwhile. */
  private static Optional<String> target(Path descriptor) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(descriptor).toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** {@code ADDRESS:PORT} in hexadecimal, the address in words of the machine's byte order. */
  private static InetSocketAddress address(String hexadecimal) throws IOException {
    String[] parts = hexadecimal.split(":", -1);
    ByteBuffer words =
        ByteBuffer.wrap(HexFormat.of().parseHex(parts[0])).order(ByteOrder.nativeOrder());
    ByteBuffer bytes = ByteBuffer.allocate(words.capacity());
    while (words.hasRemaining()) {
      bytes.putInt(words.getInt());
    }
    return new InetSocketAddress(
        InetAddress.getByAddress(bytes.array()), Integer.parseInt(parts[1], 16));
  }
}
