package model

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"github.com/rettidig/rettidig/internal/parallel"
	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/tree"
	"github.com/rettidig/rettidig/model/validate"
)

// Range says how sure the probability is. A card and a glm were fitted again, at the same penalty and on the
// same scale (a card: with the same lines), on citizens drawn with replacement, and so was a line on top
// of the calibrator; the range is the central Level of what these refits say about the citizen, widened
// where needed to hold the probability itself.
//
// A gam and a boost were fitted again, with as many steps, without each of eight parts of the citizens, and so
// was the line; the range is, to either side of the log odds, as many standard errors of that delete-a-group
// jackknife as hold the central Level of Student's distribution with seven degrees of freedom. A fifth of
// the fits of the bootstrap makes the range of trees affordable, and each of a gam's bags is such a fit already.
//
// Both cover what comes of having learned from these citizens and not others. They do not cover what the
// columns cannot see, nor that the future may differ. Venn-Abers was the alternative: it is cheaper, but
// shows only how well the calibration is known, and says nothing about a citizen of a rare kind.
type Range struct {
	Method  string  `json:"method"`
	Level   float64 `json:"level"`
	Columns []int   `json:"columns"` // that any refit of a glm uses, rising
	Refits  []Refit `json:"refits"`
}

// Refit is one refitted learner. Coef and Missing are a glm's and belong to Range.Columns, PerPoint is a card's,
// Shapes are the values of each of a gam's terms, Trees a boost's.
type Refit struct {
	Intercept    float64     `json:"intercept"`
	Coef         []float64   `json:"coef,omitempty"`
	Missing      []float64   `json:"missing,omitempty"`
	PerPoint     float64     `json:"per_point,omitempty"`
	Shapes       [][]float64 `json:"shapes,omitempty"`
	Trees        []tree.Tree `json:"trees,omitempty"`
	CalIntercept float64     `json:"cal_intercept"`
	CalSlope     float64     `json:"cal_slope"`
}

const rangeMethod = "citizen bootstrap"

// mostRefits is the most that scoring has room for.
const mostRefits = 64

// flatRefits are the refits laid out for scoring: one after the other, first the coefficients of the
// values, then those of the missing indicators that any refit uses.
type flatRefits struct {
	coef    []float64
	mean    []float64 // by Range.Columns
	missing []int     // columns with an indicator
	rate    []float64 // by missing
}

func (m *Model) flatten() flatRefits {
	f := flatRefits{}
	if m.GLM != nil {
		var where []int // of missing, in Range.Columns
		for i, j := range m.Range.Columns {
			f.mean = append(f.mean, m.GLM.Terms[j].Mean)
			if slices.ContainsFunc(m.Range.Refits, func(r Refit) bool { return r.Missing[i] != 0 }) {
				where, f.missing, f.rate = append(where, i), append(f.missing, j), append(f.rate, m.GLM.Terms[j].MissingRate)
			}
		}
		for _, r := range m.Range.Refits {
			f.coef = append(f.coef, r.Coef...)
			for _, i := range where {
				f.coef = append(f.coef, r.Missing[i])
			}
		}
	}
	return f
}

// between returns the range around probability p of the citizen x.
func (m *Model) between(x []float64, p float64) (lower, upper float64) {
	var room [mostRefits]float64
	says := room[:0]
	if m.refitted != nil {
		for i, f := range m.refitted {
			r := &m.Range.Refits[i]
			says = append(says, r.CalIntercept+r.CalSlope*bound(m.Calibrator.At(f.LogOdds(x, nil))))
		}
		return m.Range.around(p, says)
	}
	var inputRoom [512]float64
	input := inputRoom[:0]
	points := 0.0
	if m.Card != nil {
		points = float64(m.Card.Points(x))
	} else {
		input = m.refits.input(input, x, m.Range.Columns)
	}
	k := len(input)
	for i := range m.Range.Refits {
		r := &m.Range.Refits[i]
		eta := r.Intercept + r.PerPoint*points
		eta += dot(m.refits.coef[i*k:(i+1)*k], input)
		says = append(says, r.CalIntercept+r.CalSlope*bound(m.Calibrator.At(eta)))
	}
	if len(says) == 0 {
		return p, p
	}
	slices.Sort(says)
	at := func(q float64) float64 { return metric.Sigmoid(bound(metric.Quantile(says, q))) }
	return min(p, at((1-m.Range.Level)/2)), max(p, at((1+m.Range.Level)/2))
}

