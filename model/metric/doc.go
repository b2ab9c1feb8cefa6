// Package metric measures predictions of a yes-or-no outcome: discrimination, calibration, and what a
// team that can act on a fixed share of citizens gets for it. It decides how each figure is defined, how
// ties count, and how wide its interval is; which rows count and who may see the figures is left to others.
//
// Throughout, y is 1 (it happened) or 0, p a probability in [0, 1], score any number where higher means
// more likely, and w a weight per row, none negative; w may be nil for one each. A function panics if the
// slices differ in length. A figure that is not defined (one class only, no weight) is NaN, which Value
// writes as null in JSON; so is every figure of predictions of which one is NaN.
//
// Intervals keep the rows of a citizen together. A mean (logloss, brier, net benefit), the auroc and the calibration
// line have a formula for it (Mean, AUROCInterval, LineInterval, DecisionCurve); everything has a bootstrap
// (Bootstrap for the usual figures in one go, Resample for any).
package metric
