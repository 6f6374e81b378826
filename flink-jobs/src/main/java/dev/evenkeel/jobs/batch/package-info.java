/** A stream's open micro-batch and the rule that closes it. */
package dev.evenkeel.jobs.batch;
