package extract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
)

// Delivery is a folder of extracts that were read and checked, row by row, and are not yet settled against each other.
// Open makes one, Each settles it, Close forgets it.
type Delivery struct {
	opt    Options
	in     *intake
	parts  []*part // by kind, content and name
	report *Report
	begun  bool // Each was called

	// Made by prepare.
	files    []fileInfo // by number
	titles   [][]string // of each file's columns, by number
	families []family
	vintages int // of all families
	extract  rettidig.Day
	certain  bool    // the extract date was told, not guessed
	strays   int64   // facts after a guessed extract date
	nameRank []int32 // of each name, its place in the order of the texts
	order    []int32 // citizens by partition, and once that is sorted by id
	start    []int32 // of each partition in order
	rank     []int32 // of each citizen within the partition, once it is sorted
	sorted   []bool  // by partition
	settlers []*settler
}

// Open reads and checks every extract in a folder, and in its archives (ZIP, gzip) and workbooks. Hidden files, folders
// and files named .md or .yaml are not read, and what is named .txt or .json and holds no extract is not either; the
// report lists them. Any other file must be an extract. The facts and the report (but for the files' names in it) depend
// on nothing but the files' contents and the options: not on names, order or number of workers.
//
// If any file is refused, the error joins one *FileError per refused file. What is kept until Each is a few hundred bytes
// for each citizen in memory, and some 30 bytes for each row in memory or, beyond 64 MiB, on the disk: see Options.Spill.
// Nothing else is written. Rows that were put aside on the disk have no file name, hold no number that means anything
// outside this process, and are gone when it ends, however that happens.
func Open(ctx context.Context, dir string, opt Options) (*Delivery, error) {
	d, refused, err := read(ctx, dir, opt.filled())
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, errors.Join(refused, d.Close())
	}
	return d, nil
}

// ReadDir reads every extract in a folder, as Open and Each do, and returns all facts at once. If any file is refused,
// the facts are nil, and the report covers the files that could be read.
func ReadDir(ctx context.Context, dir string, opt Options) (*rettidig.Facts, *Report, error) {
	d, refused, err := read(ctx, dir, opt.filled())
	if err != nil {
		return nil, nil, err
	}
	defer d.Close()
	if d.in == nil {
		return nil, d.report, refused
	}
	facts, err := d.collect(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case refused != nil || err != nil:
		return nil, d.report, errors.Join(refused, err)
	}
	return facts, d.report, nil
}

// read is Open that gives the delivery of the other files when some are refused.
func read(ctx context.Context, dir string, opt Options) (d *Delivery, refused, err error) {
	names, ignored, err := list(dir, opt.Mapping)
	if err != nil {
		return nil, nil, err
	}
	d = &Delivery{opt: opt, report: &Report{Format: reportFormat, KeyID: opt.Key.ID(), Ignored: ignored, ExtractDate: rettidig.NoDay, MinutesAre: opt.MinutesAre}}
	if opt.Mapping != nil {
		d.report.MappingSHA256 = opt.Mapping.SHA256()
		if n := opt.Mapping.untold; n > 0 {
			d.report.warn("mapping-not-told", int64(n), "names in the mapping without a value; they are read as if they were not in it")
		}
	}
	if len(names) == 0 {
		return d, noExtracts(dir), nil
	}
	if len(names) > mostFiles {
		return d, rettidig.E(rettidig.Invalid, "too-many-files",
			fmt.Sprintf("%s holds %d files, more than %d. Is it the folder of one delivery?", dir, len(names), mostFiles), nil), nil
	}
	in := newIntake(opt)
	parts, unread, refused, fault := in.readAll(ctx, dir, names)
	if fault == nil {
		fault = ctx.Err()
	}
	if fault != nil {
		return nil, nil, errors.Join(fault, in.spill.close())
	}
	d.report.Ignored = append(d.report.Ignored, unread...)
	slices.SortFunc(d.report.Ignored, func(a, b Ignored) int { return strings.Compare(a.Name, b.Name) })
	if refused == nil && len(parts) == 0 {
		return d, noExtracts(dir), in.spill.close()
	}
	d.take(in, parts)
	d.countIDs()
	for _, p := range d.parts {
		p.report.close()
		if bad := tooBad(p.report, opt.MaxQuarantined); bad != nil {
			refused, p.bad = errors.Join(refused, bad), true
		}
	}
	return d, refused, nil
}

