/** Benchmarks: ratios measured in one run, each against the limit it should come close to. */
package dev.evenkeel.jobs.bench;
