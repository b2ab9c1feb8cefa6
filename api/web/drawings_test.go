package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
)

// anyTimeline draws a history: any loans (also older and newer than the picture), weeks in a row, marks.
func anyTimeline(t *rapid.T) api.Timeline {
	from := rettidig.DayOf(2021, time.March, 1) + rettidig.Day(rapid.IntRange(0, 700).Draw(t, "from"))
	tl := api.Timeline{From: from, AsOf: from + rettidig.Day(rapid.IntRange(1, 2200).Draw(t, "days"))}
	span := int(tl.AsOf - from)
	when := rapid.IntRange(-300, span)
	for range rapid.IntRange(0, 12).Draw(t, "aids") {
		a := api.TimelineAid{NameDA: rapid.SampledFrom([]string{"Rollatorer", "Toiletforhøjere, løse (indsatser) med armstøtter", "Æ"}).Draw(t, "name"), Concept: rapid.SampledFrom([]string{"mobility_aids", "toilet_aids", "unknown"}).Draw(t, "concept"), Lent: from + rettidig.Day(when.Draw(t, "lent")), Returned: rettidig.NoDay}
		if rapid.Bool().Draw(t, "back") {
			a.Returned = a.Lent + rettidig.Day(rapid.IntRange(0, 400).Draw(t, "kept"))
		}
		tl.Aids = append(tl.Aids, a)
	}
	minutes := rapid.SampledFrom([]float64{0, 0, 20, 45.5, 300, 2400})
	for w := from.Monday() + rettidig.Day(7*rapid.IntRange(0, 20).Draw(t, "gap")); w < tl.AsOf-7; w += 7 {
		tl.Weeks = append(tl.Weeks, api.TimelineWeek{Week: w, Personal: minutes.Draw(t, "p"), Practical: minutes.Draw(t, "h"), Nursing: minutes.Draw(t, "n"), Other: minutes.Draw(t, "o")})
	}
	for range rapid.IntRange(0, 10).Draw(t, "marks") {
		m := api.TimelineMark{Date: from + rettidig.Day(when.Draw(t, "date")), Kind: rapid.SampledFrom([]string{"screening", "session", "cancelled", "status", "new kind"}).Draw(t, "kind"), Text: "active"}
		if rapid.Bool().Draw(t, "scored") {
			v := rapid.Float64Range(0, 60).Draw(t, "need")
			m.Need = &v
		}
		tl.Train = append(tl.Train, m)
	}
	return tl
}

var coordinates = regexp.MustCompile(`-?\d+(\.\d+)?`)

func TestEverythingIsDrawnInsideThePicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawTimeline(danish, anyTimeline(t))
		for _, d := range []drawing{v.Wide, v.Narrow} {
			for _, b := range d.Bars {
				if b.X < d.Left-3 || b.X+b.W > d.Right+0.01 || b.W < 3 || b.Y < d.Top || b.Y+b.H > d.Bottom {
					t.Fatalf("bar %+v outside %v-%v", b, d.Left, d.Right)
				}
			}
			for _, ticks := range [][]tick{d.Years, d.HelpTicks, d.Needs, d.Concepts} {
				for _, k := range ticks {
					if k.X < 0 || k.X > d.W || k.Y < 0 || k.Y > d.H {
						t.Fatalf("label %+v outside %v x %v", k, d.W, d.H)
					}
				}
			}
			for _, a := range d.Areas {
				for _, c := range coordinates.FindAllString(a.Path, -1) {
					if x, _ := strconv.ParseFloat(c, 64); x < 0 || px(x) > d.W {
						t.Fatalf("area coordinate %s outside", c)
					}
				}
			}
			if strings.ContainsAny(d.NeedLine+d.Done, "eEN") {
				t.Fatalf("not a plain number: %s %s", d.NeedLine, d.Done)
			}
		}
	})
}

