package dev.evenkeel.it;

import org.testcontainers.DockerClientFactory;

/**
 * Says whether the parts of other projects that tests need come in containers: they do where an
 * engine answers. What came of it is printed for each part.
 */
final class ContainerEngine {
  private static final boolean ANSWERS = DockerClientFactory.instance().isDockerAvailable();

  private ContainerEngine() {}

  /**
   * @param part that is about to start
   * @param image of its container
   * @param otherwise what runs where no engine answers
   */
  static boolean answersFor(String part, String image, String otherwise) {
    System.out.println(
        part
            + " of these tests: "
            + (ANSWERS ? "container " + image : otherwise + ", no container engine answers"));
    return ANSWERS;
  }
}
