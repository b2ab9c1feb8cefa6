package rettidig_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig"
)

func TestExactlyOneVersionOfACorrectedFactIsVisibleOnAnyMorning(t *testing.T) {
	corrected := rettidig.DayOf(2024, time.July, 1)
	before := rettidig.Screening{Date: corrected - 60, Known: corrected - 60, Need: 7, Retracted: rettidig.RetractedOn(corrected)}
	after := rettidig.Screening{Date: corrected - 60, Known: corrected, Need: 4}
	for d := corrected - 59; d < corrected+60; d++ {
		visible := 0
		for _, s := range []rettidig.Screening{before, after} {
			if s.Known < d && !s.Retracted.Before(d) {
				visible++
			}
		}
		assert.Equal(t, 1, visible, "in the morning of %s", d)
	}
}

func TestStandingLeavesOutWhatWasRetractedAndNothingElse(t *testing.T) {
	r := rettidig.RetractedOn(rettidig.DayOf(2024, time.July, 1))
	h := &rettidig.History{
		Aids:       []rettidig.Aid{{ISO: "120606"}, {ISO: "093307", Retracted: r}},
		Conditions: []rettidig.Condition{{Code: "J3.8", Retracted: r}},
		Services:   []rettidig.ServiceWeek{{Code: "H1.1"}},
	}
	got := h.Standing()
	assert.Equal(t, []rettidig.Aid{{ISO: "120606"}}, got.Aids)
	assert.Empty(t, got.Conditions)
	assert.Len(t, got.Services, 1)
	assert.Len(t, h.Aids, 2, "the history itself is not changed")
	assert.Same(t, got, got.Standing(), "nothing is retracted any more")
}

func TestARetractionCannotBeOnTheDayThatMeansNone(t *testing.T) {
	assert.Panics(t, func() { rettidig.RetractedOn(0) })
	assert.Panics(t, func() { rettidig.RetractedOn(rettidig.NoDay) })
	assert.Equal(t, rettidig.NoDay, rettidig.Retraction(0).Day())
	assert.Equal(t, rettidig.Day(19000), rettidig.RetractedOn(19000).Day())
}
