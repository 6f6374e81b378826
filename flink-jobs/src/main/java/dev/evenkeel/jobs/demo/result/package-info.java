/** What the demo measured: answers per sample, boiled down per phase, per recipe and over time. */
package dev.evenkeel.jobs.demo.result;
