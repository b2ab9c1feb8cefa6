package features

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// The twin answers each column straight from its words: it asks every day, week and pair, and keeps nothing in between
// but the facts that are seen.
type twin struct {
	t          rettidig.Day
	citizen    rettidig.Citizen
	aids       []rettidig.Aid // Returned is NoDay unless the return is seen
	weeks      []rettidig.ServiceWeek
	screenings []rettidig.Screening
	sessions   []rettidig.Session
	closings   []rettidig.StatusChange
	conditions []rettidig.Condition
}

func newTwin(h *rettidig.History, t rettidig.Day) twin {
	w := twin{t: t, citizen: h.Citizen}
	// The rule, written the other way round.
	hidden := func(happened, known rettidig.Day, r rettidig.Retraction) bool {
		return max(happened, known) >= t || r != 0 && r.Day() < t
	}
	for _, a := range h.Aids {
		if hidden(a.Lent, a.KnownLent, a.Retracted) {
			continue
		}
		if a.Returned == rettidig.NoDay || hidden(a.Returned, a.KnownReturned, 0) {
			a.Returned = rettidig.NoDay
		}
		w.aids = append(w.aids, a)
	}
	for _, s := range h.Services {
		listed, _ := codes.ServiceOf(s.Code)
		if !hidden(s.Week, s.Known, s.Retracted) && s.Week+6 < t && s.Code != codes.TrainingByHelper && !listed.Administrative && (s.Minutes > 0 || s.Count > 0) {
			w.weeks = append(w.weeks, s)
		}
	}
	for _, s := range h.Screenings {
		if !hidden(s.Date, s.Known, s.Retracted) {
			w.screenings = append(w.screenings, s)
		}
	}
	for _, s := range h.Sessions {
		if !hidden(s.Date, s.Known, s.Retracted) {
			w.sessions = append(w.sessions, s)
		}
	}
	for _, s := range h.Statuses {
		if !hidden(s.Date, s.Known, s.Retracted) && slices.Contains([]rettidig.Status{rettidig.Terminated, rettidig.OptedOut, rettidig.HasDied}, s.Status) {
			w.closings = append(w.closings, s)
		}
	}
	for _, c := range h.Conditions {
		if !hidden(c.Date, c.Known, c.Retracted) {
			w.conditions = append(w.conditions, c)
		}
	}
	return w
}

// A twinColumn gets the name between the brackets of its declaration and the number of days or weeks in its window.
type twinColumn func(w twin, id string, n int) float64

var nan = math.NaN()

// ---- aids

func (w twin) loans(want func(a rettidig.Aid) bool) (out []rettidig.Aid) {
	for _, a := range w.aids {
		if want(a) {
			out = append(out, a)
		}
	}
	return out
}

func (w twin) age(a rettidig.Aid) int { return int(w.t - a.Lent) }

func back(a rettidig.Aid) bool { return a.Returned != rettidig.NoDay }

func count[T any](list []T) float64 { return float64(len(list)) }

// oldest and newest try every age up to some years.
func (w twin) oldest(loans []rettidig.Aid) float64 {
	for old := 3000; old > 0; old-- {
		if slices.ContainsFunc(loans, func(a rettidig.Aid) bool { return w.age(a) == old }) {
			return float64(old)
		}
	}
	return nan
}

func (w twin) newest(loans []rettidig.Aid) float64 {
	for old := 1; old < 3000; old++ {
		if slices.ContainsFunc(loans, func(a rettidig.Aid) bool { return w.age(a) == old }) {
			return float64(old)
		}
	}
	return nan
}

func (w twin) within(n int) []rettidig.Aid {
	return w.loans(func(a rettidig.Aid) bool { return w.age(a) <= n })
}

func (w twin) out() []rettidig.Aid {
	return w.loans(func(a rettidig.Aid) bool { return !back(a) })
}

var twinConcepts = map[string]codes.Concept{
	"mobility": codes.MobilityAids, "wheelchairs": codes.Wheelchairs, "transfer": codes.TransferAids, "beds": codes.Beds, "pressure": codes.PressureAids,
	"toilet": codes.ToiletAids, "bath": codes.BathAids, "alarms": codes.Alarms, "home": codes.HomeAdaptation, "sensory": codes.SensoryAids, "other": codes.OtherAids,
}

func (w twin) ofConcept(c codes.Concept) []rettidig.Aid {
	return w.loans(func(a rettidig.Aid) bool {
		class, _ := codes.ClassOf(a.ISO)
		return class.Concept == c
	})
}

