// Package glm fits a logistic regression with an elastic-net penalty, in glmnet's parametrisation
// (Friedman, Hastie and Tibshirani 2010). It decides how columns are scaled, how missing values enter,
// which penalties are tried and which is chosen; what the columns mean, which rows may be used and
// whether the answer is calibrated is left to others.
//
// The fit minimises
//
//	(1/sum w) * sum w_i * loss(y_i, eta_i)  +  lambda * ((1-alpha)/2 * |b|^2 + alpha * |b|_1)
//
// with eta = offset_i + b0 + sum z_j b_j, loss the negative log likelihood, and z_j the columns standardised
// to weighted mean 0 and variance 1 over the rows that are learned from. The intercept b0 is not penalised; a
// column's share of the penalty can be multiplied by a factor of its own, which may be 0. Unpenalised fits
// without a penalty and gives standard errors.
//
// A missing value (NaN) takes the mean of the column's values that are there. A column in which some are
// missing also gets an indicator of being missing, standardised and penalised like any other column. A
// column that does not vary is left out (coefficient 0). A value that is missing in a column that never
// was so while learning takes the mean; Model.Unforeseen counts those, so that the caller can withhold.
//
// The solver is a proximal Newton method on covariances: the gradient is always exact, the curvature is
// kept from an earlier step for as long as it still makes good progress, and the quadratic problem is
// solved by coordinate descent over the columns that the strong rules (Tibshirani et al. 2012) leave in.
// A step costs one pass over the rows: for each block of them, small enough for the cache, the log odds move, then
// the gradient of every column in the work set is taken. Columns that are mostly one value, and indicators, keep
// only what differs from it; standardising is an offset to the sums. The curvature of such columns is taken by row, over
// the pairs that a row has, so that a category of a thousand levels costs no more than one of two. Sums are taken by blocks in a fixed order, so
// any number of threads gives the same bytes.
//
// Plain coordinate descent over the rows was tried on paper and dropped: it passes over all rows for each
// coordinate of each sweep, while here a sweep costs nothing that grows with the number of rows.
package glm
