package klgateway

import (
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// mostTypes is how many resource types are counted by name.
const mostTypes = 40

// mostNames is how many unknown codes are counted by name.
const mostNames = 1000

// finishBundle gives the records of a bundle away, now that its citizens, plans and moment are known.
func (f *file) finishBundle() error {
	for i := range f.bundle.entries {
		e := &f.bundle.entries[i]
		f.stats.Entries++
		f.countType(e.resourceType)
		records := f.recordsOf(e)
		for _, note := range e.notes {
			f.stats.Notes[note]++
		}
		if e.fate != Kept {
			f.refuse(e.fate, e.cause, e.at)
			continue
		}
		f.stats.Kept++
		for _, r := range records {
			f.stats.Records[r.Kind.String()]++
			f.countUnknown(e, r)
			if err := f.sink(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *file) countType(t string) {
	if _, seen := f.stats.Types[t]; !seen && (t == "" || len(t) > 40 || len(f.stats.Types) >= mostTypes || harmless(t) != t) {
		t = "?"
	}
	f.stats.Types[t]++
}

func (f *file) countUnknown(e *entry, r Record) {
	for note, names := range map[string]map[string]int64{"ability_unknown": f.stats.Abilities, "service_unknown": f.stats.Services} {
		if _, seen := names[r.Code]; slices.Contains(e.notes, note) && (seen || len(names) < mostNames) {
			names[r.Code]++
		}
	}
}

// recordsOf completes an entry's record with what the bundle tells; a visit that delivered several services gives one
// for each.
func (f *file) recordsOf(e *entry) []Record {
	if e.fate != Kept {
		return nil
	}
	r := e.record
	r.At = e.at
	var refused string
	if r.Citizen, refused = f.citizenOf(e); refused != "" {
		e.quarantine(refused)
		return nil
	}
	if r.Known, r.Updated, refused = f.knownOf(e); refused != "" {
		e.quarantine(refused)
		return nil
	}
	if f.stats.First == rettidig.NoDay || r.Known < f.stats.First {
		f.stats.First = r.Known
	}
	f.stats.Last = max(f.stats.Last, r.Known)
	if r.Kind == Death {
		return f.deathOf(e, r)
	}
	if r.Void {
		return []Record{r}
	}
	if r.Date > r.Known && r.Kind != Planned {
		r.Known = r.Date
		e.note("known_before_it_happened")
	}
	if len(e.plans) == 0 {
		return []Record{r}
	}
	return f.visit(e, r)
}

func (f *file) citizenOf(e *entry) (n cpr.Number, refused string) {
	for _, c := range f.bundle.citizens {
		if e.subject != "" && (e.subject == c.id || e.subject == c.fullURL) || e.subject == "" && len(f.bundle.citizens) == 1 {
			return c.number, c.refused
		}
	}
	return n, "citizen_missing"
}

// knownOf returns when an entry became known.
func (f *file) knownOf(e *entry) (rettidig.Day, int64, string) {
	worst := "missing"
	for i, text := range []string{e.updated, f.bundle.timestamp, f.bundle.updated} {
		d, at, cause := moment(text)
		if cause == "" {
			if i > 0 {
				e.note("known_by_report")
			}
			return d, at, ""
		}
		if cause != "missing" {
			worst = "unreadable"
		}
	}
	if f.Made.Valid() {
		e.note("known_by_file")
		return f.Made, f.Made.Time().Unix(), ""
	}
	return rettidig.NoDay, 0, "known_" + worst
}

// deathOf makes the record of a citizen who is dead, or who is alive although the file said otherwise before.
func (f *file) deathOf(e *entry, r Record) []Record {
	if e.alive {
		if !f.dead[r.Citizen] {
			e.drop("citizen_alive")
			e.notes = nil
			return nil
		}
		r.Void = true
		return []Record{r}
	}
	f.dead[r.Citizen] = true
	switch {
	case !r.Date.Valid():
		r.Date = r.Known
		e.note("death_dated_by_report")
	case r.Date > r.Known:
		r.Known = r.Date
		e.note("known_before_it_happened")
	}
	return []Record{r}
}

// visit gives a record for each service that a visit delivered: one, if two plans grant the same.
func (f *file) visit(e *entry, r Record) []Record {
	var delivered []string
	for _, plan := range e.plans {
		code, found := f.bundle.plans[plan]
		if !found {
			e.quarantine("careplan_missing")
			return nil
		}
		if code != "" {
			delivered = append(delivered, code)
		}
	}
	slices.Sort(delivered)
	var out []Record
	for _, code := range slices.Compact(delivered) {
		r.Code = code
		out = append(out, r)
	}
	if len(out) == 0 {
		e.drop("administrative")
	}
	return out
}
