/** Recorded data: arrays read from files, as a stream, and sent into topics. */
package dev.evenkeel.jobs.replay;
