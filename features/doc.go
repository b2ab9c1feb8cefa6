// Package features answers one question: what was known about a citizen on a date? Each column of the
// catalogue is declared once, with its id, Danish and English words, unit, window, care concept, source
// and the function that computes it; the same code serves one citizen at the counter and the training
// table.
//
// # What counts at as-of day t
//
// A fact counts if it happened before t and became known before t: what is written down on day t is not
// known on the morning of day t. A loan's return is a fact of its own: until it is known, the aid is on
// loan. Facts dated t or later never count, even if somebody wrote them down in advance. A status serves
// only to tell one course from the next; ratings, statuses and screenings dated t or later are never seen.
//
// # Weeks
//
// Services are recorded by ISO week and a week is known on its Sunday. The last week that can be fully
// known at t is therefore the one whose Sunday is before t, that is, the one with Monday
// L = Monday(t - 7 days). A window of w weeks holds the Mondays L-7(w-1), ..., L; no part of a running week
// is ever counted, so a Wednesday and the next Sunday see the same weeks. A week without a row is a week
// with no help: 0 minutes. The extracts cannot tell it from a hospital stay or a missing delivery; the
// columns for gaps are there for that. Help minutes exclude Træning ved hjælper (codes.TrainingByHelper),
// which is what a course is made of.
//
// # Missing
//
// Missing is NaN and stays NaN; the declaration says what it means for that column ("never lent", "no
// screening within 120 days"). A column whose declaration has no such meaning is never missing.
//
// The package leaves to datasets/extract when a fact became known, to datasets/cohort which dates to ask
// about, and to the models which columns matter. It trusts each slice of a history to be in the order that
// rettidig.History.Sort gives.
package features
