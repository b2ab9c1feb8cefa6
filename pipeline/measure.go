package pipeline

import (
	"math"
	"slices"

	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/validate"
)

// Measure counts what the model would have selected: in each test window the highest predictions, the capacity's
// share of the window's rows, ties broken by the row's place in the table. completed tells, for a citizen's
// course, whether it was completed; nil leaves that out.
func (f *Fitted) Measure(capacity float64, completed map[CourseKey]bool) model.AtCapacity {
	byFold := map[int][]validate.Prediction{}
	folds := 0
	for _, p := range f.Report.Predictions {
		byFold[p.Fold] = append(byFold[p.Fold], p)
		folds = max(folds, p.Fold+1)
	}
	var m model.AtCapacity
	for k := range folds {
		ps := byFold[k]
		slices.SortFunc(ps, func(a, b validate.Prediction) int {
			if a.LogOdds != b.LogOdds {
				if a.LogOdds > b.LogOdds {
					return -1
				}
				return 1
			}
			return int(a.Row) - int(b.Row)
		})
		take := int(math.Round(capacity * float64(len(ps))))
		for i, p := range ps {
			count(&m, f.Training, p.Row, i < take, completed)
		}
	}
	return m
}

// CourseKey names one course of one citizen.
type CourseKey struct{ Citizen, Course int }

func count(m *model.AtCapacity, tr *Training, row int32, selected bool, completed map[CourseKey]bool) {
	r, event := tr.Rows[row], tr.Table.Y[row] == 1
	done := completed[CourseKey{r.Citizen, r.Course}]
	m.Candidates++
	if event {
		m.AllEvents++
	}
	if done {
		m.AllCompleted++
	}
	if !selected {
		return
	}
	m.Selected++
	if event {
		m.Events++
	}
	if done {
		m.Completed++
	}
}

// Completed notes which courses were completed, from rows of a completion cohort.
func Completed(rows []cohort.Row, into map[CourseKey]bool) {
	for _, r := range rows {
		if r.Landmark == cohort.Start && r.Outcome == cohort.Event {
			into[CourseKey{r.Citizen, r.Course}] = true
		}
	}
}
