package dev.evenkeel.jobs.io;

import dev.evenkeel.v1.DeadLetter;

/**
 * What became of a record.
 *
 * @param sample null if it was refused
 * @param refusal null if it was not
 */
record ReadSample(StreamSample sample, DeadLetter refusal) {}
