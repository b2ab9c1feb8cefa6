package quality

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
)

// careIn is the town with home care in some months only.
func careIn(pass func(Month) bool) []rettidig.History {
	hs := town()
	for i := range hs {
		hs[i].Services = keep(hs[i].Services, func(s rettidig.ServiceWeek) bool { return pass(monthOfDay(s.Week)) })
	}
	return hs
}

func TestMonthsThatAreGoneAreALoss(t *testing.T) {
	prev := again(t, judge(t, town(), townReport(), nil))
	now := judge(t, careIn(func(m Month) bool { return m < MonthOf(2023, 1) }), townReport(), prev)
	lost := Losses(prev, now)
	require.Len(t, lost, 1)
	assert.Equal(t, Loss{"care", MonthOf(2023, 1), MonthOf(2024, 11), 24000, 0}, lost[0], "100 Mondays, two services, 120 citizens")
	assert.Equal(t, "lacks home care for 2023-01 to 2024-11, which the store has (24,000 rows)", lost[0].String())
	assert.Empty(t, Losses(now, prev), "more is no loss")
}

func TestAQuarterFewerRowsIsALoss(t *testing.T) {
	prev := judge(t, town(), townReport(), nil)
	for fewer, want := range map[int]int{3: 1, 5: 0} { // a third and a fifth of the citizens
		hs := town()
		for i := range hs {
			if i%fewer == 0 {
				hs[i].Services = nil
			}
		}
		lost := Losses(prev, judge(t, hs, townReport(), prev))
		require.Len(t, lost, want)
		if want == 1 {
			assert.Contains(t, lost[0].String(), "has 33 % fewer rows of home care for 2021-01 to 2024-11 than the store")
		}
	}
}

func TestAKindThatIsGoneIsALoss(t *testing.T) {
	prev := judge(t, town(), townReport(), nil)
	lost := Losses(prev, judge(t, careIn(func(Month) bool { return false }), townReport(), prev))
	require.Len(t, lost, 1)
	assert.Equal(t, int64(0), lost[0].Is)
}

func TestAMovingWindowIsNoLossAndALaterBeginningIs(t *testing.T) {
	prev := judge(t, town(), townReport(), nil)
	assert.Empty(t, Losses(prev, judge(t, careIn(func(m Month) bool { return m > MonthOf(2021, 1) }), townReport(), prev)))
	assert.Len(t, Losses(prev, judge(t, careIn(func(m Month) bool { return m > MonthOf(2021, 3) }), townReport(), prev)), 1)
}

func TestAnOlderDeliveryLacksOnlyWhatItCouldHave(t *testing.T) {
	prev := judge(t, town(), townReport(), nil)
	until := func(m Month) bool { return m < MonthOf(2024, 6) }
	r := townReport()
	r.ExtractDate = rettidig.DayOf(2024, 6, 1)
	hs := careIn(until)
	for i := range hs {
		hs[i].Aids, hs[i].Screenings, hs[i].Sessions = nil, nil, nil
	}
	for _, l := range Losses(prev, judge(t, hs, r, prev)) {
		assert.NotEqual(t, "care", l.Kind)
	}
	r.ExtractDateFrom = extract.FromFacts
	assert.Equal(t, "care", Losses(prev, judge(t, careIn(until), r, prev))[0].Kind, "a guessed date is early because rows are missing")
}

func TestFewRowsAreNoLoss(t *testing.T) {
	few := town()[:1]
	for i := range few {
		few[i].Services = few[i].Services[:49]
		few[i].Aids, few[i].Screenings, few[i].Sessions = nil, nil, nil
	}
	prev := judge(t, few, townReport(), nil)
	few[0].Services = few[0].Services[:1]
	assert.Empty(t, Losses(prev, judge(t, few, townReport(), prev)))
}

func TestNoDeliveryLosesAnythingAgainstItself(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hs := anyTown(rt)
		o := NewObserver()
		for i := range hs {
			o.See(&hs[i])
		}
		if q := o.Finish(townReport(), nil); len(Losses(q, q)) > 0 {
			rt.Fatalf("%+v", Losses(q, q))
		}
	})
}
