package dev.evenkeel.store;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the importer knows about a model; the store looks at no model itself.
 *
 * @param opset version of the default ONNX operator set
 * @param irVersion version of the ONNX file format
 * @param input the input that takes samples
 * @param classes number of classes, at least 1
 * @param classNames names in class order, empty if there are none
 * @param preprocessing what must be done to raw inputs; null means nothing
 * @param toolVersions versions of what made the import, by tool, for instance onnxruntime
 * @param parent digest of the model this one was made from, null if none
 * @param notes anything else, for people; null means nothing
 */
public record ManifestDraft(
    long opset,
    long irVersion,
    TensorDescription input,
    int classes,
    List<String> classNames,
    Preprocessing preprocessing,
    Map<String, String> toolVersions,
    Digest parent,
    String notes) {
  public ManifestDraft {
    Objects.requireNonNull(input, "input");
    classNames = classNames == null ? List.of() : List.copyOf(classNames);
    preprocessing = preprocessing == null ? Preprocessing.NONE : preprocessing;
    toolVersions = toolVersions == null ? Map.of() : Map.copyOf(toolVersions);
    notes = notes == null ? "" : notes;
    if (classes < 1) {
      throw new IllegalArgumentException("classes is %d, expected at least 1".formatted(classes));
    }
    if (!classNames.isEmpty() && classNames.size() != classes) {
      throw new IllegalArgumentException(
          "%d class names for %d classes; name every class or none"
              .formatted(classNames.size(), classes));
    }
  }
}
