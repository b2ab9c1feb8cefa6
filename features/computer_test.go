package features

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

func TestAnyNumberOfWorkersGivesTheSameTable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hs := rapid.SliceOfN(rapid.Custom(drawHistory), 1, 4).Draw(rt, "histories")
		who := rapid.SliceOfN(rapid.IntRange(0, len(hs)-1), 0, 19).Draw(rt, "who")
		asOf := make([]rettidig.Day, len(who))
		for i := range asOf {
			asOf[i] = drawDay(rt, "as of")
		}
		for _, workers := range []int{0, 1, 2, 3, 64} {
			x := Matrix(hs, who, asOf, workers)
			rows := make([]float64, len(who)*Count())
			All().Rows(rows, hs, who, asOf, workers)
			require.Len(rt, x, Count())
			room := make([][]float64, Count())
			for j := range room {
				room[j] = append(make([]float64, len(who)), -7)
			}
			All().Fill(room, hs, who, asOf, workers)
			for j := range room {
				require.Equal(rt, -7.0, room[j][len(who)], "beyond what is asked for")
				x[j] = agreeing(rt, x[j], room[j][:len(who)])
			}
			for i := range who {
				for j, want := range computed(&hs[who[i]], asOf[i]) {
					if !same(want, x[j][i]) || !same(want, rows[i*Count()+j]) {
						rt.Fatalf("%d workers, row %d, %s: %v by column and %v by row, want %v", workers, i, catalogue[j].ID, x[j][i], rows[i*Count()+j], want)
					}
				}
			}
		}
	})
	assert.Panics(t, func() { Matrix(nil, []int{0}, nil, 1) })
	assert.Panics(t, func() { All().Rows(make([]float64, 1), nil, nil, nil, 1) })
	assert.Panics(t, func() { All().Fill(make([][]float64, 1), nil, nil, nil, 1) })
}

// agreeing returns a after checking that b is the same.
func agreeing(t *rapid.T, a, b []float64) []float64 {
	require.Len(t, b, len(a))
	for i := range a {
		require.True(t, same(a[i], b[i]), "row %d: %v and %v", i, a[i], b[i])
	}
	return a
}

// A column that forgot to say which facts it reads would have another value alone than among all.
func TestAColumnAloneIsWhatItIsAmongAll(t *testing.T) {
	var alone []*Computer
	for _, f := range Catalogue() {
		c, err := Select(f.ID)
		require.NoError(t, err)
		alone = append(alone, c)
	}
	rapid.Check(t, func(rt *rapid.T) {
		h, asOf := drawHistory(rt), drawDay(rt, "as of")
		var got [1]float64
		for j, want := range computed(&h, asOf) {
			alone[j].Compute(got[:], &h, asOf)
			if !same(want, got[0]) {
				rt.Fatalf("as of %s: %s is %v, and %v when it is asked for alone", asOf, catalogue[j].ID, want, got[0])
			}
		}
	})
}

// A selection counts no more than its columns ask for, and what it counts must not depend on whom it counted before.
func TestSomeColumnsAreWhatTheyAreAmongAll(t *testing.T) {
	var ids []string
	for _, f := range Catalogue() {
		ids = append(ids, f.ID)
	}
	rapid.Check(t, func(rt *rapid.T) {
		c, err := Select(rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, 12, rapid.ID[string]).Draw(rt, "columns")...)
		require.NoError(rt, err)
		got := make([]float64, c.Count())
		for range rapid.IntRange(1, 4).Draw(rt, "citizens") {
			h := drawHistory(rt)
			for range 2 {
				asOf := drawDay(rt, "as of")
				all := computed(&h, asOf)
				c.Compute(got, &h, asOf)
				for j := range got {
					if want := all[Index(c.columns[j].ID)]; math.Float64bits(want) != math.Float64bits(got[j]) {
						rt.Fatalf("as of %s: %s is %v, and %v among %d columns", asOf, c.columns[j].ID, want, got[j], len(got))
					}
				}
			}
		}
	})
}

