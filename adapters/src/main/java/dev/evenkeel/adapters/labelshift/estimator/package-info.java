/**
 * Estimators of a stream's label distribution from unlabelled answers: of one batch, and over time.
 */
package dev.evenkeel.adapters.labelshift.estimator;
