package cohort

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// day0 is day 0 of the histories below: Monday 1 January 2024, an index date of decline.
var day0 = rettidig.DayOf(2024, 1, 1)

// history reads the test language. A line is a day, counted from day0, and what happened on it; # begins a comment.
//
//	0   screening 10 2.0            need of help and physical ability; - is missing
//	3   session 16 every 4          sixteen sessions done, on day 3, 7, ...; without "16 every 4": one
//	5   cancelled 2 every 7
//	90  terminated                  or any other status
//	-9  aid 12060601 until 40       without "until": still out
//	-84 service H1.1 120 for 12     minutes a week in twelve weeks, from the week that holds the day
//	0   ability J3.8 2              assessed on level 2; - is not relevant
//	0   born -30000                 in days before the day
//
// At the end of a line, "known D" says that its facts were written down on day D only, and "retracted D" that they were
// found to be wrong on day D.
func history(t testing.TB, text string) rettidig.History {
	t.Helper()
	h := rettidig.History{Citizen: rettidig.Citizen{ID: "pdemo_a", Sex: rettidig.Female, Birth: rettidig.DayOf(1940, 7, 1), BirthYear: true}}
	for _, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if f := strings.Fields(line); len(f) > 0 {
			readLine(t, &h, line, f)
		}
	}
	h.Sort()
	return h
}

// readLine reads a line without, and then with, what it says about when it was known.
func readLine(t testing.TB, h *rettidig.History, line string, f []string) {
	t.Helper()
	known, retracted := rettidig.NoDay, rettidig.Retraction(0)
	for n := len(f); n > 3; n = len(f) {
		d, err := strconv.Atoi(f[n-1])
		if err != nil || f[n-2] != "known" && f[n-2] != "retracted" {
			break
		}
		if f[n-2] == "known" {
			known = day0 + rettidig.Day(d)
		} else {
			retracted = rettidig.RetractedOn(day0 + rettidig.Day(d))
		}
		f = f[:n-2]
	}
	one := rettidig.History{Citizen: h.Citizen}
	readFact(t, &one, line, f)
	later := func(d *rettidig.Day) {
		if known.Valid() && d.Valid() {
			*d = max(*d, known)
		}
	}
	for _, a := range one.Aids {
		later(&a.KnownLent)
		later(&a.KnownReturned)
		a.Retracted = retracted
		h.Aids = append(h.Aids, a)
	}
	for _, s := range one.Services {
		later(&s.Known)
		s.Retracted = retracted
		h.Services = append(h.Services, s)
	}
	for _, s := range one.Screenings {
		later(&s.Known)
		s.Retracted = retracted
		h.Screenings = append(h.Screenings, s)
	}
	for _, s := range one.Sessions {
		later(&s.Known)
		s.Retracted = retracted
		h.Sessions = append(h.Sessions, s)
	}
	for _, s := range one.Statuses {
		later(&s.Known)
		s.Retracted = retracted
		h.Statuses = append(h.Statuses, s)
	}
	for _, c := range one.Conditions {
		later(&c.Known)
		c.Retracted = retracted
		h.Conditions = append(h.Conditions, c)
	}
	h.Citizen = one.Citizen
}

func readFact(t testing.TB, h *rettidig.History, line string, f []string) {
	t.Helper()
	number := func(i int) int {
		require.Less(t, i, len(f), line)
		n, err := strconv.Atoi(f[i])
		require.NoError(t, err, line)
		return n
	}
	score := func(i int) float64 {
		if f[i] == "-" {
			return math.NaN()
		}
		x, err := strconv.ParseFloat(f[i], 64)
		require.NoError(t, err, line)
		return x
	}
	d := day0 + rettidig.Day(number(0))
	switch f[1] {
	case "screening":
		h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: d, Need: score(2), Ability: score(3)})
	case "session", "cancelled":
		n, every := 1, 0
		if len(f) > 2 {
			n, every = number(2), number(4)
		}
		s := rettidig.Session{Rating: 4}
		if f[1] == "cancelled" {
			s = rettidig.Session{Rating: 1, Cancelled: true}
		}
		for i := range n {
			s.Date = d + rettidig.Day(i*every)
			s.Known = s.Date
			h.Sessions = append(h.Sessions, s)
		}
	case "aid":
		a := rettidig.Aid{ISO: f[2], Lent: d, KnownLent: d, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}
		if len(f) > 3 {
			a.Returned = day0 + rettidig.Day(number(4))
			a.KnownReturned = a.Returned
		}
		h.Aids = append(h.Aids, a)
	case "service":
		n := 1
		if len(f) > 4 {
			n = number(5)
		}
		for i := range n {
			w := d.Monday() + rettidig.Day(7*i)
			h.Services = append(h.Services, rettidig.ServiceWeek{Code: f[2], Week: w, Known: w + 6, Minutes: float32(number(3)), Count: 1})
		}
	case "ability":
		c := rettidig.Condition{Code: f[2], Level: rettidig.NotRelevant, Date: d, Known: d}
		if f[3] != "-" {
			c.Level = int8(number(3))
		}
		h.Conditions = append(h.Conditions, c)
	case "born":
		h.Citizen.Birth = d + rettidig.Day(number(2))
	default:
		require.True(t, knownStatus(rettidig.Status(f[1])), line)
		h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: d, Known: d, Status: rettidig.Status(f[1])})
	}
}

// newCalendar is the calendar of a municipality of these citizens.
func newCalendar(hs []rettidig.History, extract rettidig.Day) calendar {
	c := NewCalendar(extract)
	c.Add(hs, 1)
	return c.sealed()
}

// only builds the cohort of one history and returns its Start rows.
func only(t testing.TB, h rettidig.History, target rettidig.Target, p Protocol, extract int) []Row {
	t.Helper()
	c, err := Build([]rettidig.History{h}, target, p, day0+rettidig.Day(extract))
	require.NoError(t, err)
	var out []Row
	for _, r := range c.Rows {
		if r.Landmark == Start {
			out = append(out, r)
		}
	}
	return out
}

// verdictText is a row as the tables below write it: outcome/cause, and the due day relative to day0.
func verdictText(r Row) (string, int) {
	return string(r.Outcome) + "/" + r.Cause, int(r.Matured - day0)
}
