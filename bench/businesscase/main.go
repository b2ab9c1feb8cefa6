// Command businesscase asks whether the interval around a measured saving holds what happens afterwards. For each seed it
// invents a municipality, measures a model's precision at capacity before a cut-off date the way the product does, sends
// the counts through businesscase.FromPrecision, and holds the interval against the year after the cut-off, whose true
// probabilities and outcomes the generator tells. A second world has no gain: a model that learned from shuffled columns.
// It decides what is compared with what, and leaves to businesscase what an interval is. Nothing of the product reads it.
//
//	go build -o coverage ./bench/businesscase
//	./coverage -out OUT -seeds 1-300 -workers 2   # resumable; OUT/seeds.jsonl and OUT/coverage.md
//	./coverage -out OUT -page                     # coverage.md again, of the seeds that are done
//	./coverage -out OUT -show 7                   # one seed's chain, beside what was realised
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/synth"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		stop()
		os.Exit(1)
	}
}

// settings say what is invented and measured; two runs with other settings are not to be mixed in one file.
type settings struct {
	Citizens  int          `json:"citizens"`
	Courses   float64      `json:"courses"` // synth's Assume.Courses
	From      rettidig.Day `json:"from"`
	Cut       rettidig.Day `json:"cut"` // what is known before this day is measured on
	To        rettidig.Day `json:"to"`
	Learner   string       `json:"learner"`
	Capacity  float64      `json:"capacity"`
	Reference int          `json:"reference"` // other municipalities, on whose candidates a model's long-run rate is computed
}

func defaults() settings {
	cfg := synth.Default()
	return settings{Citizens: 6_000, Courses: 5, From: cfg.From, Cut: cfg.To + 1, To: day("2027-12-31"), Learner: useGLM, Capacity: 0.3, Reference: 12}
}

func day(s string) rettidig.Day {
	d, err := rettidig.ParseDay(s)
	if err != nil {
		panic("coverage: " + err.Error())
	}
	return d
}

// nextYear is how long after the cut-off the candidates come whom the saving is realised on.
const nextYear = 365

func (s settings) validate() error {
	switch {
	case !s.Cut.Valid() || s.Cut < s.From+3*365:
		return fmt.Errorf("the cut-off %v is less than three years after %v: too little to learn from and to measure on", s.Cut, s.From)
	case s.Cut+nextYear+126 > s.To:
		return fmt.Errorf("the extract of %v is too early: the courses of the year after %v are due 126 days after that year", s.To, s.Cut)
	case s.Learner != useGLM && s.Learner != useCard:
		return fmt.Errorf("learner %q is not one of %s, %s", s.Learner, useGLM, useCard)
	case s.Reference < 1:
		return errors.New("at least one reference municipality is needed")
	}
	return nil
}

func run(ctx context.Context, args []string, out, diag io.Writer) error {
	s := defaults()
	f := flag.NewFlagSet("coverage", flag.ContinueOnError)
	f.SetOutput(diag)
	dir := f.String("out", "", "folder for seeds.jsonl and coverage.md")
	seeds := f.String("seeds", "1-300", "seeds, FROM-TO")
	workers := f.Int("workers", 2, "seeds at a time")
	pageOnly := f.Bool("page", false, "run nothing: write the page of what is done")
	show := f.Uint64("show", 0, "print the chain of this seed, which must have been run")
	f.IntVar(&s.Citizens, "citizens", s.Citizens, "citizens of 65 and over in each municipality")
	f.Float64Var(&s.Courses, "courses", s.Courses, "how often training is offered, over the generator's 16 courses a year per 1,000")
	f.StringVar(&s.Learner, "learner", s.Learner, "glm or card")
	f.Float64Var(&s.Capacity, "capacity", s.Capacity, "share of the candidates that can be offered a course")
	f.IntVar(&s.Reference, "reference", s.Reference, "municipalities on which a model's long-run rate is computed")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("say with -out where results go")
	}
	first, last, err := seedRange(*seeds)
	if err != nil {
		return err
	}
	if err := s.validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return err
	}
	k := &kept{path: filepath.Join(*dir, "seeds.jsonl"), settings: s}
	if err := k.load(); err != nil {
		return err
	}
	if *show != 0 {
		r, ok := k.results[*show]
		if !ok {
			return fmt.Errorf("seed %d is not in %s: run it first", *show, k.path)
		}
		return demonstrate(out, r)
	}
	if !*pageOnly {
		if err := runSeeds(ctx, k, first, last, *workers, diag); err != nil {
			return err
		}
	}
	page, err := newPage(k, first, last)
	if err != nil {
		return err
	}
	text, err := page.markdown()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(*dir, "coverage.md"), []byte(text), 0o644); err != nil {
		return err
	}
	_, err = io.WriteString(out, text)
	return err
}

func seedRange(s string) (first, last uint64, err error) {
	a, b, found := strings.Cut(s, "-")
	if !found {
		b = a
	}
	first, err = strconv.ParseUint(a, 10, 64)
	if err == nil {
		last, err = strconv.ParseUint(b, 10, 64)
	}
	if err != nil || first < 1 || last < first || last >= referenceSeed {
		return 0, 0, fmt.Errorf("-seeds %q: want FROM-TO, 1 or more and below %d", s, uint64(referenceSeed))
	}
	return first, last, nil
}
