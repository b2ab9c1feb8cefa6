package learner

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/rettidig/rettidig/model/glm"
)

// GLM is the elastic-net logistic regression.
type GLM struct{}

func (GLM) Name() string  { return "glm" }
func (GLM) About() string { return "logistic regression with an elastic-net penalty" }

func (GLM) Params() []Param {
	return []Param{
		{Name: "alpha", Default: "0.1", Kind: Number, Low: 0, High: 1, Words: []string{"auto"},
			Help: "share of the absolute penalty: 0 keeps all columns, 1 drops most; auto takes the one of 0, 0.1, 0.5 and 1 with the smallest held-out loss"},
		{Name: "lambda", Default: "min", Kind: Number, Low: 0, High: 1e9, Words: []string{"min", "1se"},
			Help: "penalty; min is the one with the smallest held-out loss, 1se the largest within a standard error of it"},
		{Name: "lambdas", Default: "60", Kind: Whole, Low: 2, High: 1000, Help: "penalties tried"},
		{Name: "ratio", Default: "0.0001", Kind: Number, Low: 0, Above: true, High: 0.5, Help: "smallest penalty tried over the one at which alpha=1 drops every column"},
		{Name: "folds", Default: "5", Kind: Whole, Low: 2, High: 100, Help: "of the cross-validation that chooses the penalty"},
		{Name: "rare", Default: "10", Kind: Whole, Low: 1, High: 1e9,
			Help: "levels of a categorical column with fewer rows than this are pooled into one"},
		{Name: "levels", Default: "alike", Kind: Word, Words: []string{"alike", "scaled"},
			Help: "alike: an effect of a rare level costs as much as one of a level that half of the rows have; scaled: it costs less the rarer it is, as where all columns are scaled first (glmnet)"},
	}
}

func (l GLM) Fit(ctx context.Context, t *Table, opt Options) (Model, error) {
	v, err := ReadParams(l, opt.Params)
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	given := !v.Is("lambda", "min") && !v.Is("lambda", "1se")
	alphas := []float64{v.Num("alpha")}
	if v.Is("alpha", "auto") {
		alphas = []float64{0, 0.1, 0.5, 1}
		if given {
			alphas = []float64{0.5}
		}
	}
	c := newCoding(t, v.Whole("rare"), given && v.Num("lambda") == 0)
	gt := glm.Table{X: c.expand(t.X), Y: t.Y, W: t.W, Offset: t.Offset, Group: t.groups(), Rows: all(len(t.Y)), Names: c.names(t.Columns)}
	if v.Is("levels", "alike") {
		gt.Factor = c.factors(gt.X, t.W)
	}
	var best *glm.Fit
	var loss float64
	for i, alpha := range alphas {
		o := glm.Options{Alpha: max(alpha, 1e-9), Lambdas: v.Whole("lambdas"), Ratio: v.Num("ratio") * max(alpha, 1e-3), Folds: v.Whole("folds"),
			Seed: opt.Seed, Minimum: v.Is("lambda", "min"), Whole: true, Workers: opt.Workers,
			Progress: func(done, total int) { opt.report(i*1000+1000*done/total, len(alphas)*1000) }}
		var f *glm.Fit
		if given {
			f, err = glm.TrainAt(ctx, gt, v.Num("lambda"), o)
		} else {
			f, err = glm.Train(ctx, gt, o)
		}
		if err != nil {
			return nil, err
		}
		if at := lossAt(f); best == nil || at < loss {
			best, loss = f, at
		}
		opt.report((i+1)*1000, len(alphas)*1000)
	}
	m := &glmModel{coding: c, glm: best.Model}
	m.notes = []string{fmt.Sprintf("alpha %.3g, lambda %.3g: %d of %d columns are used", best.Model.Alpha, best.Model.Lambda, best.Model.Used(), len(gt.X))}
	for _, w := range best.Warnings {
		m.notes = append(m.notes, w.Error())
	}
	return m, nil
}

// lossAt returns the held-out loss at the chosen penalty; 0 if the penalty was given.
func lossAt(f *glm.Fit) float64 {
	for _, t := range f.Path {
		if t.Lambda == f.Model.Lambda {
			return t.Loss
		}
	}
	return 0
}

type glmModel struct {
	coding coding
	glm    *glm.Model
	notes  []string
}

type glmJSON struct {
	Coding []coded    `json:"coding"`
	GLM    *glm.Model `json:"glm"`
}

func (m *glmModel) Notes() []string { return m.notes }

func (m *glmModel) LogOdds(dst []float64, x [][]float64) {
	m.glm.Rows(m.coding.expand(x), all(len(dst)), dst)
}

func (m *glmModel) Contributions(dst []float64, x []float64) bool {
	terms := make([]float64, m.coding.wide)
	m.glm.LogOdds(m.coding.row(x), terms)
	m.coding.gather(dst, terms)
	dst[len(x)] = m.glm.Intercept
	return true
}

func (m *glmModel) Marshal() (json.RawMessage, error) {
	return json.Marshal(glmJSON{m.coding.columns, m.glm})
}

func (GLM) Read(raw json.RawMessage, columns []Column) (Model, error) {
	var f glmJSON
	if err := strictly(raw, &f); err != nil {
		return nil, err
	}
	if err := checkCoding(f.Coding, columns); err != nil {
		return nil, err
	}
	c := placed(f.Coding)
	if f.GLM == nil {
		return nil, errNothing("glm")
	}
	if err := f.GLM.Check(c.wide); err != nil {
		return nil, err
	}
	return &glmModel{coding: c, glm: f.GLM}, nil
}
