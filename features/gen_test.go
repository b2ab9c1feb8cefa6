package features

import (
	"math"

	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// The random histories live in two years around day0; as-of days are drawn from the same span, so that
// every window and boundary is crossed.
var day0 = rettidig.DayOf(2022, 1, 1)

func drawDay(t *rapid.T, name string) rettidig.Day {
	return day0 + rettidig.Day(rapid.IntRange(0, 800).Draw(t, name))
}

// drawKnown is the day itself, some days later, or (rarely) some days before: a date set in advance.
func drawKnown(t *rapid.T, d rettidig.Day) rettidig.Day {
	return d + rettidig.Day(rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 40), rapid.IntRange(-20, 300)).Draw(t, "delay"))
}

var (
	someISO      = rapid.SampledFrom([]string{"12060609", "12060601", "12030306", "22271803", "21510303", "12300303", "12310303", "12221803", "18121003", "04330603", "09120303", "09330703", "18180603", "24210303", "220309", "2206", "99"})
	someServices = rapid.SampledFrom([]string{"H1.1", "H1.2", "H1.8", "G1.20", "G1.39", "H2.2", "H3.2", "L.TVH", "X:Ledsagelse", "X:Andet"})
	someReasons  = rapid.SampledFrom([]string{"", "illness", "fall", "motivation", "other"})
	someStatuses = rapid.SampledFrom([]rettidig.Status{rettidig.Active, rettidig.Pause, rettidig.SignificantProgress, rettidig.Terminated, rettidig.OptedOut, rettidig.HasDied})
)

func drawAid(t *rapid.T) rettidig.Aid {
	a := rettidig.Aid{ISO: someISO.Draw(t, "iso"), Lent: drawDay(t, "lent"), Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}
	a.KnownLent = drawKnown(t, a.Lent)
	if rapid.Bool().Draw(t, "back") {
		a.Returned = a.Lent + rettidig.Day(rapid.IntRange(-2, 300).Draw(t, "days"))
		a.KnownReturned = drawKnown(t, a.Returned)
	}
	return a
}

func drawService(t *rapid.T) rettidig.ServiceWeek {
	s := rettidig.ServiceWeek{Code: someServices.Draw(t, "code"), Week: drawDay(t, "week").Monday(), Minutes: float32(rapid.IntRange(0, 300).Draw(t, "minutes")), Count: int32(rapid.IntRange(0, 9).Draw(t, "count"))}
	s.Known = max(s.Week+6, drawKnown(t, s.Week+6))
	return s
}

func drawScore(t *rapid.T, name string) float64 {
	if v := rapid.IntRange(-1, 20).Draw(t, name); v >= 0 {
		return float64(v)
	}
	return math.NaN()
}

func drawScreening(t *rapid.T) rettidig.Screening {
	d := drawDay(t, "screened")
	return rettidig.Screening{Date: d, Known: drawKnown(t, d), Need: drawScore(t, "need"), Ability: drawScore(t, "ability") / 4, NeedReason: someReasons.Draw(t, "reason"), AbilityReason: someReasons.Draw(t, "reason")}
}

func drawStatus(t *rapid.T) rettidig.StatusChange {
	d := drawDay(t, "changed")
	return rettidig.StatusChange{Date: d, Known: drawKnown(t, d), Status: someStatuses.Draw(t, "status")}
}

// drawSessions draws a burst of sessions some days apart, as a course is.
func drawSessions(t *rapid.T) []rettidig.Session {
	d, step := drawDay(t, "start"), rapid.IntRange(1, 10).Draw(t, "step")
	var out []rettidig.Session
	for range rapid.IntRange(0, 24).Draw(t, "times") {
		s := rettidig.Session{Date: d, Known: drawKnown(t, d), Rating: 4}
		if rapid.IntRange(0, 4).Draw(t, "cancelled") == 0 {
			s.Rating, s.Cancelled = 1, true
		}
		out = append(out, s)
		d += rettidig.Day(step)
	}
	return out
}

func drawHistory(t *rapid.T) rettidig.History {
	h := rettidig.History{
		Citizen:    rettidig.Citizen{Birth: day0 - rettidig.Day(rapid.IntRange(23000, 36000).Draw(t, "age")), Sex: rapid.SampledFrom([]rettidig.Sex{rettidig.Female, rettidig.Male, rettidig.SexUnknown}).Draw(t, "sex")},
		Aids:       rapid.SliceOfN(rapid.Custom(drawAid), 0, 12).Draw(t, "aids"),
		Services:   rapid.SliceOfN(rapid.Custom(drawService), 0, 30).Draw(t, "services"),
		Screenings: rapid.SliceOfN(rapid.Custom(drawScreening), 0, 6).Draw(t, "screenings"),
		Statuses:   rapid.SliceOfN(rapid.Custom(drawStatus), 0, 4).Draw(t, "statuses"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "courses") {
		sessions := drawSessions(t)
		h.Sessions = append(h.Sessions, sessions...)
		if len(sessions) > 0 && rapid.Bool().Draw(t, "screened") {
			for _, after := range []int{-60, 40, 120} { // before, at some time, and about when the follow-up is due
				s := drawScreening(t)
				s.Date = sessions[0].Date + rettidig.Day(after+rapid.IntRange(0, 60).Draw(t, "after"))
				s.Known = drawKnown(t, s.Date)
				h.Screenings = append(h.Screenings, s)
			}
		}
	}
	h.Sort()
	return h
}

func computed(h *rettidig.History, asOf rettidig.Day) []float64 {
	row := make([]float64, Count())
	Compute(row, h, asOf)
	return row
}
