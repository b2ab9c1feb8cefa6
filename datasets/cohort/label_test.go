package cohort

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// Worked by hand: final screening on day 70 to 112, 16 sessions done by day 112, or a status after day 56.
func TestCompletionFollowsTheProtocol(t *testing.T) {
	for _, c := range []struct {
		claim, text string
		extract     int
		want        string
		due         int
	}{
		// 16 sessions: day 3, 7, ..., 63.
		{"16 sessions and a screening on day 84", "0 screening 7 2\n3 session 16 every 4\n84 screening 5 2", 200, "event/final screening", 112},
		{"15 sessions are too few", "0 screening 7 2\n3 session 15 every 4\n84 screening 5 2", 200, "none/not completed in time", 112},
		{"cancelled ones do not count", "0 screening 7 2\n3 session 15 every 4\n4 cancelled 5 every 4\n84 screening 5 2\n85 terminated", 200, "none/terminated", 112},
		{"a screening on day 70 is in time", "0 screening 7 2\n3 session 16 every 4\n70 screening 5 2", 200, "event/final screening", 112},
		{"one on day 69 is too early", "0 screening 7 2\n3 session 16 every 4\n69 screening 5 2\n70 terminated", 200, "none/terminated", 112},
		{"one on day 112 is in time", "0 screening 7 2\n3 session 18 every 4\n112 screening 5 2", 200, "event/final screening", 112},
		{"one on day 113 is too late", "0 screening 7 2\n3 session 18 every 4\n113 screening 5 2", 200, "none/not completed in time", 112},
		// Sessions on day 52, 56, ..., 112: the sixteenth is the last day that counts.
		{"the sixteenth session on day 112 counts", "0 screening 7 2\n52 session 16 every 4\n84 screening 5 2", 200, "event/final screening", 112},
		{"on day 113 it does not", "0 screening 7 2\n53 session 16 every 4\n84 screening 5 2", 200, "none/not completed in time", 112},
		{"Monitor on day 57 stands for the missing screening", "0 screening 7 2\n3 session 5 every 4\n57 monitor", 200, "event/status", 112},
		{"on day 56 it does not", "0 screening 7 2\n3 session 5 every 4\n56 monitor", 200, "none/silence", 112},
		{"Should be screened never does", "0 screening 7 2\n3 session 18 every 4\n90 shouldbescreened\n91 terminated", 200, "none/terminated", 112},
		{"the rule proper is named before the status", "0 screening 7 2\n3 session 16 every 4\n84 screening 5 2\n84 significantprogress", 200, "event/final screening", 112},
		{"at the extract on day 112 the label is due", "0 screening 7 2\n3 session 16 every 4\n84 screening 5 2", 112, "event/final screening", 112},
		{"on day 111 it is not, though the course was completed", "0 screening 7 2\n3 session 16 every 4\n84 screening 5 2", 111, "censored/course not over", 111},
		{"nor is a dropout known early", "0 screening 7 2\n10 optedout", 111, "censored/course not over", 111},
		{"opted out", "0 screening 7 2\n10 optedout", 200, "none/opted out", 112},
		{"death during the course competes", "0 screening 7 2\n3 session 5 every 4\n60 hasdied", 200, "competing/died", 112},
		{"also within the silence after the last session", "0 screening 7 2\n3 session\n59 hasdied", 200, "competing/died", 112},
		{"not after it", "0 screening 7 2\n3 session\n60 hasdied", 200, "none/silence", 112},
		{"death after a closing does not", "0 screening 7 2\n20 terminated\n60 hasdied", 200, "none/terminated", 112},
		{"death after completion does not", "0 screening 7 2\n3 session 16 every 4\n84 screening 5 2\n90 hasdied", 200, "event/final screening", 112},
		{"death in an open course after day 112 is too late to matter", "0 screening 7 2\n3 session 20 every 6\n113 hasdied", 200, "none/not completed in time", 112},
	} {
		t.Run(c.claim, func(t *testing.T) {
			rows := only(t, history(t, c.text), rettidig.Completion, Default(), c.extract)
			require.Len(t, rows, 1)
			got, due := verdictText(rows[0])
			assert.Equal(t, c.want, got)
			assert.Equal(t, day0+1, rows[0].Index, "the day after the baseline")
			assert.Equal(t, c.due, due)
		})
	}
}

