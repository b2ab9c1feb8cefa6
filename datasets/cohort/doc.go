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
//   - Of the four public grounds for decline, nursing homes are not in the extracts. More minutes, a first dependency aid
//     and new personal care are; levels of functional abilities are where a municipality delivers its reports to KL
//     Gateway, and a citizen who has none is judged by the others.
//   - A course is decided by facts up to its due day, even when it ended earlier: somebody who opted out on day 20
//     may be re-activated, and is known as not completed when everybody of that baseline is.
//   - A fact is seen on a date if it was written down before it and had not been found wrong before it: who is eligible
//     or at risk is asked of that. A label is what is known in the end. Where the two differ because something that
//     decides was written down or corrected late, the row matures on the day of that (Row.Matured).
//   - The population (Population) is everybody who could be offered training on the first of a month, referred or not. Its
//     numbers are in the protocol, and no label depends on them.
//   - Statuses contain the outcome. They are read here and never by features after the index date.
//
// A municipality need not fit into memory: a Calendar, then a Builder for each target and a Population, take citizens
// block by block, several workers to a block, and give the same rows in the same order whatever the blocks and the
// workers. Build is that for citizens who are in memory.
package cohort
