package extract

import (
	"cmp"
	"maps"
	"slices"

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

	f := &rettidig.Facts{
		Aids:       aidTable(d).settle(func(p *part) *chunks[aidRec] { return &p.aids }),
		Services:   careTable(d).settle(func(p *part) *chunks[careRec] { return &p.care }),
		Screenings: screenTable(d).settle(func(p *part) *chunks[screenRec] { return &p.screens }),
		Sessions:   sessionTable(d).settle(func(p *part) *chunks[sessionRec] { return &p.sessions }),
		Statuses:   statusTable(d).settle(func(p *part) *chunks[statusRec] { return &p.statuses }),
	}
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
		p.aids.each(func(r *aidRec) { r.iso, r.paragraph = d.renamed[i][r.iso], d.renamed[i][r.paragraph] })
		p.care.each(func(r *careRec) { r.code, r.supplier = d.renamed[i][r.code], d.renamed[i][r.supplier] })
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

func (d *delivery) file(o *origin) *File { return &d.parts[o.file].report }

func (d *delivery) keep(o *origin) {
	if o.repaired {
		d.file(o).Rows.Repaired++
	} else {
		d.file(o).Rows.Kept++
	}
}

func (d *delivery) merge(o *origin, cause string) { d.file(o).Merged.add(cause, 1) }
