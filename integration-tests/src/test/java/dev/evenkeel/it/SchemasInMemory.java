package dev.evenkeel.it;

import dev.evenkeel.schemas.DecodeException;
import dev.evenkeel.schemas.RejectionReason;
import dev.evenkeel.schemas.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;

/** A registry without a network, where the network does not matter. */
final class SchemasInMemory implements SchemaRegistry {
  private final List<String> schemas = new ArrayList<>();

  @Override
  public String schema(int id) throws DecodeException {
    if (id < 0 || id >= schemas.size()) {
      throw new DecodeException(RejectionReason.UNKNOWN_SCHEMA, "no schema " + id);
    }
    return schemas.get(id);
  }

  @Override
  public int id(String subject, String schema) {
    schemas.add(schema);
    return schemas.size() - 1;
  }
}
