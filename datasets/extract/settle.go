package extract

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
)

// delivery is all files together, while their rows are settled against each other.
type delivery struct {
	parts   []*part // by kind, content and name
	rank    []int   // of each part: 0 is the newest file
	people  []person
	number  [][]int32 // citizen of each part's citizen
	names   []string  // codes and classes, sorted
	renamed [][]int32 // name of each part's name
	extract rettidig.Day
	certain bool  // the extract date was told, not guessed
	strays  int64 // facts after a guessed extract date
	doubts  doubts
	report  *Report
}

// settle makes one table of each kind of fact from all files' rows, gives every row its fate, and fills the
// report.
func settle(parts []*part, report *Report, opt Options) *rettidig.Facts {
	slices.SortFunc(parts, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.head.kind, b.head.kind), cmp.Compare(a.report.SHA256, b.report.SHA256), cmp.Compare(a.report.Name, b.report.Name))
	})
	d := &delivery{parts: parts, report: report}
	d.spans()
	d.findExtractDate()
	d.rankFiles()
	d.joinPeople()
	d.joinNames()
	d.forgetTheFuture()

	f := &rettidig.Facts{}
	f.Aids = settleTable(d, func(p *part) []aidRec { return p.aids }, (*delivery).aidsOf)
	f.Services = settleTable(d, func(p *part) []careRec { return p.care }, (*delivery).careOf)
	f.Screenings = settleTable(d, func(p *part) []screenRec { return p.screens }, (*delivery).screensOf)
	f.Sessions = settleTable(d, func(p *part) []sessionRec { return p.sessions }, (*delivery).sessionsOf)
	f.Statuses = settleTable(d, func(p *part) []statusRec { return p.statuses }, (*delivery).statusesOf)
	d.citizens(f)
	d.finish(f, opt)
	return f
}

// joinNames numbers codes and classes alike in all files, in the order of their texts.
func (d *delivery) joinNames() {
	seen := map[string]bool{}
	for _, p := range d.parts {
		for _, n := range p.names {
			seen[n] = true
		}
	}
	d.names = slices.Sorted(maps.Keys(seen))
	d.renamed = make([][]int32, len(d.parts))
	for i, p := range d.parts {
		for _, n := range p.names {
			at, _ := slices.BinarySearch(d.names, n)
			d.renamed[i] = append(d.renamed[i], int32(at))
		}
	}
	for i, p := range d.parts {
		for j := range p.aids {
			p.aids[j].iso = d.renamed[i][p.aids[j].iso]
		}
		for j := range p.care {
			p.care[j].code = d.renamed[i][p.care[j].code]
			p.care[j].supplier = d.renamed[i][p.care[j].supplier]
		}
	}
}

// joinPeople makes one list of citizens, sorted by id.
func (d *delivery) joinPeople() {
	byID := map[rettidig.CitizenID]*person{}
	for _, p := range d.parts {
		for i := range p.people.all {
			from := &p.people.all[i]
			to, ok := byID[from.id]
			if !ok {
				one := person{id: from.id, sex: from.sex, birth: from.birth, cpr: from.cpr}
				to = &one
				byID[from.id] = to
			}
			to.said.female += from.said.female
			to.said.male += from.said.male
			for _, y := range from.said.years {
				to.said.addYear(y.year, y.rows)
			}
		}
	}
	ids := slices.Sorted(maps.Keys(byID))
	at := make(map[rettidig.CitizenID]int32, len(ids))
	d.people = make([]person, len(ids))
	for i, id := range ids {
		d.people[i] = *byID[id]
		at[id] = int32(i)
	}
	d.number = make([][]int32, len(d.parts))
	for i, p := range d.parts {
		d.number[i] = make([]int32, len(p.people.all))
		for j := range p.people.all {
			d.number[i][j] = at[p.people.all[j].id]
		}
	}
}

func (o *origin) at() *origin { return o }

type rec[T any] interface {
	*T
	at() *origin
}

// settleTable brings the rows of one table together by citizen and lets settleOne decide each citizen's.
func settleTable[T any, P rec[T], F any](d *delivery, of func(*part) []T, settleOne func(*delivery, []T) []F) []rettidig.Row[F] {
	start := make([]int, len(d.people)+1)
	total := 0
	for i, p := range d.parts {
		rows := of(p)
		total += len(rows)
		for j := range rows {
			o := P(&rows[j]).at()
			o.who, o.file = d.number[i][o.who], int16(i)
			start[o.who+1]++
		}
	}
	for i := range d.people {
		start[i+1] += start[i]
	}
	all := make([]T, total)
	next := slices.Clone(start)
	for _, p := range d.parts {
		rows := of(p)
		for j := range rows {
			who := P(&rows[j]).at().who
			all[next[who]] = rows[j]
			next[who]++
		}
	}
	out := make([]rettidig.Row[F], 0, total)
	for who := range d.people {
		if start[who] == start[who+1] {
			continue
		}
		for _, f := range settleOne(d, all[start[who]:start[who+1]]) {
			out = append(out, rettidig.Row[F]{Citizen: int32(who), Fact: f})
		}
	}
	return out
}

func (d *delivery) file(o *origin) *File { return &d.parts[o.file].report }

