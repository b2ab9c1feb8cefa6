package quality

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
)

// A made-up town in which nothing is wrong. 120 citizens get cleaning for 30 minutes and personal hygiene for 60 every
// week of four years; each borrows a rollator every fourth month and returns it after two; every second trains.
const townPeople = 120

var (
	townFrom = rettidig.DayOf(2021, 1, 4)   // a Monday
	townTo   = rettidig.DayOf(2024, 12, 30) // the extract date
)

func person(i int) rettidig.CitizenID { return rettidig.CitizenID(fmt.Sprintf("pk_%08d", i)) }

func town() []rettidig.History {
	hs := make([]rettidig.History, townPeople)
	for i := range hs {
		h := &hs[i]
		h.Citizen = rettidig.Citizen{ID: person(i), Sex: rettidig.Female, Birth: rettidig.DayOf(1940, 1, 1)}
		for w := townFrom; w+6 < townTo; w += 7 {
			h.Services = append(h.Services, week(w, "H1.1", 60, 3), week(w, "H1.8", 30, 1))
		}
		for d := townFrom + rettidig.Day(i); d < townTo; d += 120 {
			back := d + 60
			if back > townTo {
				back = rettidig.NoDay
			}
			h.Aids = append(h.Aids, loan("12060601", d, back))
		}
		if i%2 == 0 {
			for d := townFrom + rettidig.Day(i); d < townTo; d += 28 {
				h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: d, Need: 5, Ability: 2})
				h.Sessions = append(h.Sessions, rettidig.Session{Date: d + 1, Known: d + 1, Rating: 4})
			}
		}
		h.Sort()
	}
	return hs
}

func week(monday rettidig.Day, code string, minutes float32, visits int32) rettidig.ServiceWeek {
	return rettidig.ServiceWeek{Code: code, Week: monday, Known: monday + 6, Minutes: minutes, Count: visits}
}

func loan(iso string, lent, returned rettidig.Day) rettidig.Aid {
	return rettidig.Aid{ISO: iso, Lent: lent, Returned: returned, KnownLent: lent, KnownReturned: returned}
}

// townReport is the reader's report of the town.
func townReport() *extract.Report {
	return &extract.Report{Format: "rettidig-report/1", KeyID: "k", ExtractDate: townTo, ExtractDateFrom: extract.FromPreamble,
		Rows: extract.Rows{Read: 1000, Kept: 1000},
		Files: []extract.File{
			{Name: "aids.csv", SHA256: "a1", Kind: extract.A1, Container: "CSV", Encoding: extract.UTF8, Separator: "comma", HeaderLine: 3, Rows: extract.Rows{Read: 1000, Kept: 1000}},
			{Name: "care 1.csv", SHA256: "b1", Kind: extract.H1, Container: "CSV", Encoding: extract.UTF8, Separator: "comma", HeaderLine: 3, Rows: extract.Rows{Read: 30000, Kept: 30000},
				Mapping: []extract.ColumnUse{{Column: "service", Header: "Ydelse navn", How: "name"}}, Unread: []string{"Bemærkning"}},
			{Name: "care 2.csv", SHA256: "b2", Kind: extract.H1, Container: "CSV", Encoding: extract.Windows1252, Separator: "comma", HeaderLine: 3, Rows: extract.Rows{Read: 20000, Kept: 20000},
				Mapping: []extract.ColumnUse{{Column: "service", Header: "Ydelse navn", How: "name"}}},
		}}
}

// judge observes histories and finishes.
func judge(t testing.TB, hs []rettidig.History, r *extract.Report, prev *Quality) *Quality {
	t.Helper()
	o := NewObserver()
	for i := range hs {
		o.See(&hs[i])
	}
	q := o.Finish(r, prev)
	require.Equal(t, Format, q.Format)
	return q
}

// keep leaves the facts of a history that pass.
func keep[F any](facts []F, pass func(F) bool) []F {
	out := []F(nil)
	for _, f := range facts {
		if pass(f) {
			out = append(out, f)
		}
	}
	return out
}

// found is the finding of a code; the test fails if there is none.
func found(t testing.TB, q *Quality, code string) Finding {
	t.Helper()
	for _, f := range q.Findings {
		if f.Code == code {
			return f
		}
	}
	require.Failf(t, "finding missing", "no %s among %+v", code, q.Findings)
	return Finding{}
}
