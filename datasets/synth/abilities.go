package synth

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/klgateway"
)

// Functional abilities (FSIII) are assessed when help begins, again when somebody has declined, and about every second
// half-year otherwise. How they change agrees with the drawn decline: with it at least two get worse, without it at most
// one does, by one level.

// assessed are the abilities that this municipality assesses: their level without help, and what help adds.
var assessed = []struct {
	code        string
	base, slope float64
	spread      float64 // of what help does not explain
}{
	{"J1.1", 0.1, 0.75, 0.6}, {"J1.3", 0, 0.7, 0.6}, {"J1.6", -0.4, 0.4, 0.5}, {"J1.8", -0.2, 0.6, 0.6},
	{"J2.1", 1.5, 0.35, 0.6}, {"J2.2", 0.9, 0.4, 0.7}, {"J2.4", 1.2, 0.4, 0.7},
	{"J3.2", 0.6, 0.5, 0.6}, {"J3.5", 0, 0.6, 0.6}, {"J3.8", 0.7, 0.5, 0.6}, {"J3.9", 0.9, 0.4, 0.7},
	{"J4.2", 0.2, 0.3, 0.9}, {"J4.4", 0.2, 0.3, 0.9}, {"J4.6", 0.5, 0.3, 0.7},
}

const numAssessed = 14

// assessment is one ability's level from a day on.
type assessment struct {
	day     rettidig.Day
	ability uint8
	level   int8
}

// ability is what is known about one citizen's functional abilities.
type ability struct {
	known  bool
	levels [numAssessed]int8
	list   []assessment
}

// assess goes through one half-year of a citizen with help.
func (l *life) assess(s *state, mark, end, onset rettidig.Day) {
	rng, a := l.able, &l.ability
	if s.personal+s.practical == 0 && !onset.Valid() {
		return
	}
	put := func(day rettidig.Day, i int, level int8) {
		a.levels[i] = level
		a.list = append(a.list, assessment{day, uint8(i), level})
	}
	if !a.known {
		day := mark + 1 + rettidig.Day(rng.IntN(90))
		if onset.Valid() { // what comes then is the first assessment
			day = onset + rettidig.Day(rng.IntN(10))
		}
		if day >= end {
			return
		}
		a.known = true
		load := math.Log1p((level(l.personal, day+1) + 0.5*level(l.practical, day+1)) / 60)
		for i, x := range assessed {
			score := x.base + x.slope*load + 0.3*l.frailty + x.spread*rng.NormFloat64()
			put(day, i, int8(clamp(math.Round(score), 0, 4)))
		}
		return
	}
	if onset.Valid() {
		day := onset + rettidig.Day(rng.IntN(14))
		worse, want := 0, 2+rng.IntN(4)
		for _, i := range rng.Perm(numAssessed) {
			if a.levels[i] < 4 && worse < want && day < end {
				put(day, i, a.levels[i]+1)
				worse++
			}
		}
		return
	}
	day := mark + 10 + rettidig.Day(rng.IntN(140))
	if rng.IntN(2) == 0 || day >= end {
		return
	}
	risen := false
	for _, i := range rng.Perm(numAssessed) {
		switch u := rng.Float64(); {
		case u < 0.03 && a.levels[i] > 0:
			put(day, i, a.levels[i]-1)
		case u > 0.985 && a.levels[i] < 4 && !risen:
			put(day, i, a.levels[i]+1)
			risen = true
		}
	}
}

