package boost

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// narrow is a table of columns with few bins, numeric and categorical, some with missing values, and one
// with many.
func narrow(t *rapid.T, rows int) Table {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
	table := Table{Y: make([]float64, rows)}
	for j, distinct := range rapid.SliceOfN(rapid.SampledFrom([]int{1, 2, 2, 3, 5, 16, 40, 127, 128, 129, 1000}), 1, 24).Draw(t, "distinct values") {
		x, missing := make([]float64, rows), 4*rng.IntN(2)
		var levels []string
		if distinct < 50 && rng.IntN(3) == 0 {
			for l := range distinct {
				levels = append(levels, fmt.Sprint(l))
			}
		}
		for i := range x {
			if x[i] = float64(rng.IntN(distinct)); rng.IntN(40) < missing {
				x[i] = math.NaN()
			}
			if x[i] > float64(distinct)/2 && rng.IntN(2+j) == 0 {
				table.Y[i] = 1
			}
		}
		table.X, table.Levels = append(table.X, x), append(table.Levels, levels)
	}
	table.Y[0], table.Y[1] = 0, 1
	return table
}

// TestACodeTellsTheBinsOfItsColumns, and the sums of the codes the sums of the bins.
func TestACodeTellsTheBinsOfItsColumns(t *testing.T) {
	c := newCrew(1)
	defer c.end()
	rapid.Check(t, func(t *rapid.T) {
		const rows = mostCodes * rowsPerCode / 4
		table := narrow(t, rows)
		b, err := newBins(table, rowsOf(table), rows-5, small(), c)
		require.NoError(t, err)
		h, seen := new(histogram), 0
		for block, members := range b.members {
			require.LessOrEqual(t, len(members), lanes)
			for at := range members {
				l := &members[at]
				require.LessOrEqual(t, l.codes, mostCodes)
				want, got := make([]cell, mostCodes+1), make([]cell, mostCodes+1)
				for i := range got {
					got[i] = 77 // what was there before does not matter
				}
				size := 0
				for _, j := range l.columns {
					col := &b.columns[j]
					require.Equal(t, []int{block*lanes + at, l.offset + size}, []int{col.lane, col.offset})
					alone := *col
					alone.unit = 1
					f := newFinder(&alone)
					for i := range rows {
						bin, code := binOf(f, table.X[j][i]), b.codes[col.lane][i]
						require.Equal(t, int(bin), col.bin(int(code)), "column %d row %d", j, i)
						want[col.offset-l.offset+int(bin)] += cell(i)
					}
					size += col.values + 1
					seen++
				}
				for i := range rows {
					code := b.codes[block*lanes+at][i]
					width := b.width(block / panelBlocks)
					require.Equal(t, code, b.panels[block/panelBlocks][i*width+block%panelBlocks*lanes+at])
					h[at][code] += cell(i)
				}
				rest := slices.Clone(got)
				l.spread(&h[at], b.columns, got, rest)
				require.Equal(t, want[:size], got[:size])
				for i := range size {
					require.Equal(t, 77-want[i], rest[i])
				}
				require.Zero(t, h[at])
			}
		}
		for j := range b.columns {
			if b.columns[j].lane < 0 {
				seen++
			}
		}
		require.Equal(t, len(b.columns), seen)
	})
}

// TestColumnsOfALaneGrowTheTreesOfColumnsApart: what shares a lane is for speed alone.
func TestColumnsOfALaneGrowTheTreesOfColumnsApart(t *testing.T) {
	c := newCrew(1)
	defer c.end()
	opt := small()
	opt.Trees, opt.Leaves, opt.MinRows = 3, 20, 30
	train := func(t require.TestingT, table Table, apart bool) string {
		tr, err := newTrainer(table, rowsOf(table), nil, opt, c)
		require.NoError(t, err)
		if apart {
			tr.bins.cells = 0
			tr.bins.place(0)
			require.NoError(t, tr.bins.fill(table, rowsOf(table), c))
			tr.root.panels, tr.found = tr.bins.panels, make([]split, 2*len(tr.bins.members))
		}
		e, _, err := tr.train(context.Background())
		require.NoError(t, err)
		return bytesOf(t, e)
	}
	rapid.Check(t, func(t *rapid.T) {
		table := narrow(t, rapid.SampledFrom([]int{900, 3000}).Draw(t, "rows"))
		assert.True(t, train(t, table, false) == train(t, table, true), "the trees differ")
	})
	wide := benchTable(cacheStage+500, 110, 3) // more than a panel either way, and rows that are moved together
	assert.True(t, train(t, wide, false) == train(t, wide, true), "the trees differ")
}

// TestRowsAreCountedByTheirCells compares counting by panels with counting one by one.
func TestRowsAreCountedByTheirCells(t *testing.T) {
	w := new(bench)
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		n := rapid.SampledFrom([]int{1, near - 1, near + 1, batch, 2*batch + 77}).Draw(t, "rows")
		b := bins{members: make([][]lane, rapid.IntRange(1, 9).Draw(t, "blocks"))}
		panel := rng.IntN(b.panelCount())
		var blocks []int
		for k := range b.blocks(panel) {
			if rng.IntN(2) == 0 {
				blocks = append(blocks, panel*panelBlocks+k)
			}
		}
		if blocks == nil {
			return
		}
		width := b.width(panel)
		bytes, cells := make([]uint8, n*width), make([]cell, n)
		for i := range bytes {
			bytes[i] = uint8(rng.IntN(256))
		}
		for i := range cells {
			cells[i] = rng.Int64()
		}
		var rows []int32
		lo, hi := rng.IntN(n), n
		for i := lo; i < hi; i++ {
			rows = append(rows, int32(rng.IntN(n)))
		}
		row := func(i int) int32 { return rows[i] }
		if rapid.Bool().Draw(t, "listed") {
			lo, hi = 0, len(rows)
		} else {
			rows, row = nil, func(i int) int32 { return int32(i) }
		}
		var got []*histogram
		want := make([]histogram, len(blocks))
		for k, block := range blocks {
			got = append(got, new(histogram))
			for i := lo; i < hi; i++ {
				for l := range lanes {
					want[k][l][bytes[int(row(i))*width+block%panelBlocks*lanes+l]] += cells[row(i)]
				}
			}
		}
		w.add(got, blocks, bytes, width, cells, rows, lo, hi)
		for k := range blocks {
			require.True(t, want[k] == *got[k], "block %d of %v, %d rows", k, blocks, n)
		}
	})
}
