/** What the job counts and measures, and the Prometheus endpoint that shows it. */
package dev.evenkeel.jobs.metrics;
