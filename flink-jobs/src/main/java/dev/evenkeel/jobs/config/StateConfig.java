package dev.evenkeel.jobs.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Whose samples share an adaptation state, and how states are kept.
 *
 * @param scope who shares a state
 * @param groupBy attribute that names a sample's group; there exactly if the scope is the group
 * @param backend where Flink keeps what is not in use
 * @param maxLiveStreams states and open batches kept ready in memory by each operator instance
 * @param maxStreams states kept at all by each operator instance; 0 for no limit
 * @param idleTimeout after which the state of an idle stream is forgotten; zero for never
 * @param initial file of the state that new streams start from; empty for the source model's
 * @param otherProgram what to do with state that another model or recipe made
 */
public record StateConfig(
    Scope scope,
    Optional<String> groupBy,
    Backend backend,
    int maxLiveStreams,
    int maxStreams,
    Duration idleTimeout,
    Optional<Path> initial,
    OtherProgram otherProgram) {

  /** Who shares an adaptation state. */
  public enum Scope {
    /** Each stream has its own. */
    STREAM,
    /** The streams whose samples have the same value of an attribute. */
    GROUP,
    /** All streams; the step then runs in one instance. */
    ALL
  }

  /** Where Flink keeps states. */
  public enum Backend {
    /** On the Java heap; a checkpoint writes all of it. */
    HEAP,
    /** In RocksDB on local disk; a checkpoint writes what changed. */
    ROCKSDB
  }

  /** What to do with state that another model or recipe made. */
  public enum OtherProgram {
    /** The job does not start. */
    REFUSE,
    /** The streams start anew; their open samples are answered. */
    RESTART
  }
}
