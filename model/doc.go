// Package model turns a training table into an artifact that answers, for one citizen: a calibrated
// probability with a range and what each column adds to it, or "we do not know". It decides which of the
// learners is used, how sure the answer is, and for whom none is given. It takes slices and numbers: what
// the columns mean is left to features, who is in the table to datasets/cohort, which artifact may be used
// on people to the registry and those who approve.
package model
