package dev.evenkeel.adapters.tta;

/** The live state of one stream, in native memory of the session that made it. */
public interface AdaptationState extends AutoCloseable {
  /** A copy in the canonical layout. */
  StateDict toStateDict();

  /** Steps taken since the initial state; grows with every change of the state. */
  long steps();

  /** Native memory held, in bytes. */
  long byteSize();

  /** Frees the native memory. */
  @Override
  void close();
}
