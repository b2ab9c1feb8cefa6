package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/synth"
	"github.com/rettidig/rettidig/pipeline"
)

// municipality is one invented municipality: its table of benefit, read back from the files that the generator wrote,
// and what the generator knows about the same courses.
type municipality struct {
	training  *pipeline.Training
	completed map[pipeline.CourseKey]bool
	truth     map[courseID]truth
	ids       []rettidig.CitizenID // of the citizens' places in training
}

// courseID names a course by its citizen and the day after its baseline screening.
type courseID struct {
	citizen rettidig.CitizenID
	asOf    rettidig.Day
}

// truth is what the generator says of a course.
type truth struct {
	completion, effect, benefit float64 // probabilities; effect given completion
	completed, benefited        bool
	left                        bool // died or left first, so that nothing came of it
}

// expected is the share of benefit to be expected of the course, given who lives and stays.
func (t truth) expected() float64 {
	if t.left {
		return 0
	}
	return t.benefit
}

func invent(ctx context.Context, s settings, seed uint64) (*municipality, error) {
	dir, err := os.MkdirTemp("", "coverage-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg := synth.Default()
	cfg.Citizens, cfg.Seed, cfg.From, cfg.To, cfg.Assume.Courses, cfg.Workers = s.Citizens, seed, s.From, s.To, s.Courses, 1
	var told bytes.Buffer
	if _, err := synth.Write(ctx, filepath.Join(dir, "extracts"), cfg, &told, nil); err != nil {
		return nil, err
	}
	key := pseudonym.DemoKey()
	work := filepath.Join(dir, "work")
	if _, _, err := pipeline.Ingest(ctx, pipeline.IngestOptions{In: filepath.Join(dir, "extracts"), Work: work, Extract: extract.Options{Key: key}}); err != nil {
		return nil, err
	}
	data, err := pipeline.Load(ctx, work)
	if err != nil {
		return nil, err
	}
	m := &municipality{completed: map[pipeline.CourseKey]bool{}}
	if m.truth, err = readTruth(&told, key); err != nil {
		return nil, err
	}
	p := cohort.Default()
	if _, err := pipeline.EachCohort(ctx, data, rettidig.Completion, p, nil, func(_ int, _ []rettidig.History, rows []cohort.Row) error {
		pipeline.Completed(rows, m.completed)
		return nil
	}); err != nil {
		return nil, err
	}
	if m.training, err = pipeline.Build(ctx, data, rettidig.Benefit, p, rettidig.NoDay, nil); err != nil {
		return nil, err
	}
	for i := range data.Histories {
		m.ids = append(m.ids, data.Histories[i].Citizen.ID)
	}
	return m, nil
}

// of returns the truth of a row of the table; false where the dirt in the files has taken the course apart.
func (m *municipality) of(r cohort.Row) (truth, bool) {
	t, ok := m.truth[courseID{m.ids[r.Citizen], r.Index}]
	return t, ok
}

// readTruth reads the generator's truth file.
func readTruth(r io.Reader, key pseudonym.Key) (map[courseID]truth, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	if _, err := in.Read(); err != nil {
		return nil, fmt.Errorf("truth: %w", err)
	}
	out := map[courseID]truth{}
	for line := 2; ; line++ {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("truth: %w", err)
		}
		target := rettidig.Target(rec[1])
		if target == rettidig.Decline {
			continue
		}
		number, err := cpr.Parse(rec[0])
		if err != nil {
			return nil, fmt.Errorf("truth: line %d: %w", line, err)
		}
		asOf, err := rettidig.ParseDay(rec[2])
		if err != nil {
			return nil, fmt.Errorf("truth: line %d: %w", line, err)
		}
		p, err := strconv.ParseFloat(rec[3], 64)
		if err != nil {
			return nil, fmt.Errorf("truth: line %d: %w", line, err)
		}
		id := courseID{key.OfCPR(number), asOf}
		t, happened := out[id], rec[4] == "1"
		t.left = t.left || rec[4] == "competing"
		switch target {
		case rettidig.Completion:
			t.completion, t.completed = p, happened
		case rettidig.Effect:
			t.effect = p
		case rettidig.Benefit:
			t.benefit, t.benefited = p, happened
		}
		out[id] = t
	}
}
