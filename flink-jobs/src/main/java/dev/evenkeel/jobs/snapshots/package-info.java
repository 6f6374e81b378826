/** Adapted states on their way from the operator to the model store. */
package dev.evenkeel.jobs.snapshots;
