package conformal

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/model/metric"
)

func TestSetByHand(t *testing.T) {
	// Four without the event, at 1 2 3 4, and three with it, at 3 5 6.
	p, warnings := Fit(Rows{LogOdds: []float64{1, 2, 3, 4, 3, 5, 6}, Y: []float64{0, 0, 0, 0, 1, 1, 1}}, Options{})
	require.Len(t, warnings, 2)
	assert.ErrorContains(t, warnings[1], "3 calibration citizens have the label 1; above a level of 0.750 it is in every set")
	for _, c := range []struct {
		x, zero, one float64
		level        float64
		set          string
	}{
		{3, 3.0 / 5, 2.0 / 4, 0.5, "{0}"}, // 3 and 4 are as high, 3 is as low; each counts the citizen too
		{3, 3.0 / 5, 2.0 / 4, 0.6, "{0,1}"},
		{4.5, 1.0 / 5, 2.0 / 4, 0.7, "{1}"},
		{4.5, 1.0 / 5, 2.0 / 4, 0.3, "{}"},
		{0, 5.0 / 5, 1.0 / 4, 0.7, "{0}"},
		{9, 1.0 / 5, 4.0 / 4, 0.7, "{1}"},
		{9, 1.0 / 5, 4.0 / 4, 0.9, "{0,1}"}, // four citizens cannot rule 0 out at 0.9
	} {
		s := p.Set(c.x, "", c.level)
		assert.InDelta(t, c.zero, s.PZero, 1e-15, "at %v", c.x)
		assert.InDelta(t, c.one, s.POne, 1e-15, "at %v", c.x)
		assert.Equal(t, c.set, s.String(), "at %v, level %v", c.x, c.level)
		assert.Equal(t, len(c.set) == 3, s.Known())
		assert.False(t, s.Pooled, "there are no categories")
	}
}

func TestPValuesCountEveryone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(rt, "rows")
		var r Rows
		for range n {
			r.LogOdds = append(r.LogOdds, float64(rapid.IntRange(-3, 3).Draw(rt, "score")))
			r.Y = append(r.Y, float64(rapid.IntRange(0, 1).Draw(rt, "y")))
		}
		p, _ := Fit(r, Options{})
		require.NoError(rt, p.Check())
		for x := -3.5; x <= 3.5; x += 0.5 {
			zero, one, as0, as1 := 1.0, 1.0, 1.0, 1.0
			for i := range r.Y {
				if r.Y[i] == 0 {
					zero++
					if r.LogOdds[i] >= x {
						as0++
					}
				} else {
					one++
					if r.LogOdds[i] <= x {
						as1++
					}
				}
			}
			s := p.Set(x, "", 0.9)
			assert.InDelta(rt, as0/zero, s.PZero, 1e-15)
			assert.InDelta(rt, as1/one, s.POne, 1e-15)
		}
	})
}

