/** Runs a recipe over recorded data without Kafka, with the code that the job runs. */
package dev.evenkeel.jobs.backtest;
