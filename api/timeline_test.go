package api

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// The as-of date of these tests is Monday 2026-11-16: the week of 9 November was over and known on the
// Sunday before.
var asOfMonday = rettidig.DayOf(2026, time.November, 16)

func TestTheLastKnownWeek(t *testing.T) {
	nov9, nov2 := rettidig.DayOf(2026, 11, 9), rettidig.DayOf(2026, 11, 2)
	require.Equal(t, nov9, lastMonday(asOfMonday))
	require.Equal(t, nov2, lastMonday(asOfMonday-1), "on the Sunday its own week is not known yet")
	require.Equal(t, nov9, lastMonday(asOfMonday+6))
	require.Equal(t, asOfMonday, lastMonday(asOfMonday+7))
}

func TestSummaryOfTheInterestingCitizen(t *testing.T) {
	h := interesting(rettidig.History{Citizen: rettidig.Citizen{Sex: rettidig.Female, Birth: rettidig.DayOf(1944, 11, 17)}})
	h.Sort()
	s := summary(&h, asOfMonday)
	require.Equal(t, CitizenSummary{Age: 81, Sex: "female", // 82 tomorrow
		AidsOnLoan:  1,  // the rollator is back, the return of the 0912 is not known yet, the bed is not known yet
		MinutesWeek: 90, // 60 + 30 in each of four weeks
		LastEvent:   asOfMonday - 2, LastEventDA: "Hjælpemiddel udlånt: bækkener", LastEventEN: "Aid lent: bedpans", OpenCourse: true}, s)

	fs := facts(&h, asOfMonday)
	require.Equal(t, []SummaryFact{
		{"Seneste hjælpemiddel", "Newest aid", "Bækkener", "Bedpans", asOfMonday - 2, "aids"},
		{"Hjælp pr. uge, gennemsnit af fire uger", "Help per week, mean of four weeks", "1 t. 30 min.", "1 h 30 min", asOfMonday - 1, "services"},
		{"Seneste screening", "Newest screening", "behov for hjælp 12,5, fysisk formåen mangler", "need of help 12.5, physical ability missing", asOfMonday - 20, "training"},
		{"Træning i de seneste 12 uger", "Training in the last 12 weeks", "1 gennemført, 1 aflyst", "1 done, 1 cancelled", asOfMonday - 12, "training"},
	}, fs)
}

func TestTheLastEventReadsWhateverTheNumber(t *testing.T) {
	for iso, want := range map[string][2]string{
		"12060600": {"Hjælpemiddel returneret: rollatorer", "Aid returned: rollators"},
		"18030303": {"Hjælpemiddel returneret: borde", "Aid returned: tables"},                                       // known by its group
		"27990303": {"Hjælpemiddel returneret: andet hjælpemiddel (27990303)", "Aid returned: other aid (27990303)"}, // not known at all
	} {
		h := rettidig.History{Aids: []rettidig.Aid{{ISO: iso, Lent: asOfMonday - 9, KnownLent: asOfMonday - 9, Returned: asOfMonday - 2, KnownReturned: asOfMonday - 2}}}
		e := lastEvent(&h, asOfMonday)
		require.Equal(t, want, [2]string{e.da, e.en})
	}
}

func TestTimelineOfTheInterestingCitizen(t *testing.T) {
	h := interesting(rettidig.History{})
	h.Sort()
	tl := timeline(&h, asOfMonday)
	require.Equal(t, asOfMonday, tl.AsOf)
	require.Equal(t, []TimelineAid{
		{ISO: "12060600", NameDA: "Rollatorer", Name: "Rollators", Concept: "mobility_aids", Lent: asOfMonday - 300, Returned: asOfMonday - 100},
		{ISO: "09123300", NameDA: "Bækkener", Name: "Bedpans", Concept: "toilet_aids", Lent: asOfMonday - 2, Returned: rettidig.NoDay},
	}, tl.Aids)
	require.Equal(t, 2, tl.AidsEver, "the bed is not known yet")
	require.Len(t, tl.Weeks, 104)
	require.Equal(t, tl.Weeks[0].Week, tl.From, "nothing is older than two years")
	require.Equal(t, lastMonday(asOfMonday), tl.Weeks[103].Week)
	for i, w := range tl.Weeks {
		want := TimelineWeek{Week: lastMonday(asOfMonday) - rettidig.Day(7*(103-i))}
		if i >= 92 {
			want.Personal, want.Practical = 60, 30
		}
		require.Equal(t, want, w)
	}
	need := 12.5
	require.Equal(t, []TimelineMark{
		{Date: asOfMonday - 20, Kind: "screening", Need: &need},
		{Date: asOfMonday - 20, Kind: "status", Text: "active"},
		{Date: asOfMonday - 15, Kind: "session", Text: "4"},
		{Date: asOfMonday - 12, Kind: "cancelled"},
	}, tl.Train)

	h.Aids = append(h.Aids, rettidig.Aid{ISO: "181210", Lent: asOfMonday - 9000, KnownLent: asOfMonday - 9000, Returned: asOfMonday - 5*365 - 1, KnownReturned: asOfMonday - 5*365 - 1},
		rettidig.Aid{ISO: "181207", Lent: asOfMonday - 9000, KnownLent: asOfMonday - 9000, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay})
	tl = timeline(&h, asOfMonday)
	require.Len(t, tl.Aids, 3, "a loan that ended more than five years ago is left out, one that is still out is not")
	require.Equal(t, 4, tl.AidsEver, "and both are counted")
	require.Equal(t, asOfMonday-5*365, tl.From, "the drawing goes back five years at most")
}

