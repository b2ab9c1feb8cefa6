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
	var rows clustered
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
			rows = append(rows, ofCitizen{f.Training.Rows[p.Row].Citizen, i < take, f.Training.Table.Y[p.Row] == 1})
		}
	}
	m.Clustering, m.ClusteringFound = rows.gain(), rows.found()
	return m
}

// clustered are rows of which some are of the same citizen.
type clustered []ofCitizen

type ofCitizen struct {
	citizen         int
	selected, event bool
}

// gain is the clustering of the selected's share of events less the others'.
func (rows clustered) gain() float64 {
	var n, events [2]float64
	of := func(yes bool) int {
		if yes {
			return 1
		}
		return 0
	}
	for _, r := range rows {
		n[of(r.selected)]++
		events[of(r.selected)] += float64(of(r.event))
	}
	return rows.clustering(func(r ofCitizen) float64 {
		s := of(r.selected)
		return float64(2*s-1) * (float64(of(r.event)) - events[s]/n[s]) / n[s]
	})
}

// found is the clustering of the share of events that are of the selected.
func (rows clustered) found() float64 {
	var n, found float64
	for _, r := range rows {
		if r.event {
			n++
			if r.selected {
				found++
			}
		}
	}
	return rows.clustering(func(r ofCitizen) float64 {
		switch {
		case !r.event:
			return 0
		case r.selected:
			return 1 - found/n
		}
		return -found / n
	})
}

// clustering compares the variance of a sum over citizens with that of the same sum over rows, each row's part being
// what it adds to the sum beyond the mean. 0 where nothing varies.
func (rows clustered) clustering(part func(ofCitizen) float64) float64 {
	of := map[int]float64{}
	alone, together := 0.0, 0.0
	for _, r := range rows {
		x := part(r)
		alone += float64(x * x)
		of[r.citizen] += x
	}
	for _, r := range rows { // in the order of the rows: a map's own would change the rounding
		x := of[r.citizen]
		together += float64(x * x)
		delete(of, r.citizen)
	}
	if alone == 0 {
		return 0
	}
	return together / alone
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
