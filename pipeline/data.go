// Package pipeline puts the steps of the data's way in order: extracts to event store, event store to
// training table, training table to a registered model, and a model back to scores for a list of citizens.
//
// It decides which step follows which, what a run is identified by, and when to refuse (fewer than 800 ended
// courses, a key that does not fit the data). What a file, a label, a feature or a learner is, is decided
// in the packages it calls. It knows no command line and no server.
package pipeline

import (
	"context"
	"fmt"
	"sort"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/store"
)

// Data is an event store in memory.
type Data struct {
	Histories []rettidig.History // sorted by citizen id
	Manifest  store.Manifest
}

// Load reads the event store of a work folder.
func Load(ctx context.Context, work string) (*Data, error) {
	s, err := store.Open(work)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	hs, err := s.Histories(ctx)
	if err != nil {
		return nil, fmt.Errorf("read event store in %s: %w", work, err)
	}
	return &Data{Histories: hs, Manifest: s.Manifest()}, nil
}

// Index returns the position of a citizen in Histories, or -1.
func (d *Data) Index(id rettidig.CitizenID) int {
	i := sort.Search(len(d.Histories), func(i int) bool { return d.Histories[i].Citizen.ID >= id })
	if i < len(d.Histories) && d.Histories[i].Citizen.ID == id {
		return i
	}
	return -1
}

// DataAsOf returns the last day on which something was delivered: the extract date.
func (d *Data) DataAsOf() rettidig.Day { return d.Manifest.ExtractDate }

// Len returns the number of citizens.
func (d *Data) Len() int { return len(d.Histories) }

// At returns a citizen's history, which must not be changed.
func (d *Data) At(i int) *rettidig.History { return &d.Histories[i] }

// ByPseudonym finds a citizen's history.
func (d *Data) ByPseudonym(id rettidig.CitizenID) (*rettidig.History, bool) {
	if i := d.Index(id); i >= 0 {
		return &d.Histories[i], true
	}
	return nil, false
}
