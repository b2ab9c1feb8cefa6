package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/card"
	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/validate"
)

// validation holds one run.
type validation struct {
	t       *Table
	rows    *validate.Rows
	opt     TrainOptions
	report  *Report
	learner string // chosen
	runs    map[string]*validate.Result
}

func (v *validation) warn(err error) { v.report.Warnings = append(v.report.Warnings, err.Error()) }

// roll runs the learners that are wanted; the card always.
func (v *validation) roll(ctx context.Context) error {
	v.runs = map[string]*validate.Result{}
	for _, name := range v.wanted() {
		opt := v.rolling()
		opt.Progress = func(done, total int) { v.opt.Progress("validate "+name, done, total) }
		res, err := validate.Run(ctx, v.rows, v.teach(name), opt)
		if err != nil {
			return err
		}
		v.runs[name] = res
	}
	v.learner = v.opt.Learner
	if v.learner == LearnerAuto {
		v.report.Choice = v.choose(v.wanted())
		v.learner = v.report.Choice.Chosen
	}
	v.report.Learner = v.learner
	if v.learner != LearnerCard {
		c := v.compare(LearnerCard, v.learner)
		v.report.OverCard = &c
	}
	v.report.Rotated = v.runs[v.learner].Plan.Rotated
	v.report.Notes = append(v.report.Notes, v.runs[v.learner].Plan.Notes...)
	return nil
}

// wanted lists the learners to run, simplest first.
func (v *validation) wanted() []string {
	switch v.opt.Learner {
	case LearnerAuto:
		var out []string
		for _, name := range simplest {
			if name == LearnerCard || slices.Contains(v.opt.Among, name) {
				out = append(out, name)
			}
		}
		return out
	case LearnerCard:
		return []string{LearnerCard}
	}
	return []string{LearnerCard, v.opt.Learner}
}

// rolling are the options of the rolling origin.
func (v *validation) rolling() validate.Options {
	return validate.Options{Seed: v.opt.Seed, Windows: v.opt.Windows, First: 0.5, Gap: int32(v.opt.GapDays), Least: 25}
}

// teach returns the learner as validation wants it.
func (v *validation) teach(name string) validate.Learner {
	return func(ctx context.Context, y []float64, extra [][]float64, train []int32) (validate.Scorer, error) {
		return v.learn(ctx, name, slices.Concat(v.t.X, extra), y, train)
	}
}

// glmOptions: with many rows the penalty hardly depends on the fold, and three folds do. The penalty is the one with
// the smallest loss, not the largest within a standard error of it: on a thousand courses the latter drops
// everything, and what it shrinks in early windows the calibrator then stretches in later ones.
func (v *validation) glmOptions(rows int) glm.Options {
	o := glm.Options{Seed: v.opt.Seed, Folds: 5, Minimum: true}
	if rows > 10000 {
		o.Folds = 3
	}
	return o
}

// choose takes the simplest learner that no other is clearly better than. Of two learners one is clearly better if it
// wins by more than one standard error in log loss or in precision at capacity, and does not lose by as much in the
// other. Should the learners beat one another in a ring, so that there is none, the simplest is taken.
func (v *validation) choose(names []string) *Choice {
	c := &Choice{Chosen: names[0], Compared: []Compared{}}
	beaten := map[string]string{} // by whom: the first
	for i, simple := range names {
		for _, other := range names[i+1:] {
			one := v.compare(simple, other)
			switch one.Clearly {
			case other:
				beaten[simple] = cmp.Or(beaten[simple], other)
			case simple:
				beaten[other] = cmp.Or(beaten[other], simple)
			}
			if simple == LearnerCard && (c.Gain == Gain{} || one.LoglossGain > c.LoglossGain) {
				c.Gain = one.Gain
			}
			c.Compared = append(c.Compared, one)
		}
	}
	for _, name := range names {
		if beaten[name] == "" {
			c.Chosen = name
			break
		}
	}
	c.Why = fmt.Sprintf("no other of %s is better than the %s by more than one standard error; the simpler one is preferred", strings.Join(names, ", "), c.Chosen)
	if by := beaten[LearnerCard]; by != "" && c.Chosen != LearnerCard {
		c.Why = fmt.Sprintf("the %s is better than the card by more than one standard error, and no other of %s is better than the %s", by, strings.Join(names, ", "), c.Chosen)
	}
	return c
}

// compare tells which of two learners is clearly better.
func (v *validation) compare(simple, other string) Compared {
	c := Compared{Simpler: simple, Other: other, Gain: v.gain(simple, other)}
	switch {
	case c.Gain.clear():
		c.Clearly = other
	case c.Gain.turned().clear():
		c.Clearly = simple
	}
	return c
}