var twinClasses = map[string]string{
	"rollator": "120606", "crutch": "120306", "wheelchair": "122203", "comfort_wheelchair": "122218", "hoist": "123603", "turning": "123103",
	"care_bed": "181210", "pressure_mattress": "043306", "shower_stool": "093307", "raised_toilet_seat": "091218", "commode": "091203", "alarm": "222718",
}

func (w twin) startingWith(prefix string) []rettidig.Aid {
	return w.loans(func(a rettidig.Aid) bool { return strings.HasPrefix(codes.Canonical(a.ISO), prefix) })
}

// pauses are the days from each day with a loan to the next one.
func (w twin) pauses() (out []float64) {
	last := rettidig.NoDay
	for d := w.t - 3000; d < w.t; d++ {
		if slices.ContainsFunc(w.aids, func(a rettidig.Aid) bool { return a.Lent == d }) {
			if last != rettidig.NoDay {
				out = append(out, float64(d-last))
			}
			last = d
		}
	}
	return out
}

// most returns the largest number of loans that share what is asked of them.
func most(loans []rettidig.Aid, key func(rettidig.Aid) rettidig.Day) float64 {
	n := map[rettidig.Day]float64{}
	best := 0.0
	for _, a := range loans {
		n[key(a)]++
		best = max(best, n[key(a)])
	}
	return best
}

func price(loans []rettidig.Aid) float64 {
	sum := 0.0
	for _, a := range loans {
		sum += float64(a.Price)
	}
	if sum == 0 {
		return nan
	}
	return sum
}

func underLaw(loans []rettidig.Aid, id string) float64 {
	told, n := 0, 0.0
	for _, a := range loans {
		if a.Paragraph != "" {
			told++
		}
		if a.Paragraph == map[string]string{"helper": "APV", "hospital": "140"}[id] {
			n++
		}
	}
	if told == 0 {
		return nan
	}
	return n
}

