/**
 * A stream's open micro-batch, the rule that closes it, and the closed ones that share a call of
 * the runtime.
 */
package dev.evenkeel.jobs.batch;
