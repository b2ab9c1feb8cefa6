// Package features answers one question: what was known about a citizen on a date? A declaration says in Danish and
// English what is counted, of which things (the aids of a concept, a kind of help, an area of ability) and over which
// windows, and has the one function that computes it; it expands to a column for each. The same code serves one citizen
// at the counter and the training table. CATALOGUE.md lists the columns; CONTRIBUTING.md says how to add one.
//
// # What counts at as-of day t
//
// A fact counts if it happened before t, became known before t, and was not known before t to be wrong: what is written
// down on day t is not known on the morning of day t. A fact that is corrected is two facts, each seen in its own time. A
// loan's return is a fact of its own: until it is known, the aid is on loan. Facts dated t or later never count, even if
// somebody wrote them down in advance. A status serves only to tell one course from the next; ratings, statuses and
// screenings dated t or later are never seen.
//
// # Weeks
//
// Services are recorded by ISO week and a week is known on its Sunday. The last week that can be fully
// known at t is therefore the one whose Sunday is before t, that is, the one with Monday
// L = Monday(t - 7 days). A window of w weeks holds the Mondays L-7(w-1), ..., L; no part of a running week
// is ever counted, so a Wednesday and the next Sunday see the same weeks. A week without a row is a week
// with no help: 0 minutes. The extracts cannot tell it from a hospital stay or a missing delivery; the
// columns for gaps and stays are there for that. Help leaves out Træning ved hjælper (codes.TrainingByHelper), which is
// what a course is made of, and time spent about the citizen.
//
// # When the registers changed
//
// Codes that replaced others are no change in a citizen's life. Aids are counted by their class in today's numbering,
// minutes and visits by care concept, services and abilities as the broad codes of 2025 have them, so no count jumps on
// the day of a code break. In the spring of 2020 practical help was cut for everybody: a column that compares such weeks
// with others is missing, and they make no stay. Grounds of loans (APV and the like) became usual on known days, so
// they are only looked at now and over the last year. A change of record system cannot be seen from one history: the
// first loan may be the first in this system only.
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