var twinAids = map[string]twinColumn{
	"aids_on_loan":           func(w twin, _ string, _ int) float64 { return count(w.out()) },
	"aids_days_since_latest": func(w twin, _ string, _ int) float64 { return w.newest(w.aids) },
	"aids_days_since_first":  func(w twin, _ string, _ int) float64 { return w.oldest(w.aids) },
	"aids_new_[n]":           func(w twin, _ string, n int) float64 { return count(w.within(n)) },
	"aids_ever":              func(w twin, _ string, _ int) float64 { return count(w.aids) },
	"aids_returned_[n]": func(w twin, _ string, n int) float64 {
		return count(w.loans(func(a rettidig.Aid) bool { return back(a) && a.Returned >= w.t-rettidig.Day(n) }))
	},
	"aids_mean_days": func(w twin, _ string, _ int) float64 {
		var days []float64
		for _, a := range w.aids {
			until := w.t
			if back(a) {
				until = max(a.Lent, a.Returned)
			}
			days = append(days, float64(until-a.Lent))
		}
		return stat.Mean(days, nil) // 0/0 is NaN, as it should be
	},
	"aids_acceleration": func(w twin, _ string, _ int) float64 {
		return 2*count(w.within(180)) - count(w.within(360))
	},
	"aids_classes": func(w twin, _ string, _ int) float64 {
		kinds := map[string]bool{}
		for _, a := range w.aids {
			kinds[codes.Canonical(a.ISO)] = true
		}
		return float64(len(kinds))
	},
	"aids_short_loans": func(w twin, _ string, _ int) float64 {
		return count(w.loans(func(a rettidig.Aid) bool { return back(a) && a.Returned <= a.Lent+30 }))
	},
	"aids_between_[id]": func(w twin, id string, _ int) float64 {
		p := w.pauses()
		switch {
		case len(p) == 0:
			return nan
		case id == "latest":
			return p[len(p)-1]
		case id == "mean":
			return stat.Mean(p, nil)
		}
		return slices.Min(p)
	},
	"aids_rate_change": func(w twin, _ string, _ int) float64 {
		first := w.oldest(w.aids)
		if !(first >= 365) {
			return nan
		}
		late := count(w.within(180))
		return late/180*365 - (count(w.aids)-late)/(first-180)*365
	},
	"aids_burst_30_[w]": func(w twin, _ string, n int) float64 {
		loans := w.aids
		if n > 0 {
			loans = w.within(n)
		}
		best := 0.0
		for _, first := range loans {
			best = max(best, count(slices.DeleteFunc(slices.Clone(loans), func(a rettidig.Aid) bool { return a.Lent < first.Lent || a.Lent > first.Lent+29 })))
		}
		return best
	},
	"aids_relent": func(w twin, _ string, _ int) float64 {
		again := map[string]bool{}
		for i, a := range w.aids {
			for _, b := range w.aids[i+1:] {
				if back(a) && a.Lent < b.Lent && a.Returned <= b.Lent && codes.Canonical(a.ISO) == codes.Canonical(b.ISO) {
					again[codes.Canonical(a.ISO)] = true
				}
			}
		}
		return float64(len(again))
	},
	"aids_most_lent_on_a_day_365": func(w twin, _ string, _ int) float64 {
		return most(w.within(365), func(a rettidig.Aid) rettidig.Day { return a.Lent })
	},
	"aids_most_returned_on_a_day_365": func(w twin, _ string, _ int) float64 {
		return most(w.loans(func(a rettidig.Aid) bool { return back(a) && w.t-a.Returned <= 365 }), func(a rettidig.Aid) rettidig.Day { return a.Returned })
	},
	"[id]_on_loan": func(w twin, id string, _ int) float64 {
		return count(slices.DeleteFunc(w.ofConcept(twinConcepts[id]), back))
	},
	"[id]_days_since_latest": func(w twin, id string, _ int) float64 { return w.newest(w.ofConcept(twinConcepts[id])) },
	"[id]_new_365": func(w twin, id string, _ int) float64 {
		return count(slices.DeleteFunc(w.ofConcept(twinConcepts[id]), func(a rettidig.Aid) bool { return w.age(a) > 365 }))
	},
	"[id]_returned": func(w twin, id string, _ int) float64 {
		return count(slices.DeleteFunc(w.ofConcept(twinConcepts[id]), func(a rettidig.Aid) bool { return !back(a) }))
	},
	"[id]_position": func(w twin, id string, _ int) float64 {
		own := w.oldest(w.ofConcept(twinConcepts[id]))
		if math.IsNaN(own) {
			return nan
		}
		n := 1.0
		for _, c := range twinConcepts {
			if w.oldest(w.ofConcept(c)) > own {
				n++
			}
		}
		return n
	},
	"[id]_days_since_first": func(w twin, id string, _ int) float64 { return w.oldest(w.startingWith(twinClasses[id])) },
	"[id]_pull": func(w twin, id string, _ int) float64 {
		iso, relatives := twinClasses[id], 0.0
		for _, c := range codes.Classes() {
			if strings.HasPrefix(c.ISO, iso[:4]) && len(c.ISO) == 6 {
				relatives++
			}
		}
		n, k := count(w.startingWith(iso[:4])), count(w.startingWith(iso))
		return n * (k + 1/relatives) / (n + 1)
	},
	"aids_for_[id]":         func(w twin, id string, _ int) float64 { return underLaw(w.out(), id) },
	"aids_new_for_[id]_365": func(w twin, id string, _ int) float64 { return underLaw(w.within(365), id) },
	"aids_price_on_loan":    func(w twin, _ string, _ int) float64 { return price(w.out()) },
	"aids_price_365":        func(w twin, _ string, _ int) float64 { return price(w.within(365)) },
}

// ---- help

// monday of the week that ended k weeks before the last Sunday before t.
func (w twin) monday(k int) rettidig.Day {
	sunday := w.t - 1
	for sunday.Time().Weekday() != time.Sunday {
		sunday--
	}
	return sunday - 6 - rettidig.Day(7*k)
}

func (w twin) week(k int) (rows []rettidig.ServiceWeek) {
	monday := w.monday(k)
	for _, s := range w.weeks {
		if s.Week == monday {
			rows = append(rows, s)
		}
	}
	return rows
}

var twinHelp = map[string]codes.Concept{"help": codes.ServicesOverall, "personal": codes.PersonalCare, "practical": codes.PracticalHelp, "nursing": codes.Nursing, "rehabilitation": codes.Rehabilitation}

func (w twin) rows(id string, k int) (out []rettidig.ServiceWeek) {
	for _, s := range w.week(k) {
		if service, _ := codes.ServiceOf(s.Code); id == "help" || service.Concept == twinHelp[id] {
			out = append(out, s)
		}
	}
	return out
}

// minutes are those a week of the weeks from, ..., to-1, counted back from the last known one.
func (w twin) minutes(id string, from, to int) float64 {
	sum := 0.0
	for k := from; k < to; k++ {
		for _, s := range w.rows(id, k) {
			sum += float64(s.Minutes)
		}
	}
	return sum / float64(to-from)
}

