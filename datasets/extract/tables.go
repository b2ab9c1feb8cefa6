package extract

import (
	"cmp"
	"slices"

	"github.com/rettidig/rettidig"
)

// tableOf is how rows of one kind of fact are settled against each other, one partition of the citizens at a time. T is
// the row, F the fact. Each goroutine has tables of its own.
type tableOf[T, F any] struct {
	s     *settler
	shelf *shelf[T]
	base  func(*T) *stamp
	// limit sets aside what lies after the day on which the row's file was made: false if the row is gone.
	limit    func(*T, *fileInfo) bool
	day      func(*T) rettidig.Day  // on which the fact happened; of a week, the last
	key      func(*T) uint64        // rows with the same key tell of the same thing; also the facts' order
	value    func(a, b *T) int      // what they say about it
	fills    func(old, new *T) bool // whether new only tells what old left open; may be nil
	filledOn func(*T) rettidig.Day  // the day that new tells
	fact     func(*T, *version[T]) F
	add      func(*F, *T, *version[T]) (added, same bool) // whether the row was added to the fact, or only tells of the same thing; may be nil
	order    func(a, b F) int
	kept     func(who int32, r *T) // of rows that stand; may be nil

	rows  []T
	keys  []keyed
	start []int32
	picks []pick[T]
	found []version[T]
	fresh []version[T]
	facts []F
	ends  []int32 // of each citizen's facts
	told  []bool  // of each vintage, whether it knows the citizen
}

// keyed is a row's key beside its place, so that sorting moves and looks at little.
type keyed struct {
	key uint64
	at  int32
}

// version is a row that tells something, with the days on which that was known.
type version[T any] struct {
	row     *T
	lateBy  rettidig.Day        // the day on which a newer vintage told it first; NoDay: known when it happened
	filled  rettidig.Day        // the day on which a newer vintage told the return first; NoDay: known when it happened
	retract rettidig.Retraction // the day on which a newer vintage told it differently
	seen    int                 // one more than the last vintage that was compared with it and told it
}

// pick is a row of one key, with its file's rank.
type pick[T any] struct {
	row  *T
	file *fileInfo
}

