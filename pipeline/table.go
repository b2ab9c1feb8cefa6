package pipeline

import (
	"fmt"
	"math"
	"runtime"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/model"
)

// Training is a training table and where each of its rows comes from.
type Training struct {
	Table  *model.Table
	Cohort *cohort.Cohort
	Rows   []cohort.Row // Rows[i] gave the table's row i
}

// Build makes the training table of a target: every landmark whose label the protocol's estimand defines,
// in the cohort's order. Censored rows are left out, and so are those whose label was not known before until
// (rettidig.NoDay: no limit), so that a model can be trained as it would have been on that day.
func Build(d *Data, target rettidig.Target, p cohort.Protocol, until rettidig.Day) (*Training, error) {
	c, err := cohort.Build(d.Histories, target, p, d.DataAsOf())
	if err != nil {
		return nil, fmt.Errorf("cohort of %s: %w", target, err)
	}
	tr := &Training{Cohort: c, Table: &model.Table{Columns: Columns()}}
	var who []int
	var when []rettidig.Day
	for _, r := range c.Rows {
		y, matured := cohort.TrainingLabel(r, p), due(r, target, p, d.DataAsOf())
		if math.IsNaN(y) || (until.Valid() && matured >= until) {
			continue
		}
		tr.Rows = append(tr.Rows, r)
		who, when = append(who, r.Citizen), append(when, r.Index)
		t := tr.Table
		t.Y, t.W = append(t.Y, y), append(t.W, r.Weight)
		t.Group, t.Time, t.Matured = append(t.Group, int32(r.Citizen)), append(t.Time, int32(r.Index)), append(t.Matured, int32(matured))
		t.Test = append(t.Test, r.Landmark != cohort.Offer)
	}
	tr.Table.X = features.Matrix(d.Histories, who, when, runtime.GOMAXPROCS(0))
	return tr, nil
}

// due is the day on which the labels of all rows of an index date are taken to be known. An event shows itself; that
// nothing happened is sure only when enough silence has been ruled out. If each row counted from its own day, the
// last weeks before a cut would hold events only, and a learner would learn the calendar.
func due(r cohort.Row, target rettidig.Target, p cohort.Protocol, extract rettidig.Day) rettidig.Day {
	horizon := map[rettidig.Target]int{
		rettidig.Completion: p.Completion.FinalTo, rettidig.Effect: p.Effect.To, rettidig.Benefit: p.Effect.To, rettidig.Decline: p.Decline.HorizonDays,
	}[target]
	return max(r.Matured, min(extract, r.Index+rettidig.Day(horizon+p.Leaving.SilentDays)))
}

// Columns lists the feature catalogue as table columns.
func Columns() []model.Column {
	fs := features.Catalogue()
	out := make([]model.Column, len(fs))
	for i, f := range fs {
		out[i] = model.Column{ID: f.ID, Concept: string(f.Concept)}
	}
	return out
}