// TestTheStackIsAsHighAsTheHelp reads the drawn areas back: what is drawn over each pair of weeks, counted
// from the newest, must be the mean hours of the two, on the scale of the axis.
func TestTheStackIsAsHighAsTheHelp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tl := anyTimeline(t)
		v := drawTimeline(danish, tl)
		if v.Empty || len(v.Wide.HelpTicks) < 2 {
			return
		}
		d := v.Wide
		perHour := float64(d.HelpTicks[0].Y-d.HelpTicks[1].Y) / parseDanish(t, d.HelpTicks[1].Label)
		s := scale{tl.From, tl.AsOf, d.Left, d.Right}
		var edges []edge
		for _, a := range d.Areas {
			edges = append(edges, edgesOf(a.Path)...)
		}
		hoursOf := func(w api.TimelineWeek) float64 { return (w.Personal + w.Practical + w.Nursing + w.Other) / 60 }
		for i := len(tl.Weeks) - 1; i >= 1; i -= 2 {
			older, newer := tl.Weeks[i-1], tl.Weeks[i]
			if older.Week < tl.From || newer.Week+7 > tl.AsOf {
				continue // cut by the edge
			}
			hours := (hoursOf(older) + hoursOf(newer)) / 2
			for _, w := range []rettidig.Day{older.Week, newer.Week} {
				mid := float64(s.x(w)+s.x(w+7)) / 2
				height, highest := 0.0, float64(d.HelpTicks[0].Y)
				for _, e := range edges {
					if (e.from <= mid) != (e.to <= mid) { // an upper edge goes right, a lower one left
						height += e.y * map[bool]float64{true: -1, false: 1}[e.to > e.from]
						highest = min(highest, e.y)
					}
				}
				if math.Abs(height-hours*perHour) > 0.5 { // four roundings to a tenth of a pixel
					t.Fatalf("week %s: %.2f px drawn, %.2f hours are %.2f px", w, height, hours, hours*perHour)
				}
				if top := float64(d.HelpTicks[0].Y) - highest; math.Abs(top-hours*perHour) > 0.5 {
					t.Fatalf("week %s: the stack ends at %.2f px, %.2f hours are %.2f px: its layers overlap", w, top, hours, hours*perHour)
				}
			}
		}
	})
}

func TestHelpEverySecondWeekIsDrawnSteadily(t *testing.T) {
	var weeks []api.TimelineWeek
	for w := (asOf - 100).Monday(); w < asOf-7; w += 7 {
		weeks = append(weeks, api.TimelineWeek{Week: w, Practical: float64(60 * (len(weeks) % 2))})
	}
	for _, b := range binWeeks(weeks)[1:] {
		assert.Equal(t, 30.0, b.total())
		assert.Equal(t, rettidig.Day(14), b.to-b.from)
	}
}

func parseDanish(t *rapid.T, s string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// edge is a horizontal edge of an area.
type edge struct{ from, to, y float64 }

var pathStep = regexp.MustCompile(`([MVHZ])([^MVHZ]*)`)

func edgesOf(path string) []edge {
	var edges []edge
	var at, y float64
	for _, m := range pathStep.FindAllStringSubmatch(path, -1) {
		v := strings.Fields(m[2])
		f := func(i int) float64 { n, _ := strconv.ParseFloat(v[i], 64); return n }
		switch m[1] {
		case "M":
			at, y = f(0), f(1)
		case "V":
			y = f(0)
		case "H":
			edges = append(edges, edge{at, f(0), y})
			at = f(0)
		}
	}
	return edges
}

func TestTheTableOfWeeksHasEveryWeekOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weeks := anyTimeline(t).Weeks
		rows, n := weekRows(english, weeks), 0
		re := regexp.MustCompile(`\d+`)
		for i := len(rows) - 1; i >= 0; i-- { // oldest first
			v := re.FindAllString(rows[i].Week, -1)
			num := func(k int) int { x, _ := strconv.Atoi(v[k]); return x }
			first, err := rettidig.MondayOf(num(1), num(0))
			if err != nil || first != weeks[n].Week {
				t.Fatalf("row %q begins at %v, want %v (%v)", rows[i].Week, first, weeks[n].Week, err)
			}
			last, err := rettidig.MondayOf(num(len(v)-1), num(len(v)-2))
			if err != nil {
				t.Fatal(err)
			}
			for w := first; w <= last; w += 7 {
				if got := number(english, weeks[n].Personal/60, 1); got != rows[i].Personal || weeks[n].Week != w {
					t.Fatalf("week %v: %s, the row %+v", weeks[n].Week, got, rows[i])
				}
				n++
			}
		}
		if n != len(weeks) {
			t.Fatalf("%d of %d weeks in the table", n, len(weeks))
		}
	})
}

