package features

import (
	"math"
	"time"

	"github.com/rettidig/rettidig"
)

// slope returns the least-squares change in minutes a week from one week to the next over the last n weeks: with k = 0,
// ..., n-1, sum((k - (n-1)/2) y_k) / (n(n²-1)/12). Empty weeks count as 0 minutes, also those before the first help.
func slope(weeks *[depthWeeks]float64, n int) float64 {
	var sum float64
	for k, y := range weeks[depthWeeks-n:] {
		sum += float64((float64(k) - float64(n-1)/2) * y)
	}
	return sum / (float64(n) * float64(n*n-1) / 12)
}

const (
	shiftShortest = 4   // weeks on each side of a shift: fewer are a visit from the daughter
	shiftExplains = 0.5 // of the variation between weeks, for there to be a shift at all and not merely ups and downs
)

// shift is the level shift that two means over the last windowWeeks weeks fit best.
type shift struct {
	before, after float64 // minutes a week on either side; equal if the weeks do not vary
	weeks         int     // how many lie after it; 0 if it explains too little
}

// shiftOf finds the split of the last windowWeeks weeks, with shiftShortest weeks or more on each side, of which the two
// means leave the least variation; of equally good splits the latest. If k weeks of sum a come before a split and l
// weeks of sum b after it, it explains (kb - la)²/(kl(k+l)) of the sum of squares. Everything is multiplied by k+l, so
// that whole minutes give whole numbers and equal splits are equal to the last bit.
func (p *helpView) shiftOf(group int) shift {
	if p.shifted[group] {
		return p.shifts[group]
	}
	ys := p.minutes[group][depthWeeks-windowWeeks:]
	var sum, squares float64
	for _, y := range ys {
		sum += y
		squares += float64(y * y)
	}
	s := shift{before: sum / windowWeeks, after: sum / windowWeeks}
	var best, head float64
	for i := range windowWeeks - shiftShortest {
		head += ys[i]
		k := float64(i + 1)
		if k < shiftShortest {
			continue
		}
		l, tail := windowWeeks-k, sum-head
		d := float64(k*tail) - float64(l*head)
		if explained := d * d / (k * l); explained > 0 && explained >= best {
			best, s = explained, shift{head / k, tail / l, windowWeeks - i - 1}
		}
	}
	if best < shiftExplains*(float64(windowWeeks*squares)-float64(sum*sum)) {
		s.weeks = 0
	}
	p.shifts[group], p.shifted[group] = s, true
	return s
}

// relative returns how the level after compares with that before, relative to the larger of the two: 0.4 is a rise of
// which 40 % of today's help came with the shift, -0.4 a fall by 40 %. NaN if there is no help on either side.
func (s shift) relative() float64 {
	larger := max(s.before, s.after)
	if !(larger > 0) {
		return math.NaN()
	}
	return max(-1, min(1, (s.after-s.before)/larger))
}

// yearChange returns the minutes a week in the last 12 weeks less those in the same 12 weeks a year (52 weeks) earlier.
// NaN if there was no help yet when those began.
func (p *helpView) yearChange(group int) float64 {
	if p.first == rettidig.NoDay || p.first > p.lastWeek-7*63 {
		return math.NaN()
	}
	return mean(&p.minutes[group], -12, 0) - mean(&p.minutes[group], -64, -52)
}

// lastWinter returns how many weeks ago the latest whole winter began: the last 13 weeks or more ago, counted from the
// week of 1 December. The winter is the weeks -n, ..., -n+12.
func lastWinter(lastWeek rettidig.Day) int {
	for year := lastWeek.Time().Year(); ; year-- {
		begin := rettidig.DayOf(year, time.December, 1).Monday()
		if n := int(lastWeek-begin)/7 + 1; begin <= lastWeek && n >= winterWeeks {
			return n
		}
	}
}

const winterWeeks = 13