// clear tells whether the gain makes a learner clearly better.
func (g Gain) clear() bool {
	return g.LoglossGain > g.LoglossSE && g.PrecisionGain > -g.PrecisionSE ||
		g.PrecisionGain > g.PrecisionSE && g.LoglossGain > -g.LoglossSE
}

// turned is the gain of the first over the second.
func (g Gain) turned() Gain {
	return Gain{-g.LoglossGain, g.LoglossSE, -g.PrecisionGain, g.PrecisionSE}
}

// gain compares the test rows that both learners predicted.
func (v *validation) gain(simple, other string) Gain {
	a, b := v.runs[simple], v.runs[other]
	pc, y, group, _ := a.Slices(v.rows)
	pg, _, _, _ := b.Slices(v.rows)
	n := float64(len(y))
	loss, hits := map[int32]float64{}, map[int32]float64{}
	sc, sg := selected(pc, v.opt.Capacity), selected(pg, v.opt.Capacity)
	room := v.opt.Capacity * n
	var g Gain
	for i := range y {
		d := metric.Logloss(pc[i:i+1], y[i:i+1], nil) - metric.Logloss(pg[i:i+1], y[i:i+1], nil)
		h := (sg[i] - sc[i]) * y[i]
		g.LoglossGain += d / n
		g.PrecisionGain += h / room
		loss[group[i]] += d
		hits[group[i]] += h
	}
	g.LoglossSE, g.PrecisionSE = clusterSE(loss, group)/n, clusterSE(hits, group)/room
	return g
}

// selected gives each row the chance that a team with this capacity takes it: 1 above the cut-off, 0
// below, a share at it.
func selected(p []float64, share float64) []float64 {
	out := make([]float64, len(p))
	room := share * float64(len(p))
	order := rank(p)
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && p[order[to]] == p[order[from]] {
			to++
		}
		take := min(1, max(0, room/float64(to-from)))
		for _, i := range order[from:to] {
			out[i] = take
		}
		room -= float64(to - from)
		from = to
	}
	return out
}

// clusterSE is the standard error of a sum over citizens.
func clusterSE(sums map[int32]float64, group []int32) float64 {
	n := float64(len(sums))
	seen := map[int32]bool{}
	var total, square float64
	for _, g := range group { // in the order of the rows: a map's own order would change the rounding
		if seen[g] {
			continue
		}
		seen[g] = true
		total += sums[g]
		square += sums[g] * sums[g]
	}
	return math.Sqrt(max(0, square-total*total/n) * n / (n - 1))
}

// measure fills in the figures.
func (v *validation) measure(ctx context.Context) error {
	u := v.runs[v.learner]
	v.report.Figures = v.figures(u)
	v.report.Folds = v.folds(u)
	p, y, group, _ := u.Slices(v.rows)
	v.report.Curve = metric.Curve(p, y, nil, group, 10)
	c := v.runs[LearnerCard]
	v.report.Card = &CardReport{Figures: v.figures(c), Folds: v.folds(c)}
	v.report.Importance = v.importance(u)
	v.doubt()
	if err := v.references(ctx); err != nil {
		return err
	}
	return v.coverage(ctx, u)
}

// doubt warns of figures that are usable but should not be trusted far.
func (v *validation) doubt() {
	f, c := v.report.Figures, v.report.Card.Figures
	if why := f.Unfit(); why != "" {
		v.warn(errors.New(why))
	}
	if why := v.report.WorseThanCard(); why != "" {
		v.warn(errors.New(why))
	}
	if err := f.offCalibration(); err != nil {
		v.warn(err)
	}
	if v.learner != LearnerCard && f.Precision <= c.Precision {
		v.warn(fmt.Errorf("at capacity the model finds no more than the card does (%.3f against %.3f)", f.Precision, c.Precision))
	}
}

