package synth

import (
	"math"
	"time"

	"github.com/rettidig/rettidig"
)

// homeCareFiles is how many files the home-care delivery is split into, by year.
const homeCareFiles = 3

// week is one ISO week of the delivery.
type week struct {
	monday   rettidig.Day
	file     int
	law      bool   // from the law of 2025 on
	covid    bool   // practical help was cut down
	missing  bool   // not delivered
	reported bool   // delivered services are told in reports to KL Gateway
	text     []byte // its cells
	slipped  []byte // the cells of week 53 with the calendar year of its Sunday; nil for other weeks
	old      []byte // its cells in the older delivery
}

// The spring in which practical help was cut down.
var covidFrom, covidTo = rettidig.DayOf(2020, time.March, 16), rettidig.DayOf(2020, time.June, 28)

// calendar lists the whole ISO weeks from From to To.
func calendar(cfg *Config) []week {
	var out []week
	firstYear, lastYear := cfg.From.Time().Year(), cfg.To.Time().Year()
	for m := (cfg.From + 6).Monday(); m+6 <= cfg.To; m += 7 {
		y, _ := m.ISOWeek()
		out = append(out, week{monday: m, law: m >= aeldreloven, covid: covidFrom <= m && m <= covidTo,
			file: min(homeCareFiles*(max(y, firstYear)-firstYear)/(lastYear-firstYear+1), homeCareFiles-1)})
	}
	return out
}

// delivery is one service of one citizen in one week.
type delivery struct {
	service uint8
	minutes int
	count   int
}

// carePlan is which services share the present level of care, with minutes a week each.
type carePlan struct {
	n       int
	service [svcMedication]uint8
	minutes [svcMedication]float64
}

// plan splits personal and practical minutes over the services that the level implies. More minutes switch further
// services on.
func (l *life) plan(personal, practical float64) (p carePlan) {
	add := func(first, last int, minutes, reach float64, least uint8) {
		if minutes <= 0 {
			return
		}
		from, sum := p.n, 0.0
		for s := first; s <= last; s++ {
			if l.taste[s] < services[s].share*reach {
				p.service[p.n], p.minutes[p.n] = uint8(s), services[s].minutes
				sum += services[s].minutes
				p.n++
			}
		}
		if sum == 0 { // nothing, or only the meals service
			p.service[p.n], p.minutes[p.n] = least, services[least].minutes
			sum = services[least].minutes
			p.n++
		}
		for i := from; i < p.n; i++ {
			p.minutes[i] *= minutes / sum
		}
	}
	add(svcHygiene, svcSupervision, personal, math.Pow(personal/260, 0.4), svcHygiene)
	add(svcShopping, svcMeals, practical, math.Pow(practical/45, 0.4), svcCleaning)
	return p
}

// weeks calls row for every delivery in every week of the period, in order.
func (l *life) weeks(cal []week, row func(w *week, d delivery)) {
	if len(l.personal)+len(l.practical)+len(l.spells)+len(l.courses) == 0 {
		return
	}
	iPers, iPrac := 0, 0
	pers, prac := 0.0, 0.0
	var p carePlan
	phase := int(l.taste[0] * 2)
	for i := range cal {
		w := &cal[i]
		m := w.monday
		if l.exit.Valid() && m+6 >= l.exit {
			return
		}
		changed := false
		for iPers < len(l.personal) && l.personal[iPers].from <= m {
			pers, changed = l.personal[iPers].minutes, true
			iPers++
		}
		for iPrac < len(l.practical) && l.practical[iPrac].from <= m {
			prac, changed = l.practical[iPrac].minutes, true
			iPrac++
		}
		if changed {
			p = l.plan(pers, prac)
		}
		away, bump := l.absence(m)
		if away {
			continue
		}
		for k := range p.n {
			s := p.service[k]
			x := p.minutes[k]
			if s <= svcSupervision {
				x *= bump
			}
			if d, ok := l.deliver(s, x, i+phase); ok {
				row(w, d)
			}
		}
		for _, sp := range l.spells {
			if sp.from <= m && m < sp.to {
				if d, ok := l.deliver(sp.service, sp.minutes, i+phase); ok {
					row(w, d)
				}
			}
		}
		if n := l.trainedIn(m); n > 0 {
			row(w, delivery{svcTraining, 20 * n, n})
		}
	}
}

// deliver turns a weekly level into what was delivered in one week: a few percent more or less, and every second
// week twice as much for services that come every second week.
func (l *life) deliver(s uint8, minutes float64, weekNumber int) (delivery, bool) {
	sv := &services[s]
	if sv.minutes == 0 { // meals are delivered, not timed
		return delivery{s, 0, 5 + l.rng.IntN(3)}, true
	}
	if sv.every == 2 {
		if weekNumber%2 != 0 {
			return delivery{}, false
		}
		minutes *= 2
	}
	m := int(minutes*(0.92+0.16*l.rng.Float64()) + 0.5)
	if m <= 0 {
		return delivery{}, false
	}
	return delivery{s, m, max(1, int(minutes/sv.perVisit+0.5))}, true
}

// absence tells whether the citizen is admitted in a week, and how much longer personal care is after an admission.
func (l *life) absence(m rettidig.Day) (away bool, bump float64) {
	bump = 1
	for i := range l.gaps {
		g := &l.gaps[i]
		switch {
		case g.from <= m && m < g.to:
			return true, 1
		case g.to <= m && m < g.bumpEnd:
			bump = g.bump
		}
	}
	return false, bump
}

// trainedIn counts the sessions done in a week.
func (l *life) trainedIn(m rettidig.Day) int {
	n := 0
	for i := range l.courses {
		if c := &l.courses[i]; c.start > m+6 || c.start < m-100 {
			continue
		}
		for _, s := range l.courses[i].sessions {
			if s.rating > 1 && m <= s.day && s.day < m+7 {
				n++
			}
		}
	}
	return n
}
