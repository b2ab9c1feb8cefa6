// Package calibrate turns the log odds of a learner into probabilities that hold, given predictions for
// later citizens that the learner has not seen and what became of them. It decides the form of the curve
// and when the data allow the more flexible one; which predictions may be used is left to others.
package calibrate
