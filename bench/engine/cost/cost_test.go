package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/tree"
)

// leaf and ask make nodes of so many rows.
func leaf(rows float64) tree.Node { return tree.Node{Column: -1, Cover: rows} }
func ask(rows float64, left, right int32) tree.Node {
	return tree.Node{Cover: rows, Left: left, Right: right}
}

// 100 rows fall apart in 30 and 70, these in 60 and 10, these 60 in 25 and 35.
var grown = tree.Tree{Nodes: []tree.Node{ask(100, 1, 2), leaf(30), ask(70, 3, 4), ask(60, 5, 6), leaf(10), leaf(25), leaf(35)}}

func TestRowsCountedAreAllAndThoseOfSmallerSiblings(t *testing.T) {
	counted, parted := counts(grown, 31, 5)
	assert.InDelta(t, 100+30+10+25, counted, 0)
	assert.InDelta(t, 100+70+60, parted, 0)
}

func TestTheLastSplitOfAFullTreeNeedsNoHistogram(t *testing.T) {
	counted, parted := counts(grown, 4, 5)
	assert.InDelta(t, 100+30+10, counted, 0)
	assert.InDelta(t, 100+70+60, parted, 0)
}

func TestSiblingsTooSmallToSplitNeedNoHistogram(t *testing.T) {
	counted, _ := counts(grown, 31, 20) // 35 rows cannot be parted into 20 and 20
	assert.InDelta(t, 100+30+10, counted, 0)
}

func TestWorkOfOneTreeByHand(t *testing.T) {
	w := boostWork([]tree.Tree{grown}, 100, 3, 4, 5)
	// Binning 100*3*9; gradients and leaves 100*(34+14); histograms 140*(3+8); partition 230*9.
	assert.InDelta(t, 2700+4800+1540+2070, w.Bytes, 0)
	assert.InDelta(t, 140*3, w.Adds, 0)
	assert.InDelta(t, 100, w.Exps, 0)
}

func TestLimitsAreWorkOverRates(t *testing.T) {
	m := machine{Streams: []stream{{Threads: 1, Bytes: 1 << 10, Read: 1, Copy: 8, Triad: 2}, {Threads: 1, Bytes: 1 << 20, Read: 4}, {Threads: 2, Bytes: 1 << 10, Read: 99}},
		Adds: []float64{2}, Exps: []float64{5}, MulAdds: []float64{10}}
	memory, sums := m.seconds(work{Bytes: 80, Live: 3000, Adds: 4, Exps: 10, MulAdd: 30}, 1)
	assert.InDelta(t, 10, memory, 0)
	assert.InDelta(t, 2+2+3, sums, 0)
	memory, _ = m.seconds(work{Bytes: 80, Live: 1e9}, 1)
	assert.InDelta(t, 20, memory, 0)
}

func TestMedianIsOverTheTrainingsOfAllRounds(t *testing.T) {
	k := kept{Rounds: [][]sample{{{Seconds: 5}, {Seconds: 1}}, {{Seconds: 2}, {Seconds: 4}}}}
	assert.Equal(t, spread{1, 3, 5}, k.spread(seconds))
}

func TestLabelsNeverMeet(t *testing.T) {
	out := apart([]label{{y: 95}, {y: 10}, {y: 11}, {y: 96}, {y: 97}}, 0, 100)
	for i, l := range out {
		assert.True(t, l.y >= 0 && l.y <= 100, "label %d at %v", i, l.y)
		if i > 0 {
			assert.GreaterOrEqual(t, l.y-out[i-1].y, float64(lineHeight), "label %d", i)
		}
	}
}

// TestEveryLearnerIsMeasuredKeptAndDrawn trains each once on a small table, as the command does.
func TestEveryLearnerIsMeasuredKeptAndDrawn(t *testing.T) {
	dir := t.TempDir()
	s := settings{out: dir, threads: 2, rounds: 1}
	panels := grid{rows: []int{300, 600}, columns: []int{5}, bins: []int{15}, trees: []int{3}, leaves: []int{4}, still: 300}.panels(learners, 2)
	for _, p := range panels {
		for _, l := range p.lines {
			for _, at := range l.points {
				got, err := train(at)
				require.NoError(t, err, at)
				assert.Positive(t, got.PeakKB, at)
				assert.True(t, got.Work.Bytes > 0 && got.Work.Live > 0 && got.Work.Exps > 0, "%v: %+v", at, got.Work)
				k := kept{Point: at}
				k.add(got, "r1")
				require.NoError(t, k.save(dir))
				again, err := load(dir, at)
				require.NoError(t, err)
				assert.Equal(t, &k, again)
			}
		}
	}
	one := stream{Bytes: 1 << 20, Read: 1e9, Copy: 2e9, Triad: 1e9}
	a := about{Processor: "A & B <C>", Machine: machine{Adds: []float64{1e9, 1e9}, Exps: []float64{1e8, 1e8}, MulAdds: []float64{1e9, 1e9}}}
	for _, one.Threads = range []int{1, 2} {
		a.Machine.Streams = append(a.Machine.Streams, one)
	}
	require.NoError(t, writeJSON(filepath.Join(dir, "machine.json"), a))
	r, err := newResult(panels, s)
	require.NoError(t, err)
	for _, p := range r.Panels {
		for _, l := range p.Lines {
			for _, d := range l.Points {
				for _, over := range []float64{d.OverMemory, d.OverSums} {
					assert.False(t, math.IsNaN(over) || math.IsInf(over, 0) || over <= 0, "%v: %v over a limit", d.Point, over)
				}
			}
		}
	}
	assert.Contains(t, r.markdown(), "| 600 |")
	assert.Equal(t, []string{"r1"}, r.Revisions)
	x := xml.NewDecoder(strings.NewReader(r.picture()))
	for {
		if _, err = x.Token(); err != nil {
			break
		}
	}
	assert.True(t, errors.Is(err, io.EOF), err)

	require.NoError(t, os.Remove((&kept{Point: panels[0].lines[0].points[0]}).file(dir)))
	r, err = newResult(panels, s)
	require.NoError(t, err)
	assert.Len(t, r.Panels[0].Lines[0].Points, 1, "a point that is not measured is left out")
}

func TestUnknownLearnersAreRefused(t *testing.T) {
	var out bytes.Buffer
	assert.ErrorContains(t, run([]string{"-point", `{"learner":"svm","rows":100,"columns":3}`}, &out, &out), `no learner "svm"`)
	assert.ErrorContains(t, run([]string{"-out", t.TempDir(), "-learners", "boost,svm"}, &out, &out), `no learner "svm"`)
	assert.ErrorContains(t, run(nil, &out, &out), "say with -out")
}
