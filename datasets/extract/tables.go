package extract

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
)

// tableOf is how rows of one kind of fact are settled against each other. T is the row, F the fact.
type tableOf[T, F any] struct {
	d     *delivery
	at    func(*T) *origin
	key   func(a, b *T) int // rows with the same key tell of the same thing; also the facts' order
	value func(a, b *T) int // what they say about it
	fact  func(*T) F
	add   func(*F, *T) bool // whether the row was added to the fact before it; may be nil

	list [][]T // the rows of all files, as chunks
	kept []*T
}

// place is where a row stands: chunk and place within it. Rows are large; only their places are sorted.
type place uint32

func (t *tableOf[T, F]) row(p place) *T { return &t.list[p>>chunkBits][p&(chunkSize-1)] }

// settle brings the rows of all files together by citizen, and returns the facts in their order. The rows
// are forgotten.
func (t *tableOf[T, F]) settle(of func(*part) *chunks[T]) []rettidig.Row[F] {
	d := t.d
	start := make([]int, len(d.people)+1)
	total := 0
	for i, p := range d.parts {
		of(p).each(func(r *T) {
			o := t.at(r)
			o.who, o.file = d.number[i][o.who], int16(i)
			if !o.gone {
				start[o.who+1]++
				total++
			}
		})
	}
	for i := range d.people {
		start[i+1] += start[i]
	}
	places := make([]place, total)
	next := slices.Clone(start)
	for _, p := range d.parts {
		for _, chunk := range of(p).list {
			for i := range chunk {
				if o := t.at(&chunk[i]); !o.gone {
					places[next[o.who]] = place(len(t.list)<<chunkBits | i)
					next[o.who]++
				}
			}
			t.list = append(t.list, chunk)
		}
		*of(p) = chunks[T]{}
	}
	out := make([]rettidig.Row[F], 0, total)
	for who := range d.people {
		first := len(out)
		for _, r := range t.choose(places[start[who]:start[who+1]]) {
			if t.add != nil && len(out) > first && t.add(&out[len(out)-1].Fact, r) {
				d.merge(t.at(r), "added_up")
				continue
			}
			d.keep(t.at(r))
			out = append(out, rettidig.Row[F]{Citizen: int32(who), Fact: t.fact(r)})
		}
	}
	return out
}

// choose groups the rows of one citizen by key and of each group keeps what the newest file says: see the
// package comment. The kept rows are in the order of key and value, and valid until the next call.
func (t *tableOf[T, F]) choose(rows []place) []*T {
	d := t.d
	slices.SortFunc(rows, func(i, j place) int {
		a, b := t.row(i), t.row(j)
		if c := t.key(a, b); c != 0 {
			return c
		}
		oa, ob := t.at(a), t.at(b)
		if c := cmp.Compare(d.rank[oa.file], d.rank[ob.file]); c != 0 {
			return c
		}
		return cmp.Or(t.value(a, b), cmp.Compare(oa.line, ob.line))
	})
	t.kept = t.kept[:0]
	group := 0 // where it starts in kept
	for _, i := range rows {
		r := t.row(i)
		switch {
		case len(t.kept) == 0 || t.key(t.kept[len(t.kept)-1], r) != 0:
			group = len(t.kept)
		case t.among(t.kept[group:], r):
			d.merge(t.at(r), "duplicate")
			continue
		case t.at(t.kept[group]).file != t.at(r).file:
			d.merge(t.at(r), "superseded")
			continue
		}
		t.kept = append(t.kept, r)
	}
	return t.kept
}

func (t *tableOf[T, F]) among(kept []*T, r *T) bool {
	for i := len(kept) - 1; i >= 0; i-- { // an equal row of the same file is the last
		if t.value(kept[i], r) == 0 {
			return true
		}
	}
	return false
}

