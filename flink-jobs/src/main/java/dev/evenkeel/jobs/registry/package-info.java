/** A schema registry with Confluent's REST interface. */
package dev.evenkeel.jobs.registry;
