package dev.evenkeel.adapters.onnx.rewrite;

/**
 * Values of a rewritten graph that hold a layer's scale and bias, each broadcasting over the
 * layer's input.
 *
 * @param scale name of gamma
 * @param bias name of beta
 */
public record ParameterNames(String scale, String bias) {}
