/** Asking others over HTTP, with a bound on time, size and attempts. */
package dev.evenkeel.jobs.http;
