/** The model store on Flink's file systems. */
package dev.evenkeel.jobs.store;
