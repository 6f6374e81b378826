/** Payloads of samples that lie elsewhere (claim check), fetched from allowed places only. */
package dev.evenkeel.jobs.payload;