// load brings the partition's rows together by citizen, those without another fate sorted by key.
func (t *tableOf[T, F]) load(partition, citizens int, keep bool) error {
	var err error
	if t.rows, err = t.shelf.load(partition, t.rows[:0], keep); err != nil {
		return err
	}
	t.start = append(t.start[:0], make([]int32, citizens+1)...)
	rank, files := t.s.rank, t.s.d.files
	for i := range t.rows {
		b := t.base(&t.rows[i])
		f := &files[b.file]
		if f.refused || !t.limit(&t.rows[i], f) {
			b.who = nobody
			continue
		}
		b.who = rank[b.who]
		t.start[b.who+1]++
	}
	for i := range citizens {
		t.start[i+1] += t.start[i]
	}
	t.keys = slices.Grow(t.keys[:0], int(t.start[citizens]))[:t.start[citizens]]
	next := slices.Clone(t.start)
	for i := range t.rows {
		if who := t.base(&t.rows[i]).who; who != nobody {
			t.keys[next[who]] = keyed{t.key(&t.rows[i]), int32(i)}
			next[who]++
		}
	}
	for who := range citizens {
		slices.SortFunc(t.keys[t.start[who]:t.start[who+1]], func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	}
	return nil
}

// settle makes the facts of a partition's citizens and gives every row its fate.
func (t *tableOf[T, F]) settle(partition, citizens int, facts []F) error {
	t.facts, t.ends = facts[:0], t.ends[:0]
	if err := t.load(partition, citizens, false); err != nil {
		return err
	}
	for who := range citizens {
		keys := t.keys[t.start[who]:t.start[who+1]]
		first := len(t.facts)
		t.know(keys)
		mixed := false
		for len(keys) > 0 {
			n := 1
			for n < len(keys) && keys[n].key == keys[0].key {
				n++
			}
			versions := t.choose(keys[:n])
			mixed = mixed || len(versions) > 1
			keys = keys[n:]
			for i := range versions {
				t.put(first, int32(who), &versions[i])
			}
		}
		if facts := t.facts[first:]; mixed && !slices.IsSortedFunc(facts, t.order) {
			slices.SortFunc(facts, t.order)
		}
		t.ends = append(t.ends, int32(len(t.facts)))
	}
	return nil
}

// put makes a version a fact, or adds it to one of the same citizen's since first.
func (t *tableOf[T, F]) put(first int, who int32, v *version[T]) {
	b := t.base(v.row)
	if t.add != nil {
		for i := len(t.facts) - 1; i >= first; i-- {
			added, same := t.add(&t.facts[i], v.row, v)
			if added {
				t.s.merge(b, "added_up")
				return
			}
			if !same {
				break
			}
		}
	}
	t.s.keep(b)
	t.facts = append(t.facts, t.fact(v.row, v))
	if t.kept != nil && v.retract.Stands() {
		t.kept(who, v.row)
	}
}

// of returns the facts of a citizen of the partition that was settled.
func (t *tableOf[T, F]) of(who int) []F {
	from := int32(0)
	if who > 0 {
		from = t.ends[who-1]
	}
	if from == t.ends[who] {
		return nil
	}
	return t.facts[from:t.ends[who]:t.ends[who]]
}

// choose gives the rows of one key their fate: the versions of what stands and stood, in the order of their values, and
// valid until the next call. See the package comment.
func (t *tableOf[T, F]) choose(keys []keyed) []version[T] {
	files := t.s.d.files
	if len(keys) == 1 {
		r := &t.rows[keys[0].at]
		if files[t.base(r).file].family < 0 {
			t.found = append(t.found[:0], version[T]{row: r, lateBy: rettidig.NoDay, filled: rettidig.NoDay})
			return t.found
		}
	}
	t.picks = t.picks[:0]
	for _, k := range keys {
		r := &t.rows[k.at]
		t.picks = append(t.picks, pick[T]{r, &files[t.base(r).file]})
	}
	if len(keys) > 1 {
		slices.SortFunc(t.picks, t.before)
	}
	t.found = t.found[:0]
	family := t.picks[0].file.family
	for _, p := range t.picks {
		if p.file.family != family || p.file.family < 0 {
			family = -1
		}
	}
	if family < 0 { // no versions to tell apart: the newest file is believed
		t.found = t.newest(t.picks, t.found)
		return t.found
	}
	// The rows are in the order of vintages, newest first; they are taken from the oldest on.
	f := &t.s.d.families[family]
	for end := len(t.picks); end > 0; {
		v := t.picks[end-1].file.vintage
		from := end
		for from > 0 && t.picks[from-1].file.vintage == v {
			from--
		}
		t.fresh = t.newest(t.picks[from:end], t.fresh[:0])
		if len(t.found) == 0 {
			t.first(f, v)
		} else {
			t.revise(f, v)
		}
		end = from
	}
	t.gone(f)
	return t.found
}

// before sorts rows of one key: newest file first, then by value and line.
func (t *tableOf[T, F]) before(a, b pick[T]) int {
	if c := cmp.Compare(a.file.rank, b.file.rank); c != 0 {
		return c
	}
	if c := t.value(a.row, b.row); c != 0 {
		return c
	}
	ba, bb := t.base(a.row), t.base(b.row)
	return cmp.Or(cmp.Compare(ba.lag, bb.lag), cmp.Compare(ba.line, bb.line))
}

// newest keeps, of rows of one key, what the newest file says. Whatever else says the same is a duplicate, and what says
// something else is superseded.
func (t *tableOf[T, F]) newest(rows []pick[T], out []version[T]) []version[T] {
	for i, p := range rows {
		b := t.base(p.row)
		switch {
		case i > 0 && t.among(out, p.row):
			t.s.merge(b, "duplicate")
		case i > 0 && p.file != rows[0].file:
			t.s.merge(b, "superseded")
		default:
			out = append(out, version[T]{row: p.row, lateBy: rettidig.NoDay, filled: rettidig.NoDay})
		}
	}
	return out
}

func (t *tableOf[T, F]) among(kept []version[T], r *T) bool {
	for i := len(kept) - 1; i >= 0; i-- { // an equal row of the same file is the last
		if t.value(kept[i].row, r) == 0 {
			return true
		}
	}
	return false
}

func aidTable(s *settler) *tableOf[aidRow, rettidig.Aid] {
	names, rank := s.d.in.names.all, s.d.nameRank
	return &tableOf[aidRow, rettidig.Aid]{
		s:     s,
		shelf: &s.d.in.aids,
		base:  (*aidRow).base,
		limit: func(r *aidRow, f *fileInfo) bool {
			if !s.inTime(dayOf(r.lent), f, &r.stamp, aidLent) {
				return false
			}
			if r.returned != 0 && f.limit.Valid() && dayOf(r.returned) > f.limit { // a return in the future is a plan
				r.returned, r.repaired = 0, true
				s.file(&r.stamp).Repairs.add("return_after_extract", 1)
			}
			return true
		},
		day: func(r *aidRow) rettidig.Day { return dayOf(r.lent) },
		key: func(r *aidRow) uint64 { return uint64(r.lent)<<32 | uint64(rank[r.iso]) },
		value: func(a, b *aidRow) int {
			if a.returned != b.returned {
				return cmp.Compare(a.returned, b.returned)
			}
			return cmp.Or(cmp.Compare(rank[a.paragraph], rank[b.paragraph]), cmp.Compare(a.price, b.price),
				cmp.Compare(join64(a.device), join64(b.device)))
		},
		fills:    func(old, new *aidRow) bool { return old.returned == 0 && new.returned != 0 },
		filledOn: func(r *aidRow) rettidig.Day { return dayOf(r.returned) },
		fact: func(r *aidRow, v *version[aidRow]) rettidig.Aid {
			f := rettidig.Aid{ISO: names[r.iso], Paragraph: names[r.paragraph], Price: r.price, Lent: dayOf(r.lent), Returned: dayOf(r.returned),
				KnownReturned: rettidig.NoDay, Retracted: v.retract}
			f.KnownLent = max(r.known(f.Lent), v.lateBy)
			if f.Returned.Valid() {
				f.KnownReturned = max(f.Returned, f.KnownLent, v.filled)
			}
			return f
		},
		order: rettidig.CompareAids,
		kept: func(who int32, r *aidRow) {
			if r.device != [2]uint32{} {
				s.devices.push(int(r.device[1])%len(s.d.in.devices.slots), deviceRow{r.device, s.first + who, r.lent, r.returned})
			}
		},
	}
}

// careTable also adds up what is left of one week and service: several suppliers, or several rows of one.
func careTable(s *settler) *tableOf[careRow, rettidig.ServiceWeek] {
	names, rank := s.d.in.names.all, s.d.nameRank
	return &tableOf[careRow, rettidig.ServiceWeek]{
		s:     s,
		shelf: &s.d.in.care,
		base:  (*careRow).base,
		limit: func(r *careRow, f *fileInfo) bool { return s.inTime(dayOf(r.week), f, &r.stamp, careWeek) },
		day:   func(r *careRow) rettidig.Day { return dayOf(r.week) + 6 },
		key: func(r *careRow) uint64 {
			return uint64(r.week)<<48 | uint64(rank[r.code])<<24 | uint64(rank[r.supplier])
		},
		value: func(a, b *careRow) int {
			if a.minutes != b.minutes {
				return cmp.Compare(a.minutes, b.minutes)
			}
			return cmp.Compare(a.count, b.count)
		},
		fact: func(r *careRow, v *version[careRow]) rettidig.ServiceWeek {
			week := dayOf(r.week)
			return rettidig.ServiceWeek{Code: names[r.code], Week: week, Known: max(r.known(week+6), v.lateBy), Minutes: r.minutes,
				Count: int32(r.count), Retracted: v.retract}
		},
		add: func(f *rettidig.ServiceWeek, r *careRow, v *version[careRow]) (added, same bool) {
			week := dayOf(r.week)
			if f.Week != week || f.Code != names[r.code] {
				return false, false
			}
			if f.Retracted != v.retract || f.Known != max(r.known(week+6), v.lateBy) {
				return false, true
			}
			f.Minutes = float32(float64(f.Minutes) + float64(r.minutes))
			f.Count += int32(r.count)
			return true, true
		},
		order: rettidig.CompareServices,
	}
}

func screenTable(s *settler) *tableOf[screenRow, rettidig.Screening] {
	names := s.d.in.names.all
	fact := func(r *screenRow, v *version[screenRow]) rettidig.Screening {
		date := dayOf(r.date)
		return rettidig.Screening{Date: date, Known: max(r.known(date), v.lateBy), Need: floatOf(r.need), Ability: floatOf(r.ability),
			NeedReason: names[r.needWhy], AbilityReason: names[r.abilityWhy], Retracted: v.retract}
	}
	plain := &version[screenRow]{lateBy: rettidig.NoDay}
	return &tableOf[screenRow, rettidig.Screening]{
		s:     s,
		shelf: &s.d.in.screens,
		base:  (*screenRow).base,
		limit: func(r *screenRow, f *fileInfo) bool { return s.inTime(dayOf(r.date), f, &r.stamp, screenDate) },
		day:   func(r *screenRow) rettidig.Day { return dayOf(r.date) },
		key:   func(r *screenRow) uint64 { return uint64(r.date) },
		value: func(a, b *screenRow) int { return rettidig.CompareScreenings(fact(a, plain), fact(b, plain)) },
		fact:  fact,
		order: rettidig.CompareScreenings,
	}
}

// sessionTable keeps done and cancelled sessions apart: they come in different files.
func sessionTable(s *settler) *tableOf[sessionRow, rettidig.Session] {
	return &tableOf[sessionRow, rettidig.Session]{
		s:     s,
		shelf: &s.d.in.sessions,
		base:  (*sessionRow).base,
		limit: func(r *sessionRow, f *fileInfo) bool { return s.inTime(dayOf(r.date), f, &r.stamp, sessionDate) },
		day:   func(r *sessionRow) rettidig.Day { return dayOf(r.date) },
		key: func(r *sessionRow) uint64 {
			if r.cancelled {
				return uint64(r.date)<<1 | 1
			}
			return uint64(r.date) << 1
		},
		value: func(a, b *sessionRow) int {
			return cmp.Compare(a.rating, b.rating)
		},
		fact: func(r *sessionRow, v *version[sessionRow]) rettidig.Session {
			date := dayOf(r.date)
			return rettidig.Session{Date: date, Known: max(r.known(date), v.lateBy), Rating: r.rating, Cancelled: r.cancelled, Retracted: v.retract}
		},
		order: rettidig.CompareSessions,
	}
}

func statusTable(s *settler) *tableOf[statusRow, rettidig.StatusChange] {
	names, rank := s.d.in.names.all, s.d.nameRank
	return &tableOf[statusRow, rettidig.StatusChange]{
		s:     s,
		shelf: &s.d.in.statuses,
		base:  (*statusRow).base,
		limit: func(r *statusRow, f *fileInfo) bool { return s.inTime(dayOf(r.date), f, &r.stamp, statusDate) },
		day:   func(r *statusRow) rettidig.Day { return dayOf(r.date) },
		key:   func(r *statusRow) uint64 { return uint64(r.date)<<32 | uint64(rank[r.status]) },
		value: func(a, b *statusRow) int { return 0 },
		fact: func(r *statusRow, v *version[statusRow]) rettidig.StatusChange {
			date := dayOf(r.date)
			return rettidig.StatusChange{Date: date, Known: max(r.known(date), v.lateBy), Status: rettidig.Status(names[r.status]), Retracted: v.retract}
		},
		order: rettidig.CompareStatuses,
	}
}
