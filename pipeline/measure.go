package pipeline

import (
	"cmp"
	"math"
	"slices"

	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/validate"
)

// capacities are the shares at which a report tells what more or less capacity would bring.
var capacities = []float64{0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1}

// Measure counts what the model would have selected: in each test window the highest predictions, the capacity's
// share of the window's rows, ties broken by the row's place in the table. completed tells, for a citizen's
// course, whether it was completed; nil leaves that out.
func (f *Fitted) Measure(capacity float64, completed map[CourseKey]bool) model.AtCapacity {
	return f.measure(ranked(f.Report.Predictions), capacity, completed)
}

// ranked gives the predictions of each window, the highest first.
func ranked(all []validate.Prediction) [][]validate.Prediction {
	var byFold [][]validate.Prediction
	for _, p := range all {
		for p.Fold >= len(byFold) {
			byFold = append(byFold, nil)
		}
		byFold[p.Fold] = append(byFold[p.Fold], p)
	}
	for _, ps := range byFold {
		slices.SortFunc(ps, func(a, b validate.Prediction) int {
			return cmp.Or(-cmp.Compare(a.LogOdds, b.LogOdds), cmp.Compare(a.Row, b.Row))
		})
	}
	return byFold
}

func (f *Fitted) measure(byFold [][]validate.Prediction, capacity float64, completed map[CourseKey]bool) model.AtCapacity {
	m := model.AtCapacity{Share: capacity}
	var rows clustered
	for _, ps := range byFold {
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

// measures puts into the report what came of those whom the model, and the card, would have selected.
func (f *Fitted) measures(completed map[CourseKey]bool) {
	own := ranked(f.Report.Predictions)
	m := f.measure(own, f.Report.Capacity, completed)
	f.Report.AtCapacity = &m
	for _, share := range capacities {
		f.Report.ByCapacity = append(f.Report.ByCapacity, f.measure(own, share, completed))
	}
	if card := f.Report.Card; card != nil && len(f.Report.CardPredictions) > 0 {
		c := f.measure(ranked(f.Report.CardPredictions), f.Report.Capacity, completed)
		card.AtCapacity = &c
	}
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
