package extract

import (
	"context"
	"errors"

	"github.com/rettidig/rettidig"
)

// Delivery is a folder of extracts that were read and checked, row by row, and are not yet settled against each other.
// Open makes one, Each settles it, Close forgets it.
type Delivery struct {
	opt    Options
	parts  []*part
	report *Report
}

// Each settles the rows of all files against each other, gives every row its fate, and passes on the histories of all
// citizens with at least one fact, in the order of their ids. A slice and what it refers to are emit's during the call
// only. emit is never called by two at once. What is emitted does not depend on the number of workers, but for how it is
// cut into slices. Each is called once.
func (d *Delivery) Each(ctx context.Context, emit func([]rettidig.History) error) error {
	if d.parts == nil {
		panic("extract: Each of a Delivery that was settled or closed")
	}
	facts := settle(d.parts, d.report, d.opt)
	d.parts = nil
	var refused []error
	for _, f := range d.report.Files {
		if err := tooBad(f, d.opt.MaxQuarantined); err != nil {
			refused = append(refused, err)
		}
	}
	if len(refused) > 0 {
		return errors.Join(refused...)
	}
	const batch = 1024
	for first := 0; first < len(facts.Citizens); first += batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(batch, len(facts.Citizens)-first)
		hs := make([]rettidig.History, n)
		for i := range hs {
			h, who := &hs[i], int32(first+i)
			h.Citizen = facts.Citizens[first+i]
			h.Aids = take(&facts.Aids, who)
			h.Services = take(&facts.Services, who)
			h.Screenings = take(&facts.Screenings, who)
			h.Sessions = take(&facts.Sessions, who)
			h.Statuses = take(&facts.Statuses, who)
			h.Conditions = take(&facts.Conditions, who)
		}
		if err := emit(hs); err != nil {
			return err
		}
	}
	return nil
}

// take cuts the rows of one citizen off the front.
func take[F any](rows *[]rettidig.Row[F], who int32) (out []F) {
	for len(*rows) > 0 && (*rows)[0].Citizen == who {
		out = append(out, (*rows)[0].Fact)
		*rows = (*rows)[1:]
	}
	return out
}

// Report returns what became of the delivery. It is complete when Each has returned.
func (d *Delivery) Report() *Report { return d.report }

// Close forgets the rows and removes what Open put on the disk. It may be called more than once.
func (d *Delivery) Close() error {
	d.parts = nil
	return nil
}

// collect gathers what Each emits.
func collect(ctx context.Context, d *Delivery) (*rettidig.Facts, error) {
	f := &rettidig.Facts{Citizens: []rettidig.Citizen{}}
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
