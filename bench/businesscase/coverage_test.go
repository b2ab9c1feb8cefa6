package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/model"
)

// small is a municipality that takes a second or two.
var small = []string{"-citizens", "1500", "-learner", "card", "-reference", "1"}

func coverage(t *testing.T, args ...string) string {
	t.Helper()
	var out, diag bytes.Buffer
	require.NoError(t, run(context.Background(), append(args, small...), &out, &diag), diag.String())
	return out.String()
}

// lines returns the kept lines by their order in the file.
func lines(t *testing.T, dir string) [][]byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "seeds.jsonl"))
	require.NoError(t, err)
	return bytes.SplitAfter(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
}

func TestASeedGivesTheSameLineWhateverElseIsRunAndAfterAKill(t *testing.T) {
	seeds := "1-2"
	if os.Getenv("RETTIDIG_LONG") == "1" {
		seeds = "1-6"
	}
	dir := t.TempDir()
	page := coverage(t, "-out", dir, "-seeds", seeds, "-workers", "1")
	assert.Contains(t, page, "Synthetic")
	whole := lines(t, dir)

	name := filepath.Join(dir, "seeds.jsonl")
	killed := bytes.Join(whole, nil)
	require.NoError(t, os.WriteFile(name, killed[:len(killed)-100], 0o644)) // the last line is cut off
	assert.Equal(t, page, coverage(t, "-out", dir, "-seeds", seeds, "-workers", "1"))
	assert.Equal(t, whole, lines(t, dir), "seeds %s, one after the other and after a kill", seeds)

	assert.Equal(t, page, coverage(t, "-out", dir, "-seeds", seeds, "-workers", "1", "-page"))
	shown := coverage(t, "-out", dir, "-show", "2")
	assert.Contains(t, shown, "SYNTHETIC municipality, seed 2")
	assert.Contains(t, shown, "saving in one year, kr")

	err := run(context.Background(), []string{"-out", dir, "-citizens", "1600"}, &bytes.Buffer{}, &bytes.Buffer{})
	assert.ErrorContains(t, err, "other settings")
}

func TestSeveralWorkersGiveTheSameSeeds(t *testing.T) {
	if os.Getenv("RETTIDIG_LONG") != "1" {
		t.Log("set RETTIDIG_LONG=1 to run four seeds in two ways")
		return
	}
	one, two := t.TempDir(), t.TempDir()
	assert.Equal(t,
		coverage(t, "-out", one, "-seeds", "1-4", "-workers", "1"),
		coverage(t, "-out", two, "-seeds", "1-4", "-workers", "2"))
	assert.ElementsMatch(t, lines(t, one), lines(t, two))
}

// What R 4's binom.test(k, n)$conf.int gives.
func TestExactIsClopperAndPearsons(t *testing.T) {
	for _, c := range []struct {
		yes, n       int
		lower, upper float64
	}{{5, 10, 0.1870860, 0.8129140}, {0, 10, 0, 0.3084971}, {10, 10, 0.6915029, 1}} {
		lower, upper := (&count{yes: c.yes, n: c.n}).exact()
		assert.InDelta(t, c.lower, lower, 1e-7, "%d of %d", c.yes, c.n)
		assert.InDelta(t, c.upper, upper, 1e-7, "%d of %d", c.yes, c.n)
	}
}

// Two of four candidates are chosen, one of them with benefit. All four together expect 1.4, so two of them 0.7.
func TestWhatCameIsTheChosenLessAsManyOfEverybody(t *testing.T) {
	w := world{
		LongRun: 0.5, LongRunAll: 0.3, AtCapacity: model.AtCapacity{Candidates: 10, AllEvents: 2},
		Year: []yearRow{{Expected: 0.6, Selected: true, Benefit: true}, {Expected: 0.4, Selected: true}, {Expected: 0.3, Benefit: true}, {Expected: 0.1}},
	}
	own := w.came(false, func() (float64, bool) { return 0, false })
	assert.InDelta(t, 2*(0.5-0.3), own.longRun, 1e-12)
	assert.InDelta(t, 0.6+0.4-0.7, own.expected, 1e-12)
	assert.InDelta(t, 1-0.7, own.realised, 1e-12)
	assert.InDelta(t, 1-2*0.2, own.frozen, 1e-12)

	su7 := w.came(false, func() (float64, bool) { return 0.25, true })
	assert.InDelta(t, 2*(0.5-0.25), su7.longRun, 1e-12)
	assert.InDelta(t, 1-0.5, su7.realised, 1e-12)

	none := w.came(true, func() (float64, bool) { return 0, false })
	assert.Zero(t, none.longRun)
}

func TestBestTakesTheEarlierOfEqualOnes(t *testing.T) {
	assert.Equal(t, []bool{true, false, true, false}, best([]float64{1, 1, 2, 1}, 2))
	assert.Equal(t, []bool{true, true}, best([]float64{1, 2}, 5))
}

func TestCorrelationByHand(t *testing.T) {
	var p pairs
	for _, x := range [][2]float64{{1, 2}, {2, 1}, {3, 3}} { // deviations -1, 0, 1 and 0, -1, 1
		p.add(x[0], x[1])
	}
	assert.InDelta(t, 0.5, p.correlation(), 1e-12)
}

func TestALotTakesTheCapacitysShareOfEachWindow(t *testing.T) {
	var w world
	for i := range 30 {
		w.Measured = append(w.Measured, measuredRow{Window: i / 10, Completed: i < 10, Benefit: i < 10})
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		assert.Equal(t, model.AtCapacity{Selected: 9, Candidates: 30, Events: 3, AllEvents: 10, Completed: 3, AllCompleted: 10}, w.lot(rng, 0.3))
	}
}

func TestShuffledKeepsRowsWhole(t *testing.T) {
	x := [][]float64{{0, 1, 2, 3, 4, 5, 6, 7}, {0, 10, 20, 30, 40, 50, 60, 70}}
	got := shuffled(x, rand.New(rand.NewPCG(1, 2)))
	for i := range got[0] {
		assert.Equal(t, 10*got[0][i], got[1][i])
	}
	assert.ElementsMatch(t, x[0], got[0])
	assert.NotEqual(t, x[0], got[0])
}

func TestTheProductsCountsGoIntoTheChain(t *testing.T) {
	w := world{PerYear: 100, AtCapacity: model.AtCapacity{Selected: 60, Candidates: 200, Events: 27, AllEvents: 50, Completed: 40, AllCompleted: 100}}
	p, err := w.forecast(1, 0.3)
	require.NoError(t, err)
	require.Len(t, p.Local, 4)
	for _, c := range p.Local {
		assert.Equal(t, 30, c.Courses)
		if c.Baseline == businesscase.OwnBaseline && c.Way == businesscase.ByBenefit {
			assert.InDelta(t, 30*(27.0/60-50.0/200)*p.Params.ValuePerCitizen, c.Saving.Estimate, 1e-6)
		}
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for args, says := range map[string]string{
		"-seeds=5-2": "FROM-TO", "-seeds=x": "FROM-TO", "-seeds=1-1000000": "below", "-learner=boost": "boost", "-reference=0": "reference", "-show=9": "run it first",
	} {
		err := run(context.Background(), []string{"-out", t.TempDir(), args}, &bytes.Buffer{}, &bytes.Buffer{})
		assert.ErrorContains(t, err, says, args)
	}
	assert.ErrorContains(t, run(context.Background(), nil, &bytes.Buffer{}, &bytes.Buffer{}), "-out")
}
