package dev.evenkeel.adapters.guard;

/**
 * Something that a guard did.
 *
 * @param guard whose alarm it was
 * @param response what was done
 * @param value of the watched quantity then
 * @param threshold it was compared with
 */
public record GuardAction(Watch guard, Response response, double value, double threshold) {}
