package features

import (
	"cmp"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// The language of testdata/*.history, one fact or one check on a line, # starts a comment:
//
//	citizen   born=DATE sex=f|m
//	aid       iso=CODE lent=DATE [returned=DATE] [known_returned=DATE] [paragraph=CODE] [price=KRONER]
//	service   week=2024-W05[..2024-W09] code=CODE minutes=N [step=N] [count=N]
//	screening date=DATE [need=N] [ability=N] [reason=CODE]
//	session   date=DATE [rating=N] [cancelled=yes] [every=DAYS times=N]
//	status    date=DATE status=NAME
//	condition date=DATE code=CODE level=N|not_relevant
//	at DATE   column=VALUE ...      VALUE "missing" is NaN; a number is met to the precision it is written in
//
// Every fact also takes [known=DATE] and [retracted=DATE]. Without known= it is known on the day it happened, a service
// week on its Sunday; retracted= is the day on which it was found to be wrong, and a correction is a second line, known
// from that day. A check sees the facts of the whole file, wherever it stands.
func TestHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.history")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 40)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".history"), func(t *testing.T) { runHistory(t, file) })
	}
}

func runHistory(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "# "), "%s: the first line tells the story", file)
	var h rettidig.History
	var checks []line
	n := 0
	for row := range strings.Lines(string(text)) {
		n++
		row, _, _ = strings.Cut(row, "#")
		if words := strings.Fields(row); len(words) > 0 {
			l := line{t: t, file: file, n: n, kind: words[0], args: words[1:], used: map[string]bool{}}
			if l.kind == "at" {
				checks = append(checks, l)
			} else {
				l.addTo(&h)
			}
		}
	}
	require.NotEmpty(t, checks, "%s checks nothing", file)
	h.Sort()
	for _, c := range checks {
		c.check(&h)
	}
}

type line struct {
	t    *testing.T
	file string
	n    int
	kind string
	args []string
	used map[string]bool
}

func (l line) addTo(h *rettidig.History) {
	known := func(def rettidig.Day) rettidig.Day { return l.day("known", def) }
	var wrong rettidig.Retraction
	if d := l.day("retracted", rettidig.NoDay); d.Valid() {
		wrong = rettidig.RetractedOn(d)
	}
	switch l.kind {
	case "citizen":
		h.Citizen = rettidig.Citizen{ID: "p0_test", Birth: l.day("born", rettidig.NoDay), Sex: map[string]rettidig.Sex{"f": rettidig.Female, "m": rettidig.Male}[l.get("sex")]}
	case "aid":
		lent, back := l.day("lent", rettidig.NoDay), l.day("returned", rettidig.NoDay)
		h.Aids = append(h.Aids, rettidig.Aid{ISO: l.get("iso"), Lent: lent, KnownLent: known(lent), Returned: back, KnownReturned: l.day("known_returned", back), Paragraph: l.get("paragraph"), Price: float32(l.number("price", 0)), Retracted: wrong})
	case "service":
		from, to, _ := strings.Cut(l.get("week"), "..")
		minutes := l.number("minutes", 0)
		for w := l.week(from); w <= l.week(cmp.Or(to, from)); w += 7 {
			h.Services = append(h.Services, rettidig.ServiceWeek{Code: l.get("code"), Week: w, Known: known(w + 6), Minutes: float32(minutes), Count: int32(l.number("count", 1)), Retracted: wrong})
			minutes += l.number("step", 0)
		}
	case "screening":
		d := l.day("date", rettidig.NoDay)
		h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: known(d), Need: l.number("need", math.NaN()), Ability: l.number("ability", math.NaN()), NeedReason: l.get("reason"), Retracted: wrong})
	case "session":
		for i := range int(l.number("times", 1)) {
			d := l.day("date", rettidig.NoDay) + rettidig.Day(i*int(l.number("every", 1)))
			h.Sessions = append(h.Sessions, rettidig.Session{Date: d, Known: known(d), Rating: int8(l.number("rating", 1)), Cancelled: l.get("cancelled") == "yes", Retracted: wrong})
		}
	case "status":
		d := l.day("date", rettidig.NoDay)
		h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: d, Known: known(d), Status: rettidig.Status(l.get("status")), Retracted: wrong})
	case "condition":
		d, level := l.day("date", rettidig.NoDay), float64(rettidig.NotRelevant)
		if l.get("level") != "not_relevant" {
			level = l.number("level", math.NaN())
		}
		h.Conditions = append(h.Conditions, rettidig.Condition{Code: l.get("code"), Level: int8(level), Date: d, Known: known(d), Retracted: wrong})
	default:
		l.fail("no such kind of line: " + l.kind)
	}
	for _, a := range l.args {
		if key, _, _ := strings.Cut(a, "="); !l.used[key] {
			l.fail("a " + l.kind + " has no " + key)
		}
	}
}

func (l line) check(h *rettidig.History) {
	asOf, err := rettidig.ParseDay(l.args[0])
	l.ok(err)
	row := make([]float64, Count())
	Compute(row, h, asOf)
	for _, a := range l.args[1:] {
		id, want, _ := strings.Cut(a, "=")
		if Index(id) < 0 {
			l.fail("no such column: " + id)
		}
		got := row[Index(id)]
		if want == "missing" {
			require.True(l.t, math.IsNaN(got), "%s:%d: at %s %s is %v, want missing", l.file, l.n, asOf, id, got)
			continue
		}
		w, err := strconv.ParseFloat(want, 64)
		l.ok(err)
		slack := 1e-9 // a whole number is meant exactly
		if _, decimals, ok := strings.Cut(want, "."); ok {
			slack = 0.5*math.Pow10(-len(decimals)) + 1e-9
		}
		require.InDelta(l.t, w, got, slack, "%s:%d: at %s %s", l.file, l.n, asOf, id)
	}
}

func (l line) get(key string) string {
	l.used[key] = true
	for _, a := range l.args {
		if v, ok := strings.CutPrefix(a, key+"="); ok {
			return v
		}
	}
	return ""
}

func (l line) number(key string, def float64) float64 {
	if l.get(key) == "" {
		return def
	}
	v, err := strconv.ParseFloat(l.get(key), 64)
	l.ok(err)
	return v
}

func (l line) day(key string, def rettidig.Day) rettidig.Day {
	if l.get(key) == "" {
		return def
	}
	d, err := rettidig.ParseDay(l.get(key))
	l.ok(err)
	return d
}

func (l line) week(s string) rettidig.Day {
	year, week, _ := strings.Cut(s, "-W")
	y, err := strconv.Atoi(year)
	l.ok(err)
	w, err := strconv.Atoi(week)
	l.ok(err)
	d, err := rettidig.MondayOf(y, w)
	l.ok(err)
	return d
}

func (l line) ok(err error) {
	if err != nil {
		l.fail(err.Error())
	}
}

func (l line) fail(why string) {
	l.t.Helper()
	l.t.Fatalf("%s:%d: %s", l.file, l.n, why)
}
