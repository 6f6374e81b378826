package dev.evenkeel.jobs.demo.result;

/**
 * One recipe over the whole stream.
 *
 * @param recipe its name
 * @param errorRate share of wrong answers, in [0, 1]
 * @param samplesPerSecond answers between the first and the last one
 * @param answer from sending a sample until the job emitted its answer
 * @param visible from sending a sample until a read_committed consumer saw its answer
 */
public record RecipeResult(
    String recipe, double errorRate, double samplesPerSecond, Latency answer, Latency visible) {}
