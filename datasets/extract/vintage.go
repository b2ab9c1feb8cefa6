package extract

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/rettidig/rettidig"
)

// A delivery may hold several vintages of one kind: files that were made at different times and tell of the same time.
// What they tell differently says what was known when. See docs/decisions, "A corrected fact is two facts".

// fileInfo is what settling needs to know of a file.
type fileInfo struct {
	kind        Kind
	refused     bool
	made        rettidig.Day // NoDay: the file does not say
	limit       rettidig.Day // what lies after it had not happened when the file was made; NoDay: nobody knows
	first, last rettidig.Day
	rank        int // 0 is the newest file
	family      int // -1: there is one vintage of this kind, or not all its files say when they were made
	vintage     int // within the family; 0 is the oldest
}

// family is the vintages of one kind.
type family struct {
	kind     Kind
	vintages []vintage
	base     int // number of the first vintage among those of all families

	// Of each vintage, the things it tells of a time that an older one covers, and how many of these the older ones tell
	// too: the same citizen, day and class or service, whatever else is said.
	covered, found []int64
}

type vintage struct {
	made  rettidig.Day
	files []*fileInfo
}

// covers tells whether a vintage tells of a day.
func (v *vintage) covers(d rettidig.Day) bool {
	for _, f := range v.files {
		if f.first.Valid() && f.first <= d && d <= f.last && d <= f.made {
			return true
		}
	}
	return false
}

const (
	sameVintage = 7   // days: a delivery is not always made on one day
	sameRules   = 0.9 // share of a newer vintage's things that an older one must tell for the two to be comparable
)

