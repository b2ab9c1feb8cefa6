package model

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/card"
	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/tree"
)

func written(t testing.TB, learner string) (*Model, []byte) {
	tab, _ := municipality(600, 5, 1, 11)
	opt := quick(learner)
	opt.Refits = 3
	m, _ := train(t, tab, opt)
	var b bytes.Buffer
	require.NoError(t, m.Write(&b))
	return m, b.Bytes()
}

func TestWhatIsReadPredictsTheSameAndWritesTheSameBytes(t *testing.T) {
	for _, learner := range simplest {
		m, b := written(t, learner)
		back, err := Read(bytes.NewReader(b))
		require.NoError(t, err)
		var again bytes.Buffer
		require.NoError(t, back.Write(&again))
		assert.Equal(t, string(b), again.String())
		tab, _ := municipality(200, 5, 1, 12)
		for i := range tab.Y {
			want, got := m.Predict(row(tab, i)), back.Predict(row(tab, i))
			if want.Status == Scored {
				assert.Equal(t, want, got)
			} else {
				assert.Equal(t, want.WithheldReason, got.WithheldReason)
			}
		}
	}
}

func TestDamageIsRefusedAndNamed(t *testing.T) {
	m, whole := written(t, LearnerGLM)
	for want, damage := range map[string]func(b []byte) []byte{
		"line 1, column 2":  func([]byte) []byte { return []byte("no model") },
		"unexpected EOF":    func(b []byte) []byte { return b[:len(b)/2] },
		"something follows": func(b []byte) []byte { return append(b, "{}"...) },
		"is there twice":    func(b []byte) []byte { return bytes.Replace(b, []byte(`"seed"`), []byte(`"seed": 1, "seed"`), 1) },
		"unknown field":     func(b []byte) []byte { return bytes.Replace(b, []byte(`"seed"`), []byte(`"sead"`), 1) },
		"sha256 is":         func(b []byte) []byte { return bytes.Replace(b, []byte(`"seed": 1`), []byte(`"seed": 2`), 1) },
		"format is":         func(b []byte) []byte { return bytes.Replace(b, []byte(Format), []byte("rettidig-model/2"), 1) },
		`learner is "card"`: func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"learner": "glm"`), []byte(`"learner": "card"`), 1)
		},
		"it is empty, want one":   func([]byte) []byte { return nil },
		"cannot unmarshal string": func(b []byte) []byte { return bytes.Replace(b, []byte(`"seed": 1`), []byte(`"seed": "x"`), 1) },
		"empty or used twice":     func(b []byte) []byte { return bytes.Replace(b, []byte(`"id": "cac"`), []byte(`"id": "age"`), 1) },
		"want a target":           func(b []byte) []byte { return bytes.Replace(b, []byte(`"completion"`), []byte(`""`), 1) },
	} {
		_, err := Read(bytes.NewReader(damage(bytes.Clone(whole))))
		assert.ErrorContains(t, err, want)
	}
	for want, damage := range map[string]func(m *Model){
		"calibrator is missing":    func(m *Model) { m.Calibrator = nil },
		"glm.terms: 4 terms":       func(m *Model) { m.GLM.Terms = m.GLM.Terms[1:] },
		"glm.terms[2].missing":     func(m *Model) { m.GLM.Terms[2].MissingRate = 1.5 },
		"glm.terms[1].sd":          func(m *Model) { m.GLM.Terms[1].SD = -1 },
		"range.columns[0] is 77":   func(m *Model) { m.Range.Columns[0] = 77 },
		"range.refits[1]: ":        func(m *Model) { m.Range.Refits[1].Coef = nil },
		"range: method":            func(m *Model) { m.Range.Level = 1 },
		"support.columns: 4":       func(m *Model) { m.Support.Columns = m.Support.Columns[1:] },
		"support.columns[0]: want": func(m *Model) { m.Support.Columns[0].Min = 1e9 },
		"support.bounds[0]":        func(m *Model) { m.Support.Bounds[0].Column = 5 },
		"calibrator: ":             func(m *Model) { m.Calibrator.Slope = -1 },
	} {
		bad, err := Read(bytes.NewReader(whole))
		require.NoError(t, err)
		damage(bad)
		var b bytes.Buffer
		require.NoError(t, bad.Write(&b), want) // with the right hash, so that the checks have to find it
		_, err = Read(&b)
		assert.ErrorContains(t, err, want)
	}
	m.GLM.Intercept = math.NaN()
	assert.Error(t, m.Write(&bytes.Buffer{}), "NaN is never written")
}

func TestReportHasNoNaNAndNoTime(t *testing.T) {
	tab, _ := municipality(1000, 4, 1, 13)
	_, r := train(t, tab, quick(LearnerCard))
	r.Slope = metric.Value(math.NaN())
	var b bytes.Buffer
	require.NoError(t, r.Write(&b))
	assert.NotContains(t, b.String(), "NaN")
	assert.NotContains(t, b.String(), `"seconds"`)
	assert.Contains(t, b.String(), `"slope": null`)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &fields))
	for _, f := range strings.Fields("learner n n_positive auroc auroc_lower auroc_upper logloss brier ece slope intercept by_fold leaks card curve") {
		assert.Contains(t, fields, f)
	}
	back, err := ReadReport(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	assert.Equal(t, r.Leaks, back.Leaks)
	for want, text := range map[string]string{
		"unknown field":             strings.Replace(b.String(), `"slope"`, `"slopes"`, 1),
		"something follows":         b.String() + "{}",
		`"seed" is there twice (li`: strings.Replace(b.String(), `"seed"`, `"seed": 1, "seed"`, 1),
	} {
		_, err := ReadReport(strings.NewReader(text))
		assert.ErrorContains(t, err, want)
	}
}

// TestDamagedShapesAndTreesAreRefusedAndNamed behind a hash that is right.
func TestDamagedShapesAndTreesAreRefusedAndNamed(t *testing.T) {
	card, _ := written(t, LearnerCard)
	for learner, all := range map[string]map[string]func(m *Model){
		LearnerGAM: {
			`learner is "gam", want card, glm, gam, boost, and exactly that one`: func(m *Model) { m.Card = card.Card },
			`learner is "glm", want`:          func(m *Model) { m.Learner = LearnerGLM },
			"gam.columns: 4 for 5":            func(m *Model) { m.GAM.Columns, m.GAM.Terms = m.GAM.Columns[:4], m.GAM.Terms[:4] },
			`gam.columns[2]: "moon" with 0`:   func(m *Model) { m.GAM.Columns[2].ID = "moon" },
			"gam: terms[1]:":                  func(m *Model) { m.GAM.Terms[1].Value = m.GAM.Terms[1].Value[1:] },
			"range: method":                   func(m *Model) { m.Range.Method = rangeMethod },
			"range.refits: 1, want 2 to 64":   func(m *Model) { m.Range.Refits = m.Range.Refits[:1] },
			"range.refits[3]: not of a gam":   func(m *Model) { m.Range.Refits[3].Shapes = nil },
			"range.refits[1]: not of a gam":   func(m *Model) { m.Range.Refits[1].Coef = []float64{1} },
			"range.refits[2]: 1 shapes, want": func(m *Model) { m.Range.Refits[2].Shapes = m.Range.Refits[2].Shapes[:1] },
			"range.refits[2]: gam: terms[1]":  func(m *Model) { m.Range.Refits[2].Shapes[1] = []float64{1} },
			"range.refits[3]: gam: terms[0]":  func(m *Model) { m.Range.Refits[3].Shapes[0][0] = 1e200 },
			"range.refits[2]: not a finite":   func(m *Model) { m.Range.Refits[2].CalSlope = 1e308 },
			"range.refits[1]: not a finite":   func(m *Model) { m.Range.Refits[1].Intercept = -1e200 },
		},
		LearnerBoost: {
			`learner is "boost", want card, glm, gam, boost, and exactly that one`: func(m *Model) { m.Card = card.Card },
			`boost.columns[2]: "moon" with 0 levels`:                               func(m *Model) { m.Boost.Columns[2].ID = "moon" },
			`boost.columns[2]: "c`:                                                 func(m *Model) { m.Boost.Columns[2].Levels = []string{"a"}; m.Boost.Trees = nil },
			"tree: trees[0]":                                                       func(m *Model) { m.Boost.Trees[0].Nodes[0].Cover = -1 },
			"range.refits[4]: tree: trees[1]":                                      func(m *Model) { m.Range.Refits[4].Trees[1].Nodes[0].Left = 0 },
			"range.refits[0]: not of a boost":                                      func(m *Model) { m.Range.Refits[0].Shapes = [][]float64{{1}} },
		},
	} {
		_, whole := written(t, learner)
		for want, damage := range all {
			bad, err := Read(bytes.NewReader(whole))
			require.NoError(t, err)
			damage(bad)
			var b bytes.Buffer
			require.NoError(t, bad.Write(&b), want)
			_, err = Read(&b)
			assert.ErrorContains(t, err, want, learner)
		}
	}
}

