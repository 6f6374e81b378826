package dev.evenkeel.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One that the tests have started as a process.
 *
 * @param log both of its streams
 */
record ProcessCompanion(Process process, Path log, URI address) implements Companion {
  @Override
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new AssertionError(
          "Ended with exit code %d: %s".formatted(process.exitValue(), wrote()));
    }
  }

  private String wrote() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "no " + log + ", " + e.getMessage();
    }
  }

  @Override
  public void pause() throws IOException, InterruptedException {
    ProcessSignal.STOP.send(process.pid());
  }

  @Override
  public void resume() throws IOException, InterruptedException {
    ProcessSignal.CONT.send(process.pid());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