// input returns the centred values of the columns, then the centred missing indicators that count.
func (f *flatRefits) input(dst, x []float64, columns []int) []float64 {
	for i, j := range columns {
		if v := x[j]; v == v {
			dst = append(dst, v-f.mean[i])
		} else {
			dst = append(dst, 0)
		}
	}
	for i, j := range f.missing {
		if v := x[j]; v == v {
			dst = append(dst, -f.rate[i])
		} else {
			dst = append(dst, 1-f.rate[i])
		}
	}
	return dst
}

// dot adds in four strands, which the processor works on at once.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// spread is what the refits need: a fitted learner with its rows, and the predictions that its calibrator
// was fitted on.
type spread struct {
	*fitted
	t       *Table
	train   []int32
	cal     *calibrate.Calibrator // as fitted to calRaw
	calRows []int32
	calRaw  []float64
}

// refit fits again: of a card or a glm b times on resampled citizens. Draw k depends on the seed and k only.
func (s *spread) refit(ctx context.Context, b int, level float64, seed uint64, tick func()) (Range, error) {
	if s.card == nil && s.fit == nil {
		return s.leaveOut(ctx, level, seed, tick)
	}
	out := Range{Method: rangeMethod, Level: level, Columns: []int{}, Refits: make([]Refit, b)}
	models := make([]*glm.Model, b)
	errs := make([]error, b)
	var mu sync.Mutex
	parallel.For(b, runtime.GOMAXPROCS(0), func(k int) {
		if ctx.Err() != nil {
			return
		}
		times := s.draw(rand.New(rand.NewPCG(seed, 0x7265666974<<16|uint64(k)))) // "refit"
		out.Refits[k], models[k], errs[k] = s.one(times)
		mu.Lock()
		tick()
		mu.Unlock()
	})
	if err := ctx.Err(); err != nil {
		return out, err
	}
	for k, err := range errs {
		if err != nil {
			return out, fmt.Errorf("model: refit %d for the range: %w", k+1, err)
		}
	}
	if s.fit != nil {
		out.collect(models)
	}
	return out, nil
}