// small is a model by hand: two columns, one refit.
func small(learner string) *Model {
	m := &Model{Format: Format, Target: "effect", Learner: learner, Rows: 9, Citizens: 8, BaseRate: 0.5,
		Columns:    []Column{{"age", "demography"}, {"aids", "aids"}},
		Calibrator: &calibrate.Calibrator{Kind: calibrate.KindPlatt, Intercept: 0.1, Slope: 0.9},
		Range:      Range{Method: rangeMethod, Level: 0.9, Columns: []int{}, Refits: []Refit{{Intercept: 0.2, PerPoint: 0.3, CalSlope: 1}}},
		Support: Support{Bounds: []Bound{{0, 65, 100, OutsideAgeRange}}, Distance: 9, MaxMissing: 1,
			Columns: []Extent{{80, 7, 65, 100, 0, true}, {3, 2, 0, 9, 0.1, true}}}}
	if learner == LearnerCard {
		m.Card = &card.Card{Base: -1, PerPoint: 0.4, Lines: []card.Line{{Column: 1, Threshold: 2, Points: 2, Rate: 0.4}}}
		return m
	}
	m.GLM = &glm.Model{Alpha: 0.5, Lambda: 0.01, Intercept: -0.2, Terms: []glm.Term{{Mean: 80, SD: 7, Coef: 0.01}, {Mean: 3, SD: 2, Coef: 0.2, MissingRate: 0.1, MissingCoef: -0.3}}}
	m.Range.Columns = []int{1}
	m.Range.Refits[0] = Refit{Intercept: -0.1, Coef: []float64{0.3}, Missing: []float64{0.1}, CalSlope: 1}
	return m
}

