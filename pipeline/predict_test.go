package pipeline

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/validate"
)

func TestAListOfCitizensIsReadAsWritten(t *testing.T) {
	day := rettidig.DayOf(2026, 1, 1)
	const a, b = "p1234abcd_aaaaaaaa", "p1234abcd_bbbbbbbb"
	got, err := ReadWanted(strings.NewReader("\ufeffCitizen,AS_OF\n"+b+",2025-01-02\n "+a+" ,\n"+b+",\n"), "list.csv", day)
	require.NoError(t, err)
	assert.Equal(t, []Wanted{{b, rettidig.DayOf(2025, 1, 2)}, {a, day}, {b, day}}, got)

	_, err = ReadWanted(strings.NewReader("citizen\n"+a+"\n030338-1239\n"), "list.csv", day)
	require.ErrorContains(t, err, "list.csv, line 3, column citizen")
	assert.NotContains(t, err.Error(), "030338", "an error never repeats a CPR number")

	for text, says := range map[string]string{
		"":                             "list.csv is empty",
		"borger\np1\n":                 "no column citizen",
		"citizen,as_of\np1,31-02-2026": "line 2, column as_of",
		"citizen,as_of\np1":            "list.csv",
		"citizen\n\"p1":                "list.csv",
	} {
		_, err := ReadWanted(strings.NewReader(text), "list.csv", day)
		assert.ErrorContains(t, err, says, text)
	}
}

func FuzzReadWanted(f *testing.F) {
	f.Add("citizen,as_of\np1,2026-01-01\n")
	f.Add("\ufeffcitizen\n\"a\nb\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadWanted(strings.NewReader(text), "fuzz", 0)
		if err == nil && len(list) > strings.Count(text, "\n")+1 {
			t.Fatalf("%d rows of %q", len(list), text)
		}
	})
}

// With four candidates in each of two windows and half of them selected, the two highest of each window are taken,
// whatever the other window's predictions are; of equals, the earlier row.
func TestCapacityIsFilledWindowByWindow(t *testing.T) {
	y := []float64{1, 0, 1, 1, 1, 0, 0, 1}
	f := &Fitted{
		Training: &Training{Table: &model.Table{Y: y}, Rows: make([]cohort.Row, len(y))},
		Report: &model.Report{Predictions: []validate.Prediction{
			{Row: 0, Fold: 0, LogOdds: 2}, {Row: 1, Fold: 0, LogOdds: 1}, {Row: 2, Fold: 0, LogOdds: 1}, {Row: 3, Fold: 0, LogOdds: 0},
			{Row: 4, Fold: 1, LogOdds: -9}, {Row: 5, Fold: 1, LogOdds: -5}, {Row: 6, Fold: 1, LogOdds: -8}, {Row: 7, Fold: 1, LogOdds: -7},
		}},
	}
	for i := range f.Training.Rows {
		f.Training.Rows[i] = cohort.Row{Citizen: i}
	}
	// Window 0 takes rows 0 and 1 (before 2, its equal); window 1 takes rows 5 and 7.
	m := f.Measure(0.5, map[CourseKey]bool{{0, 0}: true, {5, 0}: true, {3, 0}: true})
	assert.Equal(t, model.AtCapacity{Share: 0.5, Selected: 4, Candidates: 8, Events: 2, AllEvents: 5, Completed: 2, AllCompleted: 3, Clustering: 1, ClusteringFound: 1}, m)
}

// Citizen 1 has two of the four selected, both with an event: parts of 1/8 each; citizens 2 and 3 have one each and none,
// parts of -1/8. The two of the others, one with an event and one without, have parts of -1/4 and 1/4. Alone
// 4/64 + 2/16 = 3/16; together (2/8)^2 + 2/64 + 2/16 = 7/32 where the others are other citizens, and where citizen 1 has
// also the event among them, (2/8 - 1/4)^2 + 2/64 + 1/16 = 3/32.
func TestClusteringByHand(t *testing.T) {
	rows := clustered{{1, true, true}, {2, true, false}, {1, true, true}, {3, true, false}, {4, false, true}, {5, false, false}}
	assert.InDelta(t, (7.0/32)/(3.0/16), rows.gain(), 1e-12)
	rows[4].citizen = 1
	assert.InDelta(t, (3.0/32)/(3.0/16), rows.gain(), 1e-12)

	// Of three events two are found, and both are of citizen 1: parts of 1/9, 1/9 and -2/9.
	rows[4].citizen = 4
	assert.InDelta(t, (4.0/81+4.0/81)/(1.0/81+1.0/81+4.0/81), rows.found(), 1e-12)

	assert.Zero(t, clustered{{1, true, true}, {2, false, true}}.gain(), "nothing varies")
	assert.Zero(t, clustered{{1, true, false}}.found(), "no event")
}

func TestTheReportTellsOtherCapacitiesAndTheCard(t *testing.T) {
	y := []float64{1, 0, 1, 1, 1, 0, 0, 1}
	f := &Fitted{
		Training: &Training{Table: &model.Table{Y: y}, Rows: make([]cohort.Row, len(y))},
		Report: &model.Report{Figures: model.Figures{Capacity: 0.5}, Card: &model.CardReport{}, Predictions: []validate.Prediction{
			{Row: 0, LogOdds: 9}, {Row: 1, LogOdds: 8}, {Row: 2, LogOdds: 1}, {Row: 3, LogOdds: 1}, {Row: 4, LogOdds: 1}, {Row: 5, LogOdds: 7}, {Row: 6, LogOdds: 1}, {Row: 7, LogOdds: 6},
		}},
	}
	f.Report.CardPredictions = f.Report.Predictions
	f.measures(nil)
	assert.Equal(t, f.Report.AtCapacity, f.Report.Card.AtCapacity, "the same predictions")
	require.Len(t, f.Report.ByCapacity, 20)
	for i, m := range f.Report.ByCapacity {
		assert.InDelta(t, float64(i+1)/20, m.Share, 1e-12)
		if i > 0 {
			assert.GreaterOrEqual(t, m.Events, f.Report.ByCapacity[i-1].Events, "who is selected first stays selected")
		}
	}
	assert.Equal(t, 8, f.Report.ByCapacity[19].Selected)
}

func TestLabelsOfOneIndexDateAreDueTogether(t *testing.T) {
	p, extract := cohort.Default(), rettidig.DayOf(2026, 6, 30)
	index := rettidig.DayOf(2024, 1, 1)
	event := cohort.Row{Index: index, Outcome: cohort.Event, Matured: index + 20}
	none := cohort.Row{Index: index, Outcome: cohort.None, Matured: index + 189}
	assert.Equal(t, due(event, rettidig.Decline, p, extract), due(none, rettidig.Decline, p, extract))
	late := cohort.Row{Index: index, Matured: index + 1000 - 300}
	assert.Equal(t, late.Matured, due(late, rettidig.Decline, p, extract), "never before the facts that decide")
	near := cohort.Row{Index: extract - 10, Matured: extract}
	assert.Equal(t, extract, due(near, rettidig.Decline, p, extract), "never after the extract")
}

func TestNumbersRoundTrip(t *testing.T) {
	assert.Equal(t, "0.1", float(0.1))
	assert.Equal(t, "0.3333333333333333", float(1.0/3))
	assert.NotContains(t, float(math.Pi), "e")
}
