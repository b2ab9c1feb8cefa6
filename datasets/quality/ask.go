package quality

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/datasets/extract"
)

const (
	mostAsks  = 40
	firstAsks = 7     // that the page puts first
	askShare  = 0.001 // of a file's rows: fewer are not worth a letter, unless they are askRows
	askRows   = 100
	mendShare = 0.05 // repairs are worth asking about from this share of the rows on
)

// harmless are causes that nobody has to do anything about.
var harmless = map[string]bool{"row_blank": true, "minutes_zero": true, "hmi_misc": true}

// asks lists what to ask the vendor for: first what stops the delivery from being used, then by the share of rows lost,
// then what was repaired. One cause is one thing to ask, in however many files it is.
func asks(q *Quality) []Ask {
	out := []Ask{}
	for _, f := range q.Findings {
		if f.Vendor {
			out = append(out, Ask{Code: f.Code, N: f.N, Where: []Place{}, Wrong: f.Text, Send: f.Do, WrongDA: cmp.Or(f.TextDA, f.Text), SendDA: f.DoDA, Level: f.Level})
		}
	}
	byCause := map[string]*Ask{}
	for i := range q.Extract.Files {
		f := &q.Extract.Files[i]
		askCauses(byCause, f, f.Quarantined, Doubt, askShare, askRows)
		askCauses(byCause, f, f.Dropped, Doubt, askShare, askRows)
		askCauses(byCause, f, f.Repairs, Know, mendShare, math.MaxInt64)
	}
	for _, cause := range sorted(byCause) {
		a := byCause[cause]
		slices.SortStableFunc(a.Where, func(x, y Place) int { return cmp.Or(cmp.Compare(y.Share, x.Share), cmp.Compare(y.N, x.N)) })
		out = append(out, *a)
	}
	if q.Comparison != nil {
		for _, c := range q.Comparison.Changes {
			told := c.Code == "months-gone" && slices.ContainsFunc(q.Findings, func(f Finding) bool {
				return f.Code == "months-missing" && f.From <= c.From && f.To >= c.To
			})
			if c.Vendor && !told {
				out = append(out, Ask{Code: c.Code, N: c.N, Where: []Place{}, Wrong: c.Text, Send: c.Do, WrongDA: c.TextDA, SendDA: c.DoDA, Level: c.Level})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Ask) int {
		return cmp.Or(cmp.Compare(levelRank[a.Level], levelRank[b.Level]), cmp.Compare(a.order(), b.order()),
			cmp.Compare(b.share(), a.share()), strings.Compare(a.Code, b.Code))
	})
	return out[:min(len(out), mostAsks)]
}

// asOrdered is what is asked first, of the same level: what a delivery cannot be used without, then what is missing, then
// rows lost (lostRows), then what is doubtful, then all else.
var asOrdered = []string{"cut-off", "care-implausible", "sources-do-not-join", "ids-do-not-join", "kind-gone", "kind-missing", "files-gone",
	"months-missing", "months-gone", "months-few", "files-fewer", "system-change", "begins-later", lostRows, "minutes-level", "citizens-gone",
	"ability-scale-mixed", "bulk-registration", "service-renamed", "class-renamed", "never-booked-back", "level-change", "made-apart"}

const lostRows = "rows of files"

// order is the place among what is asked. Rows of which a file loses less than one in a hundred come late.
func (a *Ask) order() int {
	code := a.Code
	if len(a.Where) > 0 && a.share() >= aside {
		code = lostRows
	}
	if i := slices.Index(asOrdered, code); i >= 0 {
		return i
	}
	return len(asOrdered)
}

// share is the largest of any file.
func (a *Ask) share() float64 {
	if len(a.Where) == 0 {
		return 0
	}
	return a.Where[0].Share
}

// askCauses adds a file to the asks about its causes.
func askCauses(byCause map[string]*Ask, f *extract.File, causes extract.Causes, level Level, share float64, rows int64) {
	for cause, n := range causes {
		part := float64(n) / float64(max(f.Rows.Read, 1))
		if harmless[cause] || part < share && n < rows {
			continue
		}
		a := byCause[cause]
		if a == nil {
			r := remedyFor(cause)
			a = &Ask{Code: cause, Wrong: cmp.Or(extract.Meaning(cause), cause), Send: r.send, WrongDA: r.wrongDA, SendDA: r.sendDA, Level: level}
			byCause[cause] = a
		}
		at := Place{File: f.Name, Kind: string(f.Kind), N: n, Share: part, Lines: []int{}}
		for _, e := range f.Examples[cause] {
			at.Lines = append(at.Lines, e.Line)
			at.Column = cmp.Or(at.Column, e.Column)
		}
		a.N += n
		a.Where = append(a.Where, at)
	}
}
