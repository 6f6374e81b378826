package dev.evenkeel.it.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code kubectl kustomize} makes of a folder, for the part of Kustomize that our manifests
 * use: resources, patches of the whole of a resource, config maps from files, a namespace. Patches
 * of custom resources are JSON merge patches (RFC 7396); ours of others have no lists but such as
 * replace the base's, for which that is the same.
 */
final class Kustomization {
  private static final Set<String> KNOWN =
      Set.of("apiVersion", "kind", "namespace", "resources", "patches", "configMapGenerator");

  private final Map<String, ObjectNode> objects = new LinkedHashMap<>();

  private Kustomization() {}

  static Kustomization build(String folder) {
    Kustomization result = new Kustomization();
    result.add(folder);
    return result;
  }

  /** All objects, by {@code Kind/name}. */
  Map<String, ObjectNode> objects() {
    return objects;
  }

  ObjectNode object(String kindAndName) {
    return objects.get(kindAndName);
  }

  private void add(String folder) {
    JsonNode file = Checkout.yaml(folder + "/kustomization.yaml");
    file.fieldNames().forEachRemaining(field -> require(KNOWN.contains(field), folder, field));
    for (JsonNode resource : file.path("resources")) {
      String name = Checkout.path(folder).resolve(resource.asText()).normalize().toString();
      String relative = Checkout.path("").relativize(Path.of(name)).toString();
      if (relative.endsWith(".yaml")) {
        for (JsonNode document : Checkout.documents(Checkout.text(relative))) {
          JsonNode before = objects.put(key(document), (ObjectNode) document);
          require(before == null, folder, "twice " + key(document));
        }
      } else {
        add(relative);
      }
    }
    for (JsonNode generator : file.path("configMapGenerator")) {
      generate(folder, generator);
    }
    for (JsonNode patch : file.path("patches")) {
      for (JsonNode document :
          Checkout.documents(Checkout.text(folder + "/" + patch.path("path").asText()))) {
        ObjectNode target = objects.get(key(document));
        require(target != null, folder, "no object for the patch of " + key(document));
        merge(target, document);
      }
    }
    if (file.has("namespace")) {
      String namespace = file.path("namespace").asText();
      objects.values().stream()
          .filter(object -> !object.path("kind").asText().equals("Namespace"))
          .forEach(object -> ((ObjectNode) object.path("metadata")).put("namespace", namespace));
    }
  }

  private void generate(String folder, JsonNode generator) {
    ObjectNode map = JsonNodeFactory.instance.objectNode();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", generator.path("name").asText());
    ObjectNode data = map.putObject("data");
    for (JsonNode file : generator.path("files")) {
      data.put(file.asText(), Checkout.text(folder + "/" + file.asText()));
    }
    boolean replaces = generator.path("behavior").asText().equals("replace");
    require(objects.containsKey(key(map)) == replaces, folder, "behavior of " + key(map));
    if (replaces) {
      objects.get(key(map)).set("data", data);
    } else {
      objects.put(key(map), map);
    }
  }

  /** RFC 7396. */
  private static void merge(ObjectNode target, JsonNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) {
        target.remove(field.getKey());
      } else if (value.isObject() && target.path(field.getKey()).isObject()) {
        merge((ObjectNode) target.get(field.getKey()), value);
      } else {
        target.set(field.getKey(), value);
      }
    }
  }

  private static String key(JsonNode object) {
    return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
  }

  private static void require(boolean holds, String folder, String what) {
    if (!holds) {
      throw new AssertionError(folder + "/kustomization.yaml: " + what);
    }
  }

  /** Keys of all objects. */
  List<String> keys() {
    return List.copyOf(objects.keySet());
  }
}
