/** Adapted models as files that any runtime of ONNX serves. */
package dev.evenkeel.adapters.tta.export;