func (w twin) slope(id string, n int) float64 {
	x, y := make([]float64, n), make([]float64, n)
	for k := range n {
		x[k], y[k] = float64(-k), w.minutes(id, k, k+1)
	}
	_, beta := stat.LinearRegression(x, y, nil, false)
	return beta
}

// letters writes one letter for each of n weeks, oldest first: x with help, . without.
func (w twin) letters(id string, n int) string {
	var b strings.Builder
	for k := n - 1; k >= 0; k-- {
		if len(w.rows(id, k)) > 0 {
			b.WriteByte('x')
		} else {
			b.WriteByte('.')
		}
	}
	return b.String()
}

const longAgo = 220 // weeks: more than a history has

// covid tells whether one of the weeks from, ..., to-1 is one of those that cannot be compared for this kind of help.
func (w twin) covid(id string, from, to int) bool {
	for k := from; k < to; k++ {
		year, week := w.monday(k).ISOWeek()
		if year == 2020 && week >= 11 && week <= 27 && (id == "help" || id == "practical") {
			return true
		}
	}
	return false
}

// kinds are the different services of the weeks from, ..., to-1, as the codes of 2025 have them.
func (w twin) kinds(from, to int) map[string]bool {
	kinds := map[string]bool{}
	for k := from; k < to; k++ {
		for _, s := range w.week(k) {
			service, _ := codes.ServiceOf(s.Code)
			if service.Successor != "" {
				service.Code = service.Successor
			}
			kinds[service.Code] = true
		}
	}
	return kinds
}

// split is the best one by trying all, in whole numbers: minutes are whole here.
func (w twin) split(id string) (before, after float64, weeks int) {
	var y [26]int64
	var sum, squares int64
	for k := range y {
		y[k] = int64(w.minutes(id, 25-k, 26-k))
		sum += y[k]
		squares += y[k] * y[k]
	}
	before, after = float64(sum)/26, float64(sum)/26
	var num, den int64 = 0, 1
	for k := 4; k <= 22; k++ {
		var head int64
		for _, v := range y[:k] {
			head += v
		}
		d := int64(k)*(sum-head) - int64(26-k)*head
		if n, m := d*d, int64(k*(26-k)); n > 0 && n*den >= num*m {
			num, den, weeks = n, m, 26-k
			before, after = float64(head)/float64(k), float64(sum-head)/float64(26-k)
		}
	}
	if 2*num < (26*squares-sum*sum)*den {
		weeks = 0
	}
	return before, after, weeks
}

// winter is how many weeks ago the latest whole winter ended, 0 being the last known week.
func (w twin) winter() int {
	for k := 0; ; k++ {
		begin := w.monday(k + 12)
		if december := rettidig.DayOf((begin + 6).Time().Year(), time.December, 1); december >= begin && december <= begin+6 {
			return k
		}
	}
}

func (w twin) begun(k int) bool {
	for _, s := range w.weeks {
		if s.Week <= w.monday(k) {
			return true
		}
	}
	return false
}

type twinStay struct{ empty, since int }

// stays reads them off the letters.
func (w twin) stays() (out []twinStay) {
	year := w.letters("help", 52)
	for _, m := range regexp.MustCompile(`x(\.+)`).FindAllStringSubmatchIndex(year, -1) {
		from, to := m[2], m[3] // of the dots
		if to == len(year) || to-from < 2 || to-from > 12 || w.covid("help", 52-to, 52-from) {
			continue
		}
		out = append(out, twinStay{to - from, 51 - to})
	}
	return out
}

func ofStays(value func(w twin, latest twinStay, all []twinStay) float64) twinColumn {
	return func(w twin, _ string, _ int) float64 {
		all := w.stays()
		if len(all) == 0 {
			return nan
		}
		return value(w, all[len(all)-1], all)
	}
}

// recent are the letters of the last n weeks, from the first week with help on.
func (w twin) recent(n int) (string, bool) {
	all := w.letters("help", longAgo)
	first := strings.IndexByte(all, 'x')
	if first < 0 {
		return "", false
	}
	return all[max(first, longAgo-n):], true
}

