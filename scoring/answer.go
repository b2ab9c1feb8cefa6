package scoring

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/model"
)

// The two lines of a score's reasons that belong to no concept.
const (
	InterceptLine   = "intercept"   // log odds of the average citizen that the model learned from
	CalibrationLine = "calibration" // what calibration on later citizens adds
)

// Answerer answers one target with one model. It is safe for concurrent use.
type Answerer struct {
	ref      rettidig.ModelRef
	target   rettidig.Target
	fitted   *model.Model
	protocol cohort.Protocol
	columns  []int // catalogue position of each of the model's columns
	declared []features.Feature
	concepts []conceptColumns
	scratch  sync.Pool
}

// conceptColumns are the model's columns of one concept.
type conceptColumns struct {
	concept codes.Concept
	columns []int
}

// NewAnswerer joins a fitted model to the feature catalogue. It is an error if the model has a column that
// this version does not compute: such a model belongs to another version.
func NewAnswerer(ref rettidig.ModelRef, target rettidig.Target, m *model.Model, p cohort.Protocol) (*Answerer, error) {
	if m.Protocol != p.SHA256() {
		return nil, fmt.Errorf("model %s was trained on labels of another protocol (%.12s) than %s (%.12s): give the one it was trained with", ref.ID, m.Protocol, p.Name(), p.SHA256())
	}
	a := &Answerer{ref: ref, target: target, fitted: m, protocol: p}
	catalogue := features.Catalogue()
	byConcept := map[codes.Concept][]int{}
	for j, c := range m.Columns {
		at := features.Index(c.ID)
		if at < 0 {
			return nil, fmt.Errorf("model %s has the column %q, which this version does not compute: train a new model", ref.ID, c.ID)
		}
		a.columns = append(a.columns, at)
		a.declared = append(a.declared, catalogue[at])
		byConcept[catalogue[at].Concept] = append(byConcept[catalogue[at].Concept], j)
	}
	for _, c := range codes.Concepts() {
		if js := byConcept[c]; len(js) > 0 {
			a.concepts = append(a.concepts, conceptColumns{c, js})
		}
	}
	a.scratch.New = func() any {
		return &buffers{all: make([]float64, features.Count()), x: make([]float64, len(a.columns))}
	}
	return a, nil
}

type buffers struct{ all, x []float64 }

// Ref names the model.
func (a *Answerer) Ref() rettidig.ModelRef { return a.ref }

// Target returns the question it answers.
func (a *Answerer) Target() rettidig.Target { return a.target }

// Predict returns the model's bare prediction for a citizen as of a day: what Score words.
func (a *Answerer) Predict(h *rettidig.History, asOf rettidig.Day) model.Prediction {
	b := a.scratch.Get().(*buffers)
	defer a.scratch.Put(b)
	a.fill(b, h, asOf)
	return a.fitted.Predict(b.x)
}

func (a *Answerer) fill(b *buffers, h *rettidig.History, asOf rettidig.Day) {
	features.Compute(b.all, h, asOf)
	for j, at := range a.columns {
		b.x[j] = b.all[at]
	}
}

// Eligible tells whether the question can be put to the citizen on that day; why is a code if not.
func (a *Answerer) Eligible(h *rettidig.History, asOf rettidig.Day) (ok bool, why string) {
	return cohort.Eligible(h, a.protocol, a.target, asOf)
}

// Score answers for one citizen as of a day, in Danish ("da") or English ("en"). Mode and DataAsOf are left
// to the caller.
func (a *Answerer) Score(h *rettidig.History, asOf rettidig.Day, lang string) rettidig.Score {
	s := rettidig.Score{Target: a.target, Status: rettidig.Withheld, AsOf: asOf, Model: a.ref, Unseen: Unseen(lang)}
	if ok, why := a.Eligible(h, asOf); !ok {
		s.WithheldReason = why
		return s
	}
	b := a.scratch.Get().(*buffers)
	defer a.scratch.Put(b)
	a.fill(b, h, asOf)
	p := a.fitted.Predict(b.x)
	if p.Status != rettidig.Scored {
		s.WithheldReason = p.WithheldReason
		return s
	}
	s.Status = rettidig.Scored
	s.Probability, s.Lower, s.Upper = &p.Probability, &p.Lower, &p.Upper
	s.Frequency = frequency(p.Probability)
	s.Reasons = a.reasons(b, p, lang)
	return s
}

// frequency words a probability as whole citizens: of 10, or of 100 where fewer than one or more than nine of
// 10 would be a coarse answer. A count of 0 or of all is given only where it is nearer than any other.
func frequency(p float64) *rettidig.Frequency {
	of := 10
	if p < 0.1 || p > 0.9 {
		of = 100
	}
	return &rettidig.Frequency{Of: of, Count: int(math.Round(p * float64(of)))}
}

// reasons groups the model's terms to concepts, by falling absolute log odds (ties in concept order); the
// intercept and the calibration line come last. All log odds add up to that of the probability.
func (a *Answerer) reasons(b *buffers, p model.Prediction, lang string) []rettidig.Reason {
	out := make([]rettidig.Reason, 0, len(a.concepts)+2)
	for _, c := range a.concepts {
		js := slices.Clone(c.columns)
		slices.SortStableFunc(js, func(i, j int) int { return cmp.Compare(math.Abs(p.Terms[j]), math.Abs(p.Terms[i])) })
		r := rettidig.Reason{Concept: string(c.concept)}
		fs, values := make([]features.Feature, 0, len(js)), make([]float64, 0, len(js))
		for _, j := range js {
			if p.Terms[j] == 0 {
				continue
			}
			r.LogOdds += p.Terms[j]
			r.Facts = append(r.Facts, fact(a.declared[j], b.x[j], b.all, p.Terms[j], lang))
			fs, values = append(fs, a.declared[j]), append(values, b.x[j])
		}
		if len(fs) == 0 {
			continue
		}
		r.Text = features.ConceptSentence(c.concept, fs, values, lang)
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b rettidig.Reason) int { return cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds)) })
	return append(out,
		rettidig.Reason{Concept: InterceptLine, Text: text(lang, "Gennemsnittet af de borgere, modellen har lært af", "The average of the citizens the model learned from"), LogOdds: p.Intercept, Facts: []rettidig.Fact{}},
		rettidig.Reason{Concept: CalibrationLine, Text: text(lang, "Justering efter, hvordan det gik for senere borgere", "Adjustment by how later citizens fared"), LogOdds: p.Calibration, Facts: []rettidig.Fact{}})
}

// fact words one column's value; row is the whole catalogue's, which tells why a value is missing.
func fact(f features.Feature, value float64, row []float64, logOdds float64, lang string) rettidig.Fact {
	out := rettidig.Fact{Feature: f.ID, Label: text(lang, f.LabelDA, f.LabelEN), Unit: f.Unit, LogOdds: logOdds}
	if math.IsNaN(value) {
		out.Missing, out.NotApplicable = text(lang, f.MissingDA, f.MissingEN), !f.Lacking(row)
		return out
	}
	out.Value = &value
	return out
}

// Unseen lists what no model here can see, in the language asked for.
func Unseen(lang string) []string {
	if lang == "en" {
		return []string{"motivation", "relatives", "pain"}
	}
	return []string{"motivation", "pårørende", "smerter"}
}

func text(lang, da, en string) string {
	if lang == "en" {
		return en
	}
	return da
}
