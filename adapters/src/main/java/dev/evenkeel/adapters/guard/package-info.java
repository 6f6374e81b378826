/**
 * Guards: whether a stream's adapted answers are still better than those of the source model,
 * judged without labels, and what is done where they are not. Functions of arrays of numbers.
 */
package dev.evenkeel.adapters.guard;