var twinServices = map[string]twinColumn{
	"[id]_minutes_[w]": func(w twin, id string, n int) float64 { return w.minutes(id, 0, n) },
	"[id]_visits_[w]": func(w twin, id string, n int) float64 {
		sum := 0.0
		for k := range n {
			for _, s := range w.rows(id, k) {
				sum += float64(s.Count)
			}
		}
		return sum / float64(n)
	},
	"[id]_weeks_since_first": func(w twin, id string, _ int) float64 {
		if first := strings.IndexByte(w.letters(id, longAgo), 'x'); first >= 0 {
			return float64(longAgo - 1 - first)
		}
		return nan
	},
	"[id]_weeks_since_latest": func(w twin, id string, _ int) float64 {
		if latest := strings.LastIndexByte(w.letters(id, longAgo), 'x'); latest >= 0 {
			return float64(longAgo - 1 - latest)
		}
		return nan
	},
	"[id]_share_12w":    func(w twin, id string, _ int) float64 { return w.minutes(id, 0, 12) / w.minutes("help", 0, 12) },
	"help_services_[w]": func(w twin, _ string, n int) float64 { return float64(len(w.kinds(0, n))) },
	"help_new_services_12w": func(w twin, _ string, _ int) float64 {
		n, before := 0.0, w.kinds(12, 52)
		for k := range w.kinds(0, 12) {
			if !before[k] {
				n++
			}
		}
		return n
	},
	"medicine_[w]": func(w twin, _ string, n int) float64 {
		for k := range n {
			for _, s := range w.week(k) {
				if s.Code == "G1.20" {
					return 1
				}
			}
		}
		return 0
	},
	"[id]_slope_26w": unlessCovid(26, func(w twin, id string) float64 { return w.slope(id, 26) }),
	"[id]_slope_12w": unlessCovid(12, func(w twin, id string) float64 { return w.slope(id, 12) }),
	"[id]_change_4w": unlessCovid(16, func(w twin, id string) float64 { return w.minutes(id, 0, 4) - w.minutes(id, 4, 16) }),
	"[id]_shift_26w": unlessCovid(26, func(w twin, id string) float64 {
		before, after, _ := w.split(id)
		return after - before
	}),
	"[id]_shift_share_26w": unlessCovid(26, func(w twin, id string) float64 {
		before, after, _ := w.split(id)
		return (after - before) / max(after, before)
	}),
	"[id]_shift_weeks_26w": unlessCovid(26, func(w twin, id string) float64 {
		if _, _, weeks := w.split(id); weeks > 0 {
			return float64(weeks)
		}
		return nan
	}),
	"[id]_change_year": func(w twin, id string, _ int) float64 {
		if w.covid(id, 0, 12) || w.covid(id, 52, 64) || !w.begun(63) {
			return nan
		}
		return w.minutes(id, 0, 12) - w.minutes(id, 52, 64)
	},
	"[id]_change_winter": func(w twin, id string, _ int) float64 {
		k := w.winter()
		if w.covid(id, k, k+26) || !w.begun(k+25) {
			return nan
		}
		return w.minutes(id, k, k+13) - w.minutes(id, k+13, k+26)
	},
	"help_gap_weeks_[w]": func(w twin, _ string, n int) float64 {
		recent, ok := w.recent(n)
		if !ok {
			return nan
		}
		return float64(strings.Count(recent, "."))
	},
	"help_gaps_[w]": func(w twin, _ string, n int) float64 {
		recent, ok := w.recent(n)
		if !ok {
			return nan
		}
		return float64(len(strings.FieldsFunc(recent, func(r rune) bool { return r == 'x' })))
	},
	"help_stays_52w": func(w twin, _ string, _ int) float64 {
		if len(w.weeks) == 0 {
			return nan
		}
		return count(w.stays())
	},
	"help_stay_longest_52w": ofStays(func(_ twin, _ twinStay, all []twinStay) float64 {
		return float64(slices.MaxFunc(all, func(a, b twinStay) int { return a.empty - b.empty }).empty)
	}),
	"help_weeks_since_stay": ofStays(func(_ twin, latest twinStay, _ []twinStay) float64 { return float64(latest.since) }),
	"help_higher_after_stay": ofStays(func(w twin, latest twinStay, _ []twinStay) float64 {
		after := w.minutes("help", max(0, latest.since-3), latest.since+1)
		from := latest.since + latest.empty + 1
		to := from + 4
		for !w.begun(to - 1) {
			to--
		}
		return after - w.minutes("help", from, to)
	}),
}

func unlessCovid(n int, value func(w twin, id string) float64) twinColumn {
	return func(w twin, id string, _ int) float64 {
		if w.covid(id, 0, n) {
			return nan
		}
		return value(w, id)
	}
}

// ---- training, screenings, abilities, the citizen

