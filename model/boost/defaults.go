package boost

// fewRows is the size below which trees must be small and their number is worth cross-validating.
const fewRows = 5000

// Defaults returns options that hold for a table of so many rows, as measured by 5 folds on public tables
// of people (german_credit, mlc_churn, adult) and on samples of 800 rows from them.
//
// With few rows what costs most is trees that are too many and too large: with 100 trees of 31 leaves the
// log loss at 800 rows is 0.58-0.64 on german_credit and 0.35-0.37 on mlc_churn, with 7 leaves, half the
// rate and as many trees as 5 folds of the training rows say it is 0.51-0.52 and 0.22-0.24. The folds cost
// five more trainings, which at that size is nothing. Where columns only say something together (mlc_churn)
// 7 leaves are too few: 31 are tried too, and taken if they are clearly better: on mlc_churn the log loss
// falls from 0.157 to 0.148 and the Brier score from 0.038 to 0.035, on german_credit, framingham and wdbc
// nothing changes. Leaves of 10 rows instead of 20 let the trees see what 800 rows have few of; lambda 1 keeps
// the values of such leaves in hand. From 5,000 rows on one part in ten is held out instead, and then learned
// from like the others: twice the time, for a log loss of 0.2739 instead of 0.2747 on adult and 0.3341
// instead of 0.3345 on diabetes130.
func Defaults(rows int) Options {
	opt := Options{Trees: 500, Rate: 0.05, Leaves: 7, Bins: 255, Lambda: 1, MinChild: 1e-3, MinRows: 10, RowShare: 1, ColumnShare: 1,
		OneVsRest: 4, Smooth: 10, CatLambda: 1, CatCharge: 1, Folds: 5, MoreLeaves: 31, Patience: 30}
	if rows >= fewRows {
		opt.Trees, opt.Rate, opt.Leaves, opt.MinRows, opt.Folds, opt.MoreLeaves, opt.Held = 1000, 0.1, 31, 20, 0, 0, 0.1
	}
	return opt
}
