package dev.evenkeel.it;

import java.io.IOException;

/** What a process can be told from outside. */
enum ProcessSignal {
  /** Alive, but for the time being it does nothing. */
  STOP,
  /** It goes on. */
  CONT;

  void send(long pid) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("kill", "-" + name(), Long.toString(pid)).start().waitFor();
    if (exit != 0) {
      throw new AssertionError("kill -" + name() + " " + pid + " gave " + exit);
    }
  }
}