func (d *delivery) keep(o *origin) {
	if o.repaired {
		d.file(o).Rows.Repaired++
	} else {
		d.file(o).Rows.Kept++
	}
}

func (d *delivery) merge(o *origin, cause string) { d.file(o).Merged.add(cause, 1) }

// choose sorts the rows of one citizen into groups that tell of the same thing, and of each group keeps what
// the newest file says: see the package comment. The kept rows come back in the order of key and value.
func choose[T any, P rec[T]](d *delivery, rows []T, key, value func(a, b *T) int) []T {
	slices.SortFunc(rows, func(a, b T) int {
		oa, ob := P(&a).at(), P(&b).at()
		return cmp.Or(key(&a, &b), cmp.Compare(d.rank[oa.file], d.rank[ob.file]), value(&a, &b), cmp.Compare(oa.line, ob.line))
	})
	kept := rows[:0]
	first := 0 // of the group, in kept
	for i := range rows {
		r := rows[i] // a copy: kept grows over rows, but never beyond i
		o := P(&r).at()
		switch {
		case len(kept) == 0 || key(&kept[len(kept)-1], &r) != 0:
			first = len(kept)
		case slices.ContainsFunc(kept[first:], func(k T) bool { return value(&k, &r) == 0 }):
			d.merge(o, "duplicate")
			continue
		case d.rank[P(&kept[first]).at().file] != d.rank[o.file]:
			d.merge(o, "superseded")
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

func (d *delivery) aidsOf(rows []aidRec) []rettidig.Aid {
	kept := choose(d, rows,
		func(a, b *aidRec) int { return cmp.Or(cmp.Compare(a.lent, b.lent), cmp.Compare(a.iso, b.iso)) },
		func(a, b *aidRec) int { return cmp.Compare(a.returned, b.returned) })
	out := make([]rettidig.Aid, len(kept))
	for i := range kept {
		r := &kept[i]
		d.keep(&r.origin)
		out[i] = rettidig.Aid{ISO: d.names[r.iso], Lent: r.lent, Returned: r.returned, KnownLent: r.lent, KnownReturned: r.returned}
	}
	return out
}

// careOf also adds up what is left of one week and service: several suppliers, or several rows of one.
func (d *delivery) careOf(rows []careRec) []rettidig.ServiceWeek {
	kept := choose(d, rows,
		func(a, b *careRec) int {
			return cmp.Or(cmp.Compare(a.week, b.week), cmp.Compare(a.code, b.code), cmp.Compare(a.supplier, b.supplier))
		},
		func(a, b *careRec) int {
			return cmp.Or(cmp.Compare(a.minutes, b.minutes), cmp.Compare(a.count, b.count))
		})
	out := make([]rettidig.ServiceWeek, 0, len(kept))
	last := -1
	for i := range kept {
		r := &kept[i]
		if last >= 0 && kept[last].week == r.week && kept[last].code == r.code {
			d.merge(&r.origin, "added_up")
			sum := &out[len(out)-1]
			sum.Minutes = float32(float64(sum.Minutes) + float64(r.minutes))
			sum.Count += r.count
			continue
		}
		last = i
		d.keep(&r.origin)
		out = append(out, rettidig.ServiceWeek{Code: d.names[r.code], Week: r.week, Known: r.week + 6, Minutes: r.minutes, Count: r.count})
	}
	return out
}

func (d *delivery) screensOf(rows []screenRec) []rettidig.Screening {
	kept := choose(d, rows,
		func(a, b *screenRec) int { return cmp.Compare(a.fact.Date, b.fact.Date) },
		func(a, b *screenRec) int { return rettidig.CompareScreenings(a.fact, b.fact) })
	out := make([]rettidig.Screening, len(kept))
	for i := range kept {
		d.keep(&kept[i].origin)
		out[i] = kept[i].fact
	}
	return out
}

// sessionsOf keeps done and cancelled sessions apart: they come in different files.
func (d *delivery) sessionsOf(rows []sessionRec) []rettidig.Session {
	cancelled := func(r *sessionRec) int {
		if r.fact.Cancelled {
			return 1
		}
		return 0
	}
	kept := choose(d, rows,
		func(a, b *sessionRec) int {
			return cmp.Or(cmp.Compare(a.fact.Date, b.fact.Date), cmp.Compare(cancelled(a), cancelled(b)))
		},
		func(a, b *sessionRec) int { return rettidig.CompareSessions(a.fact, b.fact) })
	out := make([]rettidig.Session, len(kept))
	for i := range kept {
		d.keep(&kept[i].origin)
		out[i] = kept[i].fact
	}
	return out
}

func (d *delivery) statusesOf(rows []statusRec) []rettidig.StatusChange {
	kept := choose(d, rows,
		func(a, b *statusRec) int {
			return cmp.Or(cmp.Compare(a.fact.Date, b.fact.Date), strings.Compare(string(a.fact.Status), string(b.fact.Status)))
		},
		func(a, b *statusRec) int { return 0 })
	out := make([]rettidig.StatusChange, len(kept))
	for i := range kept {
		d.keep(&kept[i].origin)
		out[i] = kept[i].fact
	}
	return out
}
