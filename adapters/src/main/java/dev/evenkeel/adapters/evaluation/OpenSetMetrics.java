package dev.evenkeel.adapters.evaluation;

/**
 * How well a classifier tells samples of known classes from others while it classifies the former.
 * All in [0, 1].
 *
 * @param auroc probability that a known sample scores higher than an unknown one, ties counting
 *     half: 0.5 is chance
 * @param fprAt95Tpr share of unknown samples taken for known at the threshold that accepts 95 % of
 *     the known ones, interpolated linearly on the ROC curve; lower is better
 * @param oscr area under the open-set classification rate curve: known samples accepted and
 *     classified rightly, over unknown samples accepted
 * @param hScore harmonic mean of the accuracy on known samples and the AUROC
 */
public record OpenSetMetrics(double auroc, double fprAt95Tpr, double oscr, double hScore) {}