func TestLeavingDuringACourseCensorsIt(t *testing.T) {
	care := "-200 service H1.1 100 for "
	for _, c := range []struct {
		claim, text string
		extract     int
		want        string
		due         int
	}{
		// Services up to the week of day 14, whose Sunday is day 20: gone from day 21 on. The course falls silent
		// after its last session, on day 19, and is over on day 75; 56 days later, on day 131, nothing has come.
		{"services and sessions stop together", care + "32\n0 screening 7 2\n3 session 5 every 4", 400, "censored/left", 131},
		// Services in the week of day 84 (Sunday day 90) show that the citizen was there when the course was over.
		{"services go on", care + "60\n0 screening 7 2\n3 session 5 every 4", 400, "none/silence", 112},
		{"silence without services or a batch return is no evidence", "0 screening 7 2\n3 session 5 every 4", 400, "none/silence", 112},
		{"the training is not a service that shows it", "-6 service L.TVH 40 for 4\n0 screening 7 2\n3 session 5 every 4", 400, "none/silence", 112},
		{"two aids back on one day", "-90 aid 12060601 until 40\n-80 aid 09330701 until 40\n0 screening 7 2\n3 session 5 every 4", 400, "censored/left", 131},
		{"one aid back is not a batch", "-90 aid 12060601 until 40\n0 screening 7 2\n3 session 5 every 4", 400, "none/silence", 112},
		{"two back and one kept is not all", "-90 aid 12060601 until 40\n-80 aid 09330701 until 40\n-70 aid 18121001\n0 screening 7 2\n3 session 5 every 4", 400, "none/silence", 112},
		{"two back, and a new one after", "-90 aid 12060601 until 40\n-80 aid 09330701 until 40\n100 aid 12060601\n0 screening 7 2\n3 session 5 every 4", 400, "none/silence", 112},
		{"who opted out was there to say no", care + "30\n0 screening 7 2\n3 session 2 every 4\n30 optedout", 400, "none/opted out", 112},
		{"who completed has completed", care + "42\n0 screening 7 2\n3 session 16 every 4\n84 screening 5 2", 400, "event/final screening", 112},
	} {
		t.Run(c.claim, func(t *testing.T) {
			// A second citizen gets care throughout, so that the municipality's services do not end with the first one's.
			hs := []rettidig.History{history(t, c.text), history(t, "-300 service H1.8 30 for 100")}
			cohort, err := Build(hs, rettidig.Completion, Default(), day0+rettidig.Day(c.extract))
			require.NoError(t, err)
			require.Len(t, cohort.Rows, 2)
			got, due := verdictText(cohort.Rows[1])
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.due, due)
		})
	}
}

func TestEffectComparesTheLastScreeningWithTheBaseline(t *testing.T) {
	// Completed in every case: 16 sessions and a screening on day 84.
	nan := math.NaN()
	for _, c := range []struct {
		claim                    string
		need0, able0, need, able float64
		want                     string
	}{
		{"need down by 1 of 10: exactly 10 %", 10, 2, 9, 2, "event/need"},
		{"need down by 1 of 11 is under 10 %", 11, 2, 10, 2, "none/no effect"},
		{"need down by 2 of 11", 11, 2, 9, 2, "event/need"},
		{"need down by 0.9 of 5 is under a point", 5, 2, 4.1, 2, "none/no effect"},
		{"ability up by exactly 10 %", 7, 2.0, 7, 2.2, "event/ability"},
		{"ability up by 9.9 %", 7, 2.0, 7, 2.198, "none/no effect"},
		{"ability up, need worse", 7, 2.0, 8, 3.0, "none/no effect"},
		{"ability up, need a little better", 7, 2.0, 6.5, 3.0, "event/ability"},
		{"both", 7, 2.0, 4, 3.0, "event/need and ability"},
		{"nothing", 7, 2, 7, 2, "none/no effect"},
		{"from no need there is nothing to fall", 0, 2, 0, 2, "none/no effect"},
		{"from no ability any rise counts", 7, 0, 7, 0.5, "event/ability"},
		{"no ability and none later is no rise", 7, 0, 7, 0, "none/no effect"},
		{"need fell, ability unknown: need decides", 7, nan, 5, 2, "event/need"},
		{"need same, ability unknown: the ability arm might have fired", 7, 2, 7, nan, "censored/no final score"},
		{"need worse, ability unknown: no arm can fire", 7, 2, 8, nan, "none/no effect"},
		{"need unknown: whether it got worse is unknown", 7, 2, nan, 3, "censored/no final score"},
		{"no score at all in the last screening", 7, 2, nan, nan, "censored/no final score"},
		{"no baseline score", nan, nan, 5, 3, "censored/no baseline score"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			h := history(t, "0 screening - -\n3 session 16 every 4\n84 screening - -")
			h.Screenings[0].Need, h.Screenings[0].Ability = c.need0, c.able0
			h.Screenings[1].Need, h.Screenings[1].Ability = c.need, c.able
			rows := only(t, h, rettidig.Effect, Default(), 200)
			require.Len(t, rows, 1)
			got, due := verdictText(rows[0])
			assert.Equal(t, c.want, got)
			assert.Equal(t, 126, due, "until then a later screening may be the last")
			// Over all courses that began, a completed course's benefit is its effect.
			got, _ = verdictText(only(t, h, rettidig.Benefit, Default(), 200)[0])
			assert.Equal(t, c.want, got)
		})
	}
}