// coursesByHand cuts the sessions at every silence and every closing status, and keeps what is over.
func (w twin) coursesByHand() (over [][]rettidig.Session) {
	var runs [][]rettidig.Session
	closed := func(a, b rettidig.Day) bool {
		return slices.ContainsFunc(w.closings, func(s rettidig.StatusChange) bool { return s.Date >= a && s.Date < b })
	}
	for _, s := range w.sessions {
		if s.Cancelled {
			continue
		}
		if n := len(runs); n > 0 {
			last := runs[n-1][len(runs[n-1])-1].Date
			if s.Date <= last+56 && !closed(last, s.Date) {
				runs[n-1] = append(runs[n-1], s)
				continue
			}
		}
		runs = append(runs, []rettidig.Session{s})
	}
	for i, c := range runs {
		last := c[len(c)-1].Date
		if i < len(runs)-1 || last < w.t-56 || closed(last, w.t) {
			over = append(over, c)
		}
	}
	return over
}

func inTime(c []rettidig.Session) float64 {
	return count(slices.DeleteFunc(slices.Clone(c), func(s rettidig.Session) bool { return s.Date > c[0].Date+112 }))
}

// change is the follow-up less the baseline of a score.
func (w twin) change(c []rettidig.Session, score func(rettidig.Screening) float64) float64 {
	var base, follow *rettidig.Screening
	for i := range w.screenings {
		s := &w.screenings[i]
		if s.Date >= c[0].Date-56 && s.Date <= c[0].Date && !math.IsNaN(score(*s)) {
			base = s
		}
	}
	for i := range w.screenings {
		s := &w.screenings[i]
		if base != nil && s.Date > c[0].Date && !math.IsNaN(score(*s)) && s.Date-base.Date >= 56 && s.Date-base.Date <= 126 && s.Date <= c[len(c)-1].Date+28 {
			follow = s
		}
	}
	if follow == nil {
		return nan
	}
	return score(*follow) - score(*base)
}

func need(s rettidig.Screening) float64    { return s.Need }
func ability(s rettidig.Screening) float64 { return s.Ability }

func ofCourse(value func(w twin, c []rettidig.Session) float64) twinColumn {
	return func(w twin, _ string, _ int) float64 {
		over := w.coursesByHand()
		if len(over) == 0 {
			return nan
		}
		return value(w, over[len(over)-1])
	}
}

func (w twin) done() []rettidig.Session {
	return slices.DeleteFunc(slices.Clone(w.sessions), func(s rettidig.Session) bool { return s.Cancelled })
}

// cancelledIn are the cancelled sessions of a course: from its first session to 56 days after its last, and before the
// next course begins.
func (w twin) cancelledIn(c []rettidig.Session) float64 {
	first, last := c[0].Date, c[len(c)-1].Date
	next := w.t
	for _, s := range w.done() {
		if s.Date > last {
			next = min(next, s.Date)
		}
	}
	return count(slices.DeleteFunc(slices.Clone(w.sessions), func(s rettidig.Session) bool {
		return !s.Cancelled || s.Date < first || s.Date > last+56 || s.Date >= next
	}))
}

var twinTraining = map[string]twinColumn{
	"training_courses": func(w twin, _ string, _ int) float64 { return count(w.coursesByHand()) },
	"training_completed_before": func(w twin, _ string, _ int) float64 {
		over := w.coursesByHand()
		if len(over) == 0 {
			return nan
		}
		return flag(slices.ContainsFunc(over, func(c []rettidig.Session) bool { return inTime(c) >= 16 }))
	},
	"training_sessions_done": func(w twin, _ string, _ int) float64 { return count(w.done()) },
	"training_share_cancelled": func(w twin, _ string, _ int) float64 {
		return (count(w.sessions) - count(w.done())) / count(w.sessions)
	},
	"training_days_since_last": func(w twin, _ string, _ int) float64 {
		done := w.done()
		if len(done) == 0 {
			return nan
		}
		return float64(w.t - done[len(done)-1].Date)
	},
	"training_best_need_change": func(w twin, _ string, _ int) float64 {
		best := math.Inf(1)
		for _, c := range w.coursesByHand() {
			if d := w.change(c, need); d < best {
				best = d
			}
		}
		if math.IsInf(best, 1) {
			return nan
		}
		return best
	},
	"training_last_sessions": ofCourse(func(_ twin, c []rettidig.Session) float64 { return count(c) }),
	"training_last_days":     ofCourse(func(_ twin, c []rettidig.Session) float64 { return float64(c[len(c)-1].Date-c[0].Date) + 1 }),
	"training_last_share_cancelled": ofCourse(func(w twin, c []rettidig.Session) float64 {
		n := w.cancelledIn(c)
		return n / (n + count(c))
	}),
	"training_last_completed": ofCourse(func(w twin, c []rettidig.Session) float64 {
		base, final := rettidig.NoDay, false
		for _, s := range w.screenings {
			if s.Date >= c[0].Date-56 && s.Date <= c[0].Date {
				base = s.Date
			}
		}
		for _, s := range w.screenings {
			final = final || base != rettidig.NoDay && s.Date > c[0].Date && s.Date >= base+70 && s.Date <= base+112
		}
		return flag(final && inTime(c) >= 16)
	}),
	"training_last_need_change":    ofCourse(func(w twin, c []rettidig.Session) float64 { return w.change(c, need) }),
	"training_last_ability_change": ofCourse(func(w twin, c []rettidig.Session) float64 { return w.change(c, ability) }),
	"training_days_since_course":   ofCourse(func(w twin, c []rettidig.Session) float64 { return float64(w.t - c[len(c)-1].Date) }),
}

