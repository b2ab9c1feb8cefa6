// Package golearn puts classifiers of github.com/sjwhitworth/golearn behind the learner's interface, as a
// reference: what a Go program got before. It decides how a table is turned into what they want (the forest
// and the Bayes classifier take no numbers, the others take nothing else), and that they say yes or no only,
// since they give no probability. Measuring them is left to others, and so is everything that is shipped:
// their models are not written, and only the training command links them. Two of them need cgo; without it
// the package builds, and asking for one of those says what is missing.
package golearn