// winterChange returns the minutes a week in the latest whole winter less those in the 13 weeks before it. NaN if there
// was no help yet when those began.
func (p *helpView) winterChange(group int) float64 {
	if p.first == rettidig.NoDay {
		return math.NaN()
	}
	n := lastWinter(p.lastWeek)
	if p.first > p.lastWeek-rettidig.Day(7*(n+winterWeeks-1)) {
		return math.NaN()
	}
	return mean(&p.minutes[group], -n, -n+winterWeeks) - mean(&p.minutes[group], -n-winterWeeks, -n)
}

// comparable tells whether the weeks -from, ..., -to can be compared with each other for a group: none of them lies in a
// spring in which help was not delivered for reasons that had nothing to do with the citizen. Codes that replaced others
// are no hindrance, as minutes are summed over what old and new codes have in common.
func (p *helpView) comparable(group, from, to int) bool {
	first, last := p.lastWeek-rettidig.Day(7*(from-1)), p.lastWeek-rettidig.Day(7*(to-1))
	return last < covidFrom || first > covidTo || !covidTouches[group]
}

// In the spring of 2020 practical help was cut to what could not wait; personal care and nursing went on.
var (
	covidFrom    = rettidig.DayOf(2020, time.March, 9) // Mondays
	covidTo      = rettidig.DayOf(2020, time.June, 29)
	covidTouches = [numGroups]bool{groupTotal: true, groupPractical: true}
)

// ifComparable is NaN if the last n weeks cannot be compared with each other.
func ifComparable(n int, value func(p *helpView, c cell) float64) func(*view, cell) float64 {
	return func(v *view, c cell) float64 {
		if !v.help.comparable(c.at, n, 1) {
			return math.NaN()
		}
		return value(&v.help, c)
	}
}

const (
	unlikeDA = "Kan ikke sammenlignes: i foråret 2020 var hjælpen skåret ned på grund af corona"
	unlikeEN = "Not comparable: in the spring of 2020 help was cut because of Covid"
)

// trendColumns say how each kind of help changes.
func trendColumns() []declaration {
	return []declaration{
		slopeColumns("[id]_slope_26w", 26, helpThings),
		slopeColumns("[id]_slope_12w", 12, pick(helpThings, "help", "personal")),
		changeColumns(), shiftColumns(), shiftShareColumns(), shiftWeeksColumns(), yearColumns(), winterColumns(),
	}
}

// slopeColumns' sentence tells what the slope comes to over its window: a minute a week more every week is little from
// week to week and much over half a year.
func slopeColumns(id string, weeks int, over []thing) declaration {
	return declaration{
		ID: id, Unit: UnitSlope, Family: "trend", Source: "H1", Over: over, Windows: []window{weeksBack(weeks)}, Reads: readWeeks, NotApplicable: true,
		DA: Text{
			Label: "[name]: stigning i minutter fra uge til uge, [recent]", Missing: "[unlike]",
			Sentence: Forms{
				Any: "[name]: steget omkring {t} minutter om ugen over [last]", One: "[name]: steget omkring {t} minut om ugen over [last]",
				Zero: "[name]: stort set uændret over [last]",
				Less: "[name]: faldet omkring {t} minutter om ugen over [last]", LessOne: "[name]: faldet omkring {t} minut om ugen over [last]",
			},
			Clause: Forms{
				Any: "steget omkring {t} minutter om ugen over [last]", One: "steget omkring {t} minut om ugen over [last]", Zero: "stort set uændret over [last]",
				Less: "faldet omkring {t} minutter om ugen over [last]", LessOne: "faldet omkring {t} minut om ugen over [last]",
			},
		},
		EN: Text{
			Label: "[name]: rise in minutes from week to week, [recent]", Missing: "[unlike]",
			Sentence: Forms{
				Any: "[name]: up by about {t} minutes a week over [over]", One: "[name]: up by about {t} minute a week over [over]",
				Zero: "[name]: about unchanged over [over]",
				Less: "[name]: down by about {t} minutes a week over [over]", LessOne: "[name]: down by about {t} minute a week over [over]",
			},
			Clause: Forms{
				Any: "up by about {t} minutes a week over [over]", One: "up by about {t} minute a week over [over]", Zero: "about unchanged over [over]",
				Less: "down by about {t} minutes a week over [over]", LessOne: "down by about {t} minute a week over [over]",
			},
		},
		value: ifComparable(weeks, func(p *helpView, c cell) float64 { return slope(&p.minutes[c.at], c.n) }),
	}
}