// take makes a delivery of what was read. Tables without a part were refused.
func (d *Delivery) take(in *intake, parts []*part) {
	d.in, d.parts = in, slices.Clone(parts)
	d.titles = make([][]string, min(in.files.Load(), mostTables))
	for _, p := range parts {
		d.titles[p.file] = p.head.titles
	}
	slices.SortFunc(d.parts, func(a, b *part) int {
		return cmp.Or(cmp.Compare(a.report.Kind, b.report.Kind), cmp.Compare(a.report.SHA256, b.report.SHA256), cmp.Compare(a.report.Name, b.report.Name))
	})
}

// Each settles the rows of all files against each other, gives every row its fate, and passes on the histories of all
// citizens with at least one fact, in the order of their ids. A slice and what it refers to are emit's during the call
// only. emit is never called by two at once. What is emitted does not depend on the number of workers, but for how it is
// cut into slices. If it is seen only now that too much of a file cannot be trusted, the error comes after all was
// emitted: what was made of it must be thrown away. Each is called once.
func (d *Delivery) Each(ctx context.Context, emit func([]rettidig.History) error) error {
	if d.begun || d.in == nil {
		panic("extract: Each of a Delivery that was settled or closed")
	}
	d.begun = true
	d.prepare()
	for range d.opt.Workers {
		d.settlers = append(d.settlers, newSettler(d))
	}
	if len(d.families) > 0 {
		d.size()
		if err := d.everyPartition(ctx, (*settler).compare); err != nil {
			return err
		}
		for _, s := range d.settlers {
			for i := range d.families {
				fam := &d.families[i]
				for v := range fam.vintages {
					fam.covered[v] += s.covered[fam.base+v]
					fam.found[v] += s.found[fam.base+v]
				}
			}
		}
		d.joinFamilies()
		d.size()
	}
	if err := d.settle(ctx, emit); err != nil {
		return err
	}
	devices, err := d.devicesAtTwo(ctx)
	if err != nil {
		return err
	}
	all := newSums()
	all.gone = make([]int64, len(d.families))
	for _, s := range d.settlers {
		all.add(&s.sums)
		for i, n := range s.gone {
			all.gone[i] += n
		}
		for _, p := range d.parts {
			if f := s.files[p.file]; f != nil {
				p.report.join(f)
			}
		}
	}
	d.finish(&all, devices)
	var refused []error
	for _, p := range d.parts {
		if err := tooBad(p.report, d.opt.MaxQuarantined); err != nil && !p.bad {
			refused = append(refused, err)
		}
	}
	return errors.Join(refused...)
}

func (d *Delivery) size() {
	for _, s := range d.settlers {
		s.size()
	}
}

// Report returns what became of the delivery. It is complete when Each has returned; which ids there are, and so whether
// it is Synthetic, is known from the start.
func (d *Delivery) Report() *Report { return d.report }

// Close forgets the rows and removes what Open put on the disk. It may be called more than once, but not during Each.
func (d *Delivery) Close() error {
	if d.in == nil {
		return nil
	}
	in := d.in
	d.in, d.settlers, d.order, d.rank = nil, nil, nil, nil
	return in.spill.close()
}

// collect gathers what Each emits.
func (d *Delivery) collect(ctx context.Context) (*rettidig.Facts, error) {
	f := &rettidig.Facts{Citizens: []rettidig.Citizen{}, Aids: []rettidig.Row[rettidig.Aid]{}, Services: []rettidig.Row[rettidig.ServiceWeek]{},
		Screenings: []rettidig.Row[rettidig.Screening]{}, Sessions: []rettidig.Row[rettidig.Session]{},
		Statuses: []rettidig.Row[rettidig.StatusChange]{}, Conditions: []rettidig.Row[rettidig.Condition]{}}
	err := d.Each(ctx, func(hs []rettidig.History) error {
		for i := range hs {
			h, who := &hs[i], int32(len(f.Citizens))
			f.Citizens = append(f.Citizens, h.Citizen)
			put(&f.Aids, who, h.Aids)
			put(&f.Services, who, h.Services)
			put(&f.Screenings, who, h.Screenings)
			put(&f.Sessions, who, h.Sessions)
			put(&f.Statuses, who, h.Statuses)
			put(&f.Conditions, who, h.Conditions)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

func put[F any](rows *[]rettidig.Row[F], who int32, facts []F) {
	for _, f := range facts {
		*rows = append(*rows, rettidig.Row[F]{Citizen: who, Fact: f})
	}
}
