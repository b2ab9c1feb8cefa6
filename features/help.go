package features

import (
	"math"
	"math/bits"
	"slices"
	"sort"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// depthWeeks is how far back services are kept week by week: far enough for the latest whole winter and the autumn
// before it, seen on the last day before the next winter is over. A column looks at the last n of them, its window; it
// asks for week -n, ..., -1, of which -1 is the last week that can be fully known.
const depthWeeks = 80

// windowWeeks is the window of slopes and level shifts, half a year.
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

var groupConcepts = [numGroups]codes.Concept{codes.ServicesOverall, codes.PersonalCare, codes.PracticalHelp, codes.Nursing, codes.Rehabilitation}

// helpView is what is seen of the delivered services, Træning ved hjælper left out.
type helpView struct {
	lastWeek rettidig.Day                         // Monday of the last week that can be fully known
	first    rettidig.Day                         // Monday of the first week with help; NoDay: never
	firstBy  [numGroups]rettidig.Day              // of each group, NoDay: never
	latestBy [numGroups]rettidig.Day              // the latest
	minutes  [numGroups][depthWeeks]float64       // oldest first
	visits   [numGroups][depthWeeks]float64       // the same
	any      [depthWeeks]bool                     // some help that week
	known    [numBlocks][servicesRoom / 64]uint64 // series of services of the code table, one bit each
	local    []localService                       // and those that the table does not know
	medicine [numBlocks]bool                      // medicine administration
	shifts   [numGroups]shift                     // see shift
	shifted  [numGroups]bool                      // whether it has been worked out
	oldest   int                                  // place of the oldest week that was written to
}

// The blocks of weeks in which different services are counted: the last 4, the 8 before, the 40 before those.
const (
	blockLast4 = iota
	blockTo12
	blockTo52
	numBlocks
)

type localService struct {
	code   string
	blocks uint8
}

// serviceKind is a service reduced to what the columns ask.
type serviceKind struct {
	bit      uint8 // of the broad service that took over in 2025, or its own if none did: so a count does not jump that day
	group    uint8 // groupTotal: only in the total
	medicine bool
	other    bool // no help: Træning ved hjælper, or time spent about the citizen
}

const medicineAdministration = "G1.20"

// servicesRoom bounds the series of services.
const servicesRoom = 256

// serviceEntry is a place in the table of services by code, empty while length is 0. Codes of four to eight letters are
// equal if their lengths, their first four letters and their last four are.
type serviceEntry struct {
	head, tail uint32
	length     uint8
	kind       serviceKind
}

const serviceEntries = 1024 // a power of two, four times the room for services

// serviceTable has every service at the place of its hash or the next free one after it: a search in a map costs more
// than all else that is done to a week of a service.
var serviceTable = func() *[serviceEntries]serviceEntry {
	t := new([serviceEntries]serviceEntry)
	services := codes.Services()
	if len(services) > servicesRoom {
		panic("features: more services than there is room for")
	}
	for i, s := range services {
		if len(s.Code) < 4 || len(s.Code) > 8 {
			panic("features: a service's code has four to eight letters, not " + s.Code)
		}
		if s.Successor != "" {
			i = slices.IndexFunc(services, func(t codes.Service) bool { return t.Code == s.Successor })
		}
		k := serviceKind{bit: uint8(i), medicine: s.Code == medicineAdministration, other: s.Code == codes.TrainingByHelper || s.Administrative}
		for g, c := range groupConcepts {
			if c == s.Concept {
				k.group = uint8(g)
			}
		}
		head, tail, at := hashOf(s.Code)
		for t[at].length != 0 {
			at = (at + 1) % serviceEntries
		}
		t[at] = serviceEntry{head, tail, uint8(len(s.Code)), k}
	}
	return t
}()

// hashOf returns the first four letters of a code of at least four, the last four, and where it is looked for first.
func hashOf(code string) (head, tail uint32, at uint) {
	last := code[len(code)-4:]
	head = uint32(code[0]) | uint32(code[1])<<8 | uint32(code[2])<<16 | uint32(code[3])<<24
	tail = uint32(last[0]) | uint32(last[1])<<8 | uint32(last[2])<<16 | uint32(last[3])<<24
	return head, tail, uint((uint64(head)|uint64(tail)<<32)*0xc2b2ae3d27d4eb4f>>54) % serviceEntries
}

// kindOf returns what the columns ask of a service; listed tells whether the table knows it.
func kindOf(code string) (kind serviceKind, listed bool) {
	if len(code) < 4 || len(code) > 8 {
		return serviceKind{}, false
	}
	head, tail, at := hashOf(code)
	for {
		e := &serviceTable[at]
		if e.head == head && e.tail == tail && int(e.length) == len(code) {
			return e.kind, true
		}
		if e.length == 0 {
			return serviceKind{}, false
		}
		at = (at + 1) % serviceEntries
	}
}

// lastKnownWeek returns the Monday of the last week whose Sunday is before t.
func lastKnownWeek(t rettidig.Day) rettidig.Day { return (t - 7).Monday() }

// firstWeek returns the Monday of the first of so many weeks up to the last.
func firstWeek(last rettidig.Day, weeks int) rettidig.Day { return last - 7*rettidig.Day(weeks-1) }

// look reads the services of the last so many weeks, and of all weeks if what began or ended then is asked for.
func (p *helpView) look(rows []rettidig.ServiceWeek, t rettidig.Day, depth int, reads reading) {
	p.reset(t, reads)
	p.first = p.firstHelp(rows, t)
	if p.first == rettidig.NoDay {
		return
	}
	start := firstWeek(p.lastWeek, depth)
	from := sort.Search(len(rows), func(i int) bool { return rows[i].Week >= start })
	if reads&readSince != 0 {
		p.lookBack(rows[:from], t)
	}
	for i := from; i < len(rows) && rows[i].Week <= p.lastWeek; i++ {
		s := &rows[i]
		kind, listed := kindOf(s.Code)
		if !isHelp(s, kind) || !seen(s.Week, s.Known, s.Retracted, t) {
			continue
		}
		week := depthWeeks - 1 - int(p.lastWeek-s.Week)/7
		p.add(s, kind.group, week)
		if reads&readSince != 0 {
			p.note(groupTotal, s.Week)
			p.note(kind.group, s.Week)
		}
		if reads&readServices != 0 {
			p.addService(s.Code, kind, listed, week)
		}
	}
}

// reset forgets the history before this one. Weeks are written from the oldest on, so the first that comes says from
// where on there is something to forget.
func (p *helpView) reset(t rettidig.Day, reads reading) {
	p.lastWeek, p.first = lastKnownWeek(t), rettidig.NoDay
	if p.oldest < depthWeeks {
		for g := range numGroups {
			clear(p.minutes[g][p.oldest:])
			clear(p.visits[g][p.oldest:])
		}
		clear(p.any[p.oldest:])
		p.oldest = depthWeeks
	}
	p.shifted = [numGroups]bool{}
	if reads&readSince != 0 {
		for g := range numGroups {
			p.firstBy[g], p.latestBy[g] = rettidig.NoDay, rettidig.NoDay
		}
	}
	if reads&readServices != 0 {
		clear(p.known[:])
		clear(p.local)
		p.local, p.medicine = p.local[:0], [numBlocks]bool{}
	}
}

// firstHelp returns the first week with help that is seen, NoDay if there is none.
func (p *helpView) firstHelp(rows []rettidig.ServiceWeek, t rettidig.Day) rettidig.Day {
	for i := range rows {
		s := &rows[i]
		if s.Week > p.lastWeek {
			break
		}
		if kind, _ := kindOf(s.Code); isHelp(s, kind) && seen(s.Week, s.Known, s.Retracted, t) {
			return s.Week
		}
	}
	return rettidig.NoDay
}

// lookBack keeps the first and the latest week of each group in the weeks before the window.
func (p *helpView) lookBack(rows []rettidig.ServiceWeek, t rettidig.Day) {
	for i := range rows {
		s := &rows[i]
		if kind, _ := kindOf(s.Code); isHelp(s, kind) && seen(s.Week, s.Known, s.Retracted, t) {
			p.note(groupTotal, s.Week)
			p.note(kind.group, s.Week)
		}
	}
}

func (p *helpView) note(group uint8, week rettidig.Day) {
	if p.firstBy[group] == rettidig.NoDay {
		p.firstBy[group] = week
	}
	p.latestBy[group] = week
}

// isHelp leaves out what is no help, and rows in which nothing was delivered.
func isHelp(s *rettidig.ServiceWeek, kind serviceKind) bool {
	return (s.Minutes > 0 || s.Count > 0) && !kind.other
}

// begins tells whether a row is help: the first that is seen is all that columns ask of weeks before their window.
func begins(s *rettidig.ServiceWeek) bool {
	kind, _ := kindOf(s.Code)
	return isHelp(s, kind)
}

// add adds a week of a service to its group and to all.
func (p *helpView) add(s *rettidig.ServiceWeek, group uint8, week int) {
	m, n := float64(s.Minutes), float64(s.Count)
	p.minutes[groupTotal][week] += m
	p.visits[groupTotal][week] += n
	if group != groupTotal {
		p.minutes[group][week] += m
		p.visits[group][week] += n
	}
	p.any[week] = true
	p.oldest = min(p.oldest, week)
}

// addService adds the service to the different ones of the last 52 weeks.
func (p *helpView) addService(code string, kind serviceKind, listed bool, week int) {
	block := blockTo52
	switch {
	case week < depthWeeks-52:
		return
	case week >= depthWeeks-4:
		block = blockLast4
	case week >= depthWeeks-12:
		block = blockTo12
	}
	p.medicine[block] = p.medicine[block] || kind.medicine
	if listed {
		p.known[block][kind.bit/64] |= 1 << (kind.bit % 64)
		return
	}
	for i := range p.local {
		if p.local[i].code == code {
			p.local[i].blocks |= 1 << block
			return
		}
	}
	p.local = append(p.local, localService{code, 1 << block})
}

// mean returns the amount a week over the weeks from, ..., to-1, counted back from the end: -12 to 0 are the last 12.
func mean(weeks *[depthWeeks]float64, from, to int) float64 {
	var sum float64
	for _, m := range weeks[depthWeeks+from : depthWeeks+to] {
		sum += m
	}
	return sum / float64(to-from)
}

// gaps returns the weeks without help among the last n, counted from the first week with help if that is later, and in
// how many runs they lie. A run that reaches the last week counts: the extracts cannot tell whether the help will start
// again. Both are NaN if there never was any help.
func (p *helpView) gaps(n int) (weeks, runs float64) {
	if p.first == rettidig.NoDay {
		return math.NaN(), math.NaN()
	}
	from := max(depthWeeks-n, depthWeeks-1-int(p.lastWeek-p.first)/7)
	for k := from; k < depthWeeks; k++ {
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

// distinct returns the different services in the last n weeks: 4, 12 or 52.
func (p *helpView) distinct(n int) float64 {
	last := blockAt(n)
	sum := 0
	for w := range p.known[0] {
		var all uint64
		for b := range last + 1 {
			all |= p.known[b][w]
		}
		sum += bits.OnesCount64(all)
	}
	for i := range p.local {
		if p.local[i].blocks&(1<<(last+1)-1) != 0 {
			sum++
		}
	}
	return float64(sum)
}

// newServices returns the services of the last 12 weeks that the 40 weeks before did not have.
func (p *helpView) newServices() float64 {
	sum := 0
	for w := range p.known[0] {
		sum += bits.OnesCount64((p.known[blockLast4][w] | p.known[blockTo12][w]) &^ p.known[blockTo52][w])
	}
	for i := range p.local {
		if p.local[i].blocks&(1<<blockTo52) == 0 {
			sum++
		}
	}
	return float64(sum)
}

func (p *helpView) hadMedicine(n int) bool {
	for b := range blockAt(n) + 1 {
		if p.medicine[b] {
			return true
		}
	}
	return false
}

// blockAt returns the last block that a window of n weeks holds.
func blockAt(n int) int {
	switch n {
	case 4:
		return blockLast4
	case 12:
		return blockTo12
	case 52:
		return blockTo52
	}
	panic("features: services are counted in 4, 12 or 52 weeks")
}

// share returns the share of a group in the minutes of the last n weeks, NaN if there are none.
func (p *helpView) share(group, n int) float64 {
	total := mean(&p.minutes[groupTotal], -n, 0)
	if total == 0 {
		return math.NaN()
	}
	return min(1, mean(&p.minutes[group], -n, 0)/total)
}
