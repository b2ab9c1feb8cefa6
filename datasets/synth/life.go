package synth

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/rettidig/rettidig"
)

// A life is simulated in half-years that begin on the landmarks 1 January and 1 July. At each landmark one
// draw decides what comes first: a decline, an exit (death, nursing home, move), or neither. Everything that
// is then written into the record realises that draw: a decline is a step that the rule sees, and what
// happens without a decline stays well inside the rule (see budget).

// exitKind is how a citizen leaves the record.
type exitKind uint8

const (
	stays exitKind = iota
	dies
	nursingHome
	movesAway
)

// loan is one loan of one aid as it truly was.
type loan struct {
	class    uint8
	lent     rettidig.Day
	returned rettidig.Day // NoDay: still out on To
	again    bool         // registered anew, not lent
}

// step is a level of minutes a week that begins on a Monday and lasts until the next step.
type step struct {
	from    rettidig.Day
	minutes float64
}

// spell is one nursing or rehabilitation service for a while.
type spell struct {
	service  uint8
	minutes  float64
	from, to rettidig.Day // first Monday, Monday after the last week
}

// gap is an admission: weeks [from, to) without rows, then until bumpEnd personal care is bump times as long.
type gap struct {
	from, to, bumpEnd rettidig.Day
	bump              float64
}

// life is one citizen with everything that happens to it.
type life struct {
	cfg  *Config
	rng  *rand.Rand // what happens
	able *rand.Rand // how abilities are assessed: nothing else depends on it
	dirt *rand.Rand // what goes wrong in the files: lives do not depend on it
	person

	// what the registers cannot see
	frailty    float64 // standard normal; speeds up decline
	motivation float64 // standard normal; whether training is carried through
	loanRate   float64 // some people are lent more than others

	// Which services the citizen gets at which level: a service is active while its own number is below the share
	// that the level implies, so more help means more services and never fewer.
	taste [numServices]float64

	loans     []loan
	personal  []step
	practical []step
	spells    []spell
	gaps      []gap
	courses   []course
	truths    []truthRow
	ability   ability

	exit     rettidig.Day // NoDay: still there on To
	how      exitKind
	batch    rettidig.Day // when the aids of somebody who left come back; NoDay
	resident rettidig.Day // last day as a resident: a nursing-home entry ends the record, not the residence
	died     rettidig.Day
	pending  relief // what a successful course takes off personal care later on

	hadDep bool // a dependency aid has been lent

	private   bool   // the supplier of home care
	birthYear string // as the files print it
}

// relief is a fall in personal care that a completed course with effect brings about.
type relief struct {
	day     rettidig.Day
	minutes float64
}

// lookBack is how long before From the lives begin, so that on From services, aids and frailty already hang together.
const lookBack = 12

// simulate lives the life of citizen n. What happened before From is drawn anew until the citizen is alive on From,
// which is exactly the distribution of those who are.
func (l *life) simulate(cfg *Config, n int, p person) {
	l.cfg, l.person = cfg, p
	l.rng, l.dirt = stream(cfg.Seed, uint64(n), forLife), stream(cfg.Seed, uint64(n), forDirt)
	l.able = stream(cfg.Seed, uint64(n), forAbility)
	for try := 0; ; try++ {
		if l.live(try >= 60) {
			return
		}
	}
}

// live goes through the half-years. It returns false if the citizen was gone before From; with spared, nobody
// dies before From.
func (l *life) live(spared bool) bool {
	l.reset()
	for mark := landmarkOnOrBefore(yearsLater(l.cfg.From, -lookBack)); mark <= l.cfg.To; {
		next := nextLandmark(mark)
		if float64(mark-l.birth) >= 60*year {
			l.halfYear(mark, next, spared && mark < l.cfg.From)
		}
		if l.exit.Valid() && l.how != nursingHome && l.exit <= l.cfg.From || l.died.Valid() && l.died <= l.cfg.From {
			return false
		}
		if l.exit.Valid() && l.how != nursingHome || l.died.Valid() {
			break
		}
		mark = next
	}
	l.finish()
	return true
}

