/**
 * The demo's stream: bundled real images, seeded corruptions that make the drift, and an order in
 * which the classes come in runs.
 */
package dev.evenkeel.jobs.demo.data;