func TestTheExactIntervalHasTheTailsOfTheBinomial(t *testing.T) {
	// Slow twin: at the lower end, k or more of n are as rare as the tail; at the upper end, k or fewer.
	choose := func(n, k int) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return a - b - c
	}
	tail := func(p float64, n, from, to int) (sum float64) {
		for k := from; k <= to; k++ {
			sum += math.Exp(choose(n, k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
		}
		return
	}
	for _, n := range []int{1, 2, 7, 40, 400} {
		for _, k := range []int{0, 1, n / 3, n / 2, n} {
			for _, level := range []float64{0.5, 0.9, 0.99} {
				lower, upper := exact(k, n, level)
				if k > 0 {
					assert.InDelta(t, (1-level)/2, tail(lower, n, k, n), 1e-9, "%d of %d at %v", k, n, level)
				} else {
					assert.Zero(t, lower)
				}
				if k < n {
					assert.InDelta(t, (1-level)/2, tail(upper, n, 0, k), 1e-9, "%d of %d at %v", k, n, level)
				} else {
					assert.Equal(t, 1.0, upper)
				}
			}
		}
	}
}

// seeds is how many worlds a claim of coverage is tried on.
func seeds(t *testing.T, few, many int) int {
	if testing.Short() || os.Getenv("RETTIDIG_LONG") != "1" {
		t.Logf("set RETTIDIG_LONG=1 to run %d seeds", many)
		return few
	}
	return many
}

// held counts in what share of the worlds something held.
type held struct{ yes, all float64 }

func (h *held) count(yes bool) {
	h.all++
	if yes {
		h.yes++
	}
}

// atLeast asserts that the share is not below level by more than 3.5 standard errors.
func (h *held) atLeast(t *testing.T, level float64, what string) {
	share := h.yes / h.all
	t.Logf("%-45s %.4f of %v", what, share, h.all)
	assert.Greater(t, h.all, 300.0, what)
	assert.GreaterOrEqual(t, share, level-3.5*math.Sqrt(level*(1-level)/h.all), what)
}

func TestSetsHoldTheTruthForEitherLabel(t *testing.T) {
	const level = 0.9
	for _, citizens := range []int{10, 40, 150} {
		var label [2]held
		var known held
		for k := range seeds(t, 4000, 100000) {
			rng := rand.New(rand.NewPCG(uint64(k), 1))
			draw := func() (x, y float64) { // a score that is off: too high and too sure
				z := rng.NormFloat64()
				if rng.Float64() < metric.Sigmoid(1.5*z-1) {
					y = 1
				}
				return 3*z + 1, y
			}
			var r Rows
			for range citizens {
				x, y := draw()
				r.LogOdds, r.Y = append(r.LogOdds, x), append(r.Y, y)
			}
			p, _ := Fit(r, Options{})
			x, y := draw()
			s := p.Set(x, "", level)
			label[int(y)].count([]bool{s.Zero, s.One}[int(y)])
			known.count(s.Known())
		}
		label[0].atLeast(t, level, fmt.Sprintf("%d citizens, label 0", citizens))
		label[1].atLeast(t, level, fmt.Sprintf("%d citizens, label 1", citizens))
		t.Logf("%d citizens: one label left for %.2f", citizens, known.yes/known.all)
		if citizens == 150 {
			assert.Less(t, label[0].yes/label[0].all, level+0.04, "not wider than it must be")
			assert.Greater(t, known.yes/known.all, 0.3, "and it says something")
		}
	}
}

func TestFewCitizensGiveTheAnswerThatSaysNothing(t *testing.T) {
	for _, r := range []Rows{
		{},
		{LogOdds: []float64{3}, Y: []float64{1}},
		{LogOdds: []float64{-3, 3}, Y: []float64{0, 1}},
		{LogOdds: []float64{-3, -2, -1, 0, 1, 2, 3, 4}, Y: []float64{0, 0, 0, 0, 1, 1, 1, 1}},
		{LogOdds: make([]float64, 8), Y: make([]float64, 8)}, // one class, one score
	} {
		p, warnings := Fit(r, Options{})
		assert.NotEmpty(t, warnings)
		require.NoError(t, p.Check())
		for _, x := range []float64{-9, -1.5, 0, 2.5, 9, math.NaN()} {
			assert.Equal(t, "{0,1}", p.Set(x, "", 0.9).String(), "%d rows at %v", len(r.Y), x)
			g := p.Range(x, "", 0.9)
			assert.Greater(t, g.Upper-g.Lower, 0.3, "%d rows at %v", len(r.Y), x)
			assert.NotEqual(t, Above, g.Against(0.7))
		}
	}
	p, _ := Fit(Rows{}, Options{})
	assert.Equal(t, Range{Upper: 1}, p.Range(0, "", 0.9))
	assert.Equal(t, Unknown, p.Range(0, "", 0.9).Against(0.5))
	q, _ := Fit(Rows{LogOdds: make([]float64, 500), Y: make([]float64, 500)}, Options{})
	assert.Equal(t, Range{Upper: 1}, q.Range(math.NaN(), "", 0.9), "no score, no range")
	assert.Equal(t, Below, q.Range(0, "", 0.9).Against(0.5))
	s := q.Set(math.NaN(), "", 0.5)
	assert.True(t, s.Zero && s.One && math.IsNaN(s.POne))
}

// A score means something else in the north: there it is two too low.
func twoPlaces(rng *rand.Rand) (x, y float64, place string) {
	z := rng.NormFloat64()
	if rng.Float64() < metric.Sigmoid(2*z) {
		y = 1
	}
	if rng.Float64() < 0.3 {
		return z - 2, y, "north"
	}
	return z, y, "south"
}

func TestACategoryOfItsOwnHasItsOwnCoverage(t *testing.T) {
	const level = 0.8
	own, pooled := map[string]*held{}, &held{}
	for k := range seeds(t, 2500, 40000) {
		rng := rand.New(rand.NewPCG(uint64(k), 2))
		var r Rows
		for range 250 {
			x, y, place := twoPlaces(rng)
			r.LogOdds, r.Y, r.Category = append(r.LogOdds, x), append(r.Y, y), append(r.Category, place)
		}
		p, _ := Fit(r, Options{Least: 20})
		x, y, place := twoPlaces(rng)
		s := p.Set(x, place, level)
		require.False(t, s.Pooled)
		name := fmt.Sprintf("%s, label %v", place, y)
		if own[name] == nil {
			own[name] = &held{}
		}
		own[name].count([]bool{s.Zero, s.One}[int(y)])
		if place == "north" && y == 1 {
			everybody := p.Set(x, "elsewhere", level)
			assert.True(t, everybody.Pooled)
			pooled.count(everybody.One)
		}
	}
	require.Len(t, own, 4)
	for _, name := range []string{"north, label 0", "north, label 1", "south, label 0", "south, label 1"} {
		own[name].atLeast(t, level, name)
	}
	assert.Less(t, pooled.yes/pooled.all, 0.6, "judged by everybody, the north is judged wrong: the test can tell")
}

func TestACategoryTooSmallIsJudgedByAllAndSaysSo(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	var r Rows
	for i := range 400 {
		x, y, place := twoPlaces(rng)
		if i < 30 {
			place = "island"
		}
		r.LogOdds, r.Y, r.Category = append(r.LogOdds, x), append(r.Y, y), append(r.Category, place)
	}
	p, warnings := Fit(r, Options{})
	require.Len(t, warnings, 1)
	assert.ErrorContains(t, warnings[0], `category "island" has 30 calibration citizens, fewer than 100`)
	bare := r
	bare.Category = nil
	all, _ := Fit(bare, Options{})
	for x := -3.0; x < 3; x += 0.4 {
		got, want := p.Set(x, "island", 0.9), all.Set(x, "", 0.9)
		assert.True(t, got.Pooled)
		assert.True(t, p.Range(x, "island", 0.9).Pooled)
		got.Pooled = false
		assert.Equal(t, want, got)
	}
	assert.False(t, p.Set(0, "north", 0.9).Pooled)
}

// Citizens with a higher score come back more often, and all rows of a citizen are alike.
func returning(rng *rand.Rand) (x, y []float64) {
	z := rng.NormFloat64()
	hit := 0.0
	if rng.Float64() < metric.Sigmoid(z) {
		hit = 1
	}
	n := 1
	if z > 0.5 {
		n = 12
	}
	for range n {
		x, y = append(x, z+0.1*rng.NormFloat64()), append(y, hit)
	}
	return
}

func TestOneRowOfEachCitizenCounts(t *testing.T) {
	const level = 0.8
	var one, rows held
	for k := range seeds(t, 3000, 50000) {
		rng := rand.New(rand.NewPCG(uint64(k), 3))
		var r Rows
		for g := range 60 {
			x, y := returning(rng)
			for i := range x {
				r.LogOdds, r.Y, r.Group = append(r.LogOdds, x[i]), append(r.Y, y[i]), append(r.Group, int32(g))
			}
		}
		p, _ := Fit(r, Options{Seed: uint64(k)})
		require.Equal(t, 60, len(p.Pooled.One)+len(p.Pooled.Zero))
		r.Group = nil
		all, _ := Fit(r, Options{})
		x, y := returning(rng)
		i := rng.IntN(len(x))
		if y[i] == 1 {
			one.count(p.Set(x[i], "", level).One)
			rows.count(all.Set(x[i], "", level).One)
		}
	}
	one.atLeast(t, level, "one row of each citizen")
	assert.Less(t, rows.yes/rows.all, 0.7, "with all rows those who come back often decide: the test can tell")
}

func TestTheRowThatCountsIsAnyOfTheCitizens(t *testing.T) {
	r := Rows{}
	for i := range 4000 {
		r.LogOdds, r.Y, r.Group = append(r.LogOdds, float64(i%4)), append(r.Y, 0), append(r.Group, int32(i/4))
	}
	times := map[float64]int{}
	p, _ := Fit(r, Options{Seed: 1})
	for _, x := range p.Pooled.Zero {
		times[x]++
	}
	for k := range 4 {
		assert.InDelta(t, 250, times[float64(k)], 60)
	}
	again, _ := Fit(r, Options{Seed: 1})
	assert.Equal(t, p, again)
	other, _ := Fit(r, Options{Seed: 2})
	assert.NotEqual(t, p.Pooled.Zero, other.Pooled.Zero)
}

// Six scores with known chances, so that the share of events in any bin can be worked out.
var sixScores, sixChances, sixShares = []float64{-3, -1, 0, 1, 2, 4}, []float64{0.02, 0.3, 0.25, 0.5, 0.9, 0.97}, []float64{0.3, 0.2, 0.2, 0.15, 0.1, 0.05}

func shareInBin(c *Cell, b int) float64 {
	var events, all float64
	for k, x := range sixScores {
		if c.bin(x) == b {
			events += sixShares[k] * sixChances[k]
			all += sixShares[k]
		}
	}
	return events / all
}

func TestRangesHoldTheShareOfTheirBin(t *testing.T) {
	const level = 0.9
	for _, citizens := range []int{15, 120, 800} {
		var drawn held // over the bins of new citizens
		widths := 0.0
		n := seeds(t, 1500, 20000)
		for k := range n {
			rng := rand.New(rand.NewPCG(uint64(k), 5))
			draw := func() (x, y float64) {
				u := rng.Float64()
				s := 0
				for ; s < 5 && u > sixShares[s]; s++ {
					u -= sixShares[s]
				}
				if rng.Float64() < sixChances[s] {
					y = 1
				}
				return sixScores[s], y
			}
			var r Rows
			for range citizens {
				x, y := draw()
				r.LogOdds, r.Y = append(r.LogOdds, x), append(r.Y, y)
			}
			p, _ := Fit(r, Options{Seed: uint64(k)})
			counted := 0
			for _, n := range p.Pooled.Count {
				counted += n
			}
			assert.InDelta(t, 0.8, float64(counted)/float64(citizens), 2.2/math.Sqrt(float64(citizens)), "a fifth sets the edges and is not counted")
			x, _ := draw()
			g := p.Range(x, "", level)
			truth := shareInBin(&p.Pooled, p.Pooled.bin(x))
			drawn.count(g.Lower <= truth && truth <= g.Upper)
			widths += (g.Upper - g.Lower) / float64(n)
		}
		drawn.atLeast(t, level, fmt.Sprintf("%d citizens, ranges %.2f wide", citizens, widths))
		if citizens == 800 {
			assert.Less(t, widths, 0.2, "and they say something")
		}
	}
}

func TestVerdictAgainstAThreshold(t *testing.T) {
	r := Range{Lower: 0.3, Upper: 0.5}
	for threshold, want := range map[float64]Verdict{0.2: Above, 0.3: Above, 0.31: Unknown, 0.5: Unknown, 0.51: Below} {
		assert.Equal(t, want, r.Against(threshold), "%v", threshold)
	}
}

func TestBugsOfTheCallerPanic(t *testing.T) {
	assert.PanicsWithValue(t, "conformal: Fit of slices of different lengths", func() { Fit(Rows{LogOdds: []float64{1}}, Options{}) })
	assert.PanicsWithValue(t, "conformal: row 0 has the score NaN", func() { Fit(Rows{LogOdds: []float64{math.NaN()}, Y: []float64{1}}, Options{}) })
	assert.PanicsWithValue(t, "conformal: row 0 has the label 0.5", func() { Fit(Rows{LogOdds: []float64{1}, Y: []float64{0.5}}, Options{}) })
	p, _ := Fit(Rows{}, Options{})
	assert.Panics(t, func() { p.Set(1, "", 1) })
	assert.Panics(t, func() { p.Range(1, "", 0) })
}

// written is a predictor with two categories and one too small.
func written(t require.TestingT) (*Predictor, []byte) {
	rng := rand.New(rand.NewPCG(9, 9))
	var r Rows
	for i := range 60 {
		x, y, place := twoPlaces(rng)
		if i < 3 {
			place = "island"
		}
		r.LogOdds, r.Y, r.Category = append(r.LogOdds, x), append(r.Y, y), append(r.Category, place)
	}
	p, _ := Fit(r, Options{Least: 12})
	var b bytes.Buffer
	require.NoError(t, p.Write(&b))
	return p, b.Bytes()
}

func TestWhatIsWrittenIsReadBackAndNothingElse(t *testing.T) {
	p, b := written(t)
	require.Len(t, p.Categories, 2)
	require.Len(t, p.TooSmall, 1)
	got, err := Read(bytes.NewReader(b))
	require.NoError(t, err)
	assert.Equal(t, p, got)
	_, err = Read(bytes.NewReader(append(b, '1')))
	assert.ErrorContains(t, err, "something follows")
	for name, damage := range map[string]func(p *Predictor){
		"kind":              func(p *Predictor) { p.Kind = "" },
		"least":             func(p *Predictor) { p.Least = 0 },
		"scores not rising": func(p *Predictor) { p.Pooled.Zero[0] = 99 },
		"edges not rising": func(p *Predictor) {
			p.Pooled.Edges = []float64{1, 1}
			p.Pooled.Count, p.Pooled.Hits = make([]int, 3), make([]int, 3)
		},
		"a bin missing":        func(p *Predictor) { p.Pooled.Count = nil },
		"more hits than rows":  func(p *Predictor) { p.Pooled.Hits[0] = 1000 },
		"more than there are":  func(p *Predictor) { p.Pooled.Count[0] = 61 },
		"category too small":   func(p *Predictor) { p.Categories[0].One, p.Categories[0].Zero = nil, nil },
		"categories unordered": func(p *Predictor) { p.Categories[0].Name = "z" },
		"named twice":          func(p *Predictor) { p.TooSmall = append(p.TooSmall, p.TooSmall[0]) },
	} {
		p, err := Read(bytes.NewReader(b))
		require.NoError(t, err)
		damage(p)
		var out bytes.Buffer
		require.NoError(t, p.Write(&out))
		_, err = Read(&out)
		assert.Error(t, err, name)
	}
	_, err = Read(bytes.NewReader([]byte(`{"kind":"conformal","least":1,"pooled":{"zero":[1,2,3],"count":[1],"hits":[-1]}}`)))
	assert.ErrorContains(t, err, "bin 0 has -1 hits of 1")
	_, err = Read(bytes.NewReader([]byte(`{"kind":"conformal","more":1}`)))
	assert.ErrorContains(t, err, "more")
}

func FuzzRead(f *testing.F) {
	_, b := written(f)
	f.Add(b)
	f.Add([]byte(`{"kind":"conformal","least":1,"pooled":{"zero":[1],"one":[2],"edges":[1.5],"count":[1,1],"hits":[0,1]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		for x := -3.0; x <= 3; x++ {
			for _, place := range []string{"", "north", "island"} {
				s, g := p.Set(x, place, 0.9), p.Range(x, place, 0.9)
				assert.True(t, s.PZero > 0 && s.PZero <= 1 && s.POne > 0 && s.POne <= 1, "%s: %v", b, s)
				assert.True(t, 0 <= g.Lower && g.Lower <= g.Upper && g.Upper <= 1, "%s: %v", b, g)
			}
		}
	})
}

func BenchmarkAnswer100k(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	var r Rows
	for range 100000 {
		x, y, _ := twoPlaces(rng)
		r.LogOdds, r.Y = append(r.LogOdds, x), append(r.Y, y)
	}
	p, _ := Fit(r, Options{})
	b.Run("set", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p.Set(r.LogOdds[i%len(r.Y)], "", 0.9)
		}
	})
	b.Run("range", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p.Range(r.LogOdds[i%len(r.Y)], "", 0.9)
		}
	})
}
