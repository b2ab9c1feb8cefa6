package account

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// small is a forecast of 100 courses a quarter that is easily reckoned with: 60 to 70 to 80 completed, and kroner.
func small(first Quarter, quarters int, made rettidig.Day, level string) *Forecast {
	f := &Forecast{Made: made, By: "x", PriceLevel: level}
	c, k := Series{Kind: Kind{Completions, ""}, MatureDays: mature}, Series{Kind: Kind{Kroner, Cashable}, MatureDays: 300}
	q := first
	for i := range quarters {
		c.Quarters = append(c.Quarters, ForecastQuarter{Quarter: q, Courses: 100, Range: Range{70, 60, 80}})
		c.Sum = append(c.Sum, Range{70 * float64(i+1), 62 * float64(i+1), 78 * float64(i+1)})
		k.Quarters = append(k.Quarters, ForecastQuarter{Quarter: q, Courses: 100, Range: Range{1000, 500, 1500}, PhaseIn: 0.5})
		q = q.Next()
	}
	f.Series = []Series{c, k}
	return f
}

func counted(q Quarter, asOf rettidig.Day, started, ended, completed, effect int, kroner float64) RealisedQuarter {
	return RealisedQuarter{Quarter: q, DataAsOf: asOf, Started: started, Ended: ended, Completed: completed, Effect: effect, Values: []Value{{Kind{Kroner, Cashable}, kroner}}}
}

func reportOf(t testing.TB, path string, opt Options) *Report {
	t.Helper()
	a, err := Read(path)
	require.NoError(t, err)
	r, err := NewReport(a, opt)
	require.NoError(t, err)
	return r
}

func TestAReportWorkedByHand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	q1, q2, q3, q4 := Quarter{2025, 1}, Quarter{2025, 2}, Quarter{2025, 3}, Quarter{2025, 4}
	put(t, path, day(2024, 12, 31), small(q1, 4, rettidig.DayOf(2024, 12, 31), "2025"))
	put(t, path, day(2025, 4, 1), small(q2, 1, rettidig.DayOf(2024, 1, 1), "2025")) // says it was made long before; stored on the quarter's first day
	asOf := rettidig.DayOf(2025, 10, 25)                                            // of 2025Q2, which ends on 30 June: 112 days after is 20 October
	put(t, path, day(2025, 11, 1), &Realised{By: "x", PriceLevel: "2025", Quarters: []RealisedQuarter{
		counted(q1, asOf, 110, 110, 80, 40, 900), // 80 is the end of the interval and inside
		counted(q2, asOf, 100, 100, 59, 30, 900), // outside
		counted(q3, asOf, 90, 30, 20, 10, 0),     // not mature
	}})
	r := reportOf(t, path, Options{Today: rettidig.DayOf(2025, 11, 2)})
	require.Len(t, r.Series, 2)
	c := r.Series[0]
	require.Len(t, c.Quarters, 4)
	at := func(i int) QuarterReport { return c.Quarters[i] }
	assert.Equal(t, []State{Judged, Judged, Immature, Ahead}, []State{at(0).State, at(1).State, at(2).State, at(3).State})
	assert.True(t, *at(0).Inside)
	assert.False(t, *at(1).Inside)
	assert.Nil(t, at(2).Inside, "immature quarters are never judged")
	assert.Nil(t, at(2).Difference)
	assert.Equal(t, 20.0, *at(2).Realised)
	assert.Equal(t, rettidig.DayOf(2025, 10, 20), at(1).Matures)
	assert.False(t, at(1).Late, "the one stored in time is in force, not the later one that says it was made before")
	// Ten courses more at 0.7 each are 7 of the 10 completions more; the other 3 are the rate's.
	assert.InDelta(t, 10, *at(0).Difference, 1e-9)
	assert.InDelta(t, 7, *at(0).ByCourses, 1e-9)
	assert.InDelta(t, 3, *at(0).ByRate, 1e-9)
	assert.Equal(t, 1, c.Coverage.Inside)
	assert.Equal(t, 2, c.Coverage.Of)
	assert.Equal(t, TooFew, c.Coverage.Verdict)
	require.NotNil(t, c.Sum)
	assert.Equal(t, SumReport{First: q1, Last: q2, Quarters: 2, Expected: 140, Interval: &Range{140, 124, 156}, Realised: 139, Difference: -1, Inside: c.Sum.Inside}, *c.Sum)
	assert.True(t, *c.Sum.Inside)
	k := r.Series[1]
	assert.Equal(t, []State{Immature, Immature, Immature, Ahead}, []State{k.Quarters[0].State, k.Quarters[1].State, k.Quarters[2].State, k.Quarters[3].State}, "kroner mature 300 days after")
	assert.Equal(t, NothingYet, k.Coverage.Verdict)
	assert.Nil(t, k.Sum)
	require.Len(t, r.Forecasts, 1)

	// The late one alone: shown, judged, not counted.
	a, err := Read(path)
	require.NoError(t, err)
	late := a.Forecasts()[1].ID()
	r = reportOf(t, path, Options{Forecast: late})
	c = r.Series[0]
	assert.Equal(t, Unforecast, c.Quarters[0].State)
	assert.True(t, c.Quarters[1].Late)
	assert.False(t, *c.Quarters[1].Inside)
	assert.Equal(t, Coverage{Verdict: NothingYet, Upper: 1, Late: 1}, c.Coverage)
	assert.Nil(t, c.Sum)
	_, err = NewReport(a, Options{Forecast: "f-000000000000"})
	assert.ErrorContains(t, err, "there is no forecast f-000000000000; there are [f-")
	assert.Equal(t, q4, r.Series[0].Quarters[0].Quarter.Next().Next().Next())
}