func changeColumns() declaration {
	const thenDA, thenEN = " de seneste 4 uger end i de 12 uger før", " in the last 4 weeks than in the 12 weeks before"
	return declaration{
		ID: "[id]_change_4w", Unit: UnitMinutesPerWeek, Window: "4w against the 12w before", Family: "trend", Source: "H1", Over: helpThings, Reads: readWeeks, Weeks: 16, NotApplicable: true,
		DA: Text{
			Label: "[name]: seneste 4 uger mod de 12 uger før, minutter om ugen", Missing: "[unlike]",
			Sentence: Forms{
				Any: "{m} minutter mere [no] om ugen" + thenDA, One: "{m} minut mere [no] om ugen" + thenDA,
				Zero: "[name] er stort set uændret de seneste 4 uger mod de 12 uger før",
				Less: "{m} minutter mindre [no] om ugen" + thenDA, LessOne: "{m} minut mindre [no] om ugen" + thenDA,
			},
			Clause: Forms{
				Any: "{m} minutter mere om ugen" + thenDA, One: "{m} minut mere om ugen" + thenDA, Zero: "stort set uændret de seneste 4 uger mod de 12 uger før",
				Less: "{m} minutter mindre om ugen" + thenDA, LessOne: "{m} minut mindre om ugen" + thenDA,
			},
		},
		EN: Text{
			Label: "[name]: last 4 weeks against the 12 weeks before, minutes a week", Missing: "[unlike]",
			Sentence: Forms{
				Any: "{m} minutes more [no] a week" + thenEN, One: "{m} minute more [no] a week" + thenEN,
				Zero: "[name] is about unchanged in the last 4 weeks against the 12 weeks before",
				Less: "{m} minutes less [no] a week" + thenEN, LessOne: "{m} minute less [no] a week" + thenEN,
			},
			Clause: Forms{
				Any: "{m} minutes more a week" + thenEN, One: "{m} minute more a week" + thenEN, Zero: "about unchanged in the last 4 weeks against the 12 weeks before",
				Less: "{m} minutes less a week" + thenEN, LessOne: "{m} minute less a week" + thenEN,
			},
		},
		value: ifComparable(16, func(p *helpView, c cell) float64 {
			return mean(&p.minutes[c.at], -4, 0) - mean(&p.minutes[c.at], -16, -4)
		}),
	}
}

