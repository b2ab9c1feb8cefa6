package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/registry"
	"github.com/rettidig/rettidig/scoring"
)

// UnknownCitizen is why a score is withheld for a pseudonym that the event store does not have.
const UnknownCitizen = "unknown-citizen"

// Wanted is one row of the list of scores that somebody wants.
type Wanted struct {
	Citizen rettidig.CitizenID
	AsOf    rettidig.Day
}

// ReadWanted reads a CSV file with a column citizen and optionally as_of (default where the column is missing or
// the cell empty), in any order and with other columns beside them. Order is kept, repeats too.
func ReadWanted(r io.Reader, name string, asOf rettidig.Day) ([]Wanted, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s is empty: want a header line with the column citizen", name)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	citizen, date := -1, -1
	for i, h := range head {
		switch strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))) {
		case "citizen":
			citizen = i
		case "as_of":
			date = i
		}
	}
	if citizen < 0 {
		return nil, fmt.Errorf("%s, line 1: no column citizen: want a comma-separated file with pseudonyms in a column of that name, as `train pseudonym` makes them", name)
	}
	var out []Wanted
	for {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		w := Wanted{rettidig.CitizenID(strings.Clone(strings.TrimSpace(rec[citizen]))), asOf}
		if date >= 0 && strings.TrimSpace(rec[date]) != "" {
			if w.AsOf, err = rettidig.ParseDay(strings.TrimSpace(rec[date])); err != nil {
				line, _ := in.FieldPos(date)
				return nil, fmt.Errorf("%s, line %d, column as_of: %w", name, line, err)
			}
		}
		if !w.Citizen.WellFormed() {
			line, _ := in.FieldPos(citizen)
			return nil, fmt.Errorf("%s, line %d, column citizen: not a pseudonym (they begin with p and have an underscore); CPR numbers are not taken: turn them into pseudonyms with `train pseudonym`", name, line)
		}
		out = append(out, w)
	}
}

// Answer is what a model says about one row of a list.
type Answer struct {
	Wanted
	Prediction model.Prediction
}

// PredictEligible scores everybody to whom the question can be put on a day, block by block, by pseudonym.
func PredictEligible(ctx context.Context, src Source, a *scoring.Answerer, asOf rettidig.Day, progress Progress, f func([]Answer) error) error {
	return src.Each(ctx, func(first int, hs []rettidig.History) error {
		progress.tell("score "+string(a.Target()), first, src.Len())
		all, ask := make([]Answer, len(hs)), make([]bool, len(hs))
		inParallel(len(hs), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if ask[i], _ = a.Eligible(&hs[i], asOf); ask[i] {
					all[i] = Answer{Wanted{hs[i].Citizen.ID, asOf}, a.Predict(&hs[i], asOf)}
				}
			}
		})
		var out []Answer
		for i := range all {
			if ask[i] {
				out = append(out, all[i])
			}
		}
		return f(out)
	})
}

// Predict scores a list, in its order. A citizen whom the store does not know gets a withheld score. Whether the
// protocol would put the question to the citizen is not asked here: whoever wrote the list decided that.
func Predict(ctx context.Context, src Source, a *scoring.Answerer, list []Wanted, progress Progress) ([]Answer, error) {
	out := make([]Answer, len(list))
	rows := map[rettidig.CitizenID][]int{}
	for i, w := range list {
		out[i] = Answer{Wanted: w, Prediction: model.Prediction{Status: model.Withheld, WithheldReason: UnknownCitizen}}
		rows[w.Citizen] = append(rows[w.Citizen], i)
	}
	err := src.Each(ctx, func(first int, hs []rettidig.History) error {
		progress.tell("score "+string(a.Target()), first, src.Len())
		inParallel(len(hs), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				for _, row := range rows[hs[i].Citizen.ID] {
					out[row].Prediction = a.Predict(&hs[i], out[row].AsOf)
				}
			}
		})
		return nil
	})
	return out, err
}

// AnswerCSV writes the contract's columns (citizen, target, as_of, status, probability, lower, upper, model) and one more,
// reason: why a score is withheld. A withheld score has empty numbers.
type AnswerCSV struct {
	out    *csv.Writer
	row    []string
	target rettidig.Target
	ref    rettidig.ModelRef
}

// NewAnswerCSV writes the header.
func NewAnswerCSV(w io.Writer, target rettidig.Target, ref rettidig.ModelRef) (*AnswerCSV, error) {
	c := &AnswerCSV{out: csv.NewWriter(w), target: target, ref: ref}
	return c, c.out.Write([]string{"citizen", "target", "as_of", "status", "probability", "lower", "upper", "model", "reason"})
}

// Write writes one line per answer.
func (c *AnswerCSV) Write(answers []Answer) error {
	for _, a := range answers {
		p := a.Prediction
		c.row = append(c.row[:0], string(a.Citizen), string(c.target), a.AsOf.String(), p.Status, "", "", "", c.ref.ID, p.WithheldReason)
		if p.Status == model.Scored {
			c.row[4], c.row[5], c.row[6] = float(p.Probability), float(p.Lower), float(p.Upper)
		}
		if err := c.out.Write(c.row); err != nil {
			return err
		}
	}
	return nil
}

// Close writes what is left; it does not close the file.
func (c *AnswerCSV) Close() error {
	c.out.Flush()
	return c.out.Error()
}

func float(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// LoadAnswerer loads a model from the registry, the newest of its target if id is empty, and joins it to a label
// protocol.
func LoadAnswerer(reg *registry.Registry, target rettidig.Target, id string, p cohort.Protocol) (*scoring.Answerer, *model.Report, error) {
	if id == "" {
		e, err := reg.Newest(string(target))
		if errors.Is(err, registry.ErrNotFound) {
			return nil, nil, fmt.Errorf("no model for %s: train one with `train fit --target %s`: %w", target, target, err)
		} else if err != nil {
			return nil, nil, err
		}
		id = e.ID
	}
	m, rep, entry, err := reg.Load(id)
	if err != nil {
		return nil, nil, err
	}
	if m.Target != string(target) {
		return nil, nil, fmt.Errorf("model %s answers %s, not %s", id, m.Target, target)
	}
	a, err := scoring.NewAnswerer(rettidig.ModelRef{ID: id, SHA256: entry.ModelSHA256()}, target, m, p)
	return a, rep, err
}
