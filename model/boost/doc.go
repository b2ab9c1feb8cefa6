// Package boost learns an ensemble of decision trees by gradient boosting on histograms (Friedman 2001;
// Ke et al. 2017), for a yes-or-no outcome, weighted or not, and for a discrete-time hazard. It decides
// how values become bins, which splits are tried and taken, and after how many trees to stop; what the
// columns mean and whether the probabilities are calibrated is left to others. The result is a
// tree.Ensemble, in which nothing of the training is left.
//
// Each tree lowers the second-order expansion of the log loss around the log odds so far (Chen and
// Guestrin 2016): with G and H the sums of its first and second derivatives over the rows of a leaf, the
// leaf's value is -T(G)/(H+lambda), where T draws G towards zero by alpha, and a split is worth
//
//	½ T(Gl)²/(Hl+lambda) + ½ T(Gr)²/(Hr+lambda) - ½ T(G)²/(H+lambda).
//
// Sums over rows are sums of whole numbers: a row's derivatives are rounded to a step that is a power of
// two, so small that no sum over all rows can overflow, and gradient, hessian and (up to 16,384 rows) the
// count share one 64-bit cell. Addition of whole numbers has no order, so the trees are the same for any
// number of threads and any order of the rows. The values of the leaves are summed again, with a step so
// fine that it does not show.
//
// The layout is for the cache: bins lie row by row in blocks of sixteen columns, so that the histogram of
// a block (32 kB) stays in the first-level cache while rows stream past; the larger of two siblings is the
// parent less the smaller, whose rows are moved together before they are counted. Work is shared by blocks, and by parts of the rows where there are few blocks, in
// whole numbers either way. Tried and dropped: one column at a time with rows gathered by number (some five
// times slower), and moving the rows of a node only when it is split (a tenth slower at 100,000 rows).
package boost
