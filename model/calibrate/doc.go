// Package calibrate turns the log odds of a learner into probabilities that hold, given predictions for
// later citizens that the learner has not seen and what became of them. It decides the form of the curve
// and when the data allow the more flexible one; which predictions may be used is left to others.
//
// A Calibrator is one curve: a line (Platt), a line bent apart at its ends (beta), or levels (isotonic). A
// VennAbers gives two ends instead of one value and so tells how much the calibration rows leave open;
// model/conformal is for saying "we do not know" with a guarantee.
//
// Throughout, x is the learner's log odds, finite, y is 1 (it happened) or 0, and w a weight per row, 0 or more, 0: as if
// the row were not there; w may be nil for one each. A fit panics at anything else and if the slices differ in length.
package calibrate
