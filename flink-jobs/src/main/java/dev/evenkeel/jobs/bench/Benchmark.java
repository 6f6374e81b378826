package dev.evenkeel.jobs.bench;

import dev.evenkeel.jobs.demo.data.FashionData;
import java.util.List;

/** A group of figures measured together. */
interface Benchmark {
  /** Name for {@code --only}. */
  String name();

  /** Whether it runs only where it is asked for by name. */
  default boolean isLong(BenchOptions options) {
    return false;
  }

  List<BenchRow> run(BenchOptions options, FashionData data) throws Exception;
}
