package features

import (
	"math"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

const (
	dependentLevel = 2 // from this level on help is needed
	noLevel        = int8(-1)
	maxAbilities   = 64 // room for the codes of the table
)

// abilityView is what is seen of the functional abilities, as they were assessed last and as they had been assessed some
// time ago. An ability whose latest assessment says "not relevant" has no level. In 2025 broad abilities took over from
// several single ones, so levels are compared and counted by series: the level of a series is the highest of its
// abilities', and an assessment of the broad one takes the place of earlier ones of the single ones.
type abilityView struct {
	latest  rettidig.Day
	now     abilityLevels
	days180 abilityLevels // by assessments more than 180 days old
	days365 abilityLevels
}

// abilityLevels are the levels of the abilities of the code table, in its order.
type abilityLevels [maxAbilities]int8

type abilityKind struct{ at, series, area uint8 }

// abilityGroup is a series: its area and the places of its abilities.
type abilityGroup struct {
	area    int
	members []uint8
}

// abilityKinds has the abilities by code, abilitySeries the series in the order of FSIII.
var abilityKinds, abilitySeries = func() (map[string]abilityKind, []abilityGroup) {
	series := codes.AbilitySeries()
	kinds, groups := make(map[string]abilityKind), make([]abilityGroup, len(series))
	for i, a := range codes.Abilities() {
		if i >= maxAbilities {
			panic("features: more abilities than there is room for")
		}
		k := abilityKind{at: uint8(i), series: uint8(slices.Index(series, a.Series)), area: a.Area[1] - '1'}
		kinds[a.Code] = k
		g := &groups[k.series]
		g.area, g.members = int(k.area), append(g.members, k.at)
	}
	return kinds, groups
}()

func (p *abilityView) look(conditions []rettidig.Condition, t rettidig.Day) {
	p.latest = rettidig.NoDay
	for i := range p.now {
		p.now[i], p.days180[i], p.days365[i] = noLevel, noLevel, noLevel
	}
	for i := range conditions {
		c := &conditions[i]
		if c.Date >= t {
			break
		}
		kind, ok := abilityKinds[c.Code]
		if !ok || !seen(c.Date, c.Known, c.Retracted, t) {
			continue
		}
		p.latest = c.Date
		p.now.set(kind, c)
		if t-c.Date > 180 {
			p.days180.set(kind, c)
		}
		if t-c.Date > 365 {
			p.days365.set(kind, c)
		}
	}
}

func (l *abilityLevels) set(kind abilityKind, c *rettidig.Condition) {
	if broad(c.Code) {
		for _, m := range abilitySeries[kind.series].members {
			l[m] = noLevel
		}
	}
	l[kind.at] = max(noLevel, c.Level)
}

// broad tells whether a code is one of 2025's: letters after the dot.
func broad(code string) bool { return len(code) > 3 && code[3] > '9' }

// of returns the level of a series, noLevel if it has none.
func (l *abilityLevels) of(series int) int8 {
	level := noLevel
	for _, m := range abilitySeries[series].members {
		level = max(level, l[m])
	}
	return level
}

// worst returns the highest level in an area, NaN if none was assessed.
func (p *abilityView) worst(area int) float64 {
	worst := noLevel
	for s := range abilitySeries {
		if abilitySeries[s].area == area {
			worst = max(worst, p.now.of(s))
		}
	}
	if worst == noLevel {
		return math.NaN()
	}
	return float64(worst)
}

// before returns the levels as they were assessed more than n days ago.
func (p *abilityView) before(n int) *abilityLevels {
	if n == 180 {
		return &p.days180
	}
	return &p.days365
}

// change returns how much the levels of an area have risen against those of more than n days ago, in the mean of the
// series that have both; NaN if none has.
func (p *abilityView) change(area, n int) float64 {
	sum, both := 0, 0
	for s := range abilitySeries {
		if abilitySeries[s].area != area {
			continue
		}
		if now, then := p.now.of(s), p.before(n).of(s); now != noLevel && then != noLevel {
			sum += int(now - then)
			both++
		}
	}
	if both == 0 {
		return math.NaN()
	}
	return float64(sum) / float64(both)
}

// worse returns how many series have a higher level than more than n days ago; NaN if none has both levels.
func (p *abilityView) worse(n int) float64 {
	worse, both := 0, 0
	for s := range abilitySeries {
		now, then := p.now.of(s), p.before(n).of(s)
		if now == noLevel || then == noLevel {
			continue
		}
		both++
		if now > then {
			worse++
		}
	}
	if both == 0 {
		return math.NaN()
	}
	return float64(worse)
}

// dependent returns how many series have a level from which on help is needed, NaN if none was assessed.
func (p *abilityView) dependent() float64 {
	n, assessed := 0, 0
	for s := range abilitySeries {
		l := p.now.of(s)
		if l != noLevel {
			assessed++
		}
		if l >= dependentLevel {
			n++
		}
	}
	if assessed == 0 {
		return math.NaN()
	}
	return float64(n)
}

func areaThing(id, area string) thing {
	da, en := codes.AreaLabel(area, "da"), codes.AreaLabel(area, "en")
	return thing{id: id, at: int(area[1] - '1'), da: wording{"name": da, "area": lowerFirst(da)}, en: wording{"name": en, "area": lowerFirst(en)}}
}

var areaThings = []thing{areaThing("care", "J1"), areaThing("chores", "J2"), areaThing("moving", "J3"), areaThing("mental", "J4"), areaThing("social", "J5")}

// abilityColumns say how the citizen manages, by FSIII's areas. Higher levels are worse: 0 is no
// limitations, 4 total ones.
func abilityColumns() []declaration {
	const noneDA, noneEN = "Funktionsevnen er ikke vurderet", "Functional ability was not assessed"
	const noPairDA, noPairEN = "Ingen tidligere vurdering af funktionsevnen at sammenligne med", "No earlier assessment of functional ability to compare with"
	windows := []window{
		{id: "180", n: 180, da: wording{"than": "for et halvt år siden", "in": "et halvt år"}, en: wording{"than": "half a year ago", "in": "half a year"}},
		{id: "365", n: 365, da: wording{"than": "for et år siden", "in": "et år"}, en: wording{"than": "a year ago", "in": "a year"}},
	}
	out := []declaration{
		{
			ID: "ability_[id]", Unit: UnitLevel, Window: "ever", Family: "level", Over: areaThings,
			DA: Text{
				Label: "Funktionsevne, [area]: højeste niveau", Missing: "Funktionsevne, [area]: ikke vurderet",
				Sentence: Forms{Any: "[name]: {l}, hvor de er størst", Zero: "[name]: {l}"},
			},
			EN: Text{
				Label: "Functional ability, [area]: highest level", Missing: "Functional ability, [area]: not assessed",
				Sentence: Forms{Any: "[name]: {l} where they are largest", Zero: "[name]: {l}"},
			},
			value: func(v *view, c cell) float64 { return v.abilities.worst(c.at) },
		},
		{
			ID: "ability_[id]_change_[w]", Unit: UnitLevel, Window: "now against [w]d ago", Family: "change", NotApplicable: true, Over: areaThings, Windows: windows,
			DA: Text{
				Label: "Funktionsevne, [area]: ændring i niveau på [in]", Missing: noPairDA,
				Sentence: Forms{
					Any: "[name]: {n} niveauer dårligere end [than]", One: "[name]: ét niveau dårligere end [than]", Zero: "[name]: samme niveau som [than]",
					Less: "[name]: {n} niveauer bedre end [than]", LessOne: "[name]: ét niveau bedre end [than]",
				},
			},
			EN: Text{
				Label: "Functional ability, [area]: change of level in [in]", Missing: noPairEN,
				Sentence: Forms{
					Any: "[name]: {n} levels worse than [than]", One: "[name]: one level worse than [than]", Zero: "[name]: the same level as [than]",
					Less: "[name]: {n} levels better than [than]", LessOne: "[name]: one level better than [than]",
				},
			},
			value: func(v *view, c cell) float64 { return v.abilities.change(c.at, c.n) },
		},
		{
			ID: "abilities_dependent", Unit: UnitCount, Window: "ever", Family: "count", NotApplicable: true,
			DA: Text{
				Label: "Funktioner på niveau 2 eller højere", Missing: noneDA,
				Sentence: Forms{Any: "{n} funktioner på niveau 2 eller højere", One: "Én funktion på niveau 2 eller højere", Zero: "Ingen funktioner på niveau 2 eller højere"},
				Clause:   Forms{Any: "{n} funktioner på niveau 2 eller højere", One: "én funktion på niveau 2 eller højere", Zero: "ingen funktioner på niveau 2 eller højere"},
			},
			EN: Text{
				Label: "Abilities of level 2 or higher", Missing: noneEN,
				Sentence: Forms{Any: "{n} abilities of level 2 or higher", One: "One ability of level 2 or higher", Zero: "No abilities of level 2 or higher"},
				Clause:   Forms{Any: "{n} abilities of level 2 or higher", One: "one ability of level 2 or higher", Zero: "no abilities of level 2 or higher"},
			},
			value: func(v *view, _ cell) float64 { return v.abilities.dependent() },
		},
		{
			ID: "abilities_worse_[w]", Unit: UnitCount, Window: "now against [w]d ago", Family: "change", NotApplicable: true, Windows: windows,
			DA: Text{
				Label: "Funktioner, der er blevet dårligere på [in]", Missing: noPairDA,
				Sentence: Forms{Any: "{n} funktioner er dårligere end [than]", One: "Én funktion er dårligere end [than]", Zero: "Ingen funktioner er dårligere end [than]"},
				Clause:   Forms{Any: "{n} funktioner dårligere end [than]", One: "én funktion dårligere end [than]", Zero: "ingen dårligere end [than]"},
			},
			EN: Text{
				Label: "Abilities that have become worse in [in]", Missing: noPairEN,
				Sentence: Forms{Any: "{n} abilities are worse than [than]", One: "One ability is worse than [than]", Zero: "No abilities are worse than [than]"},
				Clause:   Forms{Any: "{n} abilities worse than [than]", One: "one ability worse than [than]", Zero: "none worse than [than]"},
			},
			value: func(v *view, c cell) float64 { return v.abilities.worse(c.n) },
		},
		{
			ID: "abilities_days_since", Unit: UnitDays, Window: "ever", Family: "recency", NotApplicable: true,
			DA: Text{
				Label: "Dage siden seneste vurdering af funktionsevnen", Missing: noneDA,
				Sentence: Forms{Any: "Funktionsevnen er senest vurderet for {d} siden"},
				Clause:   Forms{Any: "senest vurderet for {d} siden"},
			},
			EN: Text{
				Label: "Days since the latest assessment of functional ability", Missing: noneEN,
				Sentence: Forms{Any: "Functional ability was last assessed {d} ago"},
				Clause:   Forms{Any: "last assessed {d} ago"},
			},
			value: func(v *view, _ cell) float64 { return since(v.abilities.latest, v.asOf) },
		},
	}
	for i := range out {
		out[i].Concept, out[i].Source, out[i].Reads = codes.Functioning, "K1", readAbilities
	}
	return out
}