func TestAnEmptyHistory(t *testing.T) {
	h := rettidig.History{Citizen: rettidig.Citizen{Birth: rettidig.NoDay}}
	b, err := json.Marshal(struct {
		S CitizenSummary
		F []SummaryFact
		T []TimelineAid
		M []TimelineMark
	}{summary(&h, asOfMonday), facts(&h, asOfMonday), timeline(&h, asOfMonday).Aids, timeline(&h, asOfMonday).Train})
	require.NoError(t, err)
	require.JSONEq(t, `{"S":{"id":"","age":0,"sex":"unknown","aids_on_loan":0,"minutes_per_week":0,"last_event":"","last_event_text":"","open_course":false,"decided_by_you":false},"F":[],"T":[],"M":[]}`, string(b))
}

func TestHelpBeginsOnce(t *testing.T) {
	w := func(code string, week int) rettidig.ServiceWeek {
		return rettidig.ServiceWeek{Code: code, Week: rettidig.Day(7 * week), Known: rettidig.Day(7*week + 6), Minutes: 1}
	}
	got := serviceStarts([]rettidig.ServiceWeek{w("a", 1), w("a", 2), w("b", 2), w("a", 7), w("a", 13), w("a", 99)}, 7*50)
	require.Equal(t, []rettidig.ServiceWeek{w("a", 1), w("b", 2), w("a", 13)}, got, "five weeks on is a break of four, six is one of five; week 99 is not known")
}

// TestNothingKnownLaterIsShown adds facts of any age that become known on the as-of date or later, and
// wants the same bytes.
func TestNothingKnownLaterIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := rettidig.History{Citizen: rettidig.Citizen{Birth: rettidig.DayOf(1940, 1, 1)}}
		day := rapid.Custom(func(t *rapid.T) rettidig.Day {
			return asOfMonday - rettidig.Day(rapid.IntRange(0, 2500).Draw(t, "ago"))
		})
		add := func(known func(rettidig.Day) rettidig.Day, label string) {
			for range rapid.IntRange(0, 6).Draw(t, label) {
				d := day.Draw(t, "day")
				k := known(d)
				iso := rapid.SampledFrom([]string{"120606", "181210", "99"}).Draw(t, "iso")
				switch rapid.IntRange(0, 4).Draw(t, "kind") {
				case 0:
					h.Aids = append(h.Aids, rettidig.Aid{ISO: iso, Lent: d, KnownLent: k, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay})
				case 1:
					h.Services = append(h.Services, rettidig.ServiceWeek{Code: "H1.1", Week: d.Monday(), Known: max(k, d.Monday()+6), Minutes: 30, Count: 1})
				case 2:
					h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: k, Need: 10, Ability: math.NaN()})
				case 3:
					h.Sessions = append(h.Sessions, rettidig.Session{Date: d, Known: k, Rating: 3})
				case 4:
					h.Statuses = append(h.Statuses, rettidig.StatusChange{Date: d, Known: k, Status: rettidig.Terminated})
				}
			}
		}
		add(func(d rettidig.Day) rettidig.Day { return d }, "known")
		h.Sort()
		before := everything(t, &h)
		add(func(rettidig.Day) rettidig.Day {
			return asOfMonday + rettidig.Day(rapid.IntRange(0, 30).Draw(t, "late"))
		}, "late")
		for i := range h.Aids { // and returns that nobody knows of yet
			if !h.Aids[i].Returned.Valid() && rapid.Bool().Draw(t, "returned") {
				h.Aids[i].Returned, h.Aids[i].KnownReturned = h.Aids[i].Lent+1, asOfMonday
			}
		}
		h.Sort()
		if after := everything(t, &h); after != before {
			t.Fatalf("what became known later is shown:\n%s\n%s", before, after)
		}
	})
}

func everything(t *rapid.T, h *rettidig.History) string {
	s := summary(h, asOfMonday)
	b, err := json.Marshal([]any{s, s.LastEventDA, facts(h, asOfMonday), timeline(h, asOfMonday)})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
