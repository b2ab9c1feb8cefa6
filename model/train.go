package model

import (
	"context"
	"fmt"
	"time"

	"github.com/rettidig/rettidig/model/validate"
)

// TrainOptions of Train and Validate. The zero value of a field takes the default in brackets.
type TrainOptions struct {
	Target           string
	Learner          string            // [auto]
	Among            []string          // [card, glm] what auto compares; the card is always among them
	Seed             uint64            // decides folds, resamples and planted leaks
	Capacity         float64           // [0.3] share of citizens that the team can take
	GapDays          int               // [0] days between the last training label and the first test day
	Windows          int               // [4] of the rolling origin
	Bootstrap        int               // [400] resamples behind the report's intervals
	Refits           int               // [40] behind the range of a card or a glm; at most 64
	Level            float64           // [0.9] of the range
	Bounds           map[string]string // [age: outside-age-range] column ids with hard limits, and the reason given outside
	Probes           []validate.ExternalProbe
	References       []Reference // measured beside the model
	TrainingManifest string
	Protocol         string
	CodeVersion      string
	Progress         func(stage string, done, total int)
}

func (o TrainOptions) filled() (TrainOptions, error) {
	if o.Learner == "" {
		o.Learner = LearnerAuto
	}
	if o.Among == nil {
		o.Among = []string{LearnerCard, LearnerGLM}
	}
	if o.Capacity == 0 {
		o.Capacity = 0.3
	}
	if o.Windows == 0 {
		o.Windows = 4
	}
	if o.Bootstrap == 0 {
		o.Bootstrap = 400
	}
	if o.Refits == 0 {
		o.Refits = 40
	}
	if o.Level == 0 {
		o.Level = 0.9
	}
	if o.Bounds == nil {
		o.Bounds = map[string]string{"age": OutsideAgeRange}
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	switch {
	case o.Target == "":
		return o, fmt.Errorf("model: no target given")
	case CheckLearner(o.Learner) != nil:
		return o, fmt.Errorf("model: %w", CheckLearner(o.Learner))
	case CheckAmong(o.Among) != nil:
		return o, fmt.Errorf("model: among: %w", CheckAmong(o.Among))
	case !(o.Capacity > 0 && o.Capacity <= 1):
		return o, fmt.Errorf("model: capacity is %v, want a share in (0, 1]", o.Capacity)
	case o.Windows < 1 || o.Bootstrap < 1 || o.Refits < 2 || o.Refits > mostRefits || !(o.Level > 0 && o.Level < 1) || o.GapDays < 0:
		return o, fmt.Errorf("model: windows %d, bootstrap %d, refits %d (2 to 64), level %v, gap %d: out of range", o.Windows, o.Bootstrap, o.Refits, o.Level, o.GapDays)
	}
	return o, nil
}

// Train validates the learner on later citizens, plants the leaks, and fits the model that is shipped on
// all rows of the table, its calibrator on the pooled predictions of the validation. It is an error if a
// planted leak was not caught: the figures of such a run are worth nothing. The same table and options
// give the same model and report, whatever the number of threads.
func Train(ctx context.Context, t *Table, opt TrainOptions) (*Model, *Report, error) {
	begin := time.Now()
	v, err := check(ctx, t, opt)
	if err != nil {
		return nil, nil, err
	}
	m, err := v.final(ctx)
	if err != nil {
		return nil, nil, err
	}
	v.report.Seconds = time.Since(begin).Seconds()
	return m, v.report, nil
}

// Validate is Train without the model.
func Validate(ctx context.Context, t *Table, opt TrainOptions) (*Report, error) {
	begin := time.Now()
	v, err := check(ctx, t, opt)
	if err != nil {
		return nil, err
	}
	v.report.Seconds = time.Since(begin).Seconds()
	return v.report, nil
}

// check runs the rolling origin for the card and the learner asked for, chooses, measures and plants the leaks.
func check(ctx context.Context, t *Table, opt TrainOptions) (*validation, error) {
	opt, err := opt.filled()
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	if err := t.enough(); err != nil {
		return nil, err
	}
	v := &validation{t: t, rows: t.Rows(), opt: opt}
	v.report = &Report{Target: opt.Target, Asked: opt.Learner, Seed: opt.Seed, Rows: len(t.Y), Warnings: []string{}, Notes: []string{}}
	for _, y := range t.Y {
		v.report.Events += int(y)
	}
	if err := validate.EarlyLabels(v.rows); err != nil {
		v.warn(err)
	}
	if err := v.roll(ctx); err != nil {
		return nil, err
	}
	if err := v.measure(ctx); err != nil {
		return nil, err
	}
	if err := v.leaks(ctx); err != nil {
		return nil, err
	}
	v.report.Predictions, v.report.CardPredictions = v.runs[v.learner].Predictions, v.runs[LearnerCard].Predictions
	return v, v.report.Uncaught()
}