func TestHelpThatWasNotDeliveredToUsIsNotDrawnAsNoHelp(t *testing.T) {
	tl := api.Timeline{From: asOf - 1500, AsOf: asOf, Aids: []api.TimelineAid{{NameDA: "Stokke", Lent: asOf - 1500, Returned: rettidig.NoDay}}}
	for w := (asOf - 728).Monday(); w < asOf-7; w += 7 {
		tl.Weeks = append(tl.Weeks, api.TimelineWeek{Week: w, Personal: 60})
	}
	d := drawTimeline(danish, tl).Wide
	assert.Equal(t, "vises fra 18. nov. 2024", d.HelpFrom)
	assert.Equal(t, scale{tl.From, tl.AsOf, d.Left, d.Right}.x(tl.Weeks[0].Week), d.Unshown)
	tl.From = tl.Weeks[0].Week
	assert.Empty(t, drawTimeline(danish, tl).Wide.HelpFrom)
}

func TestAnEmptyHistoryIsSaidInWords(t *testing.T) {
	tl := api.Timeline{From: asOf - 728, AsOf: asOf}
	for w := tl.From.Monday(); w < asOf; w += 7 {
		tl.Weeks = append(tl.Weeks, api.TimelineWeek{Week: w}) // weeks without help
	}
	assert.True(t, drawTimeline(danish, tl).Empty)
	assert.True(t, drawTimeline(danish, api.Timeline{From: rettidig.NoDay, AsOf: rettidig.NoDay}).Empty)
}

func TestReasonsForAndAgainstAreTreatedAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var reasons, flipped []rettidig.Reason
		for i := range rapid.IntRange(0, 10).Draw(t, "n") {
			r := rettidig.Reason{Concept: "nursing", Text: strconv.Itoa(i), LogOdds: rapid.Float64Range(-2, 2).Draw(t, "log odds")}
			reasons = append(reasons, r)
			r.LogOdds = -r.LogOdds
			flipped = append(flipped, r)
		}
		reasons = append(reasons, rettidig.Reason{Concept: "intercept", LogOdds: 3}, rettidig.Reason{Concept: "calibration", LogOdds: -3})
		for_, against := sides(danish, reasons)
		forFlipped, againstFlipped := sides(danish, flipped)
		assert.Equal(t, for_, againstFlipped)
		assert.Equal(t, against, forFlipped)
		assert.LessOrEqual(t, max(len(for_), len(against)), 3)
	})
}

func TestTheAccountAddsUpToTheAnswer(t *testing.T) {
	f := newFake()
	for _, l := range []lang{danish, english} {
		for _, citizen := range []string{rich, rare} {
			v := f.fakeScore(api.ScoreRequest{Citizen: citizen, Target: rettidig.Completion, Lang: string(l)})
			a := makeAnswer(l, v)
			sum := 0.0
			for _, r := range v.Reasons {
				sum += r.LogOdds
			}
			assert.InDelta(t, math.Log(*v.Probability/(1-*v.Probability)), sum, 1e-9, "the fake is wrong")
			require.Len(t, a.Terms, len(v.Reasons)+1, "every line of the account is shown")
			assert.Equal(t, signed(l, sum, 2), a.Terms[len(a.Terms)-1].Value)
			assert.Contains(t, a.Sum, percent(l, *v.Probability))
			assert.Contains(t, a.Sum, of100(l, *v.Probability))
			for _, x := range a.Terms {
				assert.True(t, x.Bar >= 0 && x.Bar+x.Width <= 200.01, "%+v", x)
				assert.True(t, strings.HasPrefix(x.Value, "−") == (x.Bar < 100), "%+v: less is left, more is right", x)
			}
		}
	}
}

