package dev.evenkeel.it;

import java.net.URI;
import org.testcontainers.containers.GenericContainer;

/**
 * One in a container.
 *
 * @param port inside the container
 */
record ContainerCompanion(GenericContainer<?> container, int port) implements Companion {
  static ContainerCompanion start(GenericContainer<?> container, int port) {
    container.withExposedPorts(port).start();
    return new ContainerCompanion(container, port);
  }

  @Override
  public URI address() {
    return URI.create(
        "http://%s:%d/".formatted(container.getHost(), container.getMappedPort(port)));
  }

  @Override
  public void requireAlive() {
    if (!container.isRunning()) {
      throw new AssertionError(
          container.getDockerImageName() + " has ended: " + container.getLogs());
    }
  }

  @Override
  public void pause() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void resume() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
  }
}
