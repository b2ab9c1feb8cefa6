package tree_test

import (
	"context"
	"testing"

	"github.com/rettidig/rettidig/internal/benchtable"
	"github.com/rettidig/rettidig/model/boost"
	"github.com/rettidig/rettidig/model/tree"
)

// learned returns 100 trees of 31 leaves that were learned, not drawn, and rows: most rows go deep in those, since it is
// the leaves with most rows that are split.
func learned(b *testing.B) (*tree.Scorer, [][]float64) {
	x, y, _ := benchtable.Municipality(30000, 60, 1)
	opt := boost.Defaults(len(y))
	opt.Trees, opt.Held, opt.Leaves = 100, 0, 31
	e, _, err := boost.Train(context.Background(), boost.Table{X: x, Y: y}, opt)
	if err != nil {
		b.Fatal(err)
	}
	s, rows := e.Compile(), make([][]float64, 1000)
	for i := range rows {
		for _, col := range x {
			rows[i] = append(rows[i], col[i])
		}
	}
	return s, rows
}

func BenchmarkLearnedLogOdds(b *testing.B) {
	s, rows := learned(b)
	i := 0
	for b.Loop() {
		s.LogOdds(rows[i%len(rows)])
		i++
	}
}

func BenchmarkLearnedContributions(b *testing.B) {
	s, rows := learned(b)
	dst := make([]float64, len(rows[0])+1)
	s.Contributions(dst, rows[0])
	i := 0
	for b.Loop() {
		s.Contributions(dst, rows[i%len(rows)])
		i++
	}
}