func TestACorrectionWinsAndCoursesThatDoNotEndAreTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	q := Quarter{2025, 1}
	put(t, path, day(2024, 12, 1), small(q, 1, rettidig.DayOf(2024, 12, 1), "2025"))
	put(t, path, day(2025, 9, 1), &Realised{By: "x", PriceLevel: "2025", Quarters: []RealisedQuarter{counted(q, rettidig.DayOf(2025, 8, 31), 100, 97, 68, 40, 1)}})
	assert.Equal(t, Unended, reportOf(t, path, Options{}).Series[0].Quarters[0].State, "three have not ended: a matter to look into, not a verdict")
	put(t, path, day(2025, 9, 2), &Realised{By: "x", PriceLevel: "2025", Quarters: []RealisedQuarter{{Quarter: q, DataAsOf: rettidig.DayOf(2025, 8, 31), Started: 100, Ended: 100, Completed: 71, Effect: 40}}})
	r := reportOf(t, path, Options{})
	got := r.Series[0].Quarters[0]
	assert.Equal(t, Judged, got.State)
	assert.Equal(t, 71.0, *got.Realised)
	assert.Equal(t, 2, got.Versions)
	put(t, path, day(2026, 9, 2), &Realised{By: "x", Quarters: []RealisedQuarter{{Quarter: q, DataAsOf: rettidig.DayOf(2026, 8, 31), Started: 100, Ended: 100, Completed: 71, Effect: 40}}})
	assert.Equal(t, NotTold, reportOf(t, path, Options{}).Series[1].Quarters[0].State, "an empty cell is not 0 kroner")
}

// priceTable is an index by year.
type priceTable map[string]float64

func (t priceTable) Convert(kroner float64, from, to string) (float64, error) {
	for _, year := range []string{from, to} {
		if t[year] == 0 {
			return 0, fmt.Errorf("the price index has no value for %s", year)
		}
	}
	return kroner * t[to] / t[from], nil
}

func TestDifferentPriceLevelsAreRefusedWithoutAnIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	q := Quarter{2025, 1}
	put(t, path, day(2024, 12, 1), small(q, 1, rettidig.DayOf(2024, 12, 1), "2023"))
	put(t, path, day(2026, 6, 1), &Realised{By: "x", PriceLevel: "2026", Quarters: []RealisedQuarter{counted(q, rettidig.DayOf(2026, 5, 31), 100, 100, 71, 40, 1650)}})
	a, err := Read(path)
	require.NoError(t, err)
	_, err = NewReport(a, Options{})
	require.ErrorContains(t, err, "realised kroner of 2025Q1: kroner at 2026 prices cannot be compared with kroner at 2023 prices without a price index")
	assert.Equal(t, rettidig.Invalid, rettidig.KindOf(err))
	_, err = NewReport(a, Options{Index: priceTable{"2023": 100}})
	require.ErrorContains(t, err, "the price index has no value for 2026")
	index := priceTable{"2023": 100, "2026": 110}
	k := reportOf(t, path, Options{Index: index}).Series[1]
	assert.InDelta(t, 1500, *k.Quarters[0].Realised, 1e-9, "1650 at 2026 prices")
	assert.InDelta(t, 500, *k.Quarters[0].Difference, 1e-9)
	r := reportOf(t, path, Options{Index: index, PriceLevel: "2026"})
	assert.InDelta(t, 1650, *r.Series[1].Quarters[0].Realised, 1e-9)
	assert.InDelta(t, 1650, r.Series[1].Quarters[0].Expected.Upper, 1e-9)
	assert.Equal(t, "2026", r.PriceLevel)
}

