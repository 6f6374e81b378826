package dev.evenkeel.jobs.step;

import dev.evenkeel.jobs.config.StateConfig;
import dev.evenkeel.jobs.io.StreamInput;
import dev.evenkeel.jobs.io.StreamSample;
import java.util.Optional;
import org.apache.flink.api.java.functions.KeySelector;

/**
 * The key under which a sample is adapted: its stream, its group, or one for all. Labels do not
 * name their group.
 *
 * @param scope who shares a state
 * @param groupBy attribute that names the group, null for the other scopes
 */
public record AdaptationKey(StateConfig.Scope scope, String groupBy)
    implements KeySelector<StreamInput, String> {
  private static final String NO_NAME = "";

  public static AdaptationKey of(StateConfig config) {
    return new AdaptationKey(config.scope(), config.groupBy().orElse(null));
  }

  /** Name of the attribute that it reads, if it reads one. */
  public Optional<String> attribute() {
    return Optional.ofNullable(groupBy);
  }

  @Override
  public String getKey(StreamInput input) {
    return switch (scope) {
      case STREAM -> input.streamId();
      case GROUP -> group(input);
      case ALL -> NO_NAME;
    };
  }

  private String group(StreamInput input) {
    if (input instanceof StreamSample sample) {
      return sample.attributes().getOrDefault(groupBy, NO_NAME);
    }
    throw new IllegalStateException(
        "The group of a label of stream '" + input.streamId() + "' is not known");
  }
}
