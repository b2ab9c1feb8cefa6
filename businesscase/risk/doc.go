// Package risk says how sure a proposal's figures are. It decides how uncertain parameters are drawn (their
// distributions, how they go together, and a model's measured rates in their place), what is counted in each draw
// ([Simulate]), what the result hangs on ([Tornado]), what each parameter must be for the result to be 0
// ([BreakEven]), what more capacity is worth ([Capacity]) and what the courses that follow from pointing citizens out
// cost ([Flagged]).
//
// It leaves to others what a proposal is and how it is computed, how rates are measured, and where the pieces of a
// page stand. Same input and seed, same bytes, however many threads.
package risk