func (l *life) reset() {
	l.frailty, l.motivation = l.rng.NormFloat64(), l.rng.NormFloat64()
	l.loanRate = math.Exp(0.7*l.rng.NormFloat64() - 0.245)
	if l.rng.Float64() < 0.11 { // some people borrow nothing, whatever they need
		l.loanRate = 0.05
	}
	for i := range l.taste {
		l.taste[i] = l.rng.Float64()
	}
	l.loans, l.personal, l.practical, l.spells = l.loans[:0], l.personal[:0], l.practical[:0], l.spells[:0]
	l.gaps, l.courses, l.truths = l.gaps[:0], l.courses[:0], l.truths[:0]
	l.exit, l.how, l.resident, l.died = rettidig.NoDay, stays, rettidig.NoDay, rettidig.NoDay
	l.pending = relief{day: rettidig.NoDay}
	l.hadDep, l.batch = false, rettidig.NoDay
	l.ability = ability{list: l.ability.list[:0]}
}

func landmarkOnOrBefore(d rettidig.Day) rettidig.Day {
	t := d.Time()
	if t.Month() >= time.July {
		return rettidig.DayOf(t.Year(), time.July, 1)
	}
	return rettidig.DayOf(t.Year(), time.January, 1)
}

func nextLandmark(d rettidig.Day) rettidig.Day { return landmarkOnOrBefore(d + 190) }

// halfYear lives from one landmark to the next.
func (l *life) halfYear(mark, next rettidig.Day, spared bool) {
	s := l.stateAt(mark)
	if l.how == nursingHome {
		l.liveInNursingHome(s, mark, spared)
		return
	}
	e := l.exitChances(s, mark)
	if spared {
		e = exits{}
	}
	if mark < l.cfg.From {
		e.move = 0
	}
	if !s.atRisk {
		if l.rng.Float64() < e.total() {
			l.leave(e, mark+1+rettidig.Day(l.rng.IntN(178)))
			return
		}
		l.enter(s, mark)
		return
	}

	c := l.declineChance(s)
	pDecline := c.p()
	u := l.rng.Float64()
	declines, leaves := u < pDecline, u >= pDecline && u < pDecline+(1-pDecline)*e.total()
	l.tellDecline(s, mark, c, declines, leaves)

	end := next // events that are no decline stay before this day
	var onset rettidig.Day = rettidig.NoDay
	switch {
	case declines:
		onset = (mark + 17 + rettidig.Day(l.rng.IntN(98))).Monday()
		// Somebody who got worse may still leave before the half-year is over, but only when the rise has been seen.
		if left := float64(next-onset-40) / 182; left > 0 && l.rng.Float64() < 1.5*left*e.total() {
			end = onset + 40 + rettidig.Day(l.rng.IntN(int(next-onset-41)))
			defer l.leave(e, end)
		}
	case leaves:
		end = mark + 1 + rettidig.Day(l.rng.IntN(178))
		defer l.leave(e, end)
	}
	l.quietChanges(s, mark, next, end, onset)
	if declines {
		l.decline(s, mark, onset)
	}
	if l.cfg.K1 {
		l.assess(&s, mark, end, onset)
	}
	l.offerTraining(mark, next, end)
}

// finish closes what is still open: training courses get their rows, loans that outlast the citizen's stay come
// back in one batch, and nothing after To or after the exit is left.
func (l *life) finish() {
	if l.exit.Valid() {
		back := l.exit
		switch l.how {
		case dies:
			back += 3 + rettidig.Day(l.rng.IntN(25))
		case nursingHome:
			back += rettidig.Day(l.rng.IntN(12))
		}
		l.batch = back
		kept := l.loans[:0]
		for _, a := range l.loans {
			if a.lent >= l.exit {
				continue
			}
			if a.returned == rettidig.NoDay || a.returned > l.exit {
				a.returned = back
			}
			kept = append(kept, a)
		}
		l.loans = kept
	}
	for i := range l.courses {
		l.courses[i].play(l)
	}
}
