// Package card learns a points rule that fits on one sheet of paper: at most five yes-or-no lines, each
// worth a few points, and the probability that belongs to each sum. It is the rule that every other
// learner must beat. It decides the lines and their points; the words for a column come from the caller.
package card