// citizens lists everybody learned from and calibrated on.
func (s *spread) citizens() []int32 {
	ids := make([]int32, 0, len(s.train)+len(s.calRows))
	for _, r := range s.train {
		ids = append(ids, s.t.Group[r])
	}
	for _, r := range s.calRows {
		ids = append(ids, s.t.Group[r])
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// draw returns how often each citizen was drawn.
func (s *spread) draw(rng *rand.Rand) map[int32]float64 {
	ids := s.citizens()
	times := make(map[int32]float64, len(ids))
	for range ids {
		times[ids[rng.IntN(len(ids))]]++
	}
	return times
}

func (s *spread) one(times map[int32]float64) (Refit, *glm.Model, error) {
	var r Refit
	var m *glm.Model
	w := make([]float64, len(s.train))
	for i, row := range s.train {
		w[i] = times[s.t.Group[row]]
	}
	if s.fit != nil {
		var err error
		if m, err = s.fit.Refit(w); err != nil {
			return r, nil, err
		}
		r.Intercept = m.Intercept
	} else {
		r.Intercept, r.PerPoint = s.recount(w)
	}
	r.CalIntercept, r.CalSlope = s.recalibrate(times)
	return r, m, nil
}

// recount fits base and weight of a point again.
func (s *spread) recount(w []float64) (base, perPoint float64) {
	sum, y := make([]float64, len(s.train)), make([]float64, len(s.train))
	for i, row := range s.train {
		w[i] *= s.t.W[row]
		y[i] = s.t.Y[row]
		for _, l := range s.card.Lines {
			if l.Yes(s.t.X[l.Column][row]) {
				sum[i] += float64(l.Points)
			}
		}
	}
	a, b, ok := metric.Line(sum, y, w)
	if !ok || b < 0 {
		return s.card.Base, s.card.PerPoint
	}
	return a, b
}

// recalibrate fits a line on top of the calibrator to resampled predictions.
func (s *spread) recalibrate(times map[int32]float64) (intercept, slope float64) {
	n := len(s.calRows)
	x, y, w := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, row := range s.calRows {
		x[i], y[i], w[i] = bound(s.cal.At(s.calRaw[i])), s.t.Y[row], times[s.t.Group[row]]
	}
	if s.cal.Kind == calibrate.KindPlatt && s.cal.Slope == 0 {
		// Everybody has the base rate: only that is uncertain.
		var pos, total float64
		for i := range y {
			pos += w[i] * y[i]
			total += w[i]
		}
		return metric.Logit((pos+0.5)/(total+1)) - s.cal.Intercept, 1
	}
	a, b, ok := metric.Line(x, y, w)
	if !ok || b < 0 {
		return 0, 1
	}
	return a, b
}

// collect keeps the columns that any refit uses.
func (g *Range) collect(models []*glm.Model) {
	for j := range models[0].Terms {
		for _, m := range models {
			if t := m.Terms[j]; t.Coef != 0 || t.MissingCoef != 0 {
				g.Columns = append(g.Columns, j)
				break
			}
		}
	}
	for k, m := range models {
		r := &g.Refits[k]
		for _, j := range g.Columns {
			r.Coef = append(r.Coef, m.Terms[j].Coef)
			r.Missing = append(r.Missing, m.Terms[j].MissingCoef)
		}
	}
}

// summable tells whether the numbers leave room for the sums and products that are made of them.
func (r *Refit) summable() bool {
	for _, v := range [][]float64{{r.Intercept, r.PerPoint, r.CalIntercept, r.CalSlope}, r.Coef, r.Missing} {
		if slices.ContainsFunc(v, func(x float64) bool { return !(math.Abs(x) <= 1e100) }) {
			return false
		}
	}
	return true
}

func (m *Model) checkRange() error {
	g, columns := &m.Range, len(m.Columns)
	method := rangeMethod
	if m.GAM != nil || m.Boost != nil {
		method = jackknifeMethod
	}
	if g.Method != method || !(g.Level > 0 && g.Level < 1) {
		return fmt.Errorf("range: method %q and level %v, want %q and a level in (0, 1)", g.Method, g.Level, method)
	}
	for i, j := range g.Columns {
		if j < 0 || j >= columns || (i > 0 && j <= g.Columns[i-1]) {
			return fmt.Errorf("range.columns[%d] is %d: want rising column numbers below %d", i, j, columns)
		}
	}
	if method == jackknifeMethod {
		return m.checkReplicas()
	}
	want := 0
	if m.GLM != nil {
		want = len(g.Columns)
	}
	for i, r := range g.Refits {
		if len(r.Coef) != want || len(r.Missing) != want || r.Shapes != nil || r.Trees != nil {
			return fmt.Errorf("range.refits[%d]: %d coef, %d missing, %d shapes and %d trees, want %d, %d, none and none", i, len(r.Coef), len(r.Missing), len(r.Shapes), len(r.Trees), want, want)
		}
		if !r.summable() {
			return fmt.Errorf("range.refits[%d]: not a finite number", i)
		}
	}
	return nil
}

// coverage compares the range with what happened, by tenths of the predicted probability.
func coverage(r *validate.Rows, rows []int32, p, lower, upper []float64) []Covered {
	y := make([]float64, len(rows))
	for i, row := range rows {
		y[i] = r.Y[row]
	}
	bin := tenths(p)
	var out []Covered
	for b := range 10 {
		c := Covered{}
		var pos float64
		for i := range rows {
			if bin[i] == b {
				c.N++
				c.Predicted += p[i]
				c.Lower += lower[i]
				c.Upper += upper[i]
				pos += y[i]
			}
		}
		if c.N == 0 {
			continue
		}
		n := float64(c.N)
		c.Predicted, c.Lower, c.Upper, c.Observed = c.Predicted/n, c.Lower/n, c.Upper/n, pos/n
		c.ObservedLower, c.ObservedUpper = metric.Wilson(c.Observed, n, 1.959963984540054)
		c.Inside = c.Observed >= c.Lower && c.Observed <= c.Upper
		c.Overlaps = c.ObservedLower <= c.Upper && c.ObservedUpper >= c.Lower
		out = append(out, c)
	}
	return out
}

// tenths ranks p and cuts it in ten, tied values together.
func tenths(p []float64) []int {
	sorted := slices.Clone(p)
	slices.Sort(sorted)
	out := make([]int, len(p))
	for i, v := range p {
		first, _ := slices.BinarySearch(sorted, v)
		last, _ := slices.BinarySearch(sorted, math.Nextafter(v, math.Inf(1)))
		out[i] = min(9, int(10*float64(first+last)/2/float64(len(p))))
	}
	return out
}

// rank returns the rows by falling p, ties by row.
func rank(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(p[b], p[a]), cmp.Compare(a, b)) })
	return order
}