func TestDotsAreFilledFromTheLeftAndSayTheirNumber(t *testing.T) {
	for _, c := range []struct{ count, of, cols int }{{4, 10, 10}, {0, 10, 10}, {10, 10, 10}, {3, 100, 10}, {97, 100, 10}, {2, 5, 5}} {
		d := makeDots(danish, c.count, c.of, false)
		require.Len(t, d.Dots, c.of)
		for i, p := range d.Dots {
			assert.Equal(t, i < c.count, p.Full, "dot %d of %v", i, c)
			assert.True(t, p.X+p.R <= d.W && p.Y+p.R <= d.H, "dot %d of %v outside", i, c)
			if i > 0 {
				assert.True(t, p.Y > d.Dots[i-1].Y || p.X > d.Dots[i-1].X, "reading order")
			}
		}
		assert.Equal(t, strconv.Itoa(c.count)+" af "+strconv.Itoa(c.of)+" prikker er fyldt", d.Label)
	}
	assert.Empty(t, makeDots(danish, 2, 1000, false).Dots, "nobody counts a thousand dots")
}

func TestCalibrationIsDrawnWhereItWasMeasured(t *testing.T) {
	p := drawCalibration(danish, []api.CalibrationPoint{{Predicted: 0.5, Observed: 0.5, Lower: 0.4, Upper: 0.6, N: 1240}, {Predicted: 1, Observed: 0, Lower: 0, Upper: 0.1, N: 20}}, "x")
	assert.Equal(t, (p.Left+p.Right)/2, p.Points[0].X)
	assert.Equal(t, (p.Top+p.Bottom)/2, p.Points[0].Y)
	assert.Equal(t, p.Right, p.Points[1].X)
	assert.Equal(t, p.Bottom, p.Points[1].Y)
	assert.Greater(t, p.Points[0].Lo, p.Points[0].Hi, "up is less in a picture")
	assert.Equal(t, calRow{"50 ud af 100", "50 ud af 100", "mellem 40 og 60 ud af 100", "1.240"}, p.Rows[0])
}

func TestAnEstimateThatWasNotMadeIsNotZero(t *testing.T) {
	m := makeModel(danish, api.ModelView{Target: rettidig.Benefit, AUROC: api.Estimate{Value: math.NaN()}})
	assert.Contains(t, m.Rank, "ikke målt")
	for _, f := range m.Figures {
		assert.Equal(t, "ikke målt", f.Value, f.Name)
	}
	assert.Equal(t, "ikke målt", range100(danish, api.Estimate{}))
	assert.Equal(t, "66 ud af 100 (mellem 61 og 71 ud af 100)", range100(danish, api.Estimate{Value: 0.66, Lower: 0.61, Upper: 0.71}))
}

func TestASavingThatMayBeNothingSaysSoFirst(t *testing.T) {
	c := makeCase(danish, api.SavingsCase{SavingDKK: api.Estimate{Value: 1.96e6, Lower: -0.21e6, Upper: 4.12e6}, CoversZero: true})
	assert.True(t, strings.HasPrefix(c.Zero, "Besparelsen kan være nul"))
	assert.Equal(t, "2,0 mio. kr. om året før driftsudgift (mellem −0,2 og 4,1 mio. kr. med 90 % sikkerhed om de målte andele)", c.Says)
	c = makeCase(danish, api.SavingsCase{SavingDKK: api.Estimate{Value: -2e6, Lower: -3e6, Upper: -1e6}})
	assert.Equal(t, "Tallene tyder på et tab.", c.Zero)
}

func TestPrintedFiguresAreCountedAndOnlyTheyAreJudged(t *testing.T) {
	v, err := newFake().Savings(t.Context(), api.Person{Role: api.Management})
	require.NoError(t, err)
	key, all, checked := documentLines(danish, v.Document)
	assert.Equal(t, "Af 6 trykte tal i forslaget stemmer 5, når de regnes efter.", checked)
	assert.Len(t, all, 7)
	var printed []string
	for _, k := range key {
		printed = append(printed, k.Printed)
	}
	assert.Equal(t, []string{"219", "490", "10,8 mio. kr.", "155", "6,2 mio. kr."}, printed)
	assert.Equal(t, savingsLine{Label: "Flere borgere med effekt", Formula: "490 − 219", Computed: "271"}, all[5], "nothing was printed, so nothing agrees")
	assert.Equal(t, "stemmer ikke", all[6].Verdict)
}

