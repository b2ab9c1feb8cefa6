// Package account holds forecasts to account. It decides four things.
//
// How a forecast is kept: as a line of a file that only grows, each line with the hash of the one before, so that nobody can
// forecast afterwards or tidy up unseen ([Append], [Parse]).
//
// When a forecast is judged: a quarter's figures mature when all its courses have ended and the time for the last screening
// is over; before that they are shown and not judged. A forecast stored when its quarter had begun is shown, marked, and never
// counted in its makers' favour ([NewReport]).
//
// What a quarter's interval is: the distribution of a new quarter's figure, not that of the rate behind it
// ([FromProjection]).
//
// When a target is reached: by a confidence sequence, which holds however often somebody looks ([Sequence]).
//
// An account holds counts by quarter and no citizens. Counts below five are kept exactly and are not shown unless that is
// asked for. It leaves to others what a course, a completion and an effect is, how a model came about, and what a quarter's
// accounts say.
package account
