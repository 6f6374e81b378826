package dev.evenkeel.adapters.onnx.shape;

import dev.evenkeel.adapters.onnx.graph.Dimension;
import dev.evenkeel.adapters.tensor.ElementType;
import java.util.List;

/**
 * What an operator says about its outputs.
 *
 * @param type element type of an output
 * @param shape shape of an output
 */
record Rule(TypeRule type, ShapeRule shape) {
  /** The element type of the first input. */
  static final TypeRule SAME = (site, output) -> site.type(0);

  static final TypeRule BOOL = (site, output) -> ElementType.BOOL;

  static final TypeRule INT64 = (site, output) -> ElementType.INT64;

  /** The first output is like the first input, the others are of the given type. */
  static TypeRule sameThen(ElementType others) {
    return (site, output) -> output == 0 ? site.type(0) : others;
  }

  /** Finds an element type, or throws {@link Unknown}. */
  interface TypeRule {
    ElementType of(Site site, int output);
  }

  /** Finds a shape, or throws {@link Unknown}. */
  interface ShapeRule {
    List<Dimension> of(Site site, int output);
  }
}
