/** Makes what is shown of configuration, arguments and records fit for showing. */
package dev.evenkeel.jobs.redaction;
