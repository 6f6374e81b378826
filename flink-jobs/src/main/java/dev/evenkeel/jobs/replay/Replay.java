package dev.evenkeel.jobs.replay;

import dev.evenkeel.adapters.tensor.ElementType;
import dev.evenkeel.v1.DataType;
import dev.evenkeel.v1.Label;
import dev.evenkeel.v1.Sample;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Sends a recording as messages: the position p goes to stream p mod n of the n streams, with
 * {@code sample_id} its position inside that stream.
 */
public final class Replay {
  /** Receives the messages in stream order. */
  public interface Sink {
    void sample(Sample sample);

    /** Receives the label of the sample sent last. */
    void label(Label label);
  }

  private final Recording recording;
  private final List<String> streams;
  private final Clock clock;
  private final LongConsumer pace;

  /**
   * Prepares a replay.
   *
   * @param streams names of the streams, at least one
   * @param clock gives each sample its event time, the moment it is sent
   * @param pace called with the position before a sample is sent; waits as long as it should
   */
  public Replay(Recording recording, List<String> streams, Clock clock, LongConsumer pace) {
    if (streams.isEmpty()) {
      throw new IllegalArgumentException("A replay needs at least one stream");
    }
    this.recording = recording;
    this.streams = List.copyOf(streams);
    this.clock = clock;
    this.pace = pace;
  }

  /** Sends everything once; labels too if the recording has them. */
  public void sendTo(Sink sink) {
    List<Integer> shape =
        LongStream.of(recording.sampleShape().dimensions()).mapToObj(Math::toIntExact).toList();
    for (int position = 0; position < recording.size(); position++) {
      pace.accept(position);
      String stream = streams.get(position % streams.size());
      String id = Integer.toString(position / streams.size());
      sink.sample(
          new Sample(
              stream,
              id,
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              recording.type(position) == ElementType.UINT8 ? DataType.UINT8 : DataType.FLOAT32,
              shape,
              recording.sample(position),
              null,
              Map.of()));
      if (recording.isLabelled()) {
        sink.label(new Label(stream, id, recording.label(position)));
      }
    }
  }
}
