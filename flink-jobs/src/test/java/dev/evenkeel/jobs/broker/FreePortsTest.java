package dev.evenkeel.jobs.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FreePortsTest {
  @Test
  void namesEachPortOnceAndBelowThoseThatSystemsHandOut() throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ports.add(FreePorts.next());
    }

    assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port >= 1024 && port < 32_768);
  }

  @Test
  void portWithAListenerIsNotFree() throws IOException {
    try (ServerSocket listener =
        new ServerSocket(FreePorts.next(), 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> FreePorts.requireFree(listener.getLocalPort()))
          .isInstanceOf(IOException.class);
    }
  }
}