// findFamilies finds the kinds of which there are several vintages.
func (d *Delivery) findFamilies() {
	byKind := map[Kind][]*fileInfo{}
	for i := range d.files {
		f := &d.files[i]
		f.family = -1
		if !f.refused && f.kind != K1 { // reports say themselves what they correct
			byKind[f.kind] = append(byKind[f.kind], f)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		files := byKind[kind]
		slices.SortFunc(files, func(a, b *fileInfo) int { return cmp.Compare(b.rank, a.rank) }) // oldest first
		fam := family{kind: kind, base: d.vintages}
		for _, f := range files {
			if !f.made.Valid() || f.made <= 0 { // nobody delivered files in 1970
				fam.vintages = nil
				break
			}
			if n := len(fam.vintages); n == 0 || f.made > fam.vintages[n-1].files[0].made+sameVintage {
				fam.vintages = append(fam.vintages, vintage{})
			}
			v := &fam.vintages[len(fam.vintages)-1]
			v.files = append(v.files, f)
			v.made = f.made
		}
		if len(fam.vintages) > 1 {
			d.addFamily(fam)
		}
	}
}

func (d *Delivery) addFamily(fam family) {
	for i := range fam.vintages {
		for _, f := range fam.vintages[i].files {
			f.family, f.vintage = len(d.families), i
		}
	}
	fam.covered, fam.found = make([]int64, len(fam.vintages)), make([]int64, len(fam.vintages))
	d.families = append(d.families, fam)
	d.vintages += len(fam.vintages)
}

// joinFamilies makes one vintage of two that were drawn by different rules: nothing follows from what one tells and the
// other does not.
func (d *Delivery) joinFamilies() {
	old := d.families
	d.families, d.vintages = nil, 0
	for _, fam := range old {
		joined := family{kind: fam.kind, base: d.vintages}
		for i, v := range fam.vintages {
			covered, found := fam.covered[i], fam.found[i]
			if i == 0 || float64(found) >= sameRules*float64(covered) {
				joined.vintages = append(joined.vintages, v)
				continue
			}
			d.report.warn("vintages-differ", covered-found, fmt.Sprintf(
				"%s made %s: of the time that an older delivery covers too, only %.0f %% is in both. They were drawn by different rules, so nothing is concluded from their differences, and the newer is believed",
				fam.kind, v.made, 100*float64(found)/float64(covered)))
			to := &joined.vintages[len(joined.vintages)-1]
			to.files, to.made = append(to.files, v.files...), v.made
		}
		if len(joined.vintages) > 1 {
			d.addFamily(joined)
			continue
		}
		for _, f := range joined.vintages[0].files {
			f.family = -1
		}
	}
}

// compare counts what the vintages of a partition tell of the same time.
func (t *tableOf[T, F]) compare(partition, citizens int) error {
	if err := t.load(partition, citizens, true); err != nil {
		return err
	}
	files := t.s.d.files
	for who := range citizens {
		keys := t.keys[t.start[who]:t.start[who+1]]
		for len(keys) > 0 {
			n := 1
			for n < len(keys) && keys[n].key == keys[0].key {
				n++
			}
			clear(t.told)
			for _, k := range keys[:n] {
				if f := &files[t.base(&t.rows[k.at]).file]; f.family >= 0 {
					t.told[t.s.d.families[f.family].base+f.vintage] = true
				}
			}
			day := t.day(&t.rows[keys[0].at])
			for i := range t.s.d.families {
				fam := &t.s.d.families[i]
				older, covers := false, false
				for v := range fam.vintages {
					if at := fam.base + v; t.told[at] {
						if covers {
							t.s.covered[at]++
						}
						if covers && older {
							t.s.found[at]++
						}
						older = true
					}
					covers = covers || fam.vintages[v].covers(day)
				}
			}
			keys = keys[n:]
		}
	}
	return nil
}

// know notes which vintages tell anything of a citizen.
func (t *tableOf[T, F]) know(keys []keyed) {
	d := t.s.d
	if d.vintages == 0 {
		return
	}
	clear(t.told)
	for _, k := range keys {
		if f := &d.files[t.base(&t.rows[k.at]).file]; f.family >= 0 {
			t.told[d.families[f.family].base+f.vintage] = true
		}
	}
}

// first takes the rows of the oldest vintage that tells of a thing. If a still older one should have told of it, it
// became known only with this one.
func (t *tableOf[T, F]) first(fam *family, v int) {
	t.found = append(t.found, t.fresh...)
	day := t.day(t.fresh[0].row)
	for u := range v {
		if t.told[fam.base+u] && fam.vintages[u].covers(day) {
			for i := range t.found {
				t.late(&t.found[i], fam.vintages[v].made)
			}
			return
		}
	}
}

// late says that a version became known when its vintage was made, unless its row says when it was registered.
func (t *tableOf[T, F]) late(v *version[T], made rettidig.Day) {
	if b := t.base(v.row); b.lag == 0 {
		v.lateBy = made
		t.s.note(b, "known_late")
	}
}

// revise compares what the vintage v tells of a thing, in fresh, with what stood until then, in found.
func (t *tableOf[T, F]) revise(fam *family, v int) {
	made := fam.vintages[v].made
	standing := len(t.found)
	matched := func(of func(old, new *T) bool, then func(old *version[T], new *version[T])) {
		for i := range standing {
			old := &t.found[i]
			if !old.retract.Stands() || old.seen == v+1 {
				continue
			}
			for j := range t.fresh {
				if t.fresh[j].seen == 0 && of(old.row, t.fresh[j].row) {
					then(old, &t.fresh[j])
					t.fresh[j].seen, old.seen = v+1, v+1
					old.row = t.fresh[j].row
					break
				}
			}
		}
	}
	matched(func(old, new *T) bool { return t.value(old, new) == 0 }, func(old, new *version[T]) {
		t.s.merge(t.base(old.row), "duplicate")
	})
	if t.fills != nil {
		matched(t.fills, func(old, new *version[T]) {
			t.s.merge(t.base(old.row), "superseded")
			if t.filledOn(new.row) < t.s.d.files[t.base(old.row).file].made {
				old.filled = made
			}
		})
	}
	wrong := false
	for i := range standing {
		if old := &t.found[i]; old.retract.Stands() && old.seen != v+1 {
			old.retract, wrong = rettidig.RetractedOn(made), true
			t.s.note(t.base(old.row), "corrected")
		}
	}
	for _, n := range t.fresh {
		switch {
		case n.seen != 0:
			continue
		case wrong:
			n.lateBy = made
		default:
			t.late(&n, made)
		}
		n.seen = v + 1
		t.found = append(t.found, n)
	}
}

// gone counts the versions that stand, and of which a newer vintage, that should, tells nothing.
func (t *tableOf[T, F]) gone(fam *family) {
	day := t.day(t.found[0].row)
	for i := range t.found {
		if !t.found[i].retract.Stands() {
			continue
		}
		for v := t.s.d.files[t.base(t.found[i].row).file].vintage + 1; v < len(fam.vintages); v++ {
			if t.told[fam.base+v] && fam.vintages[v].covers(day) {
				t.s.gone[t.s.d.files[t.base(t.found[i].row).file].family]++
				break
			}
		}
	}
}