// latest is the last screening, if it is at most 120 days old.
func ofScreening(value func(w twin, latest rettidig.Screening, earlier []rettidig.Screening) float64) twinColumn {
	return func(w twin, _ string, _ int) float64 {
		n := len(w.screenings)
		if n == 0 || w.t-w.screenings[n-1].Date > 120 {
			return nan
		}
		latest := w.screenings[n-1]
		return value(w, latest, slices.DeleteFunc(slices.Clone(w.screenings), func(s rettidig.Screening) bool { return s.Date == latest.Date }))
	}
}

// since takes from the latest score the last earlier one.
func sinceEarlier(score func(rettidig.Screening) float64) twinColumn {
	return ofScreening(func(_ twin, latest rettidig.Screening, earlier []rettidig.Screening) float64 {
		with := slices.DeleteFunc(earlier, func(s rettidig.Screening) bool { return math.IsNaN(score(s)) })
		if len(with) == 0 {
			return nan
		}
		return score(latest) - score(with[len(with)-1])
	})
}

var twinScreenings = map[string]twinColumn{
	"screening_need":           ofScreening(func(_ twin, s rettidig.Screening, _ []rettidig.Screening) float64 { return s.Need }),
	"screening_ability":        ofScreening(func(_ twin, s rettidig.Screening, _ []rettidig.Screening) float64 { return s.Ability }),
	"screening_days_since":     ofScreening(func(w twin, s rettidig.Screening, _ []rettidig.Screening) float64 { return float64(w.t - s.Date) }),
	"screening_need_change":    sinceEarlier(need),
	"screening_ability_change": sinceEarlier(ability),
	"screening_reason_[id]": func(w twin, id string, n int) float64 {
		return ofScreening(func(_ twin, s rettidig.Screening, _ []rettidig.Screening) float64 {
			return flag(s.NeedReason == id || s.AbilityReason == id)
		})(w, id, n)
	},
	"screenings_365": func(w twin, _ string, _ int) float64 {
		return count(slices.DeleteFunc(slices.Clone(w.screenings), func(s rettidig.Screening) bool { return s.Date < w.t-365 }))
	},
}

// levels are the levels of every series as known on the day some days back: of each of its abilities the latest
// assessment, unless a later one of the broad ability took its place.
func (w twin) levels(area string, ago int) map[string]float64 {
	level := map[string]float64{}
	for _, a := range codes.Abilities() {
		var latest *rettidig.Condition
		for i := range w.conditions {
			c := &w.conditions[i]
			if c.Code == a.Code && int(w.t-c.Date) > ago {
				latest = c
			}
		}
		if latest == nil || latest.Level < 0 || area != "" && a.Area != area {
			continue
		}
		replaced := false
		for i := range w.conditions {
			c := &w.conditions[i]
			other, _ := codes.AbilityOf(c.Code)
			replaced = replaced || other.Broad() && c.Code != a.Code && other.Series == a.Series && int(w.t-c.Date) > ago && rettidig.CompareConditions(*c, *latest) > 0
		}
		if old, ok := level[a.Series]; !replaced && (!ok || old < float64(latest.Level)) {
			level[a.Series] = float64(latest.Level)
		}
	}
	return level
}

var twinAreas = map[string]string{"care": "J1", "chores": "J2", "moving": "J3", "mental": "J4", "social": "J5"}

// risen are the changes of the series that have both levels.
func (w twin) risen(area string, ago int) (out []float64) {
	then := w.levels(area, ago)
	for series, now := range w.levels(area, 0) {
		if before, ok := then[series]; ok {
			out = append(out, now-before)
		}
	}
	return out
}

