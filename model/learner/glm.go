package learner

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

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
		{Name: "path", Default: "risen", Kind: Word, Words: []string{"risen", "whole"},
			Help: "risen: smaller penalties are not tried once the held-out loss has clearly risen; whole: all are tried, whose choice was never seen to differ"},
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
	gt, of := c.table(t, v.Is("levels", "alike"))
	var best *glm.Fit
	var loss float64
	for i, alpha := range alphas {
		o := glm.Options{Alpha: max(alpha, 1e-9), Lambdas: v.Whole("lambdas"), Ratio: v.Num("ratio") * max(alpha, 1e-3), Folds: v.Whole("folds"),
			Seed: opt.Seed, Minimum: v.Is("lambda", "min"), Whole: v.Is("path", "whole"), Risen: true, Workers: opt.Workers,
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
	terms := make([]glm.Term, c.wide)
	for k, j := range of {
		terms[j] = best.Model.Terms[k]
	}
	best.Model.Terms = terms
	m := newGLMModel(c, best.Model)
	m.notes = []string{fmt.Sprintf("alpha %.3g, lambda %.3g: %d of %d columns are used", best.Model.Alpha, best.Model.Lambda, best.Model.Used(), c.wide)}
	if best.Left > 0 {
		m.notes[0] += fmt.Sprintf("; %d penalties below %.3g were not tried, as the held-out loss had clearly risen", best.Left, best.Path[len(best.Path)-1].Lambda)
	}
	for _, w := range best.Warnings {
		m.notes = append(m.notes, w.Error())
	}
	return m, nil
}

// table returns t as glm takes it, and which column of the coding each of its columns is. Levels are alike if an effect
// of each costs the same.
func (c *coding) table(t *Table, alike bool) (glm.Table, []int) {
	dense, levels, of := c.part(t.X)
	names := c.names(t.Columns)
	gt := glm.Table{X: dense, Sparse: levels, Y: t.Y, W: t.W, Offset: t.Offset, Group: t.groups(), Rows: all(len(t.Y)), Names: make([]string, c.wide)}
	for k, j := range of {
		gt.Names[k] = names[j]
	}
	if !alike {
		return gt, of
	}
	weight := float64(len(t.Y))
	if t.W != nil {
		weight = 0
		for _, w := range t.W {
			weight += w
		}
	}
	for range dense {
		gt.Factor = append(gt.Factor, 1)
	}
	for _, l := range levels {
		gt.Factor = append(gt.Factor, factor(l.Index, t.W, weight))
	}
	return gt, of
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
	adds   [][]float64 // of a categorical column, what each level adds to the log odds, and last what a missing value does
	notes  []string
}

func newGLMModel(c coding, g *glm.Model) *glmModel {
	m := &glmModel{coding: c, glm: g, adds: make([][]float64, len(c.columns))}
	for j, d := range c.columns {
		if d.To == nil {
			continue
		}
		terms := g.Terms[d.first:][:d.wide]
		var without, unknown float64 // in none of the columns; missing in all of them
		for k := range terms {
			without += terms[k].At(0)
			unknown += terms[k].At(math.NaN())
		}
		for l := range len(d.To) + 1 {
			v := float64(l)
			if l == len(d.To) {
				v = math.NaN()
			}
			switch k := d.at(v); k {
			case none:
				m.adds[j] = append(m.adds[j], without)
			case unforeseen:
				m.adds[j] = append(m.adds[j], unknown)
			default:
				m.adds[j] = append(m.adds[j], without+(terms[k].At(1)-terms[k].At(0)))
			}
		}
	}
	return m
}

// add returns what the value v of column j adds to the log odds.
func (m *glmModel) add(j int, v float64) float64 {
	adds := m.adds[j]
	switch {
	case adds == nil:
		return m.glm.Terms[m.coding.columns[j].first].At(v)
	case v >= 0 && v < float64(len(adds)-1): // false for NaN
		return adds[int(v)]
	}
	return adds[len(adds)-1]
}

type glmJSON struct {
	Coding []coded    `json:"coding"`
	GLM    *glm.Model `json:"glm"`
}

func (m *glmModel) Notes() []string { return m.notes }

// LogOdds adds up what Contributions gives, in the order of the columns.
func (m *glmModel) LogOdds(dst []float64, x [][]float64) {
	if len(x) != len(m.adds) {
		panic(fmt.Sprintf("learner: %d columns for a model of %d", len(x), len(m.adds)))
	}
	for i := range dst {
		dst[i] = m.glm.Intercept
	}
	for j, values := range x {
		for i, v := range values[:len(dst)] {
			dst[i] += m.add(j, v)
		}
	}
}

func (m *glmModel) Contributions(dst []float64, x []float64) bool {
	if len(x) != len(m.adds) {
		panic(fmt.Sprintf("learner: %d values for a model of %d columns", len(x), len(m.adds)))
	}
	for j, v := range x {
		dst[j] = m.add(j, v)
	}
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
	return newGLMModel(c, f.GLM), nil
}
