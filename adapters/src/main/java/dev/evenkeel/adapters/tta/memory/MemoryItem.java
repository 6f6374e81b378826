package dev.evenkeel.adapters.tta.memory;

/**
 * A remembered sample. Treat the array as a constant.
 *
 * @param sample as the model takes it, flattened
 * @param label class the model saw in it when it came
 * @param uncertainty of that answer, in nats
 * @param age samples that came since, this one included
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record MemoryItem(float[] sample, int label, float uncertainty, long age) {
  MemoryItem older() {
    return new MemoryItem(sample, label, uncertainty, age + 1);
  }
}