var twinAbilities = map[string]twinColumn{
	"ability_[id]": func(w twin, id string, _ int) float64 {
		worst := nan
		for _, l := range w.levels(twinAreas[id], 0) {
			if !(worst > l) {
				worst = l
			}
		}
		return worst
	},
	"ability_[id]_change_[w]": func(w twin, id string, n int) float64 { return stat.Mean(w.risen(twinAreas[id], n), nil) },
	"abilities_dependent": func(w twin, _ string, _ int) float64 {
		n, levels := 0.0, w.levels("", 0)
		for _, l := range levels {
			n += flag(l >= 2)
		}
		if len(levels) == 0 {
			return nan
		}
		return n
	},
	"abilities_worse_[w]": func(w twin, _ string, n int) float64 {
		risen := w.risen("", n)
		if len(risen) == 0 {
			return nan
		}
		return count(slices.DeleteFunc(risen, func(d float64) bool { return d <= 0 }))
	},
	"abilities_days_since": func(w twin, _ string, _ int) float64 {
		latest := nan
		for _, c := range w.conditions {
			if _, ok := codes.AbilityOf(c.Code); ok && !(latest < float64(w.t-c.Date)) {
				latest = float64(w.t - c.Date)
			}
		}
		return latest
	},
}

var twinCitizen = map[string]twinColumn{
	"age": func(w twin, _ string, _ int) float64 {
		// Every day of the year of life counts the same part of it.
		birth := w.citizen.Birth
		if birth == rettidig.NoDay || birth > w.t {
			return nan
		}
		years, from, to := rettidig.AgeAt(birth, w.t), w.t, w.t+1
		for from > birth && rettidig.AgeAt(birth, from-1) == years {
			from--
		}
		for rettidig.AgeAt(birth, to) == years {
			to++
		}
		return float64(years) + float64(w.t-from)/float64(to-from)
	},
	"female": func(w twin, _ string, _ int) float64 {
		return map[rettidig.Sex]float64{rettidig.Female: 1, rettidig.Male: 0, rettidig.SexUnknown: nan}[w.citizen.Sex]
	},
	"season_[id]": func(w twin, id string, _ int) float64 {
		months := map[string]string{"winter": "Dec Jan Feb", "spring": "Mar Apr May", "summer": "Jun Jul Aug", "autumn": "Sep Oct Nov"}[id]
		return flag(strings.Contains(months, w.t.Time().Month().String()[:3]))
	},
}

var twins = func() map[string]twinColumn {
	all := map[string]twinColumn{}
	for _, m := range []map[string]twinColumn{twinCitizen, twinAids, twinServices, twinTraining, twinScreenings, twinAbilities} {
		for declaration, f := range m {
			all[declaration] = f
		}
	}
	return all
}()

var inBrackets = strings.NewReplacer(`\[id\]`, `(?P<id>[a-z_]+)`, `\[w\]`, `(?P<w>[0-9a-z]+)`, `\[n\]`, `(?P<w>[0-9]+)`)

// ask asks the twin of a column; ok is false if it has none.
func (w twin) ask(f Feature) (value float64, ok bool) {
	answer, ok := twins[f.Declaration]
	if !ok {
		return nan, false
	}
	pattern := regexp.MustCompile("^" + inBrackets.Replace(regexp.QuoteMeta(f.Declaration)) + "$")
	words := pattern.FindStringSubmatch(f.ID)
	id, n := "", 0
	if at := pattern.SubexpIndex("id"); at > 0 {
		id = words[at]
	}
	if at := pattern.SubexpIndex("w"); at > 0 {
		n, _ = strconv.Atoi(strings.TrimRight(words[at], "dw"))
	}
	return answer(w, id, n), true
}

func TestEveryDeclarationHasATwin(t *testing.T) {
	declared := map[string]bool{}
	for _, f := range Catalogue() {
		declared[f.Declaration] = true
		assert.Contains(t, twins, f.Declaration, f.ID)
	}
	for d := range twins {
		assert.True(t, declared[d], "the twin %s has no declaration", d)
	}
}

func TestComputeAgreesWithItsSlowTwin(t *testing.T) {
	catalogue := Catalogue()
	rapid.Check(t, func(rt *rapid.T) {
		h, asOf := drawHistory(rt), drawDay(rt, "as of")
		row, w := computed(&h, asOf), newTwin(&h, asOf)
		for j, f := range catalogue {
			want, _ := w.ask(f)
			if got := row[j]; math.IsNaN(want) != math.IsNaN(got) || math.Abs(want-got) > 1e-9*max(1, math.Abs(want)) {
				rt.Fatalf("as of %s: %s is %v, the twin says %v", asOf, f.ID, got, want)
			}
		}
	})
}
