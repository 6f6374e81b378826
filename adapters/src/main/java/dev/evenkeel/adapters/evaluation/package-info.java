/** How good answers were, given the truth. */
package dev.evenkeel.adapters.evaluation;
