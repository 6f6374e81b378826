package dev.evenkeel.jobs.demo;

import dev.evenkeel.jobs.config.JobConfig;
import java.util.ArrayList;
import java.util.List;

/** The jobs of all recipes, closed together. */
final class ServedRecipes implements AutoCloseable {
  private final List<ServedRecipe> jobs = new ArrayList<>();

  void start(JobConfig config) throws Exception {
    jobs.add(ServedRecipe.start(config));
  }

  List<ServedRecipe> all() {
    return List.copyOf(jobs);
  }

  /** Does nothing while all jobs run. */
  void check() throws DemoException {
    for (ServedRecipe job : jobs) {
      job.check();
    }
  }

  @Override
  public void close() {
    jobs.forEach(ServedRecipe::close);
  }
}
