package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/rettidig/rettidig/datasets/cohort"
)

// kept is the file of what was done: a line for each seed. A last line that was cut off by a kill is done again.
type kept struct {
	path     string
	settings settings

	mu      sync.Mutex
	results map[uint64]*result
}

func (k *kept) load() error {
	k.results = map[uint64]*result{}
	b, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	whole := b[:bytes.LastIndexByte(b, '\n')+1]
	for n, line := range bytes.Split(bytes.TrimSuffix(whole, []byte("\n")), []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		r := &result{}
		if err := json.Unmarshal(line, r); err != nil {
			return fmt.Errorf("%s:%d: %w", k.path, n+1, err)
		}
		if r.Settings != k.settings {
			return fmt.Errorf("%s:%d: seed %d was run with other settings (%+v): use another -out", k.path, n+1, r.Seed, r.Settings)
		}
		k.results[r.Seed] = r
	}
	if len(whole) < len(b) {
		return os.Truncate(k.path, int64(len(whole)))
	}
	return nil
}

func (k *kept) add(r *result) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	f, err := os.OpenFile(k.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(b, '\n')); err != nil {
		return errors.Join(err, f.Close())
	}
	k.results[r.Seed] = r
	return f.Close()
}

// in returns the results of the seeds asked for, in their order.
func (k *kept) in(first, last uint64) []*result {
	var out []*result
	for seed, r := range k.results {
		if first <= seed && seed <= last {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *result) int { return int(a.Seed) - int(b.Seed) })
	return out
}

// runSeeds runs the seeds that are not kept.
func runSeeds(ctx context.Context, k *kept, first, last uint64, workers int, diag io.Writer) error {
	var todo []uint64
	for seed := first; seed <= last; seed++ {
		if k.results[seed] == nil {
			todo = append(todo, seed)
		}
	}
	if len(todo) == 0 {
		return nil
	}
	begin := time.Now()
	say := func(what string, total int) func(int) {
		return func(done int) {
			fmt.Fprintf(diag, "%s %d of %d, %.0f s\n", what, done, total, time.Since(begin).Seconds())
		}
	}
	ref, err := newReference(ctx, k.settings, workers, say("reference", k.settings.Reference))
	if err != nil {
		return err
	}
	return inTurn(ctx, len(todo), workers, func(i int) error {
		r, err := runSeed(ctx, k.settings, todo[i], ref)
		if err != nil {
			return fmt.Errorf("seed %d: %w", todo[i], err)
		}
		return k.add(r)
	}, say("seeds", len(todo)))
}

func runSeed(ctx context.Context, s settings, seed uint64, ref *reference) (*result, error) {
	m, err := invent(ctx, s, seed)
	if err != nil {
		return nil, err
	}
	r := &result{Seed: seed, Settings: s}
	for _, row := range m.training.Rows {
		if _, ok := m.of(row); !ok && row.Landmark == cohort.Start && row.Index >= s.Cut && row.Index < s.Cut+nextYear {
			r.Lost++
		}
	}
	if r.Gain, err = m.live(ctx, s, seed, false, ref); err != nil {
		return nil, err
	}
	if r.NoGain, err = m.live(ctx, s, seed, true, ref); err != nil {
		return nil, fmt.Errorf("without gain: %w", err)
	}
	return r, nil
}
