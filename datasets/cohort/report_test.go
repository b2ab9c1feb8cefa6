package cohort

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

func fourCourses(t *testing.T) []rettidig.History {
	var hs []rettidig.History
	for i, text := range []string{
		"0 screening 7 2\n3 session 16 every 4\n84 screening 5 2", // completed, effect
		"0 screening 7 2\n10 optedout",                            // not completed
		"0 screening 7 2\n3 session\n30 hasdied",                  // died
		"100 screening 7 2\n103 session",                          // not over
	} {
		h := history(t, text)
		h.Citizen.ID += rettidig.CitizenID(rune('a' + i))
		hs = append(hs, h)
	}
	return hs
}

func TestCSVHasOneLinePerCourse(t *testing.T) {
	hs := fourCourses(t)
	c, err := Build(hs, rettidig.Completion, Default(), day0+150)
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, c.WriteCSV(&b, hs))
	assert.Equal(t, `citizen,course,index,landmark,outcome,label,cause,matured
pdemo_aa,1,2024-01-02,start,event,1,final screening,2024-04-22
pdemo_ab,1,2024-01-02,start,none,0,opted out,2024-04-22
pdemo_ac,1,2024-01-02,start,competing,,died,2024-04-22
pdemo_ad,1,2024-04-11,start,censored,,course not over,2024-05-30
`, b.String())

	hs = append(hs, history(t, companion))
	c, err = Build(hs, rettidig.Decline, Default(), day0+200)
	require.NoError(t, err)
	b.Reset()
	require.NoError(t, c.WriteCSV(&b, hs))
	assert.Equal(t, "citizen,course,index,landmark,outcome,label,cause,matured\npdemo_a,,2023-07-01,start,none,0,no decline,2023-12-31\npdemo_a,,2024-01-01,start,none,0,no decline,2024-06-30\npdemo_a,,2024-07-01,start,censored,,follow-up not over,2024-07-19\n", b.String())
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestAFullDiskIsAnError(t *testing.T) {
	hs := fourCourses(t)
	c, err := Build(hs, rettidig.Completion, Default(), day0+150)
	require.NoError(t, err)
	assert.ErrorContains(t, c.WriteCSV(full{}, hs), "disk full")
}

func TestSummaryCountsByOutcomeAndCause(t *testing.T) {
	c, err := Build(fourCourses(t), rettidig.Completion, Default(), day0+150)
	require.NoError(t, err)
	b, err := json.Marshal(c.Summary())
	require.NoError(t, err)
	assert.JSONEq(t, `{"target":"completion","protocol":"rettidig-2026-3","protocol_sha256":"`+Default().SHA256()+`","extract_date":"2024-05-30",
		"rows":4,"citizens":4,"events":1,"courses":4,"ended_courses":2,
		"counts":[{"outcome":"censored","cause":"course not over","n":1},{"outcome":"competing","cause":"died","n":1},
			{"outcome":"event","cause":"final screening","n":1},{"outcome":"none","cause":"opted out","n":1}],
		"events_by_arm":[{"outcome":"event","cause":"final screening","n":1}],
		"warnings":["2 courses have ended, 800 are needed to train own models; at 2 a year that takes more than a century"]}`, string(b))
}

// By hand: 2 courses ended in the year before 30 May 2024, 8 are wanted; 6 more at 2 a year take 3 * 365 days, to 30 May 2027.
func TestTooFewEndedCoursesWarnsWithTheDateOfEnough(t *testing.T) {
	p := Default()
	p.ID, p.MinEndedCourses = "test", 8
	c, err := Build(fourCourses(t), rettidig.Completion, p, day0+150)
	require.NoError(t, err)
	assert.Equal(t, []string{"2 courses have ended, 8 are needed to train own models; at the pace of the last year (2) that will be on 2027-05-30"}, c.Summary().Warnings)
	p.MinEndedCourses = 2
	c, err = Build(fourCourses(t), rettidig.Completion, p, day0+150)
	require.NoError(t, err)
	assert.Empty(t, c.Summary().Warnings)
	p.MinEndedCourses = 8
	c, err = Build(fourCourses(t), rettidig.Completion, p, day0+150+1000)
	require.NoError(t, err)
	assert.Contains(t, c.Summary().Warnings[0], "none ended in the year before")
}

func TestOddRecordsAreWarnedOf(t *testing.T) {
	c, err := Build([]rettidig.History{history(t, "0 session 3 every 7\n60 hasdied\n90 session")}, rettidig.Completion, Default(), day0+150)
	require.NoError(t, err)
	all := strings.Join(c.Summary().Warnings, "\n")
	assert.Contains(t, all, "3 sessions and screenings belong to no course")
	assert.Contains(t, all, "1 citizens have sessions or screenings after the day of death")
}

func TestEmptySummaryIsEmptyListsNotNull(t *testing.T) {
	c, err := Build(nil, rettidig.Effect, Default(), day0)
	require.NoError(t, err)
	b, err := json.Marshal(c.Summary())
	require.NoError(t, err)
	assert.NotContains(t, string(b), "null")
}
