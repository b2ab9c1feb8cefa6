package store

import (
	"fmt"

	"github.com/rettidig/rettidig"
)

// room is what a block is decoded into, kept from one block to another.
type room struct {
	hs    []rettidig.History
	weeks []int32
	rows  []rettidig.ServiceWeek
	lent  []int32
	back  []int32
	aids  []rettidig.Aid
	whose []owned
}

// owned says whose neighbouring rows are.
type owned struct{ citizen, from, to int }

func (r *room) histories(n int) []rettidig.History {
	if cap(r.hs) < n {
		r.hs = make([]rettidig.History, n)
	}
	r.hs = r.hs[:n]
	clear(r.hs)
	return r.hs
}

// owners finds the runs of rows of one citizen.
func (r *room) owners(c *chunk, b block) error {
	citizens, err := c.int32s()
	if err != nil {
		return err
	}
	r.whose = r.whose[:0]
	last := b.first - 1
	for row := 0; row < c.rows; {
		k, _ := c.find(row) // which walks through the runs
		if c.err != nil {
			return c.err
		}
		to := row + 1
		if c.index.packed == nil {
			to = min(c.rows, c.index.end)
		}
		if who := int(citizens[k]); who != last {
			if who < last || who >= b.first+b.n {
				return fmt.Errorf("row %d: citizens are not sorted, or not those of the row group in the table of citizens", row)
			}
			last = who
			r.whose = append(r.whose, owned{citizen: who, from: row})
		}
		if len(r.whose) == 0 {
			return fmt.Errorf("row %d: citizen %d is not one of the row group in the table of citizens", row, last)
		}
		r.whose[len(r.whose)-1].to = to
		row = to
	}
	return nil
}
