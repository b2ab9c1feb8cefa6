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
	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/metric"
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
	for _, learner := range []string{LearnerCard, LearnerGLM} {
		var b bytes.Buffer
		if err := small(learner).Write(&b); err != nil {
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
