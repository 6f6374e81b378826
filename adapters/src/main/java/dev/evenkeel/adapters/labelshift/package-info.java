/** Label shift: estimating a stream's label distribution without labels, and correcting for it. */
package dev.evenkeel.adapters.labelshift;
