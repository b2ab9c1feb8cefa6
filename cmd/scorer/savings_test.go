package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/scoring"
)

func TestAmountsAreWrittenInBothNumberFormats(t *testing.T) {
	for _, c := range []struct {
		x, roundTo float64
		da, en     string
	}{
		{10.84, 0.1, "10,8 m", "10.8 m"},
		{4874, 1, "4.874 m", "4,874 m"},
		{1234567.5, 0, "1.234.567,5 m", "1,234,567.5 m"},
		{-250, 10, "−250 m", "−250 m"},
		{0.225, 0, "0,23 m", "0.23 m"},
	} {
		assert.Equal(t, c.da, amount(c.x, c.roundTo, "m", true))
		assert.Equal(t, c.en, amount(c.x, c.roundTo, "m", false))
	}
}

func withCounts(target rettidig.Target, c model.AtCapacity) *loaded {
	a, err := scoring.NewAnswerer(rettidig.ModelRef{ID: string(target) + "-1"}, target, &model.Model{Protocol: cohort.Default().SHA256()}, cohort.Default())
	if err != nil {
		panic(err)
	}
	r := &model.Report{AtCapacity: &c}
	r.Capacity = 0.3
	return &loaded{a, r}
}

// Of 200 selected, 120 completed and 90 of them had an effect: benefit 0.45, completion 0.6, effect 0.75. SU7's chain
// at 875 courses is then 875 x 0.45 = 393.75 citizens and (393.75 - 218.75) x 40,000 = 7.0 m kr.
func TestMeasuredCountsGoThroughTheDocumentsChain(t *testing.T) {
	a := &answers{loaded: map[rettidig.Target]*loaded{
		rettidig.Benefit: withCounts(rettidig.Benefit, model.AtCapacity{Selected: 200, Candidates: 600, Events: 90, AllEvents: 150, Completed: 120, AllCompleted: 300}),
		rettidig.Decline: withCounts(rettidig.Decline, model.AtCapacity{Selected: 300, Candidates: 1000, Events: 50, AllEvents: 100}),
	}}
	v, err := savings(a, true)
	require.NoError(t, err)
	main := v.Cases[0]
	assert.InDelta(t, 393.75, main.Citizens.Value, 1e-6)
	assert.InDelta(t, 7.0e6, main.SavingDKK.Value, 1)
	assert.Less(t, main.SavingDKK.Lower, 7.0e6)
	assert.Greater(t, main.SavingDKK.Upper, 7.0e6)
	assert.False(t, main.CoversZero)

	printed := map[string]string{}
	for _, l := range v.Document {
		printed[l.PrintedDA] = l.ComputedDA
	}
	for _, figure := range []string{"219 borgere/år", "490 borgere/år", "155 borgere/år"} {
		assert.Equal(t, figure, printed[figure])
	}
	assert.NotEmpty(t, v.Caveats)
	assert.Len(t, v.CaveatsDA, len(v.Caveats))
}

func TestCitizensWithSeveralRowsMakeTheIntervalsWider(t *testing.T) {
	width := func(clustering, found float64) (saving, decline float64) {
		a := &answers{loaded: map[rettidig.Target]*loaded{
			rettidig.Benefit: withCounts(rettidig.Benefit, model.AtCapacity{Selected: 200, Candidates: 600, Events: 90, AllEvents: 150, Completed: 120, AllCompleted: 300, Clustering: clustering}),
			rettidig.Decline: withCounts(rettidig.Decline, model.AtCapacity{Selected: 300, Candidates: 1000, Events: 50, AllEvents: 100, ClusteringFound: found}),
		}}
		v, err := savings(a, true)
		require.NoError(t, err)
		last := v.Cases[len(v.Cases)-1]
		require.Equal(t, "decline", last.ID)
		return v.Cases[0].SavingDKK.Upper - v.Cases[0].SavingDKK.Lower, last.SavingDKK.Upper - last.SavingDKK.Lower
	}
	saving, decline := width(0, 0)
	tied, same := width(4, 0)
	assert.InDelta(t, 2, tied/saving, 0.1)
	assert.Equal(t, decline, same)
	_, tied = width(0, 4)
	assert.InDelta(t, 2, tied/decline, 0.1)
}

func TestWithoutAMeasuredModelOnlyTheDocumentIsShown(t *testing.T) {
	v, err := savings(&answers{loaded: map[rettidig.Target]*loaded{}}, true)
	require.NoError(t, err)
	assert.NotEmpty(t, v.Document)
	assert.Empty(t, v.Cases)
}
