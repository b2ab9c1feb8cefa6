package quality

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

func jsonOf(t testing.TB, q *Quality) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, q.WriteJSON(&b))
	return b.String()
}

func TestObserversOfPartsMergeToTheObserverOfAll(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hs := anyTown(rt)
		whole := NewObserver()
		for i := range hs {
			whole.See(&hs[i])
		}
		parts := []*Observer{NewObserver(), NewObserver(), NewObserver()}
		for i := range hs {
			parts[rapid.IntRange(0, 2).Draw(rt, "part")].See(&hs[i])
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 1))
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		parts[0].Merge(parts[1])
		parts[0].Merge(parts[2])
		if got, want := jsonOf(t, parts[0].Finish(townReport(), nil)), jsonOf(t, whole.Finish(townReport(), nil)); got != want {
			rt.Fatalf("merged:\n%s\nin one:\n%s", got, want)
		}
		if parts[0].withLaw != whole.withLaw {
			rt.Fatalf("the loans with a paragraph differ")
		}
	})
}

func TestAnObserverGoesOnAfterAMerge(t *testing.T) {
	hs := town()
	whole, a, b := NewObserver(), NewObserver(), NewObserver()
	for i := range hs {
		whole.See(&hs[i])
	}
	a.See(&hs[0])
	for i := 1; i < 60; i++ {
		b.See(&hs[i])
	}
	a.Merge(b)
	for i := 60; i < len(hs); i++ {
		a.See(&hs[i])
	}
	assert.Equal(t, jsonOf(t, whole.Finish(townReport(), nil)), jsonOf(t, a.Finish(townReport(), nil)))
}

func TestMonthsCountRowsAndCitizensAsASlowCountDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hs := anyTown(rt)
		type key struct {
			kind string
			m    Month
		}
		rows, people := map[key]int64{}, map[key]map[rettidig.CitizenID]bool{}
		put := func(kind string, d rettidig.Day, id rettidig.CitizenID) {
			k := key{kind, monthOfDay(d)}
			rows[k]++
			if people[k] == nil {
				people[k] = map[rettidig.CitizenID]bool{}
			}
			people[k][id] = true
		}
		for _, h := range hs {
			for _, a := range h.Aids {
				put("aids", a.Lent, h.Citizen.ID)
				if a.Returned.Valid() {
					put("returns", a.Returned, h.Citizen.ID)
				}
			}
			for _, s := range h.Services {
				put("care", s.Week, h.Citizen.ID)
			}
			for _, s := range h.Sessions {
				put("sessions", s.Date, h.Citizen.ID)
			}
		}
		o := NewObserver()
		for i := range hs {
			o.See(&hs[i])
		}
		q := o.Finish(townReport(), nil)
		for k, n := range rows {
			got := q.coverage(k.kind).at(k.m)
			if got.Rows != n || got.Citizens != int64(len(people[k])) {
				rt.Fatalf("%s %s: %d rows and %d citizens, want %d and %d", k.kind, k.m, got.Rows, got.Citizens, n, len(people[k]))
			}
		}
		for _, kind := range []string{"aids", "returns", "care", "sessions"} {
			if c := q.coverage(kind); c != nil {
				for _, m := range c.Months {
					if rows[key{kind, m.Month}] != m.Rows {
						rt.Fatalf("%s %s: %d rows, want %d", kind, m.Month, m.Rows, rows[key{kind, m.Month}])
					}
				}
			}
		}
	})
}

func TestTheQualityDoesNotDependOnTheOrderOfCitizens(t *testing.T) {
	hs := town()
	first := jsonOf(t, judge(t, hs, townReport(), nil))
	rng := rand.New(rand.NewPCG(3, 3))
	rng.Shuffle(len(hs), func(i, j int) { hs[i], hs[j] = hs[j], hs[i] })
	assert.Equal(t, first, jsonOf(t, judge(t, hs, townReport(), nil)))
}

func TestNamesFromOutsideHoldNoNumberOfACitizen(t *testing.T) {
	r := townReport()
	r.Files[0].Name = "030338_1239.csv"
	r.Files[1].Unread = []string{"303381239"}
	hs := town()
	hs[0].Services[0].Code = "X:kontakt 030338 - 1239"
	q := judge(t, hs, r, nil)
	assert.NotContains(t, jsonOf(t, q), "1239")
	assert.Equal(t, "030338_1239.csv", r.Files[0].Name, "the reader's report is not changed")
}

func BenchmarkSee(b *testing.B) {
	hs := town()
	facts := 0
	for _, h := range hs {
		facts += len(h.Aids) + len(h.Services) + len(h.Screenings) + len(h.Sessions)
	}
	o := NewObserver()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		o.See(&hs[i%len(hs)])
	}
	b.ReportMetric(float64(facts)/float64(len(hs)), "facts/op")
}