// smallTrees is one by hand too: one question, three refits.
func smallTrees() *Model {
	m := small(LearnerCard)
	m.Learner, m.Card, m.Range.Method = LearnerBoost, nil, jackknifeMethod
	one := func(left, right float64) []tree.Tree {
		return []tree.Tree{{Nodes: []tree.Node{{Column: 1, Threshold: 2, Left: 1, Right: 2, MissingLeft: true, Cover: 4},
			{Column: -1, Value: left, Cover: 3}, {Column: -1, Value: right, Cover: 1}}}}
	}
	m.Boost = &tree.Ensemble{Columns: []tree.Column{{ID: "age"}, {ID: "aids"}}, Base: -0.5, Trees: one(-0.2, 0.6)}
	m.Calibrator.Intercept, m.Calibrator.Slope = 0.1, 1
	m.Range.Refits = []Refit{{Intercept: -0.5, Trees: one(0, 0.3), CalSlope: 1}, {Intercept: -0.5, Trees: one(0, 0.6), CalSlope: 1}, {Intercept: -0.4, Trees: one(0, 0.8), CalSlope: 1}}
	return m
}

// smallShapes is one by hand: a shape of each column and one of the pair, two refits.
func smallShapes() *Model {
	m := small(LearnerCard)
	m.Learner, m.Card, m.Range.Method = LearnerGAM, nil, jackknifeMethod
	term := func(columns []int, value ...float64) gam.Term {
		return gam.Term{Columns: columns, Value: value, SE: make([]float64, len(value)), Weight: make([]float64, len(value))}
	}
	bins := []int{0, 1, 2}
	m.GAM = &gam.Model{Intercept: -0.2, Columns: []gam.Column{{ID: "age", Cuts: []float64{80}, PairBin: bins}, {ID: "aids", Cuts: []float64{2}, PairBin: bins}},
		Terms: []gam.Term{term([]int{0}, 0, -0.1, 0.1), term([]int{1}, -0.3, -0.2, 0.4), term([]int{0, 1}, 0, 0, 0, 0, 0, 0, 0.05, 0, 0.06)}}
	m.Calibrator.Intercept, m.Calibrator.Slope = 0, 1
	shapes := [][]float64{{0, 0, 0}, {0, 0, 0}, make([]float64, 9)}
	m.Range.Refits = []Refit{{Intercept: 0.1, Shapes: shapes, CalSlope: 1}, {Intercept: 0.3, Shapes: shapes, CalSlope: 1}}
	return m
}

func TestPredictionOfTreesByHand(t *testing.T) {
	m := smallTrees()
	m.prepare()
	p := m.Predict([]float64{90, 5})
	// Expected of nobody in particular: -0.5 + (3*-0.2 + 0.6)/4 = -0.5. More than two aids: 0.6. Calibrated: +0.1.
	assert.InDelta(t, -0.5, p.Intercept, 1e-12)
	assert.InDeltaSlice(t, []float64{0, 0.6}, p.Terms, 1e-12)
	assert.InDelta(t, 0.1, p.Calibration, 1e-12)
	assert.InDelta(t, 0.2, p.LogOdds, 1e-12)
	// The refits say -0.2+0.1, 0.1+0.1 and 0.4+0.1: mean 0.2, squares 0.09+0+0.09, times 2/3 is 0.12. Student's t for 90 %
	// and two degrees of freedom is 2.919986.
	off := 2.919986 * math.Sqrt(0.12)
	assert.InDelta(t, metric.Sigmoid(0.2-off), p.Lower, 1e-6)
	assert.InDelta(t, metric.Sigmoid(0.2+off), p.Upper, 1e-6)

	p = m.Predict([]float64{90, math.NaN()})
	assert.InDelta(t, -0.2, p.Terms[1], 1e-12, "missing goes left")
	assert.Equal(t, 0, p.Unforeseen, "aids were missing while learning too")
	m.Support.MaxMissing = 2
	m.Support.Distance = 99
	assert.Equal(t, 1, m.Predict([]float64{math.NaN(), 5}).Unforeseen, "age never was")
}

