package cohort

import (
	"fmt"
	"math/rand/v2"

	"github.com/rettidig/rettidig"
)

// randomHistory makes up three years of a citizen: courses with every status, care that comes, rises and goes, aids.
func randomHistory(seed uint64) rettidig.History {
	rng := rand.New(rand.NewPCG(seed, 7))
	h := rettidig.History{Citizen: rettidig.Citizen{ID: rettidig.CitizenID(fmt.Sprintf("pdemo_%05d", seed)), Birth: rettidig.DayOf(1930+rng.IntN(32), 7, 1)}}
	screening := func(d rettidig.Day) {
		h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: d, Need: float64(3 + rng.IntN(8)), Ability: float64(1+rng.IntN(60)) / 24})
	}
	status := func(d rettidig.Day, s rettidig.Status) {
		h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: d, Known: d, Status: s})
	}
	for d := day0 + rettidig.Day(rng.IntN(200)); d < day0+1000 && rng.IntN(4) > 0; d += rettidig.Day(100 + rng.IntN(400)) {
		if rng.IntN(3) == 0 {
			status(d-rettidig.Day(rng.IntN(10)), rettidig.Active)
		}
		weeks := rng.IntN(18)
		for w := range weeks {
			for range rng.IntN(4) {
				s := rettidig.Session{Date: d + rettidig.Day(7*w+rng.IntN(7)), Rating: int8(2 + rng.IntN(5))}
				if rng.IntN(5) == 0 {
					s.Rating, s.Cancelled = 1, true
				}
				s.Known = s.Date
				h.Sessions = append(h.Sessions, s)
			}
			if w%4 == 0 && rng.IntN(5) > 0 {
				screening(d + rettidig.Day(7*w+rng.IntN(3)))
			}
			if rng.IntN(12) == 0 {
				status(d+rettidig.Day(7*w), []rettidig.Status{rettidig.Pause, rettidig.Reactivated, rettidig.Monitor, rettidig.SignificantProgress, rettidig.Terminated, rettidig.OptedOut}[rng.IntN(6)])
			}
		}
		if rng.IntN(2) == 0 {
			status(d+rettidig.Day(7*weeks+rng.IntN(20)), rettidig.Terminated)
		}
	}
	if rng.IntN(8) == 0 {
		status(day0+rettidig.Day(rng.IntN(1000)), rettidig.HasDied)
	}
	gone := rettidig.Day(2000)
	if rng.IntN(5) == 0 {
		gone = rettidig.Day(rng.IntN(1000))
	}
	for _, code := range []string{"H1.1", "H1.8", "G1.20", "L.TVH"} {
		if rng.IntN(2) == 0 {
			continue
		}
		minutes := 20 * (1 + rng.IntN(10))
		from := rettidig.Day(-150 + rng.IntN(300))
		for w := day0.Monday() + 7*(from/7); w < day0+1000 && w < day0+gone; w += 7 {
			if rng.IntN(40) == 0 {
				minutes = 20 * (1 + rng.IntN(20))
			}
			if rng.IntN(25) == 0 {
				w += rettidig.Day(7 * rng.IntN(12)) // admission
			}
			h.Services = append(h.Services, rettidig.ServiceWeek{Code: code, Week: w, Known: w + 6, Minutes: float32(minutes), Count: 2})
		}
	}
	for range rng.IntN(6) {
		d := day0 + rettidig.Day(-300+rng.IntN(1200))
		a := rettidig.Aid{ISO: []string{"12060601", "09330701", "18121001", "123603", "043306"}[rng.IntN(5)], Lent: d, KnownLent: d, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}
		if gone < 2000 && d < day0+gone {
			a.Returned = day0 + gone + 3
		} else if rng.IntN(3) == 0 {
			a.Returned = d + rettidig.Day(rng.IntN(300))
		}
		a.KnownReturned = a.Returned
		h.Aids = append(h.Aids, a)
	}
	h.Sort()
	return h
}
