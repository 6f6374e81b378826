package dev.evenkeel.schemas;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;

/** One JSON object, see {@link WireFormat#JSON}. */
final class JsonDecoder<T extends SpecificRecord> implements MessageDecoder<T> {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Class<T> type;
  private final JsonValues values;

  JsonDecoder(Class<T> type) {
    this.type = type;
    this.values = new JsonValues(type);
  }

  @Override
  public T decode(byte[] value) throws DecodeException {
    return type.cast(values.read(parse(value)));
  }

  private JsonNode parse(byte[] value) throws DecodeException {
    try (JsonParser parser = MAPPER.createParser(value)) {
      JsonNode root = MAPPER.readTree(parser);
      if (root == null) {
        throw new DecodeException(
            RejectionReason.EMPTY_VALUE,
            "the value is blank; a %s was expected".formatted(type.getSimpleName()));
      }
      requireEnd(parser);
      return root;
    } catch (DecodeException e) {
      throw e;
    } catch (JsonEOFException e) {
      throw new DecodeException(RejectionReason.TRUNCATED, describe(e));
    } catch (JsonProcessingException e) {
      throw new DecodeException(RejectionReason.MALFORMED, describe(e));
    } catch (IOException e) {
      throw new DecodeException(RejectionReason.MALFORMED, "not JSON: " + e.getMessage());
    }
  }

  private void requireEnd(JsonParser parser) throws IOException {
    boolean more;
    try {
      more = parser.nextToken() != null;
    } catch (JsonProcessingException e) {
      more = true;
    }
    if (more) {
      throw new DecodeException(
          RejectionReason.TRAILING_BYTES,
          "more follows after the JSON object of the %s; send one object per record"
              .formatted(type.getSimpleName()));
    }
  }

  private static String describe(JsonProcessingException e) {
    return "not JSON at line %d, column %d: %s"
        .formatted(
            e.getLocation().getLineNr(), e.getLocation().getColumnNr(), e.getOriginalMessage());
  }
}
