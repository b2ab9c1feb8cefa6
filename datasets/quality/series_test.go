package quality

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
)

// counts are months from January 2020 on.
func counts(rows ...int64) []MonthCount {
	out := make([]MonthCount, len(rows))
	for i, n := range rows {
		out[i] = MonthCount{Month: MonthOf(2020, 1) + Month(i), Rows: n}
	}
	return out
}

func TestHoles(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []int64
		want []interval
	}{
		{"none", []int64{50, 60, 50, 40, 50, 60}, nil},
		{"one", []int64{50, 60, 50, 0, 50, 60, 50}, []interval{{MonthOf(2020, 4), MonthOf(2020, 4)}}},
		{"a third of a month is left", []int64{50, 60, 50, 17, 50, 60, 50}, []interval{{MonthOf(2020, 4), MonthOf(2020, 4)}}},
		{"a holiday", []int64{50, 60, 50, 25, 50, 60, 50}, nil},
		{"two together", []int64{50, 60, 50, 0, 0, 60, 50, 50}, []interval{{MonthOf(2020, 4), MonthOf(2020, 5)}}},
		{"the beginning is no hole", []int64{0, 0, 50, 60, 50, 50}, nil},
		{"too few rows to say", []int64{5, 6, 5, 0, 5, 6, 5}, nil},
		{"a lasting fall is no hole", []int64{90, 90, 90, 20, 20, 20, 20}, nil},
	} {
		assert.Equal(t, c.want, missing(counts(c.rows...)), c.name)
	}
}

func TestASteadyRiseIsNoChangeOfLevel(t *testing.T) {
	rows := make([]int64, 60)
	for i := range rows {
		rows[i] = int64(100 * pow(1.1, i))
	}
	assert.Empty(t, shifts(counts(rows...)))
}

func pow(x float64, n int) float64 {
	p := 1.0
	for range n {
		p *= x
	}
	return p
}

func TestNoiseIsNoChangeOfLevel(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		rows := make([]int64, 72)
		for i := range rows {
			rows[i] = int64(200 + rng.NormFloat64()*40)
		}
		assert.Empty(t, shifts(counts(rows...)))
	}
}

func TestAChangeOfLevelIsFoundWhereItIs(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	for at := 8; at < 40; at++ {
		rows := make([]int64, 48)
		for i := range rows {
			rows[i] = 200 + int64(rng.IntN(21)) - 10
			if i >= at {
				rows[i] *= 2
			}
		}
		got := shifts(counts(rows...))
		if assert.Len(t, got, 1, "at %d", at) {
			assert.Equal(t, MonthOf(2020, 1)+Month(at), got[0].at)
			assert.InDelta(t, 2, got[0].ratio, 0.15)
		}
	}
}

// byMonth makes a file's series.
func byMonth(from string, rows ...int64) map[string]int64 {
	m, err := ParseMonth(from)
	if err != nil {
		panic(err)
	}
	out := map[string]int64{}
	for i, n := range rows {
		if n > 0 {
			out[(m + Month(i)).String()] = n
		}
	}
	return out
}

func many(n int, rows int64) []int64 { return slices.Repeat([]int64{rows}, n) }

func regimesIn(series map[string]map[string]int64) map[string]Regime {
	out := map[string]Regime{}
	for _, g := range regimesOf(seriesOf(&extract.Report{Files: []extract.File{{Series: series}}})) {
		out[g.Code] = g
	}
	return out
}

func TestParagraph97GivesWayTo112(t *testing.T) {
	// From 2005 to 2009. Up to December 2006 there are 97s; in January 2007 3 of 10 are still left. One 112 is mistyped early.
	g := regimesIn(map[string]map[string]int64{
		"paragraph:97":  byMonth("2005-01", append(many(24, 10), 3)...),
		"paragraph:112": byMonth("2005-06", append(append([]int64{1}, many(18, 0)...), many(36, 10)...)...),
	})["paragraph-97-112"]
	assert.Equal(t, []any{MonthOf(2007, 1), MonthOf(2007, 1), AsExpected}, []any{g.From, g.Expected, g.Status})
}

func TestATakeoverIsTheMonthWithTheFewestRowsOnTheWrongSide(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		old, next := series{first: MonthOf(2020, 1)}, series{first: MonthOf(2020, 1)}
		for i := range 10 {
			o, n := int64(rng.IntN(4)), int64(rng.IntN(4))
			if i < 5 {
				o += int64(rng.IntN(30))
			} else {
				n += int64(rng.IntN(30))
			}
			old.rows, next.rows = append(old.rows, o), append(next.rows, n)
		}
		// The slow way: try every month.
		best, fewest := NoMonth, int64(1<<60)
		for m := old.first; m <= old.last()+1; m++ {
			wrong := int64(0)
			for k := old.first; k <= old.last(); k++ {
				if k >= m {
					wrong += old.at(k)
				} else {
					wrong += next.at(k)
				}
			}
			if wrong < fewest {
				best, fewest = m, wrong
			}
		}
		if 5*fewest > min(old.sum(), next.sum()) {
			best = NoMonth
		}
		assert.Equal(t, best, crossing(old, next), "%v %v", old, next)
	}
}

