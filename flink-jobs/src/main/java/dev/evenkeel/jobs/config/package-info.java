/** The job file: typed, validated as a whole, with every key in one table. */
package dev.evenkeel.jobs.config;
