package cpr

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rettidig/rettidig"
)

var (
	firstBirth  = rettidig.DayOf(1858, time.January, 1) // the earliest year that the seventh digit can express
	firstIssued = rettidig.DayOf(1960, time.January, 1) // from here on, numbers that fail modulus 11 have been issued
)

func civil(year, month, day int) rettidig.Day { return rettidig.DayOf(year, time.Month(month), day) }

// Generate returns a number that was never issued, for a birth date and a sex. The caller's random source
// decides which of the about 1,800 (births before 1937) or 2,700 possible ones; it may return the same
// one again, so a caller that needs distinct numbers must check. It panics if birth is in 1960 or later
// or before 1858, or if sex is unknown.
func Generate(rng *rand.Rand, birth rettidig.Day, sex rettidig.Sex) Number {
	if birth < firstBirth || birth >= firstIssued {
		panic("cpr: Generate wants a birth date from 1858 to 1959: other numbers may belong to somebody")
	}
	if sex != rettidig.Female && sex != rettidig.Male {
		panic("cpr: Generate wants a sex")
	}
	year, month, day := birth.Time().Date()
	sevenths := "0123"
	switch {
	case year < 1900:
		sevenths = "5678"
	case year >= 1937:
		sevenths = "012349"
	}
	for { // one try in eleven passes modulus 11 and is thrown away
		last := 2 * rng.IntN(5)
		if sex == rettidig.Male {
			last++
		}
		s := fmt.Sprintf("%02d%02d%02d%c%02d%d", day, month, year%100, sevenths[rng.IntN(len(sevenths))], rng.IntN(100), last)
		n, err := Parse(s)
		if err != nil {
			panic("cpr: generated a malformed number: " + err.Error())
		}
		if n.NeverIssued() {
			return n
		}
	}
}
