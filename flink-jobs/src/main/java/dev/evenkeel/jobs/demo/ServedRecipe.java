package dev.evenkeel.jobs.demo;

import dev.evenkeel.jobs.AdaptationJob;
import dev.evenkeel.jobs.cluster.LocalRunner;
import dev.evenkeel.jobs.config.JobConfig;
import dev.evenkeel.jobs.config.Secrets;
import dev.evenkeel.jobs.step.ModelFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One recipe's job, running in a Flink of its own inside this process. */
final class ServedRecipe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedRecipe.class);

  private final String recipe;
  private final LocalRunner runner;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  private ServedRecipe(String recipe, LocalRunner runner) {
    this.recipe = recipe;
    this.runner = runner;
    Thread watcher = new Thread(this::watch, "demo-watch-" + recipe);
    watcher.setDaemon(true);
    watcher.start();
  }

  /**
   * Starts the job.
   *
   * @throws dev.evenkeel.adapters.tta.RecipeException if there is no such recipe
   * @throws Exception if Flink cannot be started
   */
  static ServedRecipe start(JobConfig config) throws Exception {
    AdaptationJob job = AdaptationJob.onKafka(config, ModelFile.read(config.model()));
    return new ServedRecipe(config.recipe().expression(), LocalRunner.start(job, true));
  }

  /**
   * The job of a recipe. Checkpoints come every second, so that its exactly-once answers are
   * visible soon.
   *
   * @param directory where the model lies and checkpoints go
   * @param judged whether the source model answers too
   * @param metricsPort of the endpoint that all jobs of this process share
   */
  static JobConfig config(
      String recipe,
      boolean judged,
      long seed,
      String bootstrapServers,
      Path directory,
      Path model,
      int metricsPort) {
    String yaml =
        """
        name: demo-%1$s
        model: %2$s
        recipe: %3$s
        seed: %4$d
        shadow: %5$s
        kafka:
          bootstrap-servers: %6$s
          topics: {samples: %7$s, predictions: %8$s, dead-letters: %9$s}
        batch: {max-size: %10$d, max-delay: 1s}
        checkpoints: {directory: checkpoints-%1$s, interval: 1s}
        metrics: {port: %11$d}
        """
            .formatted(
                Topics.plain(recipe),
                model.getFileName(),
                recipe,
                seed,
                judged ? "1.0" : "0.0",
                bootstrapServers,
                Topics.SAMPLES,
                Topics.predictions(recipe),
                Topics.deadLetters(recipe),
                DemoOptions.BATCH,
                metricsPort);
    return JobConfig.parse(yaml, directory, Secrets.ofThisProcess());
  }

  String recipe() {
    return recipe;
  }

  /** Flink's web interface. */
  URI web() {
    return runner.webAddress();
  }

  /**
   * Does nothing while the job runs.
   *
   * @throws DemoException if the job has ended, with its reason
   */
  void check() throws DemoException {
    if (!end.isDone()) {
      return;
    }
    Throwable cause = null;
    try {
      end.join();
    } catch (CompletionException e) {
      cause = rootOf(e);
    }
    throw new DemoException(
        "The job of "
            + recipe
            + " ended before the stream did: "
            + (cause == null ? "without a failure" : cause)
            + "; the log above has more",
        cause);
  }

  private void watch() {
    try {
      runner.await();
      end.complete(null);
    } catch (Exception e) {
      end.completeExceptionally(e);
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** Ends the job and its Flink; that this failed is logged, for there is nothing left to save. */
  @Override
  public void close() {
    try {
      runner.close();
    } catch (RuntimeException e) {
      LOG.warn("Flink with {} did not end in order: {}", recipe, e.toString());
    }
  }
}
