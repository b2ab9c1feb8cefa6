package quality

import (
	"cmp"
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

// asks lists what to ask the vendor for: first what stops the delivery from being used, then by the rows lost, then what
// was repaired.
func asks(q *Quality) []Ask {
	out := []Ask{}
	for _, f := range q.Findings {
		if f.Vendor {
			out = append(out, Ask{Code: f.Code, N: f.N, Wrong: f.Text, Send: f.Do, WrongDA: cmp.Or(f.TextDA, f.Text), SendDA: f.DoDA, Level: f.Level})
		}
	}
	for i := range q.Extract.Files {
		out = append(out, fileAsks(&q.Extract.Files[i])...)
	}
	if q.Comparison != nil {
		for _, c := range q.Comparison.Changes {
			if c.Vendor {
				out = append(out, Ask{Code: c.Code, Kind: c.Kind, N: c.N, Wrong: c.Text, Send: c.Do, WrongDA: c.TextDA, SendDA: c.DoDA, Level: c.Level})
			}
		}
	}
	rank := map[Level]int{Stop: 0, Doubt: 1, Know: 2}
	slices.SortStableFunc(out, func(a, b Ask) int {
		return cmp.Or(cmp.Compare(rank[a.Level], rank[b.Level]), cmp.Compare(b.Share, a.Share), cmp.Compare(b.N, a.N), strings.Compare(a.Code, b.Code))
	})
	return out[:min(len(out), mostAsks)]
}

// fileAsks are a file's causes.
func fileAsks(f *extract.File) (out []Ask) {
	add := func(causes extract.Causes, level Level, share float64, rows int64) {
		for cause, n := range causes {
			part := float64(n) / float64(max(f.Rows.Read, 1))
			if harmless[cause] || part < share && n < rows {
				continue
			}
			r := remedyFor(cause)
			a := Ask{Code: cause, File: f.Name, Kind: string(f.Kind), N: n, Share: part, Level: level, Lines: []int{},
				Wrong: cmp.Or(extract.Meaning(cause), cause), Send: r.send, WrongDA: r.wrongDA, SendDA: r.sendDA}
			for _, e := range f.Examples[cause] {
				a.Lines = append(a.Lines, e.Line)
				a.Column = cmp.Or(a.Column, e.Column)
			}
			out = append(out, a)
		}
	}
	add(f.Quarantined, Doubt, askShare, askRows)
	add(f.Dropped, Doubt, askShare, askRows)
	add(f.Repairs, Know, mendShare, 1<<62)
	slices.SortFunc(out, func(a, b Ask) int { return strings.Compare(a.Code, b.Code) })
	return out
}
