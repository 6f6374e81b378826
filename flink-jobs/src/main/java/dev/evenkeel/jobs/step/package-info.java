/** The step inside Flink: one operator that batches, answers, adapts and keeps the state. */
package dev.evenkeel.jobs.step;
