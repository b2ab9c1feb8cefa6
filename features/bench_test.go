package features

import (
	"math/rand/v2"
	"testing"

	"github.com/rettidig/rettidig"
)

// averageHistory is a citizen of 83 as the registers know them on average: 11 loans, three years of three
// to four services a week, one earlier course of 24 sessions and four screenings, and ten abilities assessed twice.
func averageHistory(rng *rand.Rand) rettidig.History {
	h := rettidig.History{Citizen: rettidig.Citizen{Sex: rettidig.Female, Birth: rettidig.DayOf(1940, 5, 6)}}
	h.Aids = someLoans(rng, 11)
	for w := range 156 {
		monday := day0.Monday() - rettidig.Day(7*w)
		for i, code := range []string{"H1.1", "H1.8", "G1.20", "H1.6"} {
			if i < 3 || w%2 == 0 {
				h.Services = append(h.Services, rettidig.ServiceWeek{Code: code, Week: monday, Known: monday + 6, Minutes: float32(30 + rng.IntN(90)), Count: 3})
			}
		}
	}
	for i := range 24 {
		d := day0 - 400 + rettidig.Day(7*i/2)
		h.Sessions = append(h.Sessions, rettidig.Session{Date: d, Known: d, Rating: 4, Cancelled: i%5 == 0})
	}
	for i := range 4 {
		d := day0 - 401 + rettidig.Day(28*i)
		h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: d, Need: 7, Ability: 2})
	}
	for i, code := range []string{"J1.1", "J1.2", "J1.3", "J1.8", "J2.1", "J2.4", "J3.5", "J3.8", "J4.2", "J4.3"} {
		for _, d := range []rettidig.Day{day0 - 700, day0 - 100} {
			h.Conditions = append(h.Conditions, rettidig.Condition{Code: code, Level: int8(i % 4), Date: d, Known: d})
		}
	}
	h.Sort()
	return h
}

// longHistory is the longest that a municipality has: 300 loans, ten years of eight services a week, twenty courses.
func longHistory() rettidig.History {
	rng := rand.New(rand.NewPCG(1, 1))
	h := rettidig.History{Citizen: rettidig.Citizen{Sex: rettidig.Male, Birth: rettidig.DayOf(1930, 5, 6)}}
	h.Aids = someLoans(rng, 300)
	for w := range 520 {
		monday := day0.Monday() - rettidig.Day(7*w)
		for _, code := range []string{"H1.1", "H1.2", "H1.3", "H1.8", "H1.9", "G1.20", "G1.39", "X:Ledsagelse"} {
			h.Services = append(h.Services, rettidig.ServiceWeek{Code: code, Week: monday, Known: monday + 6, Minutes: float32(30 + rng.IntN(90)), Count: 3})
		}
	}
	for c := range 20 {
		start := day0 - rettidig.Day(180*(c+1))
		for i := range 24 {
			d := start + rettidig.Day(7*i/2)
			h.Sessions = append(h.Sessions, rettidig.Session{Date: d, Known: d, Rating: 4, Cancelled: i%5 == 0})
		}
		for i := range 4 {
			d := start - 1 + rettidig.Day(28*i)
			h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: d, Need: 7, Ability: 2})
		}
	}
	for i := range 300 {
		d := day0 - rettidig.Day(rng.IntN(3000))
		h.Conditions = append(h.Conditions, rettidig.Condition{Code: []string{"J1.1", "J2.1", "J3.8", "J4.2"}[i%4], Level: int8(i % 5), Date: d, Known: d})
	}
	h.Sort()
	return h
}

func someLoans(rng *rand.Rand, n int) (out []rettidig.Aid) {
	classes := []string{"12060609", "09330703", "22271803", "09121203", "12030306", "18180603", "12310303", "09330403", "18121003", "12221803", "04330603", "24210303"}
	for i := range n {
		d := day0 - rettidig.Day(rng.IntN(3000))
		a := rettidig.Aid{ISO: classes[i%len(classes)], Lent: d, KnownLent: d, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay, Paragraph: "112", Price: 1200}
		if i%3 == 0 {
			a.Returned, a.KnownReturned = d+200, d+200
		}
		out = append(out, a)
	}
	return out
}

// twelve are the columns that bench compares with SQL engines.
var twelve = []string{
	"aids_on_loan", "aids_new_365", "aids_days_since_latest", "aids_classes", "mobility_on_loan", "help_minutes_4w", "help_minutes_12w",
	"personal_minutes_12w", "practical_minutes_12w", "help_slope_12w", "help_gap_weeks_26w", "help_visits_4w",
}

func BenchmarkComputeOneCitizen(b *testing.B) {
	average, long := averageHistory(rand.New(rand.NewPCG(1, 1))), longHistory()
	some, err := Select(twelve...)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		of   *Computer
		h    *rettidig.History
	}{{"all/typical", All(), &average}, {"all/very long", All(), &long}, {"twelve/typical", some, &average}, {"twelve/very long", some, &long}} {
		b.Run(c.name, func(b *testing.B) {
			row := make([]float64, c.of.Count())
			b.ReportAllocs()
			for b.Loop() {
				c.of.Compute(row, c.h, day0)
			}
		})
	}
}

// BenchmarkTable computes 2,000 typical citizens with 2 workers, by column and by row.
func BenchmarkTable(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	hs := make([]rettidig.History, 2000)
	who, asOf := make([]int, len(hs)), make([]rettidig.Day, len(hs))
	for i := range hs {
		hs[i], who[i], asOf[i] = averageHistory(rng), i, day0
	}
	rate := func(b *testing.B) { b.ReportMetric(float64(b.N*len(hs))/b.Elapsed().Seconds(), "rows/s") }
	b.Run("Matrix", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Matrix(hs, who, asOf, 2)
		}
		rate(b)
	})
	b.Run("Rows", func(b *testing.B) {
		dst := make([]float64, len(hs)*Count())
		b.ReportAllocs()
		for b.Loop() {
			All().Rows(dst, hs, who, asOf, 2)
		}
		rate(b)
	})
}

func BenchmarkConceptSentence(b *testing.B) {
	fs := Catalogue()[Index("personal_minutes_4w") : Index("personal_minutes_4w")+3]
	for b.Loop() {
		ConceptSentence(fs[0].Concept, fs, []float64{95, 90, 80}, "da")
	}
}
