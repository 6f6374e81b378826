/** Shows the demo's result: a self-contained HTML page, a table for terminals, JSON. */
package dev.evenkeel.jobs.demo.report;
