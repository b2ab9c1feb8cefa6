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
// The layout is for the cache and for what it waits for, memory. Columns with few bins, such as sparse counts, share a lane: one byte
// holds the bins of several, one addition counts the row for all of them, and each column's sums are taken from
// those of the codes, exactly, since they are whole numbers. Sixteen lanes are a block, whose histogram (32 kB)
// stays in the first-level cache while rows stream past; the bins of four blocks lie row by row in lines of 64
// bytes, so that a row that is looked up costs one line, and a batch of rows is counted for all blocks while it
// is near. Listed rows are brought together before they are counted, and the rows of a node that has become
// small among those it lies with are moved together before it is split. The larger of two siblings is the
// parent less the smaller. Rows are divided by a copy of the bins that lies lane by lane: one byte of each.
//
// Tried and dropped: one column at a time with rows gathered by number (some five times slower); blocks each in
// an array of its own (a row of 48 lanes then costs three lines: a quarter slower at a million rows); rows of 48
// bytes (they straddle lines: fetching takes twice as long); moving rows of more than 16 bytes by one assignment
// (a call for each row); eight bins loaded at once and shifted, or two rows at a time (5 to 60 % slower than
// byte by byte, for which the compiler's code has two instructions); searching all cuts of a column, also
// without branches (ten times slower than with a grid).
package boost
