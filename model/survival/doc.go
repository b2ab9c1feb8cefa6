// Package survival says how long until something happens, and what, when follow-up ends before it did for
// some: Kaplan-Meier and Aalen-Johansen curves, hazards by period that any learner of yes or no can be
// fitted to, cumulative incidence of competing causes from them, and the figures that tell how good such
// predictions are. It decides what counts as at risk, the order of ties and what a censored period is
// worth; which learner is used, who is followed from when, and whether follow-up ends for reasons of its
// own, is left to others. It takes slices and numbers.
//
// One rule of ties holds everywhere: somebody who enters at t is at risk just after t; at t events come
// before censorings, and events of different causes at t happen together. So at risk at t are those with
// entry < t <= time, a citizen censored at t outlives a citizen with an event at t, and the distribution of
// censoring counts at t only those without an event at t.
//
// Causes count from 1, as 0 is of who was censored; to ask for a cause below 1 is the caller's bug and panics.
//
// Weights count rows: a row of weight 2 is two rows, also in the variances. Weights that are not counts,
// and several rows of one citizen, make those variances wrong: take Resample then.
package survival
