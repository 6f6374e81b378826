/** The Label Shift Adapter: a small network that bends a model's head to a label distribution. */
package dev.evenkeel.adapters.labelshift.adapter;
