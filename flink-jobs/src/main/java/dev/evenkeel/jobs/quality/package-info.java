/** Watches the answers: windows of each stream become drift reports. */
package dev.evenkeel.jobs.quality;
