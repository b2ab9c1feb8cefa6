package klgateway

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
)

// Settle puts the versions of one citizen's resources in order, by the rules of the package comment. The records may
// come from any number of files in any order: the answer depends on what they say alone. It sets Retracted, and Date
// and Known where a version tells something new of an old resource, and returns the fate of each record: Kept if it is a
// fact (or was one until it was retracted), Merged if it repeats one, Dropped if it only says that others are wrong.
// Planned services are settled like delivered ones; a new end is a new version.
func Settle(records []Record) []Fate {
	fates := make([]Fate, len(records))
	order := make([]int, len(records))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareVersions(&records[i], &records[j]) })
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && records[order[to]].Resource == records[order[from]].Resource {
			to++
		}
		settleResource(records, fates, order[from:to])
		from = to
	}
	return fates
}

// compareVersions orders records by resource, moment, then what they say: the order of files does not matter.
func compareVersions(a, b *Record) int {
	return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Updated, b.Updated), cmp.Compare(boolInt(a.Void), boolInt(b.Void)),
		cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Code, b.Code), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Level, b.Level),
		cmp.Compare(a.End, b.End), cmp.Compare(a.Known, b.Known))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// told is what a version said, before Settle dated it.
type told struct {
	kind      Kind
	code      string
	level     int8
	date, end rettidig.Day
}

func tells(r *Record) told { return told{r.Kind, r.Code, r.Level, r.Date, r.End} }

// standing is a fact that the resource's versions so far have told and not taken back.
type standing struct {
	at      int // of the record
	said    told
	current bool // told by the latest version; an ability's earlier levels stand but are not
}

// settleResource settles one resource's records, in the order of their moments. Records of one moment are one version:
// a visit that delivered several services.
func settleResource(records []Record, fates []Fate, order []int) {
	var facts []standing
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && records[order[to]].Updated == records[order[from]].Updated {
			to++
		}
		facts = settleVersion(records, fates, order[from:to], facts)
		from = to
	}
}

func settleVersion(records []Record, fates []Fate, version []int, facts []standing) []standing {
	known := records[version[0]].Known
	told := map[int]bool{} // places in facts that this version repeats or follows
	void := false
	before := len(facts)
	for _, at := range version {
		r := &records[at]
		if r.Void {
			void = true
			fates[at] = Dropped
			continue
		}
		said := tells(r)
		if i := slices.IndexFunc(facts, func(s standing) bool { return s.current && s.said == said }); i >= 0 {
			fates[at] = Merged
			told[i] = true
			continue
		}
		if r.Kind == Death { // one death, whose day a later report only repeats if it dates it by itself
			if i := slices.IndexFunc(facts, func(s standing) bool { return s.current && records[s.at].Date <= r.Date }); i >= 0 {
				fates[at] = Merged
				told[i] = true
				continue
			}
		}
		if i := slices.IndexFunc(facts[:before], func(s standing) bool { return s.current && follows(&records[s.at], s.said, r) }); i >= 0 {
			if r.Date == facts[i].said.date {
				r.Date = r.Known
			}
			facts[i].current = false
			told[i] = true
		}
		facts = append(facts, standing{at: at, said: said, current: true})
	}
	return retract(records, facts, before, told, void, known)
}

// follows tells whether r is a new assessment of what an older version assessed: the same ability, another level, known
// on a later day and not dated back.
func follows(old *Record, said told, r *Record) bool {
	return r.Kind == Ability && said.kind == Ability && said.code == r.Code && said.level != r.Level && r.Known > old.Known && r.Date >= said.date
}

// retract takes back what a version no longer says: everything if it is void.
func retract(records []Record, facts []standing, before int, told map[int]bool, void bool, known rettidig.Day) []standing {
	left := facts[:0]
	for i, s := range facts {
		if void || s.current && i < before && !told[i] {
			records[s.at].Retracted = rettidig.RetractedOn(known)
			continue
		}
		left = append(left, s)
	}
	return left
}