func TestPredictionOfShapesByHand(t *testing.T) {
	m := smallShapes()
	m.prepare()
	p := m.Predict([]float64{90, 5})
	// Each of the two has half of their pair: 0.1 + 0.03 and 0.4 + 0.03.
	assert.InDeltaSlice(t, []float64{0.13, 0.43}, p.Terms, 1e-12)
	assert.InDelta(t, -0.2, p.Intercept, 1e-12)
	assert.InDelta(t, 0.36, p.LogOdds, 1e-12)
	// Two refits at 0.1 and 0.3: squares 0.02, times 1/2; t for 90 % and one degree of freedom is 6.313752.
	assert.InDelta(t, metric.Sigmoid(0.36+6.313752*0.1), p.Upper, 1e-6)
	assert.InDelta(t, metric.Sigmoid(0.36-6.313752*0.1), p.Lower, 1e-6)
	p = m.Predict([]float64{90, math.NaN()})
	assert.InDeltaSlice(t, []float64{0.125, -0.275}, p.Terms, 1e-12)
}

func TestStudentAgreesWithTheTables(t *testing.T) {
	// Two-sided 90 % and 95 %, as printed in any book of tables.
	for _, c := range []struct{ freedom, level, want float64 }{{7, 0.9, 1.8946}, {7, 0.95, 2.3646}, {1, 0.9, 6.3138}, {30, 0.95, 2.0423}} {
		assert.InDelta(t, c.want, student(c.freedom, c.level), 5e-5)
	}
}

func TestPredictionByHand(t *testing.T) {
	m := small(LearnerGLM)
	m.prepare()
	p := m.Predict([]float64{90, 5})
	// Terms: 0.01*10, and 0.2*2 + 0.3*0.1; log odds -0.2+0.1+0.43 = 0.33; calibrated 0.1+0.9*0.33 = 0.397.
	assert.InDelta(t, 0.1, p.Terms[0], 1e-12)
	assert.InDelta(t, 0.43, p.Terms[1], 1e-12)
	assert.InDelta(t, -0.2, p.Intercept, 1e-12)
	assert.InDelta(t, 0.397, p.LogOdds, 1e-12)
	assert.InDelta(t, 0.067, p.Calibration, 1e-12)
	// The refit: -0.1 + 0.3*2 - 0.1*0.1 = 0.49, calibrated 0.541.
	assert.InDelta(t, metric.Sigmoid(0.541), p.Upper, 1e-12)
	assert.Equal(t, p.Probability, p.Lower)

	p = m.Predict([]float64{90, math.NaN()})
	assert.InDelta(t, -0.27, p.Terms[1], 1e-12, "missing: -0.3*(1-0.1)")
	assert.Equal(t, 0, p.Unforeseen)

	m = small(LearnerCard)
	m.prepare()
	p = m.Predict([]float64{90, 5})
	// -1 + 0.4*2 = -0.2; the average citizen has -1 + 0.8*0.4 = -0.68.
	assert.InDelta(t, -0.68, p.Intercept, 1e-12)
	assert.InDelta(t, 0.48, p.Terms[1], 1e-12)
	assert.InDelta(t, 0.1-0.9*0.2, p.LogOdds, 1e-12)
	assert.InDelta(t, metric.Sigmoid(0.1+0.9*0.8), p.Upper, 1e-12)
}

func FuzzRead(f *testing.F) {
	for _, m := range []*Model{small(LearnerCard), small(LearnerGLM), smallTrees(), smallShapes()} {
		var b bytes.Buffer
		if err := m.Write(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(b.Bytes()[:b.Len()/3])
	}
	f.Add([]byte(`{"format":"rettidig-model/1"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Read(bytes.NewReader(b))
		if err != nil {
			// The hash stops nearly every change; look behind it too.
			m = new(Model)
			if json.Unmarshal(b, m) != nil || m.check() != nil {
				return
			}
			m.prepare()
		}
		for _, v := range []float64{0, 1, -1e300, math.NaN(), math.Inf(1)} {
			x := make([]float64, len(m.Columns))
			for j := range x {
				x[j] = v
			}
			if p := m.Predict(x); p.Status == Scored && !(p.Lower <= p.Probability && p.Probability <= p.Upper) {
				t.Fatalf("range %v to %v around %v", p.Lower, p.Upper, p.Probability)
			}
		}
	})
}