func shiftColumns() declaration {
	const afterDA, afterEN = " efter et spring inden for de seneste 26 uger", " after a shift within the last 26 weeks"
	return declaration{
		ID: "[id]_shift_26w", Unit: UnitMinutesPerWeek, Window: "26w", Family: "trend", Source: "H1", Over: helpThings, Reads: readWeeks, Weeks: windowWeeks, NotApplicable: true,
		DA: Text{
			Label: "[name]: spring i minutter om ugen, seneste 26 uger", Missing: "[unlike]",
			Sentence: Forms{
				Any: "[name]: niveauet er {m} minutter højere om ugen" + afterDA, One: "[name]: niveauet er {m} minut højere om ugen" + afterDA,
				Zero: "[name]: samme niveau i alle de seneste 26 uger",
				Less: "[name]: niveauet er {m} minutter lavere om ugen" + afterDA, LessOne: "[name]: niveauet er {m} minut lavere om ugen" + afterDA,
			},
			Clause: Forms{
				Any: "niveauet {m} minutter højere om ugen" + afterDA, One: "niveauet {m} minut højere om ugen" + afterDA, Zero: "samme niveau i alle de seneste 26 uger",
				Less: "niveauet {m} minutter lavere om ugen" + afterDA, LessOne: "niveauet {m} minut lavere om ugen" + afterDA,
			},
		},
		EN: Text{
			Label: "[name]: shift in minutes a week, last 26 weeks", Missing: "[unlike]",
			Sentence: Forms{
				Any: "[name]: the level is {m} minutes a week higher" + afterEN, One: "[name]: the level is {m} minute a week higher" + afterEN,
				Zero: "[name]: the same level in all of the last 26 weeks",
				Less: "[name]: the level is {m} minutes a week lower" + afterEN, LessOne: "[name]: the level is {m} minute a week lower" + afterEN,
			},
			Clause: Forms{
				Any: "the level {m} minutes a week higher" + afterEN, One: "the level {m} minute a week higher" + afterEN, Zero: "the same level in all of the last 26 weeks",
				Less: "the level {m} minutes a week lower" + afterEN, LessOne: "the level {m} minute a week lower" + afterEN,
			},
		},
		value: ifComparable(windowWeeks, func(p *helpView, c cell) float64 { s := p.shiftOf(c.at); return s.after - s.before }),
	}
}

func shiftShareColumns() declaration {
	return declaration{
		ID: "[id]_shift_share_26w", Unit: UnitShare, Window: "26w", Family: "trend", Source: "H1", Over: helpThings, Reads: readWeeks, Weeks: windowWeeks, NotApplicable: true,
		DA: Text{
			Label: "[name]: spring i forhold til det højeste niveau, seneste 26 uger", Missing: "Ingen [no] at sammenligne i de seneste 26 uger",
			Sentence: Forms{
				Any: "{p} af [def] er kommet til i løbet af de seneste 26 uger", Zero: "[name]: stort set samme niveau i alle de seneste 26 uger",
				Less: "[name]: faldet {p} i løbet af de seneste 26 uger",
			},
		},
		EN: Text{
			Label: "[name]: shift relative to the higher level, last 26 weeks", Missing: "No [no] to compare in the last 26 weeks",
			Sentence: Forms{
				Any: "{p} of the [no] was added during the last 26 weeks", Zero: "[name]: about the same level in all of the last 26 weeks",
				Less: "[name]: down by {p} during the last 26 weeks",
			},
		},
		value: ifComparable(windowWeeks, func(p *helpView, c cell) float64 { return p.shiftOf(c.at).relative() }),
	}
}

func shiftWeeksColumns() declaration {
	return declaration{
		ID: "[id]_shift_weeks_26w", Unit: UnitWeeks, Window: "26w", Family: "shift_time", Source: "H1", Over: helpThings, Reads: readWeeks, Weeks: windowWeeks, NotApplicable: true,
		DA: Text{
			Label: "[name]: uger siden niveauet ændrede sig, seneste 26 uger", Missing: "Ingen tydelig ændring af niveauet i [def] de seneste 26 uger",
			Sentence: Forms{Any: "[name]: niveauet ændrede sig for {w} siden"},
		},
		EN: Text{
			Label: "[name]: weeks since the level changed, last 26 weeks", Missing: "No clear change of level in the [no] in the last 26 weeks",
			Sentence: Forms{Any: "[name]: the level changed {w} ago"},
		},
		value: ifComparable(windowWeeks, func(p *helpView, c cell) float64 {
			if s := p.shiftOf(c.at); s.weeks > 0 {
				return float64(s.weeks)
			}
			return math.NaN()
		}),
	}
}

