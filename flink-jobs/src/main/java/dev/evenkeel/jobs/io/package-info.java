/** From Kafka records to samples and from answers to Kafka records, with the types in between. */
package dev.evenkeel.jobs.io;
