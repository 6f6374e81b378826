/** The history of a stream, from what the job wrote about it. */
package dev.evenkeel.jobs.explain;
