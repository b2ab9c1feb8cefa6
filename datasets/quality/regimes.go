package quality

import (
	"slices"
	"strings"

	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/extract"
)

// regimeSlack is how many months a change may be found from where it was expected: the first rows of a new code come
// before, and the last of the old one after.
const regimeSlack = 3

// How a regime shows in the series of rows by month.
type shape int

const (
	takeover shape = iota // a code takes over from another
	appears               // a code comes into use
	jumps                 // a code's share of all of its group rises at once
	visits                // a code comes and goes
)

// rule is one change of codes to look for.
type rule struct {
	code, text string
	shape      shape
	series     string // the code that comes
	from       string // takeover: the code that goes; jumps: the beginning of the names of the group
	since      string // the break of datasets/codes that says when, or a month; empty: it depends on the municipality
}

var rules = []rule{
	{"paragraph-97-112", "Paragraph 97 gives way to 112 (reform of the municipalities)", takeover, "paragraph:112", "paragraph:97", "paragraph_97_112"},
	{"hoftepakke", "\"Hoftepakke\" is used as a paragraph", visits, "paragraph:Hoftepakke", "", "hoftepakke_2011"},
	{"apv-jump", "The share of loans for the helper's sake (APV) jumps", jumps, "paragraph:APV", "paragraph:", "apv_2012"},
	{"two-way-alarms", "Two-way alarms get a class of their own (22 27 18)", appears, "class:222718", "", "alarms_2013"},
	{"iso-in-paragraph", "ISO classes are typed in the paragraph column", visits, "paragraph:iso", "", "2018-01"},
	{"fsiii-suffix", "Services get the ending \"(FSIII)\"", takeover, "service:fsiii_suffix", "service:no_suffix", ""},
	{"aeldrelov", "Services of Ældreloven come into use", appears, "service:aeldrelov", "", "elderly_act_2025"},
}

// expected is the month in which the new way begins.
func (r rule) expected() Month {
	for _, b := range codes.Breaks() {
		if b.ID == r.since {
			return monthOfDay(b.Date)
		}
	}
	m, err := ParseMonth(r.since)
	if err != nil && r.since != "" {
		panic("quality: no break is called " + r.since)
	}
	return m
}

// series is rows by month, from the first month with any to the last.
type series struct {
	first Month
	rows  []int64
}

func (s series) at(m Month) int64 {
	if i := int(m - s.first); i >= 0 && i < len(s.rows) {
		return s.rows[i]
	}
	return 0
}

func (s series) last() Month { return s.first + Month(len(s.rows)) - 1 }

func (s series) sum() (n int64) {
	for _, r := range s.rows {
		n += r
	}
	return n
}

// seriesOf adds up the series of all files. Months that are none are passed over: the report checks what it writes.
func seriesOf(r *extract.Report) map[string]series {
	sums := map[string]map[Month]int64{}
	for i := range r.Files {
		for name, byMonth := range r.Files[i].Series {
			for text, n := range byMonth {
				m, err := ParseMonth(text)
				if err != nil || n <= 0 || m < month0 || m >= month0+months {
					continue
				}
				if sums[name] == nil {
					sums[name] = map[Month]int64{}
				}
				sums[name][m] += n
			}
		}
	}
	out := map[string]series{}
	for name, byMonth := range sums {
		first, last := month0+months, month0
		for m := range byMonth {
			first, last = min(first, m), max(last, m)
		}
		s := series{first: first, rows: make([]int64, last-first+1)}
		for m, n := range byMonth {
			s.rows[m-first] = n
		}
		out[name] = s
	}
	return out
}

// regimesOf looks for every rule, and lists the class numbers of older editions that are in use.
func regimesOf(all map[string]series) []Regime {
	out := []Regime{}
	for _, r := range rules {
		out = append(out, r.find(all))
	}
	for _, name := range slices.Sorted(keys(all)) {
		number, isClass := strings.CutPrefix(name, "class:")
		if !isClass || codes.Canonical(number) == number {
			continue
		}
		s := all[name]
		out = append(out, Regime{Code: "old-class-" + cpr.Hide(number), Text: "Class number " + cpr.Hide(number) + " of an older edition of ISO 9999 is in use",
			Expected: NoMonth, From: s.first, To: s.last(), Rows: s.sum(), Status: Found, Ends: true})
	}
	return out
}

