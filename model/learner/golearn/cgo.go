//go:build cgo

package golearn

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"sync"

	"github.com/sjwhitworth/golearn/base"
	"github.com/sjwhitworth/golearn/knn"
	"github.com/sjwhitworth/golearn/linear_models"

	"github.com/rettidig/rettidig/model/learner"
)

func fitKNN(_ context.Context, name string, v learner.Values, t *learner.Table, _ uint64) (classify, error) {
	s := scaleOf(t)
	x := s.columns(t.X)
	k := v.Whole("neighbours")
	if k > len(t.Y) {
		return nil, fmt.Errorf("%s: %d neighbours of %d rows", name, k, len(t.Y))
	}
	if k%2 == 0 {
		return nil, fmt.Errorf("%s: %d neighbours may tie, and golearn breaks a tie at random; take an odd number", name, k)
	}
	g := newGrid()
	for k := range x {
		g.attributes = append(g.attributes, base.NewFloatAttribute(fmt.Sprint("f", k)))
	}
	near := knn.NewKnnClassifier("euclidean", "linear", k)
	if err := near.Fit(g.fill(x, t.Y)); err != nil {
		return nil, err
	}
	return func(x [][]float64) ([]bool, error) {
		return g.answers(near.Predict(g.fill(s.columns(x), nil)))
	}, nil
}

// quiet turns off golearn's log, through which liblinear tells of each step on standard output, where only results may be.
var quiet = sync.OnceFunc(func() { base.SetLoggerOut(io.Discard) })

// fitLogistic calls golearn's liblinear below its LogisticRegression, which hands C a table of pointers that Go's
// rules about pointers in C forbid; here they are pinned first. A column of ones is the intercept, which golearn
// has no other way to.
func fitLogistic(_ context.Context, _ string, v learner.Values, t *learner.Table, _ uint64) (classify, error) {
	quiet()
	s := scaleOf(t)
	problem := linear_models.NewProblem(rowsOf(s.columns(t.X), len(t.Y)), t.Y, 0)
	var pin runtime.Pinner
	defer pin.Unpin()
	c := reflect.ValueOf(problem).Elem().Field(0)
	for _, name := range []string{"x", "y"} {
		pin.Pin(c.FieldByName(name).UnsafePointer())
	}
	pin.Pin(c.FieldByName("x").Elem().UnsafePointer()) // all rows are in one piece of memory
	m := linear_models.Train(problem, linear_models.NewParameter(linear_models.L2R_LR, v.Num("c"), v.Num("eps")))
	return func(x [][]float64) ([]bool, error) {
		out := make([]bool, len(x[0]))
		for i, row := range rowsOf(s.columns(x), len(out)) {
			out[i] = linear_models.Predict(m, row) == 1
		}
		return out, nil
	}, nil
}

// rowsOf turns columns into rows, a 1 at the end of each.
func rowsOf(x [][]float64, n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, 0, len(x)+1)
		for _, col := range x {
			out[i] = append(out[i], col[i])
		}
		out[i] = append(out[i], 1)
	}
	return out
}
