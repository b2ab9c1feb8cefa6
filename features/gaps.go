package features

import (
	"math"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// A stay is a run of weeks without help between weeks with help: the extracts do not tell of admissions, and this is how
// one shows. One empty week is also the rhythm of cleaning every other week; more than twelve are help that was stopped
// and begun anew.
const (
	stayShortest = 2
	stayLongest  = 12
	stayBeside   = 4 // weeks on each side of a stay that are compared
)

// stays is what is seen of them in the last 52 weeks, the weeks with help on both sides included.
type stays struct {
	n, longest int
	since      int     // weeks from the week in which help came back after the latest to the last week; -1: none
	higher     float64 // minutes a week in the (up to) stayBeside weeks after the latest, less those before it; NaN: none
}

// stays leaves out empty weeks of the spring of 2020, when help was cut for everybody.
func (p *helpView) stays() stays {
	s := stays{since: -1, higher: math.NaN()}
	last := -1 // the latest week with help so far
	for k := depthWeeks - 52; k < depthWeeks; k++ {
		if !p.any[k] {
			continue
		}
		if empty := k - last - 1; last >= 0 && empty >= stayShortest && empty <= stayLongest && p.comparable(groupTotal, depthWeeks-last-1, depthWeeks-k+1) {
			s.n++
			s.longest = max(s.longest, empty)
			s.since = depthWeeks - 1 - k
			s.higher = mean(&p.minutes[groupTotal], k-depthWeeks, min(k+stayBeside, depthWeeks)-depthWeeks) - mean(&p.minutes[groupTotal], p.atOrAfterFirst(last+1-stayBeside)-depthWeeks, last+1-depthWeeks)
		}
		last = k
	}
	return s
}

// atOrAfterFirst returns k, or the place of the first week with help if that is later.
func (p *helpView) atOrAfterFirst(k int) int {
	return max(k, depthWeeks-1-int((p.lastWeek-p.first)/7))
}

// gapColumns say which weeks were without help.
func gapColumns() []declaration {
	const neverDA, neverEN = "Ingen hjælp i hjemmet registreret", "No help at home on record"
	const noStayDA, noStayEN = "Ingen længere afbrydelser i hjælpen det seneste år", "No longer breaks in the help in the last year"
	windows := []window{weeksBack(26), weeksBack(52)}
	out := []declaration{
		{
			ID: "help_gap_weeks_[w]", Unit: UnitCount, Family: "gaps", Windows: windows, Reads: readWeeks,
			DA: Text{
				Label: "Uger uden hjælp i hjemmet, [recent]", Missing: neverDA,
				Sentence: Forms{Any: "{n} uger uden hjælp i hjemmet [last]", One: "Én uge uden hjælp i hjemmet [last]", Zero: "Ingen uger uden hjælp i hjemmet [last]"},
				Clause:   Forms{Any: "{n} uger uden [last]", One: "én uge uden [last]", Zero: "ingen uger uden [last]"},
			},
			EN: Text{
				Label: "Weeks without help at home, [recent]", Missing: neverEN,
				Sentence: Forms{Any: "{n} weeks without help at home [last]", One: "One week without help at home [last]", Zero: "No weeks without help at home [last]"},
				Clause:   Forms{Any: "{n} weeks without [last]", One: "one week without [last]", Zero: "no weeks without [last]"},
			},
			value: func(v *view, c cell) float64 { w, _ := v.help.gaps(c.n); return w },
		},
		{
			ID: "help_gaps_[w]", Unit: UnitCount, Family: "gaps", Windows: windows, Reads: readWeeks,
			DA: Text{
				Label: "Afbrydelser i hjælpen, [recent]", Missing: neverDA,
				Sentence: Forms{Any: "{n} afbrydelser i hjælpen [last]", One: "Én afbrydelse i hjælpen [last]", Zero: "Ingen afbrydelser i hjælpen [last]"},
				Clause:   Forms{Any: "{n} afbrydelser [last]", One: "én afbrydelse [last]", Zero: "ingen afbrydelser [last]"},
			},
			EN: Text{
				Label: "Breaks in the help, [recent]", Missing: neverEN,
				Sentence: Forms{Any: "{n} breaks in the help [last]", One: "One break in the help [last]", Zero: "No breaks in the help [last]"},
				Clause:   Forms{Any: "{n} breaks [last]", One: "one break [last]", Zero: "no breaks [last]"},
			},
			value: func(v *view, c cell) float64 { _, n := v.help.gaps(c.n); return n },
		},
		{
			ID: "help_stays_52w", Unit: UnitCount, Window: "52w", Family: "stays", Reads: readWeeks, Weeks: 56,
			DA: Text{
				Label: "Længere afbrydelser i hjælpen det seneste år, måske indlæggelser", Missing: neverDA,
				Sentence: Forms{Any: "{n} længere afbrydelser i hjælpen det seneste år, måske indlæggelser", One: "Én længere afbrydelse i hjælpen det seneste år, måske en indlæggelse", Zero: noStayDA},
				Clause:   Forms{Any: "{n} længere afbrydelser, måske indlæggelser", One: "én længere afbrydelse, måske en indlæggelse", Zero: "ingen længere afbrydelser det seneste år"},
			},
			EN: Text{
				Label: "Longer breaks in the help in the last year, perhaps hospital stays", Missing: neverEN,
				Sentence: Forms{Any: "{n} longer breaks in the help in the last year, perhaps hospital stays", One: "One longer break in the help in the last year, perhaps a hospital stay", Zero: noStayEN},
				Clause:   Forms{Any: "{n} longer breaks, perhaps hospital stays", One: "one longer break, perhaps a hospital stay", Zero: "no longer breaks in the last year"},
			},
			value: func(v *view, _ cell) float64 {
				if v.help.first == rettidig.NoDay {
					return math.NaN()
				}
				return float64(v.help.stays().n)
			},
		},
		{
			ID: "help_stay_longest_52w", Unit: UnitWeeks, Window: "52w", Family: "stays", Reads: readWeeks, Weeks: 56,
			DA: Text{
				Label: "Længste afbrydelse i hjælpen det seneste år, måske en indlæggelse", Missing: noStayDA,
				Sentence: Forms{Any: "Hjælpen var afbrudt i op til {w} det seneste år, måske af en indlæggelse"},
			},
			EN: Text{
				Label: "Longest break in the help in the last year, perhaps a hospital stay", Missing: noStayEN,
				Sentence: Forms{Any: "The help was interrupted for up to {w} in the last year, perhaps by a hospital stay"},
			},
			value: func(v *view, _ cell) float64 {
				if s := v.help.stays(); s.n > 0 {
					return float64(s.longest)
				}
				return math.NaN()
			},
		},
		{
			ID: "help_weeks_since_stay", Unit: UnitWeeks, Window: "52w", Family: "stays", Reads: readWeeks, Weeks: 56,
			DA: Text{
				Label: "Uger siden hjælpen kom igen efter en længere afbrydelse", Missing: noStayDA,
				Sentence: Forms{Any: "Hjælpen kom igen for {w} siden efter en længere afbrydelse, måske en indlæggelse", Zero: "Hjælpen kom igen i den seneste uge efter en længere afbrydelse, måske en indlæggelse"},
			},
			EN: Text{
				Label: "Weeks since the help came back after a longer break", Missing: noStayEN,
				Sentence: Forms{Any: "The help came back {w} ago after a longer break, perhaps a hospital stay", Zero: "The help came back in the latest week after a longer break, perhaps a hospital stay"},
			},
			value: func(v *view, _ cell) float64 {
				if s := v.help.stays(); s.n > 0 {
					return float64(s.since)
				}
				return math.NaN()
			},
		},
		{
			ID: "help_higher_after_stay", Unit: UnitMinutesPerWeek, Window: "52w", Family: "stays", Reads: readWeeks, Weeks: 56,
			DA: Text{
				Label: "Hjælp efter den seneste længere afbrydelse mod før den, minutter om ugen", Missing: noStayDA,
				Sentence: Forms{
					Any: "{m} minutter mere hjælp om ugen efter den seneste længere afbrydelse end før den", One: "{m} minut mere hjælp om ugen efter den seneste længere afbrydelse end før den",
					Zero: "Stort set lige meget hjælp før og efter den seneste længere afbrydelse",
					Less: "{m} minutter mindre hjælp om ugen efter den seneste længere afbrydelse end før den", LessOne: "{m} minut mindre hjælp om ugen efter den seneste længere afbrydelse end før den",
				},
			},
			EN: Text{
				Label: "Help after the latest longer break against before it, minutes a week", Missing: noStayEN,
				Sentence: Forms{
					Any: "{m} minutes more help a week after the latest longer break than before it", One: "{m} minute more help a week after the latest longer break than before it",
					Zero: "About as much help before the latest longer break as after it",
					Less: "{m} minutes less help a week after the latest longer break than before it", LessOne: "{m} minute less help a week after the latest longer break than before it",
				},
			},
			value: func(v *view, _ cell) float64 { return v.help.stays().higher },
		},
	}
	for i := range out {
		out[i].Source, out[i].Concept, out[i].NotApplicable = "H1", codes.ServicesOverall, true
	}
	return out
}
