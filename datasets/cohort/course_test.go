package cohort

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// coursesText writes courses as "baseline..end by", days from day0.
func coursesText(cs []Course) string {
	var out []string
	for _, c := range cs {
		by := string(c.EndedBy)
		if c.EndedBy == Open {
			by = "open"
		}
		out = append(out, fmt.Sprintf("%d..%d %s", c.Baseline-day0, c.End-day0, by))
	}
	return strings.Join(out, "; ")
}

// Worked by hand from the protocol: 56 quiet days, 56 silent days, 28 days of pause, 28 days to reopen, 28 days
// to the baseline screening of a course that Active began.
func TestCoursesAreCutByTheProtocol(t *testing.T) {
	for _, c := range []struct {
		claim, text string
		extract     int
		want        string
	}{
		// Day 0 is the last activity. The 56 days without are days 1 to 56, so it is known at the end of day 56.
		{"a screening begins a course, which is open after 55 silent days", "0 screening 5 2", 55, "0..55 open"},
		{"56 silent days end it, on the last activity", "0 screening 5 2", 56, "0..0 silence"},
		{"a session on the 56th day keeps it open", "0 screening 5 2\n56 session", 111, "0..111 open"},
		{"a session on the 57th day is too late and begins nothing", "0 screening 5 2\n57 session", 112, "0..0 silence"},
		{"a screening on the 57th day begins the next course", "0 screening 5 2\n57 screening 5 2", 60, "0..0 silence; 57..60 open"},
		{"cancelled sessions do not keep it open", "0 screening 5 2\n2 cancelled 12 every 7", 100, "0..0 silence"},
		{"nor do statuses", "0 screening 5 2\n30 shouldbescreened\n50 monitor", 100, "0..0 silence"},
		// A session on day 0; day 56 has it in its previous 56 days, day 57 has not.
		{"a screening 56 days after a session begins nothing", "0 session\n56 screening 5 2", 57, ""},
		{"a screening 57 days after a session begins a course", "0 session\n57 screening 5 2", 57, "57..57 open"},
		{"a cancelled session before does not matter", "0 cancelled\n5 screening 5 2", 6, "5..6 open"},
		{"terminated ends it that day", "0 screening 5 2\n3 session 5 every 3\n20 terminated", 30, "0..20 terminated"},
		{"opted out ends it that day", "0 screening 5 2\n20 optedout", 30, "0..20 opted out"},
		{"death ends it that day", "0 screening 5 2\n20 hasdied", 30, "0..20 died"},
		{"what comes after death is not looked at", "0 screening 5 2\n20 hasdied\n80 screening 5 2", 90, "0..20 died"},
		{"a closing status weeks after the silence changes nothing", "0 screening 5 2\n3 session\n70 terminated", 80, "0..3 silence"},
		{"a screening on the day of terminated belongs to the course that ends", "0 screening 5 2\n3 session 20 every 4\n84 screening 4 3\n84 terminated", 90, "0..84 terminated"},
		// Paused on day 10; day 38 is 28 days later, day 39 is 29.
		{"a pause of 28 days merges", "0 screening 5 2\n10 pause\n38 reactivated\n40 session", 60, "0..60 open"},
		{"a pause of 29 days ends it on its first day", "0 screening 5 2\n10 pause\n39 session", 60, "0..10 pause"},
		{"after it, Re-activated begins a course if it is quiet", "0 screening 5 2\n10 pause\n39 reactivated", 60, "0..10 pause; 39..60 open"},
		{"but not soon after a session", "0 screening 5 2\n9 session\n10 pause\n39 reactivated", 60, "0..10 pause"},
		{"a session ends a pause", "0 screening 5 2\n10 pause\n20 session\n70 session", 80, "0..80 open"},
		{"a cancelled session does not", "0 screening 5 2\n10 pause\n20 cancelled\n39 session", 80, "0..10 pause"},
		// Last activity on day 0, 20 days of pause from 10 to 30: silent on day 0 + 56 + 20 = 76, over on 77.
		{"the silence clock stands still during a pause", "0 screening 5 2\n10 pause\n30 reactivated\n76 session", 80, "0..80 open"},
		{"and no longer than the pause", "0 screening 5 2\n10 pause\n30 reactivated\n77 session", 80, "0..0 silence"},
		{"Re-activated 28 days after a closing undoes it", "0 screening 5 2\n3 session\n10 terminated\n38 reactivated\n40 session", 60, "0..60 open"},
		{"29 days after it does not", "0 screening 5 2\n3 session\n10 terminated\n39 reactivated", 50, "0..10 terminated"},
		// Last session on day 3, 20 days closed: silent on day 3 + 56 + 20 = 79, over on 80.
		{"the silence clock stands still while it is closed", "0 screening 5 2\n3 session\n10 terminated\n30 reactivated\n79 session", 100, "0..100 open"},
		{"and no longer", "0 screening 5 2\n3 session\n10 terminated\n30 reactivated\n80 session", 100, "0..3 silence"},
		{"a new course can begin right after a closing without sessions", "0 screening 5 2\n10 optedout\n20 screening 5 2\n25 reactivated", 30, "0..10 opted out; 20..30 open"},
		{"Active begins a course; a screening within 28 days is its baseline", "0 active\n28 screening 5 2", 40, "28..40 open"},
		{"a later screening is not", "0 active\n29 screening 5 2", 40, "0..40 open"},
		{"nor one after the first session", "0 active\n5 session\n6 screening 5 2", 40, "0..40 open"},
		{"Active in an open course changes nothing", "0 screening 5 2\n5 active\n9 active", 20, "0..20 open"},
		{"sessions alone are no course", "0 session 24 every 3", 100, ""},
		{"two courses a year apart", "0 screening 5 2\n3 session 24 every 3\n90 terminated\n400 screening 6 2\n403 session 5 every 3", 420, "0..90 terminated; 400..420 open"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			h := history(t, c.text)
			assert.Equal(t, c.want, coursesText(Courses(&h, Default(), day0+rettidig.Day(c.extract))))
		})
	}
}

func TestACourseHoldsWhatHappenedWhileItWasOpen(t *testing.T) {
	h := history(t, `
		0   screening 5 2
		3   session
		10  terminated
		15  session       # closed: not counted
		16  screening 5 2 # closed
		20  reactivated
		25  session
		25  cancelled
		30  screening 4 2
	`)
	cs := Courses(&h, Default(), day0+40)
	require.Len(t, cs, 1)
	assert.Equal(t, 2, cs[0].Done(day0+40))
	assert.Len(t, cs[0].Sessions, 3)
	assert.Len(t, cs[0].Screenings, 2)
}

// Courses reads day by day: what it says of a course that has ended does not change with more data.
func TestAnEndedCourseStaysAsItIs(t *testing.T) {
	for seed := range uint64(300) {
		h := randomHistory(seed)
		full := Courses(&h, Default(), day0+1000)
		for _, e := range []rettidig.Day{100, 250, 400, 700} {
			for _, c := range Courses(&h, Default(), day0+e) {
				// Until reopen_days after it, a closing may be undone.
				if c.EndedBy == Open || c.EndKnown+28 > day0+e {
					continue
				}
				assert.Contains(t, full, c, "seed %d extract %d", seed, e)
			}
		}
	}
}
