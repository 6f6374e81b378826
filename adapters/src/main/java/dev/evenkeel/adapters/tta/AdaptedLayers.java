package dev.evenkeel.adapters.tta;

import dev.evenkeel.adapters.onnx.rewrite.AffineLayer;
import dev.evenkeel.adapters.onnx.rewrite.AffineLayers;
import dev.evenkeel.adapters.tta.learning.LearningOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code adapt-layers}: which layers' scale and bias are learned. */
final class AdaptedLayers {
  private static final Pattern ENDS = Pattern.compile("(first|last):([1-9][0-9]{0,8})");

  /** Name fragments that SAR and DeYO leave out, as their code does: ResNet and ViT of timm. */
  private static final Pattern LAST_STAGE =
      Pattern.compile("(layer4|blocks\\.(9|10|11)|blocks/(9|10|11))([./]|$)|^/?norm[./]");

  private AdaptedLayers() {}

  /**
   * The chosen layers in graph order.
   *
   * @throws RecipeException if the setting cannot be read or chooses no layer, naming the layers
   */
  static List<AffineLayer> of(AffineLayers affine, Recipe recipe) {
    String setting = recipe.get(LearningOptions.ADAPT_LAYERS).strip();
    List<AffineLayer> layers = affine.layers();
    List<AffineLayer> chosen = new ArrayList<>();
    Matcher ends = ENDS.matcher(setting);
    if (setting.isEmpty() || setting.equals("all")) {
      chosen.addAll(layers);
    } else if (ends.matches()) {
      int count = Math.min(layers.size(), Integer.parseInt(ends.group(2)));
      chosen.addAll(
          ends.group(1).equals("first")
              ? layers.subList(0, count)
              : layers.subList(layers.size() - count, layers.size()));
    } else {
      layers.stream().filter(matching(setting)).forEach(chosen::add);
    }
    if (chosen.isEmpty()) {
      throw new RecipeException(
          List.of(
              "adapt-layers is '"
                  + setting
                  + "', which chooses none of the layers "
                  + layers.stream().map(layer -> layer.node().label()).toList()));
    }
    return chosen;
  }

  private static Predicate<AffineLayer> matching(String setting) {
    if (setting.equals("papers")) {
      return layer -> !found(LAST_STAGE, layer);
    }
    boolean excludes = setting.startsWith("!");
    try {
      Pattern pattern = Pattern.compile(excludes ? setting.substring(1) : setting);
      return layer -> found(pattern, layer) != excludes;
    } catch (PatternSyntaxException e) {
      throw new RecipeException(
          List.of(
              "adapt-layers is '"
                  + setting
                  + "', expected all, first:N, last:N, papers or a regular expression: "
                  + e.getDescription()));
    }
  }

  private static boolean found(Pattern pattern, AffineLayer layer) {
    return pattern.matcher(layer.node().name()).find()
        || pattern.matcher(layer.node().input(1)).find();
  }
}
