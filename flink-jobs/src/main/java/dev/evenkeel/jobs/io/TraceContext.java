package dev.evenkeel.jobs.io;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The trace that a sample belongs to (W3C Trace Context, "traceparent" and "tracestate"), handed on
 * as it came.
 *
 * @param parent null if the sample belongs to no trace
 * @param state null if there is none
 */
public record TraceContext(String parent, String state) implements Serializable {
  public static final TraceContext NONE = new TraceContext(null, null);

  /** Names of the headers, and of a sample's attributes. */
  static final String PARENT = "traceparent";

  static final String STATE = "tracestate";

  /** Longer ones are dropped: 55 characters are a parent of version 00, and 512 must be allowed. */
  private static final int MAX_PARENT_BYTES = 128;

  private static final int MAX_STATE_BYTES = 1024;

  /** Version, trace, parent, flags; those of zeros only are not valid. */
  private static final Pattern FIELDS =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?<trace>(?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

  /** What the headers of a record say. */
  static TraceContext of(Headers headers) {
    String parent = text(headers.lastHeader(PARENT), MAX_PARENT_BYTES);
    return parent == null
        ? NONE
        : new TraceContext(parent, text(headers.lastHeader(STATE), MAX_STATE_BYTES));
  }

  /** What the attributes of a sample say. */
  static TraceContext of(Map<String, String> attributes) {
    String parent = attributes.get(PARENT);
    if (parent == null || parent.length() > MAX_PARENT_BYTES) {
      return NONE;
    }
    String state = attributes.get(STATE);
    return new TraceContext(
        parent, state == null || state.length() > MAX_STATE_BYTES ? null : state);
  }

  /**
   * The identifier of the trace: 32 hexadecimal digits of a parent of any version.
   *
   * @return null if there is none, or the parent is not written as it should be
   */
  public String id() {
    if (parent == null) {
      return null;
    }
    Matcher fields = FIELDS.matcher(parent);
    return fields.lookingAt() ? fields.group("trace") : null;
  }

  boolean isNone() {
    return parent == null;
  }

  /** Adds it to a sample's attributes, where it outlives a checkpoint. */
  void addTo(Map<String, String> attributes) {
    if (parent != null) {
      attributes.put(PARENT, parent);
    }
    if (state != null) {
      attributes.put(STATE, state);
    }
  }

  void addTo(Headers headers) {
    if (parent != null) {
      headers.add(PARENT, parent.getBytes(StandardCharsets.UTF_8));
    }
    if (state != null) {
      headers.add(STATE, state.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String text(Header header, int maxBytes) {
    return header == null || header.value() == null || header.value().length > maxBytes
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
