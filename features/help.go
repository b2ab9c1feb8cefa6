package features

import (
	"math"
	"math/bits"
	"slices"
	"sort"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// windowWeeks is the longest service window. Week 0 of the window is the oldest, week windowWeeks-1 the
// last week that can be fully known.
const windowWeeks = 26

// The groups that minutes are summed in. Services of other concepts count in the total only.
const (
	groupTotal = iota
	groupPersonal
	groupPractical
	groupNursing
	groupRehabilitation
	numGroups
)

// helpView is what is seen of the delivered services, Træning ved hjælper left out.
type helpView struct {
	lastWeek      rettidig.Day // Monday of the last week that can be fully known
	first, latest rettidig.Day // Monday of the first and the latest week with help; NoDay: never
	minutes       [numGroups][windowWeeks]float64
	any           [windowWeeks]bool // some help that week
	visits        int               // in the last 4 weeks
	known         [2]uint64         // services of the code table delivered in the last 12 weeks, one bit each
	local         []string          // and those that the table does not know
	medicine      bool              // medicine administration in the last 12 weeks
}

// serviceKind is a service reduced to what the columns ask.
type serviceKind struct {
	bit      uint8 // position in the code table
	group    uint8 // groupTotal: only in the total
	medicine bool
	training bool // Træning ved hjælper
}

const medicineAdministration = "G1.20"

var serviceKinds = func() map[string]serviceKind {
	groups := map[codes.Concept]uint8{
		codes.PersonalCare: groupPersonal, codes.PracticalHelp: groupPractical, codes.Nursing: groupNursing, codes.Rehabilitation: groupRehabilitation,
	}
	m := make(map[string]serviceKind)
	for i, s := range codes.Services() {
		if i >= 128 {
			panic("features: more than 128 services do not fit in two words")
		}
		m[s.Code] = serviceKind{bit: uint8(i), group: groups[s.Concept], medicine: s.Code == medicineAdministration, training: s.Code == codes.TrainingByHelper}
	}
	return m
}()

// lastKnownWeek returns the Monday of the last week whose Sunday is before t.
func lastKnownWeek(t rettidig.Day) rettidig.Day { return (t - 7).Monday() }

func (p *helpView) look(weeks []rettidig.ServiceWeek, t rettidig.Day) {
	*p = helpView{lastWeek: lastKnownWeek(t), first: rettidig.NoDay, latest: rettidig.NoDay, local: p.local[:0]}
	p.first = p.nextHelp(weeks, t)
	if p.first == rettidig.NoDay {
		return
	}
	start := p.lastWeek - 7*(windowWeeks-1)
	from := sort.Search(len(weeks), func(i int) bool { return weeks[i].Week >= start })
	for i := from; i < len(weeks) && weeks[i].Week <= p.lastWeek; i++ {
		if s := &weeks[i]; seen(s.Week, s.Known, t) {
			p.add(s, int(s.Week-start)/7)
		}
	}
	for i := from - 1; i >= 0 && p.latest == rettidig.NoDay; i-- {
		if s := &weeks[i]; seen(s.Week, s.Known, t) && isHelp(s) {
			p.latest = s.Week
		}
	}
}

// nextHelp returns the first week with help that is seen, NoDay if there is none.
func (p *helpView) nextHelp(weeks []rettidig.ServiceWeek, t rettidig.Day) rettidig.Day {
	for i := range weeks {
		s := &weeks[i]
		if s.Week > p.lastWeek {
			break
		}
		if seen(s.Week, s.Known, t) && isHelp(s) {
			return s.Week
		}
	}
	return rettidig.NoDay
}

// isHelp leaves out Træning ved hjælper and rows in which nothing was delivered.
func isHelp(s *rettidig.ServiceWeek) bool {
	return (s.Minutes > 0 || s.Count > 0) && s.Code != codes.TrainingByHelper
}

func (p *helpView) add(s *rettidig.ServiceWeek, week int) {
	kind, listed := serviceKinds[s.Code]
	if kind.training || !isHelp(s) {
		return
	}
	m := float64(s.Minutes)
	p.minutes[groupTotal][week] += m
	if kind.group != groupTotal {
		p.minutes[kind.group][week] += m
	}
	p.any[week] = true
	p.latest = s.Week
	if week >= windowWeeks-4 {
		p.visits += int(s.Count)
	}
	if week < windowWeeks-12 {
		return
	}
	p.medicine = p.medicine || kind.medicine
	switch {
	case listed:
		p.known[kind.bit/64] |= 1 << (kind.bit % 64)
	case !slices.Contains(p.local, s.Code):
		p.local = append(p.local, s.Code)
	}
}

// mean returns the minutes a week over the weeks from, ..., to-1 of the window.
func (p *helpView) mean(group, from, to int) float64 {
	var sum float64
	for _, m := range p.minutes[group][from:to] {
		sum += m
	}
	return sum / float64(to-from)
}

// slope returns the least-squares change in minutes a week from one week to the next over the window:
// with k = 0, ..., n-1 and n = windowWeeks, sum((k - (n-1)/2) y_k) / (n(n²-1)/12). Empty weeks count as 0
// minutes, also those before the first help.
func (p *helpView) slope(group int) float64 {
	const n = windowWeeks
	var sum float64
	for k, y := range p.minutes[group] {
		sum += float64((float64(k) - (n-1)/2.0) * y)
	}
	return sum / (n * (n*n - 1) / 12.0)
}

// gaps returns the weeks without help among the last windowWeeks, counted from the first week with help if
// that is later, and in how many runs they lie. A run that reaches the last week counts: the extracts
// cannot tell whether the help will start again. Both are NaN if there never was any help.
func (p *helpView) gaps() (weeks, runs float64) {
	if p.first == rettidig.NoDay {
		return math.NaN(), math.NaN()
	}
	from := max(0, windowWeeks-1-int(p.lastWeek-p.first)/7)
	for k := from; k < windowWeeks; k++ {
		if p.any[k] {
			continue
		}
		weeks++
		if k == from || p.any[k-1] {
			runs++
		}
	}
	return weeks, runs
}

// weeksSince returns the whole weeks from a Monday to the last known week, NaN if there is none.
func (p *helpView) weeksSince(d rettidig.Day) float64 {
	if d == rettidig.NoDay {
		return math.NaN()
	}
	return float64(int(p.lastWeek-d) / 7)
}

func (p *helpView) distinct() float64 {
	return float64(bits.OnesCount64(p.known[0]) + bits.OnesCount64(p.known[1]) + len(p.local))
}

// personalShare returns the share of personal care in the minutes of the last 12 weeks, NaN if there are none.
func (p *helpView) personalShare() float64 {
	total := p.mean(groupTotal, windowWeeks-12, windowWeeks)
	if total == 0 {
		return math.NaN()
	}
	return p.mean(groupPersonal, windowWeeks-12, windowWeeks) / total
}
