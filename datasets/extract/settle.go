package extract

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/rettidig/rettidig"
)

// prepare finds what must be known of all files before their rows can be settled.
func (d *Delivery) prepare() {
	d.findExtractDate()
	d.files = make([]fileInfo, len(d.titles))
	for i := range d.files {
		d.files[i].refused = true
	}
	for _, p := range d.parts {
		f := &d.files[p.file]
		*f = fileInfo{kind: p.report.Kind, made: p.preamble, limit: p.preamble, first: p.report.First, last: p.report.Last}
		if !f.limit.Valid() && d.certain {
			f.limit = d.extract
		}
	}
	d.rankFiles()
	d.findFamilies()
	d.nameRank = d.in.names.ranks()
	d.orderPeople()
}

// orderPeople lists the citizens of each partition. Each partition's list is sorted when it is settled.
func (d *Delivery) orderPeople() {
	n := d.opt.partitions
	d.rank = make([]int32, d.in.reg.size())
	d.start = make([]int32, n+1)
	d.in.reg.each(func(no int32, p *person) { d.start[partitionOf(p.id, n)+1]++ })
	for i := range n {
		d.start[i+1] += d.start[i]
	}
	d.order = make([]int32, d.start[n])
	next := slices.Clone(d.start)
	d.in.reg.each(func(no int32, p *person) {
		at := &next[partitionOf(p.id, n)]
		d.order[*at] = no
		*at++
	})
	d.sorted = make([]bool, n)
}

// settler is what one goroutine has to itself while rows are settled.
type settler struct {
	d     *Delivery
	dry   bool // nothing is counted
	waste File
	first int32 // number of the partition's first citizen in the order of all
	rank  []int32

	aids     *tableOf[aidRow, rettidig.Aid]
	care     *tableOf[careRow, rettidig.ServiceWeek]
	screens  *tableOf[screenRow, rettidig.Screening]
	sessions *tableOf[sessionRow, rettidig.Session]
	statuses *tableOf[statusRow, rettidig.StatusChange]
	gateway  gatewayTable
	said     []saidRow
	devices  stack[deviceRow]

	files          []*File // what was counted, by file
	covered, found []int64 // by vintage
	gone           []int64 // by family
	sums           sums
}

func newSettler(d *Delivery) *settler {
	s := &settler{d: d, rank: d.rank, files: make([]*File, len(d.files)), waste: newFile(), sums: newSums()}
	s.aids, s.care, s.screens = aidTable(s), careTable(s), screenTable(s)
	s.sessions, s.statuses, s.gateway = sessionTable(s), statusTable(s), gatewayTable{s: s}
	s.devices.init(&d.in.devices)
	return s
}

// size makes room for the vintages.
func (s *settler) size() {
	n := s.d.vintages
	s.covered, s.found, s.gone = make([]int64, n), make([]int64, n), make([]int64, len(s.d.families))
	for _, told := range []*[]bool{&s.aids.told, &s.care.told, &s.screens.told, &s.sessions.told, &s.statuses.told} {
		*told = make([]bool, n)
	}
}

// file returns where the fate of a row is counted.
func (s *settler) file(b *stamp) *File {
	if s.dry {
		return &s.waste
	}
	f := s.files[b.file]
	if f == nil {
		one := newFile()
		f = &one
		s.files[b.file] = f
	}
	return f
}

func (s *settler) keep(b *stamp) {
	if b.repaired {
		s.file(b).Rows.Repaired++
	} else {
		s.file(b).Rows.Kept++
	}
}

func (s *settler) merge(b *stamp, cause string) { s.file(b).Merged.add(cause, 1) }
func (s *settler) note(b *stamp, cause string)  { s.file(b).Notes.add(cause, 1) }

// inTime sets aside what is dated after its file was made, or after the delivery's date if the file does not say when
// that was and another does.
func (s *settler) inTime(day rettidig.Day, f *fileInfo, b *stamp, column int) bool {
	if !f.limit.Valid() || day <= f.limit {
		return true
	}
	file := s.file(b)
	file.Quarantined.add("after_extract_date", 1)
	if !s.dry {
		e := Example{Line: int(b.line), Citizen: s.d.in.reg.person(b.who).id}
		if column >= 0 {
			e.Column = s.d.titles[b.file][column]
		}
		file.example("after_extract_date", e)
	}
	return false
}

// batch is the histories of one partition. Their facts lie in the batch's own lists, which are used again.
type batch struct {
	histories  []rettidig.History
	aids       []rettidig.Aid
	services   []rettidig.ServiceWeek
	screenings []rettidig.Screening
	sessions   []rettidig.Session
	statuses   []rettidig.StatusChange
}

// people sorts the citizens of a partition and gives each its place.
func (s *settler) people(partition int) []int32 {
	d := s.d
	who := d.order[d.start[partition]:d.start[partition+1]]
	if !d.sorted[partition] {
		reg := d.in.reg
		id := func(no int32) rettidig.CitizenID { return reg.shards[no%registerShards].people[no/registerShards].id }
		slices.SortFunc(who, func(a, b int32) int { return cmp.Compare(id(a), id(b)) })
		for i, no := range who {
			d.rank[no] = int32(i)
		}
		d.sorted[partition] = true
	}
	s.first = d.start[partition]
	return who
}

