package pipeline

import (
	"container/heap"
	"math/rand/v2"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/model/validate"
)

// auditedRows is how many rows of the table the feature audit looks at. A leak that shows in no row of a
// sample of this size is in fewer than one row of a hundred with 87 % certainty.
const auditedRows = 200

// leaks plants the two leaks that only the feature code can have, a column that reads the future and one that reads
// facts before they were registered, and audits all columns on a sample of the rows. The sample is drawn while the rows
// go by: those with the smallest of numbers that follow from the seed and the row's place.
type leaks struct {
	ids     []string
	compute features.ComputeFunc
	planted [2][]float64
	seed    uint64
	rows    uint64
	sample  sample
}

func newLeaks(seed uint64) *leaks {
	l := &leaks{seed: seed}
	l.ids, l.compute = features.PlantedLeaks()
	return l
}

// add sees some more rows of the table, with the planted columns last in x.
func (l *leaks) add(part *Part, x [][]float64) {
	for k := range l.planted {
		l.planted[k] = append(l.planted[k], x[len(x)-2+k]...)
	}
	for i, r := range part.Rows {
		rank := rand.New(rand.NewPCG(l.seed^0x1eaf, l.rows)).Uint64()
		l.rows++
		if len(l.sample) == auditedRows {
			if rank >= l.sample[0].rank {
				continue
			}
			heap.Pop(&l.sample)
		}
		// A copy: the history's slices share their memory with the whole block's.
		heap.Push(&l.sample, audited{rank, clone(part.Of(i)), r.Index})
	}
}

func (l *leaks) probes() []validate.ExternalProbe {
	n := len(l.ids)
	named := make([]bool, n)
	slices.SortFunc(l.sample, func(a, b audited) int {
		if a.rank < b.rank {
			return -1
		}
		return 1
	})
	rng := rand.New(rand.NewPCG(l.seed, 0x1eaf))
	for _, a := range l.sample {
		for _, j := range features.Audit(&a.h, a.asOf, l.compute, n, rng) {
			named[j] = true
		}
	}
	alarms := 0
	for _, bad := range named[:n-2] {
		if bad {
			alarms++
		}
	}
	return []validate.ExternalProbe{
		{Name: "a feature from the future", Planted: l.planted[0], CaughtByAudit: named[n-2], FalseAlarms: alarms},
		{Name: "a fact registered late", Planted: l.planted[1], CaughtByAudit: named[n-1], FalseAlarms: alarms},
	}
}

type audited struct {
	rank uint64
	h    rettidig.History
	asOf rettidig.Day
}

// sample is a heap with the largest rank first.
type sample []audited

func (s sample) Len() int           { return len(s) }
func (s sample) Less(i, j int) bool { return s[i].rank > s[j].rank }
func (s sample) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *sample) Push(x any)        { *s = append(*s, x.(audited)) }
func (s *sample) Pop() any {
	last := len(*s) - 1
	x := (*s)[last]
	*s = (*s)[:last]
	return x
}

func clone(h *rettidig.History) rettidig.History {
	return rettidig.History{
		Citizen: h.Citizen, Aids: slices.Clone(h.Aids), Services: slices.Clone(h.Services), Screenings: slices.Clone(h.Screenings),
		Sessions: slices.Clone(h.Sessions), Statuses: slices.Clone(h.Statuses), Conditions: slices.Clone(h.Conditions),
	}
}
