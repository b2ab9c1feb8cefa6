// Package gam fits an explainable boosting machine: a generalised additive model with pairwise terms (GA2M: Lou, Caruana, Gehrke
// and Hooker 2013; Nori, Jenkins, Koch and Caruana 2019). The log odds of a row are
//
//	intercept + sum over columns j of f_j(x_j) + sum over chosen pairs (j, k) of f_jk(x_j, x_k)
//
// and each f is a table that a person can read, plot and correct. The package decides the bins, the shapes, which pairs are worth
// a term, and how sure the shapes are. What the columns mean, which rows may be used and whether the answer is calibrated is left
// to others.
//
// Training goes: bin (bin.go), steps of cyclic boosting with small trees (step.go) in several bags (bag.go), ranking of pairs by
// FAST (pair.go), choosing some (choose.go; where rows are few by trying, try.go), steps on them, purification (purify.go), average over
// the bags (train.go).
//
// Three things differ from the usual way of fitting such a model, and make it cheap:
//
//   - Within one cycle over the columns the loss is its quadratic at the start of the cycle. A step then touches each row once: it
//     adds the last step's value to the row's score and the row's residual to the next column's histogram. Exponentials are taken
//     once per cycle, not once per step.
//   - The bags leave out one part of the groups each, so that every group is held out once. All bags stop at the same cycle, the
//     one with the smallest loss over everybody when held out. That is far less noisy than each bag stopping on its own few rows,
//     which is what allows few bags and long steps; and the spread of the bags is the delete-a-group jackknife, a standard error
//     in earnest.
//   - Histograms add whole numbers (residuals in units of 2^-30 of the largest weight), so that the sums do not depend on the
//     order of the rows or on the number of threads.
//
// The missing bin is a leaf of its own in every step on one column. A column that must be monotone enters no pair, as a pair
// could undo what the column promises.
package gam
