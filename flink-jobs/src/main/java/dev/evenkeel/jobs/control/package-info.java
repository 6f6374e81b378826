/** Orders to a running job, and the record of what was done to adaptation and why. */
package dev.evenkeel.jobs.control;
