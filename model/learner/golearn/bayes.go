package golearn

import (
	"context"
	"fmt"

	"github.com/sjwhitworth/golearn/base"
	"github.com/sjwhitworth/golearn/naive"

	"github.com/rettidig/rettidig/model/learner"
)

func fitBayes(_ context.Context, _ string, _ learner.Values, t *learner.Table, _ uint64) (classify, error) {
	c := cutsOf(t)
	nb := naive.NewBernoulliNBClassifier()
	g := newGrid()
	g.binary(len(indicators(c, t.X)))
	if err := nb.Fit(g.fill(indicators(c, t.X), t.Y)); err != nil {
		return nil, err
	}
	return func(x [][]float64) ([]bool, error) {
		return g.answers(nb.Predict(g.fill(indicators(c, x), nil)))
	}, nil
}

// grid makes golearn's tables of one shape. It needs the same attributes, not only equal ones, in training and
// predicting.
type grid struct {
	attributes []base.Attribute
	class      *base.CategoricalAttribute
}

func newGrid() *grid {
	g := &grid{class: base.NewCategoricalAttribute()}
	g.class.SetName("class")
	g.class.GetSysValFromString("no")
	g.class.GetSysValFromString("yes")
	return g
}

func (g *grid) binary(columns int) {
	for k := range columns {
		g.attributes = append(g.attributes, base.NewBinaryAttribute(fmt.Sprint("b", k)))
	}
}

func (g *grid) categorical(bins []int) {
	for k, n := range bins {
		a := base.NewCategoricalAttribute()
		a.SetName(fmt.Sprint("c", k))
		for b := range n {
			a.GetSysValFromString(fmt.Sprint(b))
		}
		g.attributes = append(g.attributes, a)
	}
}

// fill makes a table. Without y all rows say no, which prediction does not look at.
func (g *grid) fill(x [][]float64, y []float64) *base.DenseInstances {
	d := base.NewDenseInstances()
	specs := make([]base.AttributeSpec, len(g.attributes))
	for k, a := range g.attributes {
		specs[k] = d.AddAttribute(a)
	}
	class := d.AddAttribute(g.class)
	if err := d.AddClassAttribute(g.class); err != nil {
		panic(err)
	}
	rows := 0
	if len(x) > 0 {
		rows = len(x[0])
	}
	if err := d.Extend(rows); err != nil {
		panic(err)
	}
	for k, a := range g.attributes {
		for i, v := range x[k] {
			switch a.(type) {
			case *base.FloatAttribute:
				d.Set(specs[k], i, base.PackFloatToBytes(v))
			case *base.BinaryAttribute:
				d.Set(specs[k], i, []byte{byte(v)})
			default:
				d.Set(specs[k], i, base.PackU64ToBytes(uint64(v)))
			}
		}
	}
	for i := range rows {
		c := uint64(0)
		if y != nil && y[i] == 1 {
			c = 1
		}
		d.Set(class, i, base.PackU64ToBytes(c))
	}
	return d
}

// answers reads what golearn predicted.
func (g *grid) answers(p base.FixedDataGrid, err error) ([]bool, error) {
	if err != nil {
		return nil, err
	}
	_, rows := p.Size()
	out := make([]bool, rows)
	for i := range out {
		out[i] = base.GetClass(p, i) == "yes"
	}
	return out, nil
}
