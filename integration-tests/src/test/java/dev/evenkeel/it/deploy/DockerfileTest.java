package dev.evenkeel.it.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.it.deploy.Dockerfile.Instruction;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What linters of Dockerfiles ask for, and what this one needs beside it. */
class DockerfileTest {
  private static final Set<String> KEYWORDS =
      Set.of(
          "ARG",
          "CMD",
          "COPY",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "FROM",
          "HEALTHCHECK",
          "RUN",
          "USER",
          "WORKDIR");

  private final Dockerfile dockerfile = Dockerfile.read();

  @Test
  void usesKnownInstructionsAndBuildsTheImageForCpusByDefault() {
    List<String> stages = new ArrayList<>(dockerfile.stages().keySet());
    assertThat(stages).containsExactly("build", "flink", "cli", "cuda", "cpu");
    assertThat(all()).extracting(Instruction::keyword).allMatch(KEYWORDS::contains);
  }

  @Test
  void everyBaseIsPinnedAndFlinkIsTheOneThatIsTested() {
    for (String stage : dockerfile.stages().keySet()) {
      String base = dockerfile.base(stage);
      assertThat(dockerfile.stages().containsKey(base) || base.matches("[a-z/-]+:\\d[\\w.-]+"))
          .as("%s FROM %s", stage, base)
          .isTrue();
    }
    assertThat(dockerfile.base("flink"))
        .isEqualTo("flink:" + Checkout.property("flink.version") + "-java17");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cli", "cuda", "cpu"})
  void runsWithoutRootAndInExecForm(String stage) {
    List<Instruction> instructions = dockerfile.stages().get(stage);
    int user = indexOf(instructions, "USER");
    assertThat(instructions.get(user).rest()).isEqualTo("9999:9999");
    assertThat(instructions.subList(user, instructions.size()))
        .extracting(Instruction::keyword)
        .doesNotContain("RUN", "COPY");
    assertThat(instructions)
        .filteredOn(i -> Set.of("CMD", "ENTRYPOINT").contains(i.keyword()))
        .allMatch(i -> i.rest().startsWith("["));
  }

  @Test
  void onFlinksImageWhichEndsAsItsOwnUserOnlyRootMakesChanges() {
    assertThat(dockerfile.base("cpu")).isEqualTo("flink");
    assertThat(dockerfile.stages().get("cpu").get(1)).isEqualTo(new Instruction("USER", "root"));
  }

  @Test
  void flinksImagesAreHealthCheckedAndHaveOnnxRuntimeInLib() {
    for (String stage : List.of("cpu", "cuda")) {
      assertThat(dockerfile.isHealthChecked(stage)).as(stage).isTrue();
      assertThat(copies(stage)).as(stage).anyMatch(copy -> copy.endsWith(".jar /opt/flink/lib/"));
    }
    // A build for the CPU ends in this stage for want of that file.
    assertThat(copies("cuda"))
        .contains("--from=build /dist/lib/onnxruntime_gpu-*.jar /opt/flink/lib/");
    assertThat(copies("cpu")).contains("--from=build /dist/lib/onnxruntime-*.jar /opt/flink/lib/");
  }

  @Test
  void whatIsCopiedIsThere() {
    List<String> ignore = Checkout.text(".dockerignore").lines().toList();
    for (String stage : dockerfile.stages().keySet()) {
      for (String copy : copies(stage)) {
        List<String> words =
            List.of(copy.split("\\s+", -1)).stream().filter(w -> !w.startsWith("--")).toList();
        if (copy.contains("--from=")) {
          String from = copy.replaceFirst("(?s).*--from=(\\S+).*", "$1");
          assertThat(dockerfile.stages()).as(copy).containsKey(from);
          continue;
        }
        for (String source : words.subList(0, words.size() - 1)) {
          assertThat(Files.exists(Checkout.path(source))).as(source).isTrue();
          assertThat(source.equals(".") || ignore.contains("!" + source.split("/", 2)[0]))
              .as("%s is in the context", source)
              .isTrue();
        }
      }
    }
  }

  @Test
  void theContextHasEveryModuleAndNothingThatIsBuilt() {
    List<String> ignore = Checkout.text(".dockerignore").lines().toList();
    assertThat(ignore).contains("*", "**/target", "!mvnw", "!.mvn", "!pom.xml");
    Checkout.text("pom.xml")
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("<module>"))
        .map(line -> line.replaceAll("</?module>", ""))
        .forEach(
            module -> assertThat(ignore).containsAnyOf("!" + module, "!" + module + "/pom.xml"));
  }

  @Test
  void packagesLeaveNothingBehindAndNoSecretIsBakedIn() {
    assertThat(all())
        .filteredOn(i -> i.rest().contains("apt-get install"))
        .isNotEmpty()
        .allSatisfy(
            i ->
                assertThat(i.rest())
                    .contains("--no-install-recommends")
                    .contains("rm -rf /var/lib/apt/lists/*"));
    assertThat(all())
        .filteredOn(i -> Set.of("ARG", "ENV").contains(i.keyword()))
        .noneMatch(i -> i.rest().matches("(?i).*(password|secret|token|credential).*"));
  }

  private List<Instruction> all() {
    return dockerfile.stages().values().stream().flatMap(List::stream).toList();
  }

  private List<String> copies(String stage) {
    return dockerfile.stages().get(stage).stream()
        .filter(instruction -> instruction.keyword().equals("COPY"))
        .map(Instruction::rest)
        .toList();
  }

  private static int indexOf(List<Instruction> instructions, String keyword) {
    for (int i = instructions.size() - 1; i >= 0; i--) {
      if (instructions.get(i).keyword().equals(keyword)) {
        return i;
      }
    }
    throw new AssertionError("No " + keyword);
  }
}
