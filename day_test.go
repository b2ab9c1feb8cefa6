package rettidig_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

func TestMondayIsTheStartOfTheISOWeek(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rettidig.Day(rapid.IntRange(-40000, 60000).Draw(t, "day"))
		m := d.Monday()
		if m.Time().Weekday() != time.Monday || m > d || d-m > 6 {
			t.Fatalf("Monday(%v) = %v", d, m)
		}
		y, w := d.ISOWeek()
		back, err := rettidig.MondayOf(y, w)
		if err != nil || back != m {
			t.Fatalf("MondayOf(%d, %d) = %v, %v, want %v", y, w, back, err, m)
		}
	})
}

// The predecessor put 1-3 January 2021 into "2021-53" by joining the calendar year to the ISO week.
func TestTheFirstDaysOf2021AreInWeek53Of2020(t *testing.T) {
	y, w := rettidig.DayOf(2021, time.January, 2).ISOWeek()
	assert.Equal(t, []int{2020, 53}, []int{y, w})
	_, err := rettidig.MondayOf(2021, 53)
	assert.ErrorContains(t, err, "no ISO week 53 in 2021")
}

func TestADayRoundTripsThroughText(t *testing.T) {
	for _, text := range []string{"", "1977-06-24", "1969-12-31", "2026-02-28"} {
		var d rettidig.Day
		require.NoError(t, d.UnmarshalText([]byte(text)))
		b, err := d.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(b))
	}
	_, err := rettidig.ParseDay("2026-02-31")
	assert.Error(t, err)
}

func TestAgeIsCountedInBirthdays(t *testing.T) {
	leap := rettidig.DayOf(1940, time.February, 29)
	for _, c := range []struct {
		at   rettidig.Day
		want int
	}{
		{rettidig.DayOf(2025, time.February, 28), 84},
		{rettidig.DayOf(2025, time.March, 1), 85},
		{rettidig.DayOf(2024, time.February, 29), 84},
		{leap, 0},
		{leap - 1, -1},
	} {
		assert.Equalf(t, c.want, rettidig.AgeAt(leap, c.at), "born %v, at %v", leap, c.at)
	}
}

func TestSortDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		aids := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rettidig.Aid {
			return rettidig.Aid{
				ISO:      rapid.SampledFrom([]string{"120606", "093307"}).Draw(t, "iso"),
				Lent:     rettidig.Day(rapid.IntRange(0, 3).Draw(t, "lent")),
				Returned: rettidig.Day(rapid.IntRange(3, 5).Draw(t, "returned")),
			}
		}), 1, 8).Draw(t, "aids")
		shuffled := rapid.Permutation(aids).Draw(t, "shuffled")
		a, b := rettidig.History{Aids: aids}, rettidig.History{Aids: shuffled}
		a.Sort()
		b.Sort()
		assert.Equal(t, a.Aids, b.Aids)
	})
}
