package boost

// Defaults returns options that hold for a table of so many rows.
func Defaults(rows int) Options {
	return Options{Trees: 100, Rate: 0.1, Leaves: 31, Bins: 255, MinChild: 1e-3, MinRows: 20, RowShare: 1, ColumnShare: 1,
		OneVsRest: 4, Smooth: 10, CatLambda: 10}
}