func TestEffectWindowHasBothEnds(t *testing.T) {
	base := "0 screening 10 2\n3 session 24 every 4\n" // the last session is on day 95
	for _, c := range []struct {
		claim, text string
		extract     int
		want        string
	}{
		{"the last in the window counts, not the best", base + "84 screening 5 2\n110 screening 10 2", 200, "none/no effect"},
		{"day 126 is in the window", base + "84 screening 10 2\n126 screening 5 2", 200, "event/need"},
		{"day 127 is not", base + "84 screening 10 2\n127 screening 5 2", 200, "none/no effect"},
		{"day 56 is in the window", base + "56 screening 5 2\n90 monitor", 200, "event/need"},
		{"day 55 is not", base + "55 screening 5 2\n90 monitor", 200, "censored/no final score"},
		{"a screening after the closing is not the course's", base + "84 screening 10 2\n100 terminated\n110 screening 5 2", 200, "none/no effect"},
		{"on day 125 it is not known", base + "84 screening 5 2", 125, "censored/course not over"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			rows := only(t, history(t, c.text), rettidig.Effect, Default(), c.extract)
			require.Len(t, rows, 1)
			got, _ := verdictText(rows[0])
			assert.Equal(t, c.want, got)
		})
	}
}

func TestEffectIsAskedOfCompletedCoursesOnly(t *testing.T) {
	for _, text := range []string{"0 screening 7 2\n10 optedout", "0 screening 7 2\n3 session\n30 hasdied"} {
		assert.Empty(t, only(t, history(t, text), rettidig.Effect, Default(), 200))
	}
}

func TestBenefitIsAskedOfAllCourses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0 screening 7 2\n10 optedout", "none/not completed"},
		{"0 screening 7 2\n3 session\n30 hasdied", "competing/died"},
		{"0 screening 7 2\n3 session 16 every 4\n84 screening 5 2", "event/need"},
		{"0 screening 7 2\n3 session 16 every 4\n84 screening 7 2", "none/no effect"},
	} {
		rows := only(t, history(t, c.text), rettidig.Benefit, Default(), 126)
		require.Len(t, rows, 1)
		got, due := verdictText(rows[0])
		assert.Equal(t, c.want, got)
		assert.Equal(t, 126, due)
		got, _ = verdictText(only(t, history(t, c.text), rettidig.Benefit, Default(), 125)[0])
		assert.Equal(t, "censored/course not over", got)
	}
}

func TestVariantsMoveTheSessionRule(t *testing.T) {
	text := func(n string) string {
		return "0 screening 7 2\n3 session " + n + " every 4\n50 screening 6 2\n84 screening 5 2\n100 terminated"
	}
	for _, c := range []struct{ variant, sessions, want string }{
		{"default", "16", "event/final screening"}, {"default", "15", "none/terminated"},
		{"strict", "19", "event/final screening"}, {"strict", "18", "none/terminated"},
		{"lenient", "1", "event/final screening"},
	} {
		p, err := Default().Variant(c.variant)
		require.NoError(t, err)
		got, _ := verdictText(only(t, history(t, text(c.sessions)), rettidig.Completion, p, 200)[0])
		assert.Equal(t, c.want, got, "%s with %s sessions", c.variant, c.sessions)
	}
}

func TestEachCourseHasTwoRowsThatShareItsWeight(t *testing.T) {
	h := history(t, "0 screening 7 2\n3 session 16 every 4\n84 screening 5 2")
	c, err := Build([]rettidig.History{h}, rettidig.Completion, Default(), day0+200)
	require.NoError(t, err)
	require.Len(t, c.Rows, 2)
	assert.Equal(t, Row{Citizen: 0, Course: 0, Landmark: Offer, Index: day0, Outcome: Event, Label: 1, Cause: CauseFinalScreening, Matured: day0 + 112, Weight: 0.5}, c.Rows[0])
	assert.Equal(t, Row{Citizen: 0, Course: 0, Landmark: Start, Index: day0 + 1, Outcome: Event, Label: 1, Cause: CauseFinalScreening, Matured: day0 + 112, Weight: 0.5}, c.Rows[1])
	assert.Equal(t, []Count{{Event, CauseFinalScreening, 1}}, c.Counts, "only the start row counts")
	assert.Equal(t, 1, c.Courses)
	assert.Equal(t, 1, c.EndedCourses)
}

func TestTrainingLabelOfACompetingEventFollowsTheEstimand(t *testing.T) {
	p, r := Default(), Row{Outcome: Competing, Label: math.NaN()}
	assert.Equal(t, 0.0, TrainingLabel(r, p))
	p.Estimand = CauseSpecific
	assert.True(t, math.IsNaN(TrainingLabel(r, p)))
	assert.True(t, math.IsNaN(TrainingLabel(Row{Outcome: Censored, Label: math.NaN()}, Default())), "censored rows are never used")
	assert.Equal(t, 1.0, TrainingLabel(Row{Outcome: Event, Label: 1}, p))
}
