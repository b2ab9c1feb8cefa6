package gam

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/model/metric"
)

// Edit is a correction of a shape by hand, recorded in the model. Others can see what was changed, by whom, why and at what cost.
type Edit struct {
	Term   int       `json:"term"`   // index into Model.Terms
	Bins   []int     `json:"bins"`   // rising
	Value  []float64 `json:"value"`  // log odds of each of the bins
	Before []float64 `json:"before"` // what the values were; Apply fills it in
	Author string    `json:"author"`
	Reason string    `json:"reason"`
	When   string    `json:"when"` // as the caller writes it
	Effect Effect    `json:"effect"`
}

// Effect is what an edit does to the fit on the rows it was measured on.
type Effect struct {
	Rows          int          `json:"rows"`
	LoglossBefore metric.Value `json:"logloss_before"`
	LoglossAfter  metric.Value `json:"logloss_after"`
	AUROCBefore   metric.Value `json:"auroc_before"`
	AUROCAfter    metric.Value `json:"auroc_after"`
}

// BinsBetween returns the bins of a term on one numeric column that hold only values x with lo < x <= hi; the bins at the ends
// reach to infinity.
func (m *Model) BinsBetween(term int, lo, hi float64) ([]int, error) {
	if term < 0 || term >= len(m.Terms) {
		return nil, fmt.Errorf("gam: term %d, the model has %d", term, len(m.Terms))
	}
	t := &m.Terms[term]
	if len(t.Columns) != 1 || m.Columns[t.Columns[0]].Levels != nil {
		return nil, fmt.Errorf("gam: term %d is not of one numeric column; name its bins", term)
	}
	cuts := m.Columns[t.Columns[0]].Cuts
	var bins []int
	for b := 1; b < len(cuts)+2; b++ {
		if (b == 1 && lo > -inf || b > 1 && cuts[b-2] < lo) || (b == len(cuts)+1 && hi < inf || b <= len(cuts) && cuts[b-1] > hi) {
			continue
		}
		bins = append(bins, b)
	}
	return bins, nil
}

// Apply makes an edit and records it with its effect on the rows of on (X, Y, W and Offset are looked at). The shape is not centred
// again and no other term changes: what the author drew is what the model says. An error leaves the model as it was.
func (m *Model) Apply(e Edit, on Table) error {
	if len(on.X) != len(m.Columns) || (on.W != nil && len(on.W) != len(on.Y)) || (on.Offset != nil && len(on.Offset) != len(on.Y)) {
		panic(fmt.Sprintf("gam: edit measured on %d columns, the model has %d", len(on.X), len(m.Columns)))
	}
	if len(on.Y) == 0 {
		return errors.New("gam: no rows to measure the edit on")
	}
	if err := on.checkRows(); err != nil {
		return fmt.Errorf("%w (of the rows to measure the edit on)", err)
	}
	e.Bins, e.Value = slices.Clone(e.Bins), slices.Clone(e.Value)
	e.Before = slices.Clone(e.Value)
	if err := m.checkEdit(&e); err != nil {
		return fmt.Errorf("gam: edit: %w", err)
	}
	value := m.Terms[e.Term].Value
	e.Effect.Rows = len(on.Y)
	e.Effect.LoglossBefore, e.Effect.AUROCBefore = m.measure(on)
	for k, b := range e.Bins {
		e.Before[k], value[b] = value[b], e.Value[k]
	}
	m.Edits = append(m.Edits, e)
	f := &m.Edits[len(m.Edits)-1].Effect
	f.LoglossAfter, f.AUROCAfter = m.measure(on)
	if !f.LoglossBefore.Defined() || !f.LoglossAfter.Defined() {
		if _, err := m.Undo(); err != nil {
			panic("gam: " + err.Error())
		}
		return errors.New("gam: edit: its effect cannot be measured on these rows: their loss is not finite")
	}
	return nil
}

// Undo takes the last edit back; the model is then what it was before, byte for byte. It returns the edit.
func (m *Model) Undo() (Edit, error) {
	if len(m.Edits) == 0 {
		return Edit{}, errors.New("gam: there is no edit to undo")
	}
	e := m.Edits[len(m.Edits)-1]
	for k, b := range e.Bins {
		m.Terms[e.Term].Value[b] = e.Before[k]
	}
	m.Edits = m.Edits[:len(m.Edits)-1]
	return e, nil
}

func (m *Model) measure(on Table) (logloss, auroc metric.Value) {
	p := make([]float64, len(on.Y))
	m.Compile().Batch(p, on.X, 1)
	for i := range p {
		if on.Offset != nil {
			p[i] += on.Offset[i]
		}
		p[i] = metric.Sigmoid(p[i])
	}
	return metric.Value(metric.Logloss(p, on.Y, on.W)), metric.Value(metric.AUROC(p, on.Y, on.W))
}

func (m *Model) checkEdit(e *Edit) error {
	switch {
	case e.Term < 0 || e.Term >= len(m.Terms):
		return fmt.Errorf("term is %d, the model has %d", e.Term, len(m.Terms))
	case e.Author == "" || e.Reason == "" || e.When == "":
		return errors.New("author, reason and when must all be given")
	case len(e.Bins) == 0 || len(e.Value) != len(e.Bins) || len(e.Before) != len(e.Bins):
		return fmt.Errorf("%d bins with %d values and %d before, want as many of each and at least one", len(e.Bins), len(e.Value), len(e.Before))
	}
	for k, b := range e.Bins {
		if b < 0 || b >= len(m.Terms[e.Term].Value) || (k > 0 && b <= e.Bins[k-1]) {
			return fmt.Errorf("bins[%d] is %d, want rising and in [0, %d]", k, b, len(m.Terms[e.Term].Value)-1)
		}
		if !finite(e.Value[k]) || !finite(e.Before[k]) {
			return fmt.Errorf("values of bin %d are %v and %v, want finite numbers", b, e.Value[k], e.Before[k])
		}
	}
	return nil
}

// checkEdits goes back through the edits: each must have left the shapes as they are found.
func (m *Model) checkEdits() error {
	value := make(map[[2]int]float64)
	for k := len(m.Edits) - 1; k >= 0; k-- {
		e := &m.Edits[k]
		if err := m.checkEdit(e); err != nil {
			return fmt.Errorf("gam: edits[%d]: %w", k, err)
		}
		for i, b := range e.Bins {
			at := [2]int{e.Term, b}
			now, ok := value[at]
			if !ok {
				now = m.Terms[e.Term].Value[b]
			}
			if now != e.Value[i] {
				return fmt.Errorf("gam: edits[%d]: bin %d of term %d was set to %v and is %v", k, b, e.Term, e.Value[i], now)
			}
			value[at] = e.Before[i]
		}
	}
	return nil
}