// appendReports makes the citizen's delivery reports to KL Gateway (K1): the abilities as known on the first day and every
// assessment after it, the services delivered in weeks that the home-care files do not have or may not have yet, and a
// death at home.
func (l *life) appendReports(p *plan, n int, delivered []delivered, b *block) {
	d, rng := &l.cfg.Dirt, l.able
	broad := btoi(rng.Float64() < d.FSIII2025)
	days := map[rettidig.Day]*klgateway.Report{}
	on := func(day rettidig.Day) *klgateway.Report {
		if days[day] == nil {
			days[day] = &klgateway.Report{Citizen: l.number, Day: day}
		}
		return days[day]
	}
	var levels [numAssessed]int8
	for i, a := range l.ability.list {
		if a.day > l.cfg.To || l.exit.Valid() && a.day >= l.exit {
			break
		}
		levels[a.ability] = a.level
		if a.day < l.cfg.From && slices.ContainsFunc(l.ability.list[i+1:], func(x assessment) bool { return x.ability == a.ability && x.day < l.cfg.From }) {
			continue // only the last one before the deliveries begin
		}
		day := min(max(a.day+rettidig.Day(rng.IntN(3)), l.cfg.From), l.cfg.To)
		code, level := assessed[a.ability].code, a.level
		if broad == 1 && a.day >= aeldreloven {
			code, level = broadOf(a.ability, &levels)
		}
		id := fmt.Sprintf("a-%d-%s", n, code)
		put(on(day), klgateway.Change{Kind: klgateway.Ability, ID: id, Code: code, Level: level, Date: a.day})
		if happens(rng, d.Corrected) && day+3 <= l.cfg.To {
			wrong := klgateway.Change{Kind: klgateway.Ability, ID: id + "-fejl", Code: code, Level: 4 - level, Date: a.day}
			put(on(day), wrong)
			wrong.Void = true
			put(on(day+3), wrong)
			b.plant("corrected k1", 1)
		}
	}
	for _, x := range delivered {
		put(on(min(x.day+1, l.cfg.To)), klgateway.Change{Kind: klgateway.Delivered, ID: fmt.Sprintf("d-%d-%d-%d", n, x.day, x.service),
			Code: services[x.service].code, Date: x.day})
	}
	if l.how == dies && l.died >= l.cfg.From && l.died < l.cfg.To {
		on(min(l.died+rettidig.Day(rng.IntN(3)), l.cfg.To)).Dead = true
	}
	first := len(b.reports[broad])
	for _, r := range days {
		b.reports[broad] = append(b.reports[broad], *r)
		for _, c := range r.Changes {
			if a, known := codes.AbilityOf(c.Code); known && c.Kind == klgateway.Ability && a.Broad() {
				b.plant("fsiii_2025", 1)
			}
		}
	}
	slices.SortFunc(b.reports[broad][first:], func(x, y klgateway.Report) int { return cmp.Compare(x.Day, y.Day) })
}

// put adds a change to a report; a resource stands in it once, as it is last.
func put(r *klgateway.Report, c klgateway.Change) {
	for i := range r.Changes {
		if r.Changes[i].ID == c.ID {
			r.Changes[i] = c
			return
		}
	}
	r.Changes = append(r.Changes, c)
}

// broadOf is the ability of 2025 that took over from one, and its level: the highest of its parts'.
func broadOf(i uint8, levels *[numAssessed]int8) (code string, level int8) {
	a, _ := codes.AbilityOf(assessed[i].code)
	for k := range assessed {
		if x, _ := codes.AbilityOf(assessed[k].code); x.Series == a.Series {
			level = max(level, levels[k])
		}
	}
	return a.Series, level
}

// delivered is one service of one week that a report tells.
type delivered struct {
	day     rettidig.Day
	service uint8
}

// writeReports writes the block's reports; those of citizens with the new names use the new catalogue's ids.
func (b *block) writeReports() {
	for broad, reports := range b.reports {
		if len(reports) == 0 {
			continue
		}
		o := klgateway.WriteOptions{Form: klgateway.Lines, UUIDFrom: rettidig.NoDay}
		if broad == 1 {
			o.UUIDFrom = aeldreloven
		}
		var buf bytes.Buffer
		if err := klgateway.Write(&buf, slices.Values(reports), o); err != nil {
			panic("synth: a report that cannot be written: " + err.Error()) // a bytes.Buffer takes everything
		}
		b.raw[tblReports] = append(b.raw[tblReports], buf.Bytes()...)
		b.rows[tblReports] += len(reports)
	}
}