func aidTable(d *delivery) *tableOf[aidRec, rettidig.Aid] {
	return &tableOf[aidRec, rettidig.Aid]{
		d:  d,
		at: func(r *aidRec) *origin { return &r.origin },
		key: func(a, b *aidRec) int {
			if a.lent != b.lent {
				return cmp.Compare(a.lent, b.lent)
			}
			return cmp.Compare(a.iso, b.iso)
		},
		value: func(a, b *aidRec) int {
			return cmp.Or(cmp.Compare(a.returned, b.returned), cmp.Compare(a.device, b.device), cmp.Compare(a.paragraph, b.paragraph), cmp.Compare(a.price, b.price))
		},
		fact: func(r *aidRec) rettidig.Aid {
			return rettidig.Aid{ISO: d.names[r.iso], Paragraph: d.names[r.paragraph], Price: r.price,
				Lent: r.lent, Returned: r.returned, KnownLent: r.lent, KnownReturned: r.returned}
		},
	}
}

// careTable also adds up what is left of one week and service: several suppliers, or several rows of one.
func careTable(d *delivery) *tableOf[careRec, rettidig.ServiceWeek] {
	return &tableOf[careRec, rettidig.ServiceWeek]{
		d:  d,
		at: func(r *careRec) *origin { return &r.origin },
		key: func(a, b *careRec) int {
			if a.week != b.week {
				return cmp.Compare(a.week, b.week)
			}
			if a.code != b.code {
				return cmp.Compare(a.code, b.code)
			}
			return cmp.Compare(a.supplier, b.supplier)
		},
		value: func(a, b *careRec) int {
			if a.minutes != b.minutes {
				return cmp.Compare(a.minutes, b.minutes)
			}
			return cmp.Compare(a.count, b.count)
		},
		fact: func(r *careRec) rettidig.ServiceWeek {
			return rettidig.ServiceWeek{Code: d.names[r.code], Week: r.week, Known: r.week + 6, Minutes: r.minutes, Count: r.count}
		},
		add: func(f *rettidig.ServiceWeek, r *careRec) bool {
			if f.Week != r.week || f.Code != d.names[r.code] {
				return false
			}
			f.Minutes = float32(float64(f.Minutes) + float64(r.minutes))
			f.Count += r.count
			return true
		},
	}
}

func screenTable(d *delivery) *tableOf[screenRec, rettidig.Screening] {
	return &tableOf[screenRec, rettidig.Screening]{
		d:     d,
		at:    func(r *screenRec) *origin { return &r.origin },
		key:   func(a, b *screenRec) int { return cmp.Compare(a.fact.Date, b.fact.Date) },
		value: func(a, b *screenRec) int { return rettidig.CompareScreenings(a.fact, b.fact) },
		fact:  func(r *screenRec) rettidig.Screening { return r.fact },
	}
}

// sessionTable keeps done and cancelled sessions apart: they come in different files.
func sessionTable(d *delivery) *tableOf[sessionRec, rettidig.Session] {
	cancelled := func(r *sessionRec) int {
		if r.fact.Cancelled {
			return 1
		}
		return 0
	}
	return &tableOf[sessionRec, rettidig.Session]{
		d:  d,
		at: func(r *sessionRec) *origin { return &r.origin },
		key: func(a, b *sessionRec) int {
			return cmp.Or(cmp.Compare(a.fact.Date, b.fact.Date), cmp.Compare(cancelled(a), cancelled(b)))
		},
		value: func(a, b *sessionRec) int { return rettidig.CompareSessions(a.fact, b.fact) },
		fact:  func(r *sessionRec) rettidig.Session { return r.fact },
	}
}

func statusTable(d *delivery) *tableOf[statusRec, rettidig.StatusChange] {
	return &tableOf[statusRec, rettidig.StatusChange]{
		d:  d,
		at: func(r *statusRec) *origin { return &r.origin },
		key: func(a, b *statusRec) int {
			return cmp.Or(cmp.Compare(a.fact.Date, b.fact.Date), strings.Compare(string(a.fact.Status), string(b.fact.Status)))
		},
		value: func(a, b *statusRec) int { return 0 },
		fact:  func(r *statusRec) rettidig.StatusChange { return r.fact },
	}
}