func yearColumns() declaration {
	return declaration{
		ID: "[id]_change_year", Unit: UnitMinutesPerWeek, Window: "12w against the same 12w a year before", Family: "year", Source: "H1", Over: helpThings, Reads: readWeeks, Weeks: 64, NotApplicable: true,
		DA: Text{
			Label: "[name]: seneste 12 uger mod samme tid sidste år, minutter om ugen", Missing: "Kan ikke sammenlignes med samme tid sidste år",
			Sentence: Forms{
				Any: "{m} minutter mere [no] om ugen end på samme tid sidste år", One: "{m} minut mere [no] om ugen end på samme tid sidste år",
				Zero: "[name] er stort set som på samme tid sidste år",
				Less: "{m} minutter mindre [no] om ugen end på samme tid sidste år", LessOne: "{m} minut mindre [no] om ugen end på samme tid sidste år",
			},
			Clause: Forms{
				Any: "{m} minutter mere om ugen end på samme tid sidste år", One: "{m} minut mere om ugen end på samme tid sidste år", Zero: "stort set som på samme tid sidste år",
				Less: "{m} minutter mindre om ugen end på samme tid sidste år", LessOne: "{m} minut mindre om ugen end på samme tid sidste år",
			},
		},
		EN: Text{
			Label: "[name]: last 12 weeks against the same time last year, minutes a week", Missing: "Not comparable with the same time last year",
			Sentence: Forms{
				Any: "{m} minutes more [no] a week than at the same time last year", One: "{m} minute more [no] a week than at the same time last year",
				Zero: "[name] is about as at the same time last year",
				Less: "{m} minutes less [no] a week than at the same time last year", LessOne: "{m} minute less [no] a week than at the same time last year",
			},
			Clause: Forms{
				Any: "{m} minutes more a week than at the same time last year", One: "{m} minute more a week than at the same time last year", Zero: "about as at the same time last year",
				Less: "{m} minutes less a week than at the same time last year", LessOne: "{m} minute less a week than at the same time last year",
			},
		},
		value: func(v *view, c cell) float64 {
			if !v.help.comparable(c.at, 12, 1) || !v.help.comparable(c.at, 64, 53) {
				return math.NaN()
			}
			return v.help.yearChange(c.at)
		},
	}
}

func winterColumns() declaration {
	return declaration{
		ID: "[id]_change_winter", Unit: UnitMinutesPerWeek, Window: "the latest winter against the autumn before", Family: "winter", Source: "H1", Over: pick(helpThings, "help", "personal", "practical"), Reads: readWeeks, Weeks: depthWeeks, NotApplicable: true,
		DA: Text{
			Label: "[name]: den seneste vinter mod efteråret før, minutter om ugen", Missing: "Ingen vinter og efterår at sammenligne",
			Sentence: Forms{
				Any: "{m} minutter mere [no] om ugen den seneste vinter end efteråret før", One: "{m} minut mere [no] om ugen den seneste vinter end efteråret før",
				Zero: "[name] var stort set ens den seneste vinter og efteråret før",
				Less: "{m} minutter mindre [no] om ugen den seneste vinter end efteråret før", LessOne: "{m} minut mindre [no] om ugen den seneste vinter end efteråret før",
			},
		},
		EN: Text{
			Label: "[name]: the latest winter against the autumn before, minutes a week", Missing: "No winter and autumn to compare",
			Sentence: Forms{
				Any: "{m} minutes more [no] a week in the latest winter than in the autumn before", One: "{m} minute more [no] a week in the latest winter than in the autumn before",
				Zero: "[name] was about the same in the latest winter and the autumn before",
				Less: "{m} minutes less [no] a week in the latest winter than in the autumn before", LessOne: "{m} minute less [no] a week in the latest winter than in the autumn before",
			},
		},
		value: func(v *view, c cell) float64 {
			n := lastWinter(v.help.lastWeek)
			if !v.help.comparable(c.at, n+winterWeeks, n-winterWeeks+1) {
				return math.NaN()
			}
			return v.help.winterChange(c.at)
		},
	}
}