func (v *validation) figures(res *validate.Result) Figures {
	p, y, group, _ := res.Slices(v.rows)
	x := make([]float64, len(p))
	f := Figures{N: len(p), Citizens: different(group), Capacity: v.opt.Capacity}
	for i := range p {
		x[i] = metric.Logit(p[i])
		f.NPositive += int(y[i])
	}
	a, b, ok := metric.Line(x, y, nil)
	if !ok {
		a, b = math.NaN(), math.NaN()
	}
	k := metric.AtCapacity(p, y, nil, v.opt.Capacity)
	f.AUROC, f.Logloss, f.Brier, f.ECE = metric.Value(metric.AUROC(p, y, nil)), metric.Value(metric.Logloss(p, y, nil)), metric.Value(metric.Brier(p, y, nil)), metric.Value(metric.ECE(p, y, nil))
	f.Intercept, f.Slope, f.InTheLarge = metric.Value(a), metric.Value(b), metric.Value(metric.InTheLarge(x, y, nil))
	f.Precision, f.PrecisionWorst, f.PrecisionBest, f.Lift = k.Precision, k.PrecisionLow, k.PrecisionHigh, k.Lift
	f.NetBenefit = metric.Value(metric.NetBenefit(p, y, nil, float64(f.NPositive)/float64(f.N+1)))

	i := metric.Bootstrap(p, y, nil, group, v.opt.Capacity, v.opt.Bootstrap, v.opt.Seed, 0.95)
	f.AUROCLower, f.AUROCUpper = i.AUROC.Lower, i.AUROC.Upper
	f.LoglossLower, f.LoglossUpper = i.Logloss.Lower, i.Logloss.Upper
	f.BrierLower, f.BrierUpper = i.Brier.Lower, i.Brier.Upper
	f.ECELower, f.ECEUpper = i.ECE.Lower, i.ECE.Upper
	f.SlopeLower, f.SlopeUpper = i.Slope.Lower, i.Slope.Upper
	f.InterceptLower, f.InterceptUpper = i.Intercept.Lower, i.Intercept.Upper
	f.InTheLargeLower, f.InTheLargeUpper = i.InTheLarge.Lower, i.InTheLarge.Upper
	f.PrecisionLower, f.PrecisionUpper = i.Precision.Lower, i.Precision.Upper
	f.LiftLower, f.LiftUpper = i.Lift.Lower, i.Lift.Upper
	return f
}

// different counts the different citizens among rows.
func different(group []int32) int {
	seen := slices.Clone(group)
	slices.Sort(seen)
	return len(slices.Compact(seen))
}

func (v *validation) folds(res *validate.Result) []Fold {
	var out []Fold
	for k, w := range res.Plan.Windows {
		var p, x, y []float64
		f := Fold{From: w.From, To: w.To, Train: len(w.Train), Calibrator: res.Calibrators[k].Kind}
		for _, q := range res.Predictions {
			if q.Fold == k {
				p, x, y = append(p, metric.Sigmoid(q.LogOdds)), append(x, q.LogOdds), append(y, v.t.Y[q.Row])
				f.NPositive += int(v.t.Y[q.Row])
			}
		}
		f.N = len(p)
		f.AUROC, f.Logloss, f.Brier, f.ECE = metric.Value(metric.AUROC(p, y, nil)), metric.Value(metric.Logloss(p, y, nil)), metric.Value(metric.Brier(p, y, nil)), metric.Value(metric.ECE(p, y, nil))
		a, b, ok := metric.Line(x, y, nil)
		if !ok {
			a, b = math.NaN(), math.NaN()
		}
		f.Intercept, f.Slope = metric.Value(a), metric.Value(b)
		out = append(out, f)
	}
	return out
}

// leaks plants them, with the learner that was chosen.
func (v *validation) leaks(ctx context.Context) error {
	plan := v.runs[v.learner].Plan
	v.report.Leaks = append(v.report.Leaks, validate.PlantIdentity(v.rows, plan, v.opt.Seed))
	l, err := validate.PlantShuffled(ctx, v.rows, plan, v.teach(v.learner), v.opt.Seed)
	switch {
	case errors.Is(err, validate.ErrTooFew):
		return fmt.Errorf("%w to test: %w", ErrTooFew, err)
	case err != nil:
		return fmt.Errorf("model: planting a shuffled label: %w", err)
	}
	// Learned from shuffled labels or not: what is said about a row must not come from its own label.
	if err := v.runs[v.learner].CheckCalibrators(v.rows, v.rolling()); err != nil {
		l.Caught = false
		l.Evidence += "; " + err.Error()
	} else {
		l.Evidence += "; no calibrator changed when the labels of its test rows were turned round"
	}
	v.report.Leaks = append(v.report.Leaks, l)
	best, name := 0.0, ""
	for j, col := range v.t.X {
		if a := validate.ColumnAUROC(v.rows, col); a > best {
			best, name = a, v.t.Columns[j].ID
		}
	}
	if validate.Suspicious(best) {
		v.warn(fmt.Errorf("column %s alone has AUROC %.3f: look for a leak before you believe anything", name, best))
	}
	for _, p := range v.opt.Probes {
		v.report.Leaks = append(v.report.Leaks, validate.PlantColumn(v.rows, p, best))
	}
	if len(v.opt.Probes) == 0 {
		v.warn(fmt.Errorf("no feature from the future and no late fact was planted: the caller gave no probes"))
	}
	return nil
}

// seeds keep the random streams of the stages apart.
func (v *validation) seed(stage uint64) uint64 {
	return rand.New(rand.NewPCG(v.opt.Seed, stage)).Uint64()
}