// compare looks at a partition of the kinds that have several vintages, and counts nothing else.
func (s *settler) compare(partition int) error {
	s.dry = true
	defer func() { s.dry = false }()
	n := len(s.people(partition))
	return errors.Join(s.aids.compare(partition, n), s.care.compare(partition, n), s.screens.compare(partition, n),
		s.sessions.compare(partition, n), s.statuses.compare(partition, n))
}

// settle makes the histories of a partition.
func (s *settler) settle(partition int, b *batch) error {
	who := s.people(partition)
	n := len(who)
	for _, err := range []error{
		s.aids.settle(partition, n, b.aids), s.care.settle(partition, n, b.services), s.screens.settle(partition, n, b.screenings),
		s.sessions.settle(partition, n, b.sessions), s.statuses.settle(partition, n, b.statuses), s.gateway.load(partition, n),
	} {
		if err != nil {
			return err
		}
	}
	b.aids, b.services, b.screenings = s.aids.facts, s.care.facts, s.screens.facts
	b.sessions, b.statuses = s.sessions.facts, s.statuses.facts
	var err error
	if s.said, err = s.d.in.said.load(partition, s.said[:0], false); err != nil {
		return err
	}
	slices.SortFunc(s.said, func(x, y saidRow) int {
		return cmp.Or(cmp.Compare(s.rank[x.who], s.rank[y.who]), cmp.Compare(x.year, y.year))
	})
	said := s.said
	b.histories = b.histories[:0]
	for i, no := range who {
		told := 0
		for told < len(said) && said[told].who == no {
			told++
		}
		saying := said[:told]
		said = said[told:]
		s.countPatients(saying)
		h := rettidig.History{Aids: s.aids.of(i), Services: s.care.of(i), Screenings: s.screens.of(i), Sessions: s.sessions.of(i),
			Statuses: s.statuses.of(i)}
		s.gateway.addTo(&h, i)
		if len(h.Aids)+len(h.Services)+len(h.Screenings)+len(h.Sessions)+len(h.Statuses)+len(h.Conditions) == 0 {
			continue
		}
		p := s.d.in.reg.shards[no%registerShards].people[no/registerShards]
		h.Citizen = s.citizen(&p, saying)
		s.sums.see(&h, &p, s.d.opt.MinutesAre)
		b.histories = append(b.histories, h)
	}
	return nil
}

// everyPartition has several goroutines each take the next partition, until all are done.
func (d *Delivery) everyPartition(ctx context.Context, do func(s *settler, partition int) error) error {
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range d.settlers {
		g.Go(func() error {
			for {
				partition := int(next.Add(1)) - 1
				if partition >= d.opt.partitions {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := do(s, partition); err != nil {
					return err
				}
			}
		})
	}
	return g.Wait()
}

const mostInBatch = 1024 // citizens are gathered from small partitions up to about this number

// settle makes all histories and emits them in order, a few partitions ahead of what was emitted.
func (d *Delivery) settle(ctx context.Context, emit func([]rettidig.History) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ready := make([]chan *batch, d.opt.partitions)
	for i := range ready {
		ready[i] = make(chan *batch, 1)
	}
	ahead := make(chan struct{}, len(d.settlers)+1)
	var mu sync.Mutex
	var free []*batch
	var next atomic.Int64
	g, within := errgroup.WithContext(ctx)
	for _, s := range d.settlers {
		g.Go(func() error {
			for {
				select {
				case ahead <- struct{}{}: // before a partition is taken, so that the first one missing is always on its way
				case <-within.Done():
					return within.Err()
				}
				partition := int(next.Add(1)) - 1
				if partition >= d.opt.partitions {
					<-ahead
					return s.devices.flush()
				}
				b := &batch{}
				mu.Lock()
				if n := len(free); n > 0 {
					b, free = free[n-1], free[:n-1]
				}
				mu.Unlock()
				if err := s.settle(partition, b); err != nil {
					return err
				}
				ready[partition] <- b
			}
		})
	}
	err := func() error {
		var pending []rettidig.History
		var held []*batch
		flush := func() error {
			if len(pending) > 0 {
				if err := emit(pending); err != nil {
					return err
				}
			}
			mu.Lock()
			free = append(free, held...)
			mu.Unlock()
			pending, held = pending[:0], held[:0]
			return nil
		}
		for _, c := range ready {
			select {
			case b := <-c:
				pending, held = append(pending, b.histories...), append(held, b)
			case <-within.Done():
				return within.Err()
			}
			<-ahead
			if len(pending) >= mostInBatch {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	}()
	if err != nil {
		cancel()
	}
	if fault := g.Wait(); fault != nil && (err == nil || errors.Is(err, context.Canceled)) {
		err = fault // the cause of the cancellation
	}
	return err
}
