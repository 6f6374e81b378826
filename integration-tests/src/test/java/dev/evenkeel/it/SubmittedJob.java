package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evenkeel.jobs.JobMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The job on a cluster, submitted as its jar with Flink's own command line. */
final class SubmittedJob {
  private static final Path JAR = Path.of(System.getProperty("evenkeel.job-jar"));
  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");

  private final FlinkCluster cluster;
  private final JobFile file;
  private String id;

  private SubmittedJob(FlinkCluster cluster, JobFile file) {
    this.cluster = cluster;
    this.file = file;
  }

  static SubmittedJob start(FlinkCluster cluster, JobFile file)
      throws IOException, InterruptedException {
    SubmittedJob job = new SubmittedJob(cluster, file);
    job.submit(List.of());
    return job;
  }

  /**
   * Submits the job anew after its cluster has lost it, with the state of a checkpoint.
   *
   * @throws AssertionError with Flink's words if it refuses the checkpoint
   */
  void resume(Path checkpoint) throws IOException, InterruptedException {
    submit(List.of("-s", checkpoint.toUri().toString()));
  }

  private void submit(List<String> options) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("-d"));
    arguments.addAll(options);
    arguments.addAll(
        List.of(
            "-c", JobMain.class.getName(), JAR.toString(), "--config", file.write().toString()));
    String printed = cluster.run(arguments);
    Matcher found = JOB_ID.matcher(printed);
    assertThat(found.find()).as(printed).isTrue();
    id = found.group(1);
  }

  /** Flink's identifier of the present submission. */
  String id() {
    return id;
  }

  /** Waits until every task runs. */
  void awaitRunning() {
    await("running tasks")
        .atMost(Waiting.LIMIT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () ->
                assertThat(cluster.rest().runs(id))
                    .as(() -> "last failure: " + lastFailure())
                    .isTrue());
  }

  /** Waits until the job has failed for a reason that has a word in it. */
  void awaitFailure(String word) {
    await("failure")
        .atMost(Waiting.LIMIT)
        .untilAsserted(() -> assertThat(cluster.rest().lastFailure(id)).containsIgnoringCase(word));
  }

  private String lastFailure() {
    try {
      return cluster.rest().lastFailure(id);
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  /**
   * Complete retained checkpoints of all submissions, the newest last. Flink may write and remove
   * some meanwhile.
   */
  List<Path> checkpoints() throws IOException {
    if (!Files.exists(file.checkpoints())) {
      return List.of();
    }
    Map<Path, Long> modified = new HashMap<>();
    PresentFiles.visit(
        file.checkpoints(),
        3,
        (path, attributes) -> {
          Path checkpoint = path.getParent();
          if (path.getFileName().toString().equals("_metadata")
              && checkpoint.getFileName().toString().startsWith("chk-")) {
            modified.put(checkpoint, attributes.lastModifiedTime().toMillis());
          }
        });
    return modified.keySet().stream()
        .sorted(
            Comparator.comparing((Path path) -> modified.get(path))
                .thenComparing(SubmittedJob::number))
        .toList();
  }

  /** Numbers go on when a job is resumed. */
  private static int number(Path checkpoint) {
    return Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  /** Number of the newest complete checkpoint, 0 without one. */
  int newestCheckpoint() throws IOException {
    List<Path> all = checkpoints();
    return all.isEmpty() ? 0 : number(all.get(all.size() - 1));
  }
}
