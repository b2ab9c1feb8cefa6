package extract

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/rettidig/rettidig"
)

// intake is where the rows of all files come together while they are read: one register of citizens, one list of names,
// and a shelf for each kind of row.
type intake struct {
	opt    Options
	reg    *register
	names  names
	spill  spill
	hands  []*hand
	files  atomic.Int64 // numbers given to tables
	work   chan func(*hand)
	blocks chan struct{} // a token for each block of a file that is in memory
	mu     sync.Mutex
	free   [][]byte // blocks that nobody uses

	aids     shelf[aidRow]
	care     shelf[careRow]
	screens  shelf[screenRow]
	sessions shelf[sessionRow]
	statuses shelf[statusRow]
	gateway  shelf[gatewayRow]
	said     shelf[saidRow]
	devices  shelf[deviceRow]
}

// hand is what one goroutine has to itself while files are read.
type hand struct {
	in     *intake
	no     int
	people *people
	names  localNames
	onDay  []int64 // facts by day since firstDay

	aids     stack[aidRow]
	care     stack[careRow]
	screens  stack[screenRow]
	sessions stack[sessionRow]
	statuses stack[statusRow]
	gateway  stack[gatewayRow]
	said     stack[saidRow]

	saying      saidRow // of the last rows of one citizen
	sayingShelf int
}

func newIntake(opt Options) *intake {
	in := &intake{opt: opt, reg: newRegister(opt.Key), spill: spill{dir: opt.Spill, room: opt.memory, slot: opt.slot}, work: make(chan func(*hand))}
	in.blocks = make(chan struct{}, 2*opt.Workers+2)
	in.names.at = map[string]int32{}
	in.names.of("") // 0: none
	n := opt.partitions
	in.aids.init(&in.spill, n)
	in.care.init(&in.spill, n)
	in.screens.init(&in.spill, n)
	in.sessions.init(&in.spill, n)
	in.statuses.init(&in.spill, n)
	in.gateway.init(&in.spill, n)
	in.said.init(&in.spill, n)
	in.devices.init(&in.spill, n)
	for i := range opt.Workers {
		h := &hand{in: in, no: i, people: newPeople(in.reg, n), onDay: make([]int64, lastDay-firstDay+2*dayRoom)}
		h.names = localNames{all: &in.names, seen: map[string]int32{}}
		h.saying.who = nobody
		h.aids.init(&in.aids)
		h.care.init(&in.care)
		h.screens.init(&in.screens)
		h.sessions.init(&in.sessions)
		h.statuses.init(&in.statuses)
		h.gateway.init(&in.gateway)
		h.said.init(&in.said)
		in.hands = append(in.hands, h)
	}
	return in
}

// run lets the hands work until files returns, which brings them work with do.
func (in *intake) run(files func()) error {
	var g errgroup.Group
	for _, h := range in.hands {
		g.Go(func() error {
			for job := range in.work {
				job(h)
			}
			return h.flush()
		})
	}
	files()
	close(in.work)
	return g.Wait()
}

// do has one hand do a job, and waits for it.
func (in *intake) do(ctx context.Context, job func(*hand)) error {
	done := make(chan struct{})
	select {
	case in.work <- func(h *hand) { defer close(done); job(h) }:
		<-done
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hand) flush() error {
	h.endSaying()
	return errors.Join(h.aids.flush(), h.care.flush(), h.screens.flush(), h.sessions.flush(), h.statuses.flush(), h.gateway.flush(), h.said.flush())
}

// fault is the first error of putting rows aside, so that reading can end early.
func (h *hand) fault() error {
	for _, err := range []error{h.care.fault, h.aids.fault, h.screens.fault, h.sessions.fault, h.statuses.fault, h.gateway.fault, h.said.fault} {
		if err != nil {
			return err
		}
	}
	return nil
}

// heard takes what a row prints about its citizen's sex, or SexUnknown, and year of birth, if there is one.
func (h *hand) heard(file uint16, sex rettidig.Sex, year int16, hasYear bool) {
	s := h.say(file)
	if hasYear && s.years > 0 && s.year != year {
		h.endSaying()
		s = h.say(file)
	}
	switch sex {
	case rettidig.Female:
		s.female++
	case rettidig.Male:
		s.male++
	}
	if hasYear {
		s.year = year
		s.years++
	}
}

// heardPatient takes the hash of a row's PatientID, not 0.
func (h *hand) heardPatient(file uint16, patient uint32) {
	s := h.say(file)
	if s.patient != 0 && s.patient != patient {
		h.endSaying()
		s = h.say(file)
	}
	s.patient = patient
}

// say gives what the last rows of the citizen printed, if these are the same citizen and file.
func (h *hand) say(file uint16) *saidRow {
	if h.saying.who != h.people.no || h.saying.file != file {
		h.endSaying()
		h.saying = saidRow{who: h.people.no, file: file}
		h.sayingShelf = h.people.shelf
	}
	return &h.saying
}

func (h *hand) endSaying() {
	if h.saying.who != nobody {
		h.said.push(h.sayingShelf, h.saying)
		h.saying.who = nobody
	}
}

// names numbers the texts of all files: codes, classes, suppliers. Like citizens' numbers they depend on who comes
// first; what is given out is compared by text.
type names struct {
	mu  sync.Mutex
	at  map[string]int32
	all []string
}

func (n *names) of(s string) int32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if i, ok := n.at[s]; ok {
		return i
	}
	i := int32(len(n.all))
	n.all = append(n.all, s)
	n.at[s] = i
	return i
}

// ranks gives each name's place in the order of the texts.
func (n *names) ranks() []int32 {
	order := make([]int32, len(n.all))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(n.all[a], n.all[b]) })
	rank := make([]int32, len(order))
	for r, i := range order {
		rank[i] = int32(r)
	}
	return rank
}

// localNames is one goroutine's view of the names.
type localNames struct {
	all  *names
	seen map[string]int32
}

func (n *localNames) of(s string) int32 {
	if s == "" {
		return 0
	}
	if i, ok := n.seen[s]; ok {
		return i
	}
	i := n.all.of(s)
	n.seen[s] = i
	return i
}