// Coverage in words, with the numbers of quarters at which the words change worked out from Clopper and Pearson: 10 of 10 has a lower limit
// of 0.025^(1/10) = 69.2 % and is wider than 30 points; 11 of 11 has 71.5 %.
func TestCoverageSaysWhenThereAreTooFew(t *testing.T) {
	for _, c := range []struct {
		inside, of int
		want       string
	}{{0, 0, NothingYet}, {1, 1, TooFew}, {10, 10, TooFew}, {11, 11, AsPromised}, {36, 40, AsPromised}, {0, 1, TooFew}, {0, 2, TooNarrow}, {12, 20, TooNarrow}, {40, 40, TooWide}, {35, 35, AsPromised}} {
		got := Coverage{Inside: c.inside, Of: c.of}
		got.judge()
		assert.Equal(t, c.want, got.Verdict, "%+v", got)
	}
}

// The place of the outcome in a sound forecast is spread evenly.
func TestPlacesOfASoundForecastAreEven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	first := Quarter{2005, 1}
	made := day(2004, 12, 1)
	const n = 80
	f, err := FromProjection(projection(t, 160_000, 100_000, 240_000), Plan{Made: rettidig.DayOfTime(made), By: "x", First: first, Courses: evenly(n, 219), PriceLevel: "2023"})
	require.NoError(t, err)
	put(t, path, made, &f)
	rng := rand.New(rand.NewPCG(1, 2))
	var told []RealisedQuarter
	for q := first; len(told) < n; q = q.Next() {
		c := RealisedQuarter{Quarter: q, DataAsOf: rettidig.DayOf(2026, 1, 1), Started: 219, Ended: 219}
		for range 219 {
			if rng.Float64() < 2.0/3 {
				c.Completed++
			}
		}
		told = append(told, c)
	}
	put(t, path, day(2026, 1, 2), &Realised{By: "x", Quarters: told})
	sum, low := 0.0, 0
	s := reportOf(t, path, Options{Small: true}).Series[0]
	for _, q := range s.Quarters {
		require.NotNil(t, q.PlaceLow)
		require.Less(t, *q.PlaceLow, *q.PlaceHigh)
		mid := (*q.PlaceLow + *q.PlaceHigh) / 2
		sum += mid / n
		if mid < 0.5 {
			low++
		}
	}
	assert.InDelta(t, 0.5, sum, 3*0.29/9, "the mean of 80 even places has a standard error of 0.032")
	assert.InDelta(t, n/2, low, 3*4.5)
	assert.Equal(t, AsPromised, s.Coverage.Verdict, "%+v", s.Coverage)
}

// Whatever the figures are: a report for outside has no count below five, and none that follows from others by taking one from another.
func TestSmallCountsAreNotShown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "a")
		q := Quarter{2025, 1}
		put(t, path, day(2024, 12, 1), small(q, 3, rettidig.DayOf(2024, 12, 1), "2025"))
		var quarters []RealisedQuarter
		for range 3 {
			started := rapid.IntRange(0, 40).Draw(rt, "started")
			completed := rapid.IntRange(0, started).Draw(rt, "completed")
			effect := rapid.IntRange(0, completed).Draw(rt, "effect")
			quarters = append(quarters, counted(q, rettidig.DayOf(2026, 6, 1), started, started, completed, effect, float64(effect)))
			q = q.Next()
		}
		put(t, path, day(2026, 6, 2), &Realised{By: "x", PriceLevel: "2025", Quarters: quarters})
		put(t, path, day(2026, 6, 2), &Target{ID: "c", Goal: "g", Owner: "o", Due: rettidig.DayOf(2026, 12, 31), Kind: Realisation, Measure: CompletionRate, AtLeast: 0.7, Alpha: 0.05, TunedFor: 400})
		r := reportOf(t, path, Options{})
		hidden := 0
		for _, s := range r.Series {
			shown := 0.0
			for i, q := range s.Quarters {
				x := quarters[i]
				few := slices.ContainsFunc([]int{x.Started, x.Completed, x.Effect, x.Started - x.Completed, x.Completed - x.Effect}, func(n int) bool { return n < 5 })
				if few && x.Started > 0 {
					hidden++
					assert.True(rt, q.Hidden && q.Inside == nil && q.Realised == nil && q.Started == nil && q.Difference == nil && q.ByCourses == nil && q.ByRate == nil && q.PlaceLow == nil, "%+v", q)
					continue
				}
				require.NotNil(rt, q.Realised)
				if q.State == Judged {
					shown += *q.Realised
				}
			}
			if s.Sum != nil {
				assert.Equal(rt, shown, s.Sum.Realised, "the sum is of what is shown: no hidden one follows from it")
			}
			assert.LessOrEqual(rt, s.Coverage.Of, 3-r.Hidden)
		}
		assert.Equal(rt, 2*r.Hidden, hidden)
		for _, x := range r.Targets {
			if x.N != nil {
				assert.True(rt, r.Hidden == 0 && *x.Good >= 5 && *x.N-*x.Good >= 5, "the total less what is shown is what is hidden")
			}
		}
		all := reportOf(t, path, Options{Small: true})
		assert.Zero(rt, all.Hidden)
		assert.True(rt, all.Small)
	})
}

