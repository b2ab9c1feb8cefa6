// Package validate tests a learner the way it will be used: learn from the past, wait until labels have
// ripened, predict citizens that the learner has never seen, later in time. It decides which rows may
// meet which; what a row is, how the learner works and how good is good enough is left to others.
//
// Every run plants leaks and fails if it does not catch them, so that a good figure from a run is worth
// something.
package validate
