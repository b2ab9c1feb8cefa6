package features

import (
	"math"

	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// The random histories live in the years after day0, among them the spring of 2020; as-of days are drawn from the same
// span, so that every window and boundary is crossed.
var day0 = rettidig.DayOf(2019, 3, 1)

const daysDrawn = 1000

func drawDay(t *rapid.T, name string) rettidig.Day {
	return day0 + rettidig.Day(rapid.IntRange(0, daysDrawn).Draw(t, name))
}

// drawKnown is the day itself, some days later, or (rarely) some days before: a date set in advance.
func drawKnown(t *rapid.T, d rettidig.Day) rettidig.Day {
	return d + rettidig.Day(rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 40), rapid.IntRange(-20, 300)).Draw(t, "delay"))
}

// drawRetraction is rare: most facts stand.
func drawRetraction(t *rapid.T, known rettidig.Day) rettidig.Retraction {
	if rapid.IntRange(0, 5).Draw(t, "wrong") > 0 {
		return 0
	}
	return rettidig.RetractedOn(known + rettidig.Day(rapid.IntRange(0, 400).Draw(t, "found out")))
}

var (
	someISO      = rapid.SampledFrom([]string{"12060609", "12060601", "12030306", "12030606", "22271803", "21510303", "12300303", "12310303", "12221803", "18121003", "04330603", "04330303", "09120303", "09121806", "09330703", "12360303", "12220303", "18180603", "24210303", "220309", "2206", "99"})
	someServices = rapid.SampledFrom([]string{"H1.1", "H1.2", "H1.8", "G1.20", "G1.39", "H2.2", "H3.2", "L.TVH", "E.PP", "E.PH", "E.GT", "X:Ledsagelse", "X:Andet"})
	someReasons  = rapid.SampledFrom([]string{"", "illness", "fall", "motivation", "unstable", "medication", "other"})
	someLaws     = rapid.SampledFrom([]string{"", "", "112", "APV", "140"})
	someAbility  = rapid.SampledFrom([]string{"J1.1", "J1.8", "J1.4", "J1.PP", "J1.SD", "J2.1", "J2.4", "J3.5", "J3.6", "J3.8", "J3.MB", "J4.2", "J4.3", "J4.KF", "J5.1", "J9.1", "I1"})
	someStatuses = rapid.SampledFrom([]rettidig.Status{rettidig.Active, rettidig.Pause, rettidig.SignificantProgress, rettidig.Terminated, rettidig.OptedOut, rettidig.HasDied})
)

func drawAid(t *rapid.T) rettidig.Aid {
	a := rettidig.Aid{ISO: someISO.Draw(t, "iso"), Lent: drawDay(t, "lent"), Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}
	a.KnownLent = drawKnown(t, a.Lent)
	if rapid.Bool().Draw(t, "back") {
		a.Returned = a.Lent + rettidig.Day(rapid.IntRange(-2, 300).Draw(t, "days"))
		a.KnownReturned = drawKnown(t, a.Returned)
	}
	a.Paragraph = someLaws.Draw(t, "paragraph")
	a.Price = float32(rapid.SampledFrom([]int{0, 0, 250, 4690}).Draw(t, "price"))
	a.Retracted = drawRetraction(t, a.KnownLent)
	return a
}

func drawCondition(t *rapid.T) rettidig.Condition {
	d := drawDay(t, "assessed")
	c := rettidig.Condition{Code: someAbility.Draw(t, "ability"), Level: int8(rapid.IntRange(-1, 4).Draw(t, "level")), Date: d, Known: drawKnown(t, d)}
	c.Retracted = drawRetraction(t, c.Known)
	return c
}

func drawService(t *rapid.T) rettidig.ServiceWeek {
	s := rettidig.ServiceWeek{Code: someServices.Draw(t, "code"), Week: drawDay(t, "week").Monday(), Minutes: float32(rapid.IntRange(0, 300).Draw(t, "minutes")), Count: int32(rapid.IntRange(0, 9).Draw(t, "count"))}
	s.Known = max(s.Week+6, drawKnown(t, s.Week+6))
	s.Retracted = drawRetraction(t, s.Known)
	return s
}

// drawRegular draws help that comes week after week, at one level and then another, with a hole in it: what trends and
// stays are made of. Single random weeks have neither.
func drawRegular(t *rapid.T) []rettidig.ServiceWeek {
	n := rapid.SampledFrom([]int{0, 0, 8, 30, 90}).Draw(t, "regular weeks")
	if n == 0 {
		return nil
	}
	code, from := someServices.Draw(t, "regular code"), drawDay(t, "regular from").Monday()
	before, after := rapid.IntRange(0, 200).Draw(t, "before"), rapid.IntRange(0, 200).Draw(t, "after")
	shift, hole, holes := rapid.IntRange(0, n).Draw(t, "shift"), rapid.IntRange(0, n).Draw(t, "hole"), rapid.IntRange(0, 14).Draw(t, "hole weeks")
	var out []rettidig.ServiceWeek
	for k := range n {
		minutes := before
		if k >= shift {
			minutes = after
		}
		if k < hole || k >= hole+holes {
			w := from + rettidig.Day(7*k)
			out = append(out, rettidig.ServiceWeek{Code: code, Week: w, Known: w + 6, Minutes: float32(minutes), Count: 2})
		}
	}
	return out
}

func drawScore(t *rapid.T, name string) float64 {
	if v := rapid.IntRange(-1, 20).Draw(t, name); v >= 0 {
		return float64(v)
	}
	return math.NaN()
}

func drawScreening(t *rapid.T) rettidig.Screening {
	d := drawDay(t, "screened")
	known := drawKnown(t, d)
	return rettidig.Screening{Date: d, Known: known, Retracted: drawRetraction(t, known), Need: drawScore(t, "need"), Ability: drawScore(t, "ability") / 4, NeedReason: someReasons.Draw(t, "reason"), AbilityReason: someReasons.Draw(t, "reason")}
}

func drawStatus(t *rapid.T) rettidig.StatusChange {
	d := drawDay(t, "changed")
	known := drawKnown(t, d)
	return rettidig.StatusChange{Date: d, Known: known, Status: someStatuses.Draw(t, "status"), Retracted: drawRetraction(t, known)}
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
		s.Retracted = drawRetraction(t, s.Known)
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
		Conditions: rapid.SliceOfN(rapid.Custom(drawCondition), 0, 12).Draw(t, "conditions"),
	}
	h.Services = append(h.Services, drawRegular(t)...)
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
