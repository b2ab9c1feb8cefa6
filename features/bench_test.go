package features

import (
	"math/rand/v2"
	"testing"

	"github.com/rettidig/rettidig"
)

// averageHistory is a citizen of 83 as the registers know them on average: 11 loans, three years of three
// to four services a week, one earlier course of 24 sessions and four screenings.
func averageHistory(rng *rand.Rand) rettidig.History {
	h := rettidig.History{Citizen: rettidig.Citizen{Sex: rettidig.Female, Birth: rettidig.DayOf(1940, 5, 6)}}
	classes := []string{"12060609", "09330703", "22271803", "09121203", "12030306", "18180603", "12310303", "09330403"}
	for i := range 11 {
		d := day0 - rettidig.Day(rng.IntN(3000))
		a := rettidig.Aid{ISO: classes[i%len(classes)], Lent: d, KnownLent: d, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}
		if i%3 == 0 {
			a.Returned, a.KnownReturned = d+200, d+200
		}
		h.Aids = append(h.Aids, a)
	}
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
	h.Sort()
	return h
}

func BenchmarkComputeOneCitizen(b *testing.B) {
	h := averageHistory(rand.New(rand.NewPCG(1, 1)))
	row := make([]float64, Count())
	b.ReportAllocs()
	for b.Loop() {
		Compute(row, &h, day0)
	}
}

func BenchmarkMatrix(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	hs := make([]rettidig.History, 2000)
	who, asOf := make([]int, len(hs)), make([]rettidig.Day, len(hs))
	for i := range hs {
		hs[i], who[i], asOf[i] = averageHistory(rng), i, day0
	}
	b.ReportAllocs()
	for b.Loop() {
		Matrix(hs, who, asOf, 2)
	}
	b.ReportMetric(float64(b.N*len(hs))/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkConceptSentence(b *testing.B) {
	fs := Catalogue()[Index("personal_minutes_4w") : Index("personal_minutes_4w")+3]
	for b.Loop() {
		ConceptSentence(fs[0].Concept, fs, []float64{95, 90, 80}, "da")
	}
}