// The table of services by code finds those of the code table and no others.
func TestAServiceIsWhatTheCodeTableSays(t *testing.T) {
	services := codes.Services()
	var all []string
	for i := range services {
		s := &services[i]
		all = append(all, s.Code)
		kind, listed := kindOf(s.Code)
		assert.True(t, listed, s.Code)
		assert.Equal(t, s.Code == medicineAdministration, kind.medicine, s.Code)
		assert.Equal(t, s.Code == codes.TrainingByHelper || s.Administrative, kind.other, s.Code)
		own := cmp.Or(s.Successor, s.Code)
		assert.Equal(t, own, services[kind.bit].Code)
		if kind.group != groupTotal {
			assert.Equal(t, s.Concept, groupConcepts[kind.group], s.Code)
		} else {
			assert.NotContains(t, groupConcepts[1:], s.Concept, s.Code)
		}
	}
	listed := func(code string) {
		if _, ok := kindOf(code); ok != slices.Contains(all, code) {
			t.Errorf("%q is listed: %v, want %v", code, ok, !ok)
		}
	}
	for _, code := range append(all, "", "G", "G1.", "X:Ledsagelse") {
		listed(code + "1")
		if n := len(code); n >= 4 { // of the same two ends, but longer
			listed(code[:4] + code[n-4:])
		}
		for i := range len(code) { // like it but for one letter
			for b := range 256 {
				listed(code[:i] + string([]byte{byte(b)}) + code[i+1:])
			}
		}
	}
}

func TestASelectionHasItsOwnOrder(t *testing.T) {
	ids := []string{"help_minutes_4w", "age", "aids_on_loan"}
	c, err := Select(ids...)
	require.NoError(t, err)
	assert.Equal(t, 3, c.Count())
	for i, f := range c.Columns() {
		assert.Equal(t, ids[i], f.ID)
	}
	h := rettidig.History{Aids: []rettidig.Aid{{ISO: "12060609", Lent: day0, KnownLent: day0, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay}}, Citizen: rettidig.Citizen{Birth: rettidig.NoDay}}
	got := make([]float64, 3)
	c.Compute(got, &h, day0+1)
	assert.True(t, math.IsNaN(got[1]))
	assert.Equal(t, []float64{0, 1}, []float64{got[0], got[2]})

	_, err = Select("aids_on_loan", "aids_on_load")
	assert.ErrorContains(t, err, `no column "aids_on_load"`)
	_, err = Select("age", "age")
	assert.ErrorContains(t, err, "twice")
	assert.Panics(t, func() { c.Compute(make([]float64, 2), &h, day0) })
}

func TestASelectionReadsNoMoreThanItMust(t *testing.T) {
	for id, want := range map[string]struct {
		reads reading
		weeks int
	}{
		"age": {readCitizen, 0}, "aids_on_loan": {readAids, 0}, "aids_classes": {readAids | readClasses, 0}, "mobility_on_loan": {readAids | readConcepts, 0}, "aids_price_365": {readAids | readGrounds, 0}, "help_minutes_4w": {readWeeks, 4}, "help_services_4w": {readWeeks | readServices, 4}, "help_change_year": {readWeeks, 64},
		"personal_weeks_since_first": {readSince, 0}, "training_courses": {readCourses, 0}, "screening_need": {readScreenings, 0}, "ability_care": {readAbilities, 0},
	} {
		c, err := Select(id)
		require.NoError(t, err)
		assert.Equal(t, want.reads, c.reads, id)
		assert.Equal(t, want.weeks, c.weeks, id)
	}
}

// What the part leaves out of a history changes no column, whichever are selected and on whichever mornings.
func TestThePartHoldsAllThatTheColumnsAreMadeOf(t *testing.T) {
	var ids []string
	for _, f := range Catalogue() {
		ids = append(ids, f.ID)
	}
	var sizes struct{ whole, part int }
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt)
		c, err := Select(rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, 4, rapid.ID[string]).Draw(rt, "columns")...)
		require.NoError(rt, err)
		asOf := make([]rettidig.Day, rapid.IntRange(1, 4).Draw(rt, "dates"))
		for i := range asOf {
			asOf[i] = drawDay(rt, "as of")
		}
		part := c.Part(asOf...).Of(&h)
		sizes.whole, sizes.part = sizes.whole+len(h.Services), sizes.part+len(part.Services)
		want, got := make([]float64, c.Count()), make([]float64, c.Count())
		for _, t := range asOf {
			c.Compute(want, &h, t)
			c.Compute(got, &part, t)
			for j := range want {
				if math.Float64bits(want[j]) != math.Float64bits(got[j]) {
					rt.Fatalf("as of %s among %v: %s is %v, and %v of the part", t, asOf, c.columns[j].ID, want[j], got[j])
				}
			}
		}
	})
	assert.Less(t, 3*sizes.part, 2*sizes.whole, "the part leaves nearly all: the test tests nothing")
	every := All().Part(day0).Of(&rettidig.History{Services: []rettidig.ServiceWeek{{Week: day0.Monday() - 700}}})
	assert.Len(t, every.Services, 1, "the first week ever is asked for")
	assert.Equal(t, rettidig.NoDay, All().Part().To, "no day, no bound")
}
