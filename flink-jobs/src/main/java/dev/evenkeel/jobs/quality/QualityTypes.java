package dev.evenkeel.jobs.quality;

import dev.evenkeel.jobs.io.HandWrittenType;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** The types that flow to the watch, all with serializers written by hand. */
public final class QualityTypes {
  public static final TypeInformation<WatchedBatch> WATCHED_BATCH =
      new HandWrittenType<>(WatchedBatch.class, WatchedBatchSerializer.INSTANCE);

  private QualityTypes() {}
}
