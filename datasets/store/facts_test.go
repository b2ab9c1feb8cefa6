package store

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rettidig/rettidig"
)

// someFacts makes up n citizens, with every kind of missing value, in the store's order. perCitizen is the mean
// number of service rows.
func someFacts(seed uint64, n, perCitizen int) *rettidig.Facts {
	rng := rand.New(rand.NewPCG(seed, 1))
	f := &rettidig.Facts{}
	day := func() rettidig.Day { return rettidig.DayOf(2019, 1, 7) + rettidig.Day(rng.IntN(2000)) }
	word := func(of ...string) string { return of[rng.IntN(len(of))] }
	retraction := func() rettidig.Retraction {
		if rng.IntN(30) > 0 {
			return 0
		}
		return rettidig.RetractedOn(day() + 2000)
	}
	score := func() float64 {
		if rng.IntN(5) == 0 {
			return math.NaN()
		}
		return float64(rng.IntN(24)) / 24
	}
	for i := range n {
		c := rettidig.Citizen{ID: rettidig.CitizenID(fmt.Sprintf("pdemo_%08x", i*7919)), Sex: rettidig.Sex(rng.IntN(3)), Birth: rettidig.DayOf(1925+rng.IntN(35), 7, 1), BirthYear: rng.IntN(2) == 0}
		if rng.IntN(20) == 0 {
			c.Birth, c.BirthYear = rettidig.NoDay, false
		}
		f.Citizens = append(f.Citizens, c)
		k := int32(i)
		for range rng.IntN(9) {
			a := rettidig.Aid{ISO: word("12060601", "181210", "123603", "093307"), Lent: day(), Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}
			a.KnownLent = a.Lent
			if rng.IntN(2) == 0 {
				a.Returned = a.Lent + rettidig.Day(rng.IntN(400))
				a.KnownReturned = a.Returned + rettidig.Day(rng.IntN(2)*rng.IntN(30))
			}
			a.Paragraph, a.Price, a.Retracted = word("", "SEL112", "APV"), float32(rng.IntN(3)*rng.IntN(4000)), retraction()
			f.Aids = append(f.Aids, rettidig.Row[rettidig.Aid]{Citizen: k, Fact: a})
		}
		for range rng.IntN(2*perCitizen + 1) {
			w := day().Monday()
			f.Services = append(f.Services, rettidig.Row[rettidig.ServiceWeek]{Citizen: k, Fact: rettidig.ServiceWeek{
				Code: word("H1.1", "H1.2", "H1.8", "G1.20", "L.TVH", "X:Gåtur"), Week: w, Known: w + 6 + rettidig.Day(rng.IntN(40)/39*rng.IntN(100)), Retracted: retraction(), Minutes: float32(rng.IntN(600)), Count: int32(rng.IntN(15))}})
		}
		for range rng.IntN(6) {
			d := day()
			f.Conditions = append(f.Conditions, rettidig.Row[rettidig.Condition]{Citizen: k, Fact: rettidig.Condition{Code: word("J3.8", "J1.2", "J4.1"), Level: int8(rng.IntN(6)) - 1, Date: d, Known: d, Retracted: retraction()}})
		}
		if rng.IntN(3) > 0 {
			continue
		}
		for range rng.IntN(5) {
			d := day()
			f.Screenings = append(f.Screenings, rettidig.Row[rettidig.Screening]{Citizen: k, Fact: rettidig.Screening{Date: d, Known: d + rettidig.Day(rng.IntN(3)), Retracted: retraction(), Need: score(), Ability: score(), NeedReason: word("", "illness"), AbilityReason: word("", "fall")}})
		}
		for range rng.IntN(25) {
			d := day()
			s := rettidig.Session{Date: d, Known: d, Retracted: retraction(), Rating: int8(2 + rng.IntN(5))}
			if rng.IntN(6) == 0 {
				s.Rating, s.Cancelled = 1, true
			}
			f.Sessions = append(f.Sessions, rettidig.Row[rettidig.Session]{Citizen: k, Fact: s})
		}
		for range rng.IntN(4) {
			d := day()
			f.Statuses = append(f.Statuses, rettidig.Row[rettidig.StatusChange]{Citizen: k, Fact: rettidig.StatusChange{Date: d, Known: d, Retracted: retraction(), Status: rettidig.Status(word("active", "pause", "hasdied"))}})
		}
	}
	Sort(f)
	return f
}

func someManifest() Manifest {
	return Manifest{ExtractDate: rettidig.DayOf(2025, 1, 1), Synthetic: true, KeyID: "demo", CodeVersion: "test",
		Sources: []Source{{Kind: "H1", SHA256: hashOf([]byte("h")), Rows: 2, Bytes: 20}, {Kind: "A1", SHA256: hashOf([]byte("a")), Rows: 1, Bytes: 10}},
		Counts:  map[string]int64{"H1/merged": 3, "A1/dropped: no date": 1}}
}

// histories is the slow twin of Store.Histories: facts dealt to citizens one by one.
func histories(f *rettidig.Facts) []rettidig.History {
	hs := make([]rettidig.History, len(f.Citizens))
	for i, c := range f.Citizens {
		hs[i].Citizen = c
	}
	for _, r := range f.Aids {
		hs[r.Citizen].Aids = append(hs[r.Citizen].Aids, r.Fact)
	}
	for _, r := range f.Services {
		hs[r.Citizen].Services = append(hs[r.Citizen].Services, r.Fact)
	}
	for _, r := range f.Screenings {
		hs[r.Citizen].Screenings = append(hs[r.Citizen].Screenings, r.Fact)
	}
	for _, r := range f.Sessions {
		hs[r.Citizen].Sessions = append(hs[r.Citizen].Sessions, r.Fact)
	}
	for _, r := range f.Statuses {
		hs[r.Citizen].Statuses = append(hs[r.Citizen].Statuses, r.Fact)
	}
	for _, r := range f.Conditions {
		hs[r.Citizen].Conditions = append(hs[r.Citizen].Conditions, r.Fact)
	}
	for i := range hs {
		hs[i].Sort()
	}
	return hs
}