func TestAPrintedCardIsTakenApart(t *testing.T) {
	c := readCard(danish, fakeCard)
	assert.Equal(t, cardLine{"Hjælp i hjemmet: minutter om ugen de seneste 4 uger højst 212", "1"}, c.Lines[1])
	assert.Len(t, c.Lines, 4)
	assert.Equal(t, cardTotal{"6", "65 ud af 100"}, c.Totals[6])
	assert.Empty(t, c.Rest)
	c = readCard(danish, "Spørg borgeren.\nHøjst 87 år\n140 %")
	assert.Equal(t, []string{"Spørg borgeren.", "Højst 87 år", "140 %"}, c.Rest, "what is not known is shown as it is")
}

// FuzzReadCard: no line of a card is lost but its headings.
func FuzzReadCard(f *testing.F) {
	f.Add(fakeCard)
	f.Add("1. x 2 point\nfree text\n101 % \n3  7%")
	f.Fuzz(func(t *testing.T, s string) {
		c := readCard(english, s)
		want := 0
		for _, line := range lines(s) {
			if !cardHeading(line) || len(c.Lines) == 0 {
				want++
			}
		}
		if got := len(c.Lines) + len(c.Totals) + len(c.Rest); got != want {
			t.Fatalf("%d lines shown of %d", got, want)
		}
	})
}

func TestZeroIsOnTheAxisOfSavings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var cases []api.SavingsCase
		for range rapid.IntRange(1, 4).Draw(t, "n") {
			v := rapid.Float64Range(-3e7, 3e7).Draw(t, "v")
			w := rapid.Float64Range(0, 2e7).Draw(t, "w")
			cases = append(cases, api.SavingsCase{SavingDKK: api.Estimate{Value: v, Lower: v - w, Upper: v + w}})
		}
		p := drawIntervals(danish, cases)
		if p.Zero < p.Left-0.01 || p.Zero > p.Right+0.01 || len(p.Ticks) < 2 || len(p.Ticks) > 14 {
			t.Fatalf("zero at %v, %d ticks", p.Zero, len(p.Ticks))
		}
		for _, r := range p.Rows {
			if r.Lo < p.Left-0.01 || r.Hi > p.Right+0.01 || r.X < r.Lo-0.01 || r.X > r.Hi+0.01 {
				t.Fatalf("row %+v outside %v-%v", r, p.Left, p.Right)
			}
		}
	})
}

func TestTheGridHasEveryCellAtItsRates(t *testing.T) {
	v, err := newFake().Savings(t.Context(), api.Person{Role: api.Management})
	require.NoError(t, err)
	g := drawGrid(danish, v.Grid)
	assert.Equal(t, []string{"40 ud af 100", "50 ud af 100", "60 ud af 100", "70 ud af 100", "80 ud af 100"}, g.Effects)
	require.Len(t, g.Rows, 5)
	assert.Equal(t, "80 ud af 100", g.Rows[0].Completion)
	// 875 × 70 % × 80 % = 490 citizens, less the 218,75 of today, at 40.000 kr. is 10,85 mio.
	assert.Equal(t, heatCell{Value: "10,8", Level: 5}, g.Rows[1].Cells[4])
	assert.True(t, g.Rows[4].Cells[0].Minus)
	for _, r := range g.Rows {
		for _, c := range r.Cells {
			assert.Equal(t, strings.HasPrefix(c.Value, "−"), c.Minus, "%+v", c)
		}
	}
}

func BenchmarkCitizenPage(b *testing.B) {
	f := newFake()
	tl, err := f.Timeline(b.Context(), api.Person{Role: api.Assessor}, rich)
	require.NoError(b, err)
	v := f.fakeScore(api.ScoreRequest{Citizen: rich, Target: rettidig.Completion, Lang: "da"})
	for b.Loop() {
		drawTimeline(danish, tl)
		makeAnswer(danish, v)
	}
}