func TestTheJumpOfAPV(t *testing.T) {
	// 4 % until December 2011, 30 % from January 2012 on.
	g := regimesIn(map[string]map[string]int64{
		"paragraph:APV":  byMonth("2009-01", append(many(36, 4), many(36, 30)...)...),
		"paragraph:112":  byMonth("2009-01", append(many(36, 96), many(36, 70)...)...),
		"paragraph:none": byMonth("2009-01", many(72, 500)...),
	})["apv-jump"]
	assert.Equal(t, []any{MonthOf(2012, 1), AsExpected}, []any{g.From, g.Status})
}

func TestRegimesThatComeAndGo(t *testing.T) {
	in := regimesIn(map[string]map[string]int64{
		"paragraph:112":        byMonth("2009-01", many(140, 50)...),
		"paragraph:Hoftepakke": byMonth("2011-01", many(12, 9)...),
		"paragraph:iso":        byMonth("2019-02", 20, 20, 20),
		"class:215103":         byMonth("2010-01", 5, 0, 5),
		"class:120606":         byMonth("2010-01", many(9, 9)...),
		"service:aeldrelov":    byMonth("2025-07", many(6, 40)...),
		"service:no_suffix":    byMonth("2015-01", many(40, 10)...),
		"service:fsiii_suffix": byMonth("2018-05", many(90, 10)...),
		"service:not a month ": {"2020-13": 4, "yesterday": 3},
	})
	h := in["hoftepakke"]
	assert.Equal(t, []any{MonthOf(2011, 1), MonthOf(2011, 12), AsExpected}, []any{h.From, h.To, h.Status})
	iso := in["iso-in-paragraph"]
	assert.Equal(t, []any{MonthOf(2019, 2), MonthOf(2019, 4), Moved}, []any{iso.From, iso.To, iso.Status})
	assert.Equal(t, []any{MonthOf(2025, 7), AsExpected}, []any{in["aeldrelov"].From, in["aeldrelov"].Status})
	assert.Equal(t, []any{MonthOf(2018, 5), Found}, []any{in["fsiii-suffix"].From, in["fsiii-suffix"].Status})
	assert.Equal(t, []any{MonthOf(2010, 1), MonthOf(2010, 3), int64(10)}, []any{in["old-class-215103"].From, in["old-class-215103"].To, in["old-class-215103"].Rows})
	assert.NotContains(t, in, "old-class-120606", "it is today's number")
	assert.Equal(t, Outside, in["paragraph-97-112"].Status, "there is no 97 in the delivery, and it begins in 2009")
}

func TestARegimeThatShouldBeThereAndIsNot(t *testing.T) {
	in := regimesIn(map[string]map[string]int64{"service:no_suffix": byMonth("2024-01", many(30, 10)...)})
	assert.Equal(t, Absent, in["aeldrelov"].Status)
	q := judge(t, town(), func() *extract.Report {
		r := townReport()
		r.Files[1].Series = map[string]map[string]int64{"service:no_suffix": byMonth("2024-01", many(30, 10)...)}
		return r
	}(), nil)
	assert.Contains(t, found(t, q, "regime-aeldrelov").Text, "2025-07")
}

func TestTheMedianOfBinsIsTheMedianToHalfAMinute(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for range 300 {
		n := 1 + rng.IntN(40)
		bins := make([]int64, weekMinutes+2)
		v := []float64(nil)
		for range n {
			x := rng.Float64() * 300
			v = append(v, x)
			bins[int(x)]++
		}
		got := medianOf(bins, int64(n))
		slices.Sort(v)
		lo, hi := v[(n-1)/2], v[n/2] // any value between is a median
		assert.GreaterOrEqual(t, got, float64(int(lo)), "%v", v)
		assert.LessOrEqual(t, got, float64(int(hi)+1), "%v", v)
	}
}

func TestMeaningsOfMinutesGoBothWays(t *testing.T) {
	// 3 visits and 60 minutes a week: read as one visit's, 180; read per visit already, the column held 20 a visit.
	o := NewObserver()
	h := rettidig.History{Citizen: rettidig.Citizen{ID: person(1)}, Services: []rettidig.ServiceWeek{week(townFrom, "H1.1", 60, 3)}}
	o.See(&h)
	medians := func(are extract.MinutesAre) map[string]float64 {
		out := map[string]float64{}
		m := o.minutes(&extract.Report{Care: &extract.CareCheck{MinutesAre: are}})
		assert.Equal(t, string(are), m.Ways[0].Meaning)
		for _, w := range m.Ways {
			out[w.Meaning] = float64(int(w.Median))
		}
		return out
	}
	assert.Equal(t, map[string]float64{"total": 60, "per_visit": 180, "hours": 3600}, medians(extract.Total))
	assert.Equal(t, map[string]float64{"total": 20, "per_visit": 60, "hours": 1200}, medians(extract.PerVisit))
	assert.Equal(t, map[string]float64{"total": 1, "per_visit": 3, "hours": 60}, medians(extract.Hours))
}

func TestMonthsOfHomeCareAreMadeEqualByTheirMondays(t *testing.T) {
	// January 2024 begins on a Monday and has five, February has four: 365.25/12/7 = 4.348 weeks in a month.
	assert.Equal(t, []int64{870, 870}, []int64{averaged(MonthOf(2024, 1), 1000), averaged(MonthOf(2024, 2), 800)})
	assert.Equal(t, []int64{870, 1087}, []int64{averaged(MonthOf(2023, 5), 1000), averaged(MonthOf(2023, 12), 1000)}, "December 2023 has four")
}
