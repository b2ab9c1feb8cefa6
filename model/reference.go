package model

import (
	"context"
	"fmt"

	"github.com/rettidig/rettidig/model/metric"
)

// Reference is a learner that says yes or no and gives no probability. It is measured beside the model, learning from
// the same rows of the same windows; it cannot be calibrated or explained, and is never shipped.
type Reference struct {
	Name string
	// Learn learns from columns and labels, without weights. says answers for other columns: above 0 is yes.
	Learn func(ctx context.Context, ids []string, x [][]float64, y []float64, group []int32, seed uint64) (says func(out []float64, x [][]float64), notes []string, err error)
}

// ReferenceFigures measure a reference on the test rows of the rolling origin. There is no auroc, logloss or calibration
// of yes and no; beside its two shares stand those of the model, were it to say yes to as many, highest first, with a share of
// those who are equal at the cut.
type ReferenceFigures struct {
	Learner          string       `json:"learner"`
	N                int          `json:"n"`
	Yes              int          `json:"yes"` // how many it says yes to
	Accuracy         metric.Value `json:"accuracy"`
	Sensitivity      metric.Value `json:"sensitivity"`
	Specificity      metric.Value `json:"specificity"`
	ModelSensitivity metric.Value `json:"model_sensitivity"`
	ModelSpecificity metric.Value `json:"model_specificity"`
	Notes            []string     `json:"notes"`
}

// references measures what was asked for beside the chosen learner.
func (v *validation) references(ctx context.Context) error {
	u := v.runs[v.learner]
	p, y, _, _ := u.Slices(v.rows)
	ids := v.ids(len(v.t.X))
	for _, ref := range v.opt.References {
		f := ReferenceFigures{Learner: ref.Name, N: len(y), Notes: []string{}}
		var yes []bool
		for k, w := range u.Plan.Windows {
			says, notes, err := ref.Learn(ctx, ids, gather(v.t.X, w.Train), of(v.t.Y, w.Train), of(v.t.Group, w.Train), v.opt.Seed)
			if err != nil {
				return fmt.Errorf("model: reference %s: window %d: %w", ref.Name, k+1, err)
			}
			f.Notes = notes
			out := make([]float64, len(w.Test))
			says(out, gather(v.t.X, w.Test))
			for _, s := range out { // predictions are in the order of the windows and their test rows
				if s != s {
					return fmt.Errorf("model: reference %s gave no answer in window %d", ref.Name, k+1)
				}
				yes = append(yes, s > 0)
			}
			v.opt.Progress("reference "+ref.Name, k+1, len(u.Plan.Windows))
		}
		f.measure(yes, p, y)
		v.report.References = append(v.report.References, f)
	}
	return nil
}

// measure counts, of rows with the model's probabilities p and labels y.
func (f *ReferenceFigures) measure(yes []bool, p, y []float64) {
	for _, s := range yes {
		if s {
			f.Yes++
		}
	}
	model := selected(p, float64(f.Yes)/float64(len(p)))
	var n, right, theirs [2]float64 // by label
	for i, s := range yes {
		c := int(y[i])
		n[c]++
		if s == (c == 1) {
			right[c]++
		}
		theirs[c] += model[i]
	}
	f.Accuracy = metric.Value((right[0] + right[1]) / (n[0] + n[1]))
	f.Sensitivity, f.Specificity = metric.Value(right[1]/n[1]), metric.Value(right[0]/n[0])
	f.ModelSensitivity, f.ModelSpecificity = metric.Value(theirs[1]/n[1]), metric.Value(1-theirs[0]/n[0])
}
