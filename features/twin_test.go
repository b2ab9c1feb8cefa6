package features

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// The twin answers each column straight from its words: it asks every day, week and pair, and keeps
// nothing in between.
type twin struct {
	h *rettidig.History
	t rettidig.Day
}

// known repeats the rule, written the other way round.
func (w twin) known(happened, known rettidig.Day) bool { return !(happened >= w.t || known >= w.t) }

func (w twin) loans(want func(a rettidig.Aid, old int, back bool) bool) float64 {
	n := 0.0
	for _, a := range w.h.Aids {
		back := a.Returned != rettidig.NoDay && w.known(a.Returned, a.KnownReturned)
		if w.known(a.Lent, a.KnownLent) && want(a, int(w.t-a.Lent), back) {
			n++
		}
	}
	return n
}

// concept is the class's own, with the numbers of old editions written out.
func (w twin) onLoan(c codes.Concept) float64 {
	return w.loans(func(a rettidig.Aid, _ int, back bool) bool {
		class, _ := codes.ClassOf(a.ISO)
		return !back && class.Concept == c
	})
}

// oldest and newest try every age up to some years.
func (w twin) oldest(want func(a rettidig.Aid) bool) float64 {
	for old := 3000; old > 0; old-- {
		if w.loans(func(a rettidig.Aid, o int, _ bool) bool { return o == old && want(a) }) > 0 {
			return float64(old)
		}
	}
	return math.NaN()
}

func (w twin) newest(want func(a rettidig.Aid) bool) float64 {
	for old := 1; old < 3000; old++ {
		if w.loans(func(a rettidig.Aid, o int, _ bool) bool { return o == old && want(a) }) > 0 {
			return float64(old)
		}
	}
	return math.NaN()
}

func anyAid(rettidig.Aid) bool { return true }

// week is all that was delivered in the week that ended k weeks before the last Sunday before t.
func (w twin) week(k int) (rows []rettidig.ServiceWeek) {
	sunday := w.t - 1
	for sunday.Time().Weekday() != 0 {
		sunday--
	}
	for _, s := range w.h.Services {
		if s.Week+6 == sunday-rettidig.Day(7*k) && s.Known < w.t && s.Code != codes.TrainingByHelper && (s.Minutes > 0 || s.Count > 0) {
			rows = append(rows, s)
		}
	}
	return rows
}

func (w twin) minutes(c codes.Concept, from, to int) float64 {
	sum := 0.0
	for k := from; k < to; k++ {
		for _, s := range w.week(k) {
			if service, _ := codes.ServiceOf(s.Code); c == codes.ServicesOverall || service.Concept == c {
				sum += float64(s.Minutes)
			}
		}
	}
	return sum / float64(to-from)
}

func (w twin) slope(c codes.Concept) float64 {
	x, y := make([]float64, 26), make([]float64, 26)
	for k := range 26 {
		x[k], y[k] = float64(-k), w.minutes(c, k, k+1)
	}
	_, beta := stat.LinearRegression(x, y, nil, false)
	return beta
}

// weeks writes one letter for each week, oldest first: x with help, . without.
func (w twin) weeks(n int) string {
	var b strings.Builder
	for k := n - 1; k >= 0; k-- {
		if len(w.week(k)) > 0 {
			b.WriteByte('x')
		} else {
			b.WriteByte('.')
		}
	}
	return b.String()
}

func (w twin) services() float64 {
	kinds := map[string]bool{}
	for k := range 12 {
		for _, s := range w.week(k) {
			kinds[s.Code] = true
		}
	}
	return float64(len(kinds))
}

