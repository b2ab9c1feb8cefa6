// Command truth holds models against the true probabilities of a synthetic municipality, which nothing else reads: for
// each target it prints the auroc of the model, of the card rule and of the truth on the same citizens and dates, the
// calibration slope against what happened, and how often the range holds the truth. Train the models with --until, or
// they will have seen the answers. It decides nothing that the product uses.
//
//	train synth  --out extracts --truth truth.csv
//	train ingest --in extracts --work work
//	train fit    --work work --registry models --until 2025-07-01 --target completion   (and the others)
//	go run ./bench/truth --work work --registry models --truth truth.csv --from 2025-07-01
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/registry"
	"github.com/rettidig/rettidig/pipeline"
)

func main() {
	var work, reg, truth, from string
	flag.StringVar(&work, "work", "work", "work folder")
	flag.StringVar(&reg, "registry", "models", "model registry")
	flag.StringVar(&truth, "truth", "truth.csv", "truth file of the generator")
	flag.StringVar(&from, "from", "", "first date that counts")
	flag.Parse()
	if err := run(os.Stdout, work, reg, truth, from); err != nil {
		fmt.Fprintf(os.Stderr, "truth: %v\n", err)
		os.Exit(1)
	}
}

func run(w io.Writer, work, reg, truth, from string) error {
	day, err := rettidig.ParseDay(from)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	d, err := pipeline.Load(context.Background(), work)
	if err != nil {
		return err
	}
	rows, err := readTruth(truth, day)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%-11s %7s %7s  %-22s %-22s %-22s %-20s %-14s %s\n", "target", "n", "events", "auroc of the model", "auroc of the card", "auroc of the truth", "slope of the model", "truth in range", "withheld")
	for _, t := range rettidig.Targets() {
		if err := compare(w, d, registry.Open(reg), t, rows[t]); err != nil {
			return err
		}
	}
	return nil
}

type truthRow struct {
	citizen     rettidig.CitizenID
	asOf        rettidig.Day
	probability float64
	event       float64
}

// readTruth keeps the rows whose outcome is known; a competing event first means that the event did not come first.
func readTruth(name string, from rettidig.Day) (map[rettidig.Target][]truthRow, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.ReuseRecord = true
	if _, err := in.Read(); err != nil {
		return nil, err
	}
	out := map[rettidig.Target][]truthRow{}
	for {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		asOf, err := rettidig.ParseDay(rec[2])
		if err != nil {
			return nil, err
		}
		if asOf < from || rec[4] == "" {
			continue
		}
		number, err := cpr.Parse(rec[0])
		if err != nil {
			return nil, err
		}
		p, err := strconv.ParseFloat(rec[3], 64)
		if err != nil {
			return nil, err
		}
		r := truthRow{citizen: pseudonym.DemoKey().OfCPR(number), asOf: asOf, probability: p}
		if rec[4] == "1" {
			r.event = 1
		}
		t := rettidig.Target(rec[1])
		out[t] = append(out[t], r)
	}
}

// paired are the answers to the same citizens on the same dates.
type paired struct {
	model, card, truth, y []float64
	inside, withheld      int
}

func compare(w io.Writer, d *pipeline.Data, reg *registry.Registry, t rettidig.Target, rows []truthRow) error {
	a, rep, err := pipeline.LoadAnswerer(reg, t, "", cohort.Default())
	if err != nil {
		return err
	}
	var p paired
	x := make([]float64, features.Count())
	for _, r := range rows {
		i := d.Index(r.citizen)
		if i < 0 {
			continue // lost with the dirt: its rows carry no usable id
		}
		said := a.Predict(d.At(i), r.asOf)
		if said.Status != model.Scored {
			p.withheld++
			continue
		}
		features.Compute(x, d.At(i), r.asOf)
		p.model, p.card = append(p.model, said.LogOdds), append(p.card, rep.Card.Rule.LogOdds(x, nil))
		p.truth, p.y = append(p.truth, r.probability), append(p.y, r.event)
		if said.Lower <= r.probability && r.probability <= said.Upper {
			p.inside++
		}
	}
	events := 0.0
	for _, y := range p.y {
		events += y
	}
	_, slope, ok := metric.Line(p.model, p.y, nil)
	if !ok {
		slope = math.NaN()
	}
	fmt.Fprintf(w, "%-11s %7d %7.0f  %-22s %-22s %-22s %-20.2f %-14.3f %d\n", t, len(p.y), events,
		p.auroc(p.model), p.auroc(p.card), p.auroc(p.truth), slope, float64(p.inside)/float64(max(1, len(p.y))), p.withheld)
	return nil
}

// auroc with the normal 95 % interval of Hanley and McNeil (Radiology 1982; 143: 29-36), citizens taken as independent.
func (p *paired) auroc(score []float64) string {
	a := metric.AUROC(score, p.y, nil)
	var pos, neg float64
	for _, y := range p.y {
		pos, neg = pos+y, neg+1-y
	}
	q1, q2 := a/(2-a), 2*a*a/(1+a)
	se := math.Sqrt((a*(1-a) + (pos-1)*(q1-a*a) + (neg-1)*(q2-a*a)) / (pos * neg))
	return fmt.Sprintf("%.3f (%.3f-%.3f)", a, a-1.96*se, a+1.96*se)
}
