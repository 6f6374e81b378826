/** A development broker inside this process: real Kafka, one node, loopback only. */
package dev.evenkeel.jobs.broker;