func (w twin) all() map[string]float64 {
	v := map[string]float64{
		"aids_ever":                 w.loans(func(rettidig.Aid, int, bool) bool { return true }),
		"aids_on_loan":              w.loans(func(_ rettidig.Aid, _ int, back bool) bool { return !back }),
		"aids_new_90":               w.loans(func(_ rettidig.Aid, old int, _ bool) bool { return old <= 90 }),
		"aids_new_365":              w.loans(func(_ rettidig.Aid, old int, _ bool) bool { return old <= 365 }),
		"aids_acceleration":         w.loans(func(_ rettidig.Aid, old int, _ bool) bool { return old <= 180 }) - w.loans(func(_ rettidig.Aid, old int, _ bool) bool { return old > 180 && old <= 360 }),
		"aids_returned_365":         w.loans(func(a rettidig.Aid, _ int, back bool) bool { return back && a.Returned >= w.t-365 }),
		"aids_short_loans":          w.loans(func(a rettidig.Aid, _ int, back bool) bool { return back && a.Returned <= a.Lent+30 }),
		"aids_days_since_first":     w.oldest(anyAid),
		"aids_days_since_latest":    w.newest(anyAid),
		"rollator_days_since_first": w.oldest(func(a rettidig.Aid) bool { return strings.HasPrefix(a.ISO, "120606") }),
		"alarm_days_since_first": w.oldest(func(a rettidig.Aid) bool {
			return strings.HasPrefix(a.ISO, "222718") || strings.HasPrefix(a.ISO, "215103")
		}),
		"mobility_days_since_latest": w.newest(func(a rettidig.Aid) bool { return strings.HasPrefix(a.ISO, "1203") || strings.HasPrefix(a.ISO, "1206") }),
		"mobility_on_loan":           w.onLoan(codes.MobilityAids), "wheelchairs_on_loan": w.onLoan(codes.Wheelchairs), "transfer_on_loan": w.onLoan(codes.TransferAids),
		"beds_on_loan": w.onLoan(codes.Beds), "pressure_on_loan": w.onLoan(codes.PressureAids), "toilet_on_loan": w.onLoan(codes.ToiletAids),
		"bath_on_loan": w.onLoan(codes.BathAids), "alarms_on_loan": w.onLoan(codes.Alarms), "home_on_loan": w.onLoan(codes.HomeAdaptation),
		"sensory_on_loan": w.onLoan(codes.SensoryAids), "other_on_loan": w.onLoan(codes.OtherAids),
		"help_slope_26w": w.slope(codes.ServicesOverall), "personal_slope_26w": w.slope(codes.PersonalCare),
		"help_change_4w":          w.minutes(codes.ServicesOverall, 0, 4) - w.minutes(codes.ServicesOverall, 4, 16),
		"personal_share_12w":      w.minutes(codes.PersonalCare, 0, 12) / w.minutes(codes.ServicesOverall, 0, 12), // 0/0 is NaN, as it should be
		"help_services_12w":       w.services(),
		"help_weeks_since_first":  math.NaN(),
		"help_weeks_since_latest": math.NaN(),
		"help_gap_weeks_26w":      math.NaN(),
		"help_gaps_26w":           math.NaN(),
	}
	for id, c := range map[string]codes.Concept{"help": codes.ServicesOverall, "personal": codes.PersonalCare, "practical": codes.PracticalHelp, "nursing": codes.Nursing, "rehabilitation": codes.Rehabilitation} {
		v[id+"_minutes_4w"], v[id+"_minutes_12w"], v[id+"_minutes_26w"] = w.minutes(c, 0, 4), w.minutes(c, 0, 12), w.minutes(c, 0, 26)
	}
	const long = 200 // weeks: more than a history has
	weeks := w.weeks(long)
	if first := strings.IndexByte(weeks, 'x'); first >= 0 {
		v["help_weeks_since_first"] = float64(long - 1 - first)
		v["help_weeks_since_latest"] = float64(long - 1 - strings.LastIndexByte(weeks, 'x'))
		recent := weeks[max(first, long-26):]
		v["help_gap_weeks_26w"] = float64(strings.Count(recent, "."))
		v["help_gaps_26w"] = float64(len(strings.FieldsFunc(recent, func(r rune) bool { return r == 'x' })))
	}
	return v
}

func TestComputeAgreesWithItsSlowTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, asOf := drawHistory(rt), drawDay(rt, "as of")
		row := computed(&h, asOf)
		for id, want := range (twin{&h, asOf}).all() {
			got := row[Index(id)]
			if math.IsNaN(want) != math.IsNaN(got) || math.Abs(want-got) > 1e-9*max(1, math.Abs(want)) {
				rt.Fatalf("as of %s: %s is %v, the twin says %v", asOf, id, got, want)
			}
		}
	})
}

// coursesByHand cuts the sessions at every silence and every closing status, and keeps what is over.
func coursesByHand(h *rettidig.History, t rettidig.Day) (over [][]rettidig.Session) {
	var days [][]rettidig.Session
	closed := func(a, b rettidig.Day) bool {
		for _, s := range h.Statuses {
			if s.Date >= a && s.Date < b && s.Known < t && (s.Status == rettidig.Terminated || s.Status == rettidig.OptedOut || s.Status == rettidig.HasDied) {
				return true
			}
		}
		return false
	}
	for _, s := range h.Sessions {
		if s.Date >= t || s.Known >= t || s.Cancelled {
			continue
		}
		if n := len(days); n > 0 {
			last := days[n-1][len(days[n-1])-1].Date
			if s.Date <= last+56 && !closed(last, s.Date) {
				days[n-1] = append(days[n-1], s)
				continue
			}
		}
		days = append(days, []rettidig.Session{s})
	}
	for i, c := range days {
		last := c[len(c)-1].Date
		if i < len(days)-1 || last < t-56 || closed(last, t) {
			over = append(over, c)
		}
	}
	return over
}

func TestCoursesAgreeWithCuttingThemByHand(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, asOf := drawHistory(rt), drawDay(rt, "as of")
		row := computed(&h, asOf)
		over := coursesByHand(&h, asOf)
		completed, best := 0.0, math.NaN()
		if len(over) == 0 {
			completed = math.NaN()
		}
		for _, c := range over {
			inTime := 0
			for _, s := range c {
				if s.Date <= c[0].Date+112 {
					inTime++
				}
			}
			if inTime >= 16 {
				completed = 1
			}
			var base, follow *rettidig.Screening
			for i := range h.Screenings {
				s := &h.Screenings[i]
				if s.Known >= asOf || s.Date >= asOf || math.IsNaN(s.Need) {
					continue
				}
				if s.Date >= c[0].Date-56 && s.Date <= c[0].Date {
					base = s
				}
			}
			for i := range h.Screenings {
				s := &h.Screenings[i]
				if base == nil || s.Known >= asOf || s.Date >= asOf || math.IsNaN(s.Need) || s.Date <= c[0].Date {
					continue
				}
				if s.Date-base.Date >= 56 && s.Date-base.Date <= 126 && s.Date <= c[len(c)-1].Date+28 {
					follow = s
				}
			}
			if follow != nil {
				best = math.Min(follow.Need-base.Need, orInf(best))
			}
		}
		for id, want := range map[string]float64{"training_courses": float64(len(over)), "training_completed_before": completed, "training_best_need_change": best} {
			if got := row[Index(id)]; !same(got, want) {
				rt.Fatalf("as of %s: %s is %v, by hand %v", asOf, id, got, want)
			}
		}
	})
}

func orInf(v float64) float64 {
	if math.IsNaN(v) {
		return math.Inf(1)
	}
	return v
}
