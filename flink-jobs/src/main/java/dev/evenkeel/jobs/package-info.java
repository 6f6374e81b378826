/** The adaptation job: from samples to predictions. */
package dev.evenkeel.jobs;
