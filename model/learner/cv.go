package learner

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rettidig/rettidig/model/metric"
)

// Figures measure predictions. Those that are not defined are null: all of them but the last two if the model
// gives labels only.
type Figures struct {
	AUROC     metric.Value `json:"auroc"`
	Logloss   metric.Value `json:"logloss"`
	Brier     metric.Value `json:"brier"`
	ECE       metric.Value `json:"ece"`
	Slope     metric.Value `json:"slope"`
	Intercept metric.Value `json:"intercept"`
	// Labels is there if the learner says yes or no only.
	Labels *LabelFigures `json:"labels_only,omitempty"`
}

// LabelFigures measure yes and no. They are no figures of probabilities, and do not compare with such.
type LabelFigures struct {
	Accuracy    metric.Value `json:"accuracy"`
	Sensitivity metric.Value `json:"sensitivity"` // share of the positive rows that are called so
	Specificity metric.Value `json:"specificity"`
	TwoPoint    metric.Value `json:"auroc_of_labels"` // (sensitivity + specificity) / 2: what an auroc of two heaps comes to
}

// FoldFigures are those of one fold.
type FoldFigures struct {
	Fold      int `json:"fold"` // from 1
	N         int `json:"n"`
	NPositive int `json:"n_positive"`
	Figures
	Seconds float64  `json:"seconds"` // to learn
	Chosen  string   `json:"chosen,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

// Report is what a cross-validation found. AUROC, logloss and Brier score are the means over the folds, and SE
// their standard errors (spread over the folds by the root of their number); ece, slope and intercept are of the
// held-out rows taken together, as folds are small for them.
type Report struct {
	Learner   string `json:"learner"`
	N         int    `json:"n"`
	NPositive int    `json:"n_positive"`
	Figures
	SE      Errors        `json:"se"`
	ByFold  []FoldFigures `json:"by_fold"`
	Seconds float64       `json:"seconds"`

	Fold    []int32   `json:"-"` // by row
	LogOdds []float64 `json:"-"` // by row, of the model that did not see it and, added to that, the row's offset
}

// Errors are standard errors of means over the folds.
type Errors struct {
	AUROC   metric.Value `json:"auroc"`
	Logloss metric.Value `json:"logloss"`
	Brier   metric.Value `json:"brier"`
}

// CrossValidate learns from all folds but one and measures on that one, for each. fold is as of Folds, 0 to
// folds-1; it is an error if it parts a group. Fold k learns with seed opt.Seed + k.
func CrossValidate(ctx context.Context, l Learner, t *Table, fold []int32, opt Options) (*Report, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if err := CheckParams(l, opt.Params); err != nil {
		return nil, err
	}
	if len(fold) != len(t.Y) {
		panic(fmt.Sprintf("learner: folds of %d rows for %d", len(fold), len(t.Y)))
	}
	folds := int(slices.Max(fold)) + 1
	if slices.Min(fold) < 0 || folds < 2 {
		return nil, fmt.Errorf("folds %d to %d, want 0 and up, at least two", slices.Min(fold), slices.Max(fold))
	}
	if err := checkFolds(fold, t.Y, folds); err != nil {
		return nil, err
	}
	if err := checkWhole(fold, t.Group); err != nil {
		return nil, err
	}
	begin := time.Now()
	r := &Report{Learner: l.Name(), N: len(t.Y), Fold: fold, LogOdds: make([]float64, len(t.Y))}
	labels := false
	for k := range folds {
		var train, held []int32
		for i, f := range fold {
			if int(f) == k {
				held = append(held, int32(i))
			} else {
				train = append(train, int32(i))
			}
		}
		since := time.Now()
		o := opt
		o.Seed += uint64(k)
		o.Progress = func(done, total int) { opt.report(k*1000+1000*done/max(total, 1), folds*1000) }
		m, err := l.Fit(ctx, t.Rows(train), o)
		if err != nil {
			return nil, fmt.Errorf("fold %d of %d: %w", k+1, folds, err)
		}
		ff := FoldFigures{Fold: k + 1, N: len(held), Seconds: time.Since(since).Seconds(), Notes: Notes(m)}
		if c, ok := m.(*Chosen); ok {
			ff.Chosen = c.Learner
		}
		labels = labels || labelsOnly(m)
		h := t.Rows(held)
		eta := make([]float64, len(held))
		if err := ask(ctx, m, eta, h.X); err != nil {
			return nil, err
		}
		for i, row := range held {
			if h.Offset != nil {
				eta[i] += h.Offset[i]
			}
			if !finite(eta[i]) {
				return nil, fmt.Errorf("fold %d of %d: %s gave row %d log odds of %v", k+1, folds, l.Name(), row+1, eta[i])
			}
			r.LogOdds[row] = eta[i]
			ff.NPositive += int(t.Y[row])
		}
		ff.Figures = measure(eta, h.Y, h.W, labelsOnly(m))
		r.NPositive += ff.NPositive
		r.ByFold = append(r.ByFold, ff)
		opt.report((k+1)*1000, folds*1000)
	}
	r.Figures = measure(r.LogOdds, t.Y, t.W, labels)
	r.AUROC, r.SE.AUROC = meanOf(r.ByFold, func(f FoldFigures) metric.Value { return f.AUROC })
	r.Logloss, r.SE.Logloss = meanOf(r.ByFold, func(f FoldFigures) metric.Value { return f.Logloss })
	r.Brier, r.SE.Brier = meanOf(r.ByFold, func(f FoldFigures) metric.Value { return f.Brier })
	r.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// ask is m.LogOdds for a model that may take long to answer, as nearest neighbours do. If the context ends it returns
// without waiting; dst may then still be written to.
func ask(ctx context.Context, m Model, dst []float64, x [][]float64) error {
	answered := make(chan struct{})
	go func() {
		m.LogOdds(dst, x)
		close(answered)
	}()
	select {
	case <-answered:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// checkWhole returns an error if rows of one group are in several folds: what was learned of somebody would be
// measured on the same person. It names rows, not groups, which may be persons' numbers.
func checkWhole(fold, group []int32) error {
	first := map[int32]int{}
	for i, g := range group {
		k, ok := first[g]
		if !ok {
			first[g] = i
		} else if fold[k] != fold[i] {
			return fmt.Errorf("rows %d and %d are of one group, but in different folds", k+1, i+1)
		}
	}
	return nil
}

// measure measures log odds against what happened.
func measure(eta, y, w []float64, labels bool) Figures {
	nan := metric.Value(math.NaN())
	f := Figures{nan, nan, nan, nan, nan, nan, nil}
	if labels {
		f.Labels = measureLabels(eta, y, w)
		return f
	}
	p := make([]float64, len(eta))
	for i, e := range eta {
		p[i] = metric.Sigmoid(e)
	}
	// Log odds order what rounds to one probability.
	f.AUROC, f.Logloss = metric.Value(metric.AUROC(eta, y, w)), metric.Value(metric.Logloss(p, y, w))
	f.Brier, f.ECE = metric.Value(metric.Brier(p, y, w)), metric.Value(metric.ECE(p, y, w))
	if a, b, ok := metric.Line(eta, y, w); ok {
		f.Intercept, f.Slope = metric.Value(a), metric.Value(b)
	}
	return f
}

func measureLabels(eta, y, w []float64) *LabelFigures {
	var n, right [2]float64
	for i, e := range eta {
		v := 1.0
		if w != nil {
			v = w[i]
		}
		n[int(y[i])] += v
		if e > 0 == (y[i] == 1) {
			right[int(y[i])] += v
		}
	}
	se, sp := right[1]/n[1], right[0]/n[0]
	return &LabelFigures{metric.Value((right[0] + right[1]) / (n[0] + n[1])), metric.Value(se), metric.Value(sp), metric.Value((se + sp) / 2)}
}

// meanOf returns the mean over the folds and its standard error.
func meanOf(folds []FoldFigures, of func(FoldFigures) metric.Value) (mean, se metric.Value) {
	k := float64(len(folds))
	var m, s float64
	for _, f := range folds {
		m += float64(of(f)) / k
	}
	for _, f := range folds {
		d := float64(of(f)) - m
		s += d * d
	}
	return metric.Value(m), metric.Value(math.Sqrt(s / (k - 1) / k))
}
