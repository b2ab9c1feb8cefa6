// Package rettidig is the vocabulary of the project: what a citizen, a history, an as-of date, a
// target, a score and an error is. Every other package speaks these words; this one imports none of
// ours and decides nothing about files, features, learners or screens.
//
// Two dates belong to every fact. It *happened* on one day (Lent, Week, Date) and it became *known* to
// the municipality on another (Known...). Whoever looks at a history as of a day t may use a fact only
// if Known < t: what is written down during day t is not known on the morning of day t.
package rettidig