func keys(m map[string]series) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// find looks for one change.
func (r rule) find(all map[string]series) Regime {
	g := Regime{Code: r.code, Text: r.text, Expected: r.expected(), From: NoMonth, To: NoMonth, Ends: r.shape == visits}
	group, _, _ := strings.Cut(r.series, ":")
	first, last := extent(all, group+":")
	s := all[r.series]
	g.Rows = s.sum()
	switch r.shape {
	case takeover:
		g.From = crossing(all[r.from], s)
	case appears:
		g.From = settles(s)
		if g.From.Valid() && g.From <= first+12 && first > g.Expected-regimeSlack {
			g.From = NoMonth // it was always there: the delivery begins later
		}
	case jumps:
		g.From = jump(all, r.series, r.from)
	case visits:
		g.From, g.To = bulk(s)
	}
	g.Status = statusOf(g.From, g.Expected, first, last)
	return g
}

func statusOf(found, expected, first, last Month) string {
	covered := first.Valid() && expected.Valid() && first <= expected-regimeSlack && last >= expected+regimeSlack
	switch {
	case found.Valid() && !expected.Valid():
		return Found
	case found.Valid() && found-expected <= regimeSlack && expected-found <= regimeSlack:
		return AsExpected
	case found.Valid():
		return Moved
	case covered:
		return Absent
	}
	return Outside
}

// extent is the first and last month of all series of a group.
func extent(all map[string]series, prefix string) (first, last Month) {
	first, last = NoMonth, NoMonth
	for name, s := range all {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		if !first.Valid() || s.first < first {
			first = s.first
		}
		last = max(last, s.last())
	}
	return first, last
}

// crossing is the month t that leaves the fewest rows on the wrong side: old ones from t on, new ones before. The
// earliest of equals. NoMonth if either has no rows, or if more than a fifth of the smaller one is on the wrong side: then
// one does not take over from the other.
func crossing(old, next series) Month {
	if len(old.rows) == 0 || len(next.rows) == 0 {
		return NoMonth
	}
	wrong := old.sum() // t before everything: all old rows are late
	best, fewest := NoMonth, int64(-1)
	for t := min(old.first, next.first); t <= max(old.last(), next.last())+1; t++ {
		if fewest < 0 || wrong < fewest {
			best, fewest = t, wrong
		}
		wrong += next.at(t) - old.at(t)
	}
	if 5*fewest > min(old.sum(), next.sum()) {
		return NoMonth
	}
	return best
}

// settles is the first month with at least a twentieth of a typical later month, so that a mistyped date moves nothing.
func settles(s series) Month {
	v := []float64(nil)
	for _, n := range s.rows {
		if n > 0 {
			v = append(v, float64(n))
		}
	}
	typical := median(v)
	for i, n := range s.rows {
		if n > 0 && float64(n) >= typical/20 {
			return s.first + Month(i)
		}
	}
	return NoMonth
}

// jump is the month from which the code's share of its group, over twelve months, is above that of the twelve months
// before by the most; NoMonth if that is not at least ten points.
func jump(all map[string]series, name, group string) Month {
	s := all[name]
	first, last := extent(all, group)
	if len(s.rows) == 0 {
		return NoMonth
	}
	n := int(last-first) + 1
	part, whole := make([]int64, n+1), make([]int64, n+1) // sums of all months before
	for i := range n {
		m := first + Month(i)
		total := int64(0)
		for other, o := range all {
			if strings.HasPrefix(other, group) && other != group+"none" {
				total += o.at(m)
			}
		}
		part[i+1], whole[i+1] = part[i]+s.at(m), whole[i]+total
	}
	share := func(a, b int) (float64, bool) {
		w := whole[b] - whole[a]
		return float64(part[b]-part[a]) / float64(max(w, 1)), w >= fewRows
	}
	best, most := NoMonth, 0.1
	for i := 12; i+12 <= n; i++ {
		before, ok1 := share(i-12, i)
		after, ok2 := share(i, i+12)
		if ok1 && ok2 && after-before > most {
			best, most = first+Month(i), after-before
		}
	}
	return best
}

// bulk is the span that holds all rows but the first and the last hundredth.
func bulk(s series) (from, to Month) {
	total := s.sum()
	if total == 0 {
		return NoMonth, NoMonth
	}
	from, to = NoMonth, NoMonth
	seen := int64(0)
	for i, n := range s.rows {
		if n == 0 {
			continue
		}
		if 100*(seen+n) > total && !from.Valid() {
			from = s.first + Month(i)
		}
		if 100*seen < 99*total {
			to = s.first + Month(i)
		}
		seen += n
	}
	return from, to
}