func TestPagesAndTextsSayWhatTheReportSays(t *testing.T) {
	r := reportOf(t, exampleAccount(t), Options{Today: rettidig.DayOf(2027, 1, 5)})
	for _, l := range []Language{Danish, English} {
		var text, page strings.Builder
		require.NoError(t, r.WriteText(&text, l))
		require.NoError(t, r.WriteTargets(&text, l))
		require.NoError(t, r.WriteHTML(&page, l))
		for _, s := range r.Series {
			assert.Contains(t, text.String(), l.Name(s.Kind))
			assert.Contains(t, page.String(), l.Name(s.Kind))
			assert.Contains(t, text.String(), s.Coverage.Says(l))
		}
		for _, x := range r.Targets {
			assert.Contains(t, text.String(), x.Says(l))
		}
		for _, bad := range []string{"<script", "http://", "https://", "ZgotmplZ", "NaN", "%!", "<no value>"} {
			assert.NotContains(t, page.String(), bad)
			assert.NotContains(t, text.String(), bad)
		}
		assert.Equal(t, 4, strings.Count(page.String(), `class="plot"`))
	}
	var da strings.Builder
	require.NoError(t, r.WriteText(&da, Danish))
	assert.Contains(t, da.String(), "2025Q3   UDENFOR")
	assert.Contains(t, da.String(), "ikke moden før 2027-01-20")
	require.NoError(t, r.WriteTargets(&da, Danish))
	assert.Contains(t, da.String(), "Fristen 2026-12-31 er overskredet.")
	b, err := json.Marshal(r)
	require.NoError(t, err)
	assert.NotContains(t, string(b), `"kind":{`)
	torn := *r
	torn.TornBytes, torn.Small, torn.Hidden = 7, true, 2
	da.Reset()
	require.NoError(t, torn.WriteText(&da, Danish))
	assert.Contains(t, da.String(), "ADVARSEL: de sidste 7 bytes")
	assert.Contains(t, da.String(), "KUN TIL INTERN BRUG")
	assert.Contains(t, da.String(), "2 kvartal(er) er skjult")
}

func TestNumbersAreWrittenAsTheLanguageDoes(t *testing.T) {
	assert.Equal(t, "1.960.000,5", Danish.Number(1960000.5, 1))
	assert.Equal(t, "−1,234", English.Number(-1234, 0))
	assert.Equal(t, "0", Danish.Number(-0.2, 0), "no minus before nothing")
	assert.Equal(t, "+12,0", Danish.Signed(12, 1))
	assert.Equal(t, "0", Danish.Signed(0.3, 0))
	assert.Equal(t, "67,3 %", Danish.Percent(0.673, 1))
	assert.Equal(t, []float64{1, 2, 5, 10, 0.5, 200}, []float64{tickStep(0.9), tickStep(1.2), tickStep(4), tickStep(7), tickStep(0.3), tickStep(150)})
}

func TestQuarters(t *testing.T) {
	for _, s := range []string{"2026Q1", "2000Q4", "2099Q3"} {
		q, err := ParseQuarter(s)
		require.NoError(t, err)
		assert.Equal(t, s, q.String())
		assert.Equal(t, q.Next().Start(), q.End()+1)
	}
	for _, s := range []string{"", "2026", "2026Q5", "2026Q0", "2026q1", "1999Q1", "20x6Q1", "2026Q1 "} {
		_, err := ParseQuarter(s)
		assert.ErrorContains(t, err, "want one such as 2026Q1", s)
	}
	assert.Equal(t, rettidig.DayOf(2026, 10, 1), Quarter{2026, 4}.Start())
	assert.Equal(t, rettidig.DayOf(2026, 12, 31), Quarter{2026, 4}.End())
	assert.Equal(t, Quarter{2027, 1}, Quarter{2026, 4}.Next())
	assert.Equal(t, 5, Quarter{2027, 1}.Compare(Quarter{2025, 4}))
}
