/**
 * The demo: broker, Flink jobs, a producer of a drifting stream and a consumer of the answers in
 * one process.
 */
package dev.evenkeel.jobs.demo;
