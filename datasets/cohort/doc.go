// Package cohort decides what a course, a label, an index date (landmark) and a censoring is, by a versioned
// protocol: which citizens a question is asked about, on which dates, and what the answer turned out to be. It
// leaves to features what was known about a citizen on that date, and to model what to learn from it.
//
// Four things can come of a row. The event came (label 1); it did not (0); something came first that made it
// impossible, death or leaving (competing); or it is not known, because the data end or a score is missing
// (censored). The last two have no label: death is never "no decline", and a course that is not over is not a
// failure.
//
// Some things that follow from the extracts rather than from the rules:
//
//   - Death is the status HasDied, which only trained citizens can have. Of the others, death, moving and a
//     nursing home look alike: they fall silent. See LeavingRules. For courses "left" is censored, for decline
//     it competes.
//   - Of the four public grounds for decline, functional levels and nursing homes are not in the extracts; more
//     minutes, a first dependency aid and new personal care are.
//   - A course is decided by facts up to its due day, even when it ended earlier: somebody who opted out on day 20
//     may be re-activated, and is known as not completed when everybody of that baseline is.
//   - Statuses contain the outcome. They are read here and never by features after the index date.
package cohort
