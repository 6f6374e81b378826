/** Running the job in this process, and sending it to a cluster. */
package dev.evenkeel.jobs.cluster;
