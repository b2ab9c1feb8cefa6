// Package learner puts every learner behind one interface: a table in, a model out that gives log odds and
// what each column adds to them. It decides how a learner's parameters are named, ranged and refused, how
// categorical columns reach learners that take numbers only, how a fitted model of any learner is written
// and read, how folds are dealt and what a cross-validation reports, and which learner "auto" takes. How a
// learner learns is left to its own package; files, flags and what the columns mean to the caller.
package learner