// coverage measures the range on the test rows: of every window if that is cheap, else of the last.
func (v *validation) coverage(ctx context.Context, u *validate.Result) error {
	ws := u.Plan.Windows
	first := 0
	if len(ws[len(ws)-1].Train) > 10000 {
		first = len(ws) - 1
	}
	var rows []int32
	var p, lower, upper []float64
	for k := first; k < len(ws); k++ {
		s := v.spreadOf(u, k)
		m := &Model{Columns: v.t.Columns}
		s.into(m, s.cal)
		r, err := s.refit(ctx, v.opt.Refits, v.opt.Level, v.seed(uint64(k)+100), func() {})
		if err != nil {
			return err
		}
		m.Range = r
		m.prepare()
		x := make([]float64, len(v.t.Columns))
		for _, row := range ws[k].Test {
			for j := range x {
				x[j] = v.t.X[j][row]
			}
			q := metric.Sigmoid(bound(m.Calibrator.At(m.learned().LogOdds(x, nil))))
			lo, hi := m.between(x, q)
			rows, p, lower, upper = append(rows, row), append(p, q), append(lower, lo), append(upper, hi)
		}
		v.opt.Progress("range", k-first+1, len(ws)-first)
	}
	v.report.Range = coverage(v.rows, rows, p, lower, upper)
	inside := 0.0
	for _, c := range v.report.Range {
		if c.Inside {
			inside++
		}
	}
	v.report.RangeOK = metric.Value(inside / float64(len(v.report.Range)))
	return nil
}

func (v *validation) spreadOf(u *validate.Result, k int) *spread {
	f := u.Scorers[k].(*fitted)
	return &spread{fitted: f, t: v.t, train: u.Plan.Windows[k].Train, cal: u.Calibrators[k],
		calRows: u.CalRows[k], calRaw: u.CalRaw[k]}
}

// final fits what is shipped.
func (v *validation) final(ctx context.Context) (*Model, error) {
	opt, t := v.opt, v.t
	all := make([]int32, len(t.Y))
	citizens := map[int32]bool{}
	var pos, total float64
	for i := range all {
		all[i] = int32(i)
		citizens[t.Group[i]] = true
		pos += t.W[i] * t.Y[i]
		total += t.W[i]
	}
	m := &Model{Format: Format, Target: opt.Target, Learner: v.learner, Seed: opt.Seed, CodeVersion: opt.CodeVersion,
		TrainingManifest: opt.TrainingManifest, Protocol: opt.Protocol, Rows: len(all), Citizens: len(citizens),
		BaseRate: pos / total, Columns: t.Columns}
	rule, err := card.Learn(ctx, t.X, t.Y, t.W, all)
	if err != nil {
		return nil, err
	}
	v.report.Card.Rule, v.report.Card.Calibrator = rule, v.pooled(LearnerCard)

	opt.Progress("fit", 0, 1)
	f := &fitted{card: rule}
	if v.learner != LearnerCard {
		if f, err = v.learn(ctx, v.learner, t.X, t.Y, all); err != nil {
			return nil, err
		}
	}
	for _, w := range f.notes {
		v.warn(w)
	}
	switch {
	case f.fit != nil:
		v.report.Penalty = &Penalty{f.fit.Model.Alpha, f.fit.Model.Lambda, f.fit.Model.Used(), f.fit.Path}
	case f.shapes != nil:
		v.report.Shapes = &f.shapes.model.Training
	case f.trees != nil:
		n := len(f.trees.ensemble.Trees)
		v.report.Trees = &n
	}
	rows, raw := v.runs[v.learner].Pooled()
	s := &spread{fitted: f, t: t, train: all, cal: v.pooled(v.learner), calRows: rows, calRaw: raw}
	f.into(m, s.cal)
	opt.Progress("fit", 1, 1)
	done, refits := 0, opt.Refits
	if m.GAM != nil || m.Boost != nil {
		refits = parts
	}
	if m.Range, err = s.refit(ctx, opt.Refits, opt.Level, v.seed(1), func() { done++; opt.Progress("range", done, refits) }); err != nil {
		return nil, err
	}
	m.Support = newSupport(t, opt.Bounds, f.used(len(t.Columns)))
	if m.SHA256, err = m.sum(); err != nil {
		return nil, err
	}
	m.prepare()
	v.report.Withheld = metric.Value(m.withheld(t))
	return m, nil
}

func (v *validation) pooled(learner string) *calibrate.Calibrator {
	rows, raw := v.runs[learner].Pooled()
	return validate.FitCalibrator(v.rows, rows, raw, v.opt.Seed)
}

// withheld is the share of the table's rows outside the support.
func (m *Model) withheld(t *Table) float64 {
	x := make([]float64, len(t.Columns))
	n := 0.0
	for i := range t.Y {
		for j := range x {
			x[j] = t.X[j][i]
		}
		if m.Support.outside(x) != "" {
			n++
		}
	}
	return n / float64(len(t.Y))
}
