package api

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// lastMonday is the Monday of the last week that was over and known before asOf.
func lastMonday(asOf rettidig.Day) rettidig.Day { return (asOf - 7).Monday() }

// onLoan tells whether a loan was out, as far as was known before asOf.
func onLoan(a rettidig.Aid, asOf rettidig.Day) bool {
	return a.KnownLent < asOf && !returned(a, asOf).Valid()
}

// returned is the day a loan came back, as far as was known before asOf.
func returned(a rettidig.Aid, asOf rettidig.Day) rettidig.Day {
	if a.KnownReturned.Valid() && a.KnownReturned < asOf {
		return a.Returned
	}
	return rettidig.NoDay
}

// summary is one line about a citizen from what was known before asOf. The caller fills in the id.
func summary(h *rettidig.History, asOf rettidig.Day) CitizenSummary {
	s := CitizenSummary{Sex: h.Citizen.Sex.String(), OpenCourse: openCourse(h, asOf), MinutesWeek: minutesPerWeek(h, asOf)}
	if h.Citizen.Birth.Valid() {
		s.Age = max(rettidig.AgeAt(h.Citizen.Birth, asOf), 0)
	}
	for _, a := range h.Aids {
		if onLoan(a, asOf) {
			s.AidsOnLoan++
		}
	}
	last := lastEvent(h, asOf)
	s.LastEvent, s.LastEventDA, s.LastEventEN = last.day, last.da, last.en
	return s
}

// minutesPerWeek is the help delivered, as a mean over the last four weeks that are known.
func minutesPerWeek(h *rettidig.History, asOf rettidig.Day) float64 {
	to := lastMonday(asOf)
	sum := 0.0
	for _, w := range h.Services {
		if w.Known < asOf && w.Week > to-28 && w.Week <= to {
			sum += float64(w.Minutes)
		}
	}
	return sum / 4
}

// openCourse tells whether a training course was running: by the last status, and where there is none, by
// a screening or session in the last four weeks.
func openCourse(h *rettidig.History, asOf rettidig.Day) bool {
	for i := len(h.Statuses) - 1; i >= 0; i-- {
		if st := h.Statuses[i]; st.Known < asOf {
			switch st.Status {
			case rettidig.Terminated, rettidig.HasDied, rettidig.OptedOut, rettidig.Monitor, rettidig.Maintenance:
				return false
			}
			return true
		}
	}
	for _, s := range h.Sessions {
		if s.Known < asOf && s.Date >= asOf-28 {
			return true
		}
	}
	for _, s := range h.Screenings {
		if s.Known < asOf && s.Date >= asOf-28 {
			return true
		}
	}
	return false
}

// happening is what happened last, in one line.
type happening struct {
	day    rettidig.Day
	da, en string
}

// lastEvent finds the newest thing that changed something: a loan, a return, a screening, a session, a
// status, or a service that began (its first week, or the first after four weeks without it). Help that
// goes on as before is no event; otherwise everybody who gets help would be equal. Of two on one day the
// later in this list counts. An aid is named by its class, in the plural, so the name stands after a colon
// and reads whatever the number.
func lastEvent(h *rettidig.History, asOf rettidig.Day) happening {
	last := happening{day: rettidig.NoDay}
	newer := func(d rettidig.Day) bool { return d >= last.day }
	for _, w := range serviceStarts(h.Services, asOf) {
		if newer(w.Week) {
			s, _ := codes.ServiceOf(w.Code)
			last = happening{w.Week, s.DA + " begyndt", s.EN + " began"}
		}
	}
	for _, a := range h.Aids {
		if a.KnownLent < asOf && newer(a.Lent) {
			c, _ := codes.ClassOf(a.ISO)
			last = happening{a.Lent, "Hjælpemiddel udlånt: " + lowerFirst(c.DA), "Aid lent: " + lowerFirst(c.EN)}
		}
		if r := returned(a, asOf); r.Valid() && newer(r) {
			c, _ := codes.ClassOf(a.ISO)
			last = happening{r, "Hjælpemiddel returneret: " + lowerFirst(c.DA), "Aid returned: " + lowerFirst(c.EN)}
		}
	}
	for _, s := range h.Sessions {
		if s.Known < asOf && newer(s.Date) {
			last = happening{s.Date, "Træning", "Training session"}
			if s.Cancelled {
				last.da, last.en = "Træning aflyst", "Training session cancelled"
			}
		}
	}
	for _, s := range h.Screenings {
		if s.Known < asOf && newer(s.Date) {
			last = happening{s.Date, "Screening", "Screening"}
		}
	}
	for _, s := range h.Statuses {
		if s.Known < asOf && newer(s.Date) {
			n := statusNames[s.Status]
			last = happening{s.Date, cmp.Or(n[0], string(s.Status)), cmp.Or(n[1], string(s.Status))}
		}
	}
	return last
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

var statusNames = map[rettidig.Status][2]string{
	rettidig.Active:              {"Forløb begyndt", "Course began"},
	rettidig.Pause:               {"Forløb sat på pause", "Course paused"},
	rettidig.Reactivated:         {"Forløb genoptaget", "Course resumed"},
	rettidig.SignificantProgress: {"Tydelig fremgang", "Significant progress"},
	rettidig.Monitor:             {"Opfølgning efter forløb", "Follow-up after a course"},
	rettidig.Maintenance:         {"Vedligeholdende træning", "Maintenance training"},
	rettidig.Terminated:          {"Forløb afsluttet", "Course ended"},
	rettidig.HasDied:             {"Død", "Died"},
	rettidig.OptedOut:            {"Takket nej", "Opted out"},
	rettidig.ShouldBeScreened:    {"Skal screenes", "Should be screened"},
}

// serviceStarts returns, in order of weeks, the weeks in which a service began.
func serviceStarts(weeks []rettidig.ServiceWeek, asOf rettidig.Day) []rettidig.ServiceWeek {
	seen := map[string]rettidig.Day{}
	var starts []rettidig.ServiceWeek
	for _, w := range weeks {
		if w.Known >= asOf {
			continue
		}
		if before, ok := seen[w.Code]; !ok || w.Week-before > 35 {
			starts = append(starts, w)
		}
		seen[w.Code] = w.Week
	}
	return starts
}

// facts are the few things that an assessor wants first.
func facts(h *rettidig.History, asOf rettidig.Day) []SummaryFact {
	out := []SummaryFact{}
	if a, ok := newestLoan(h, asOf); ok {
		c, _ := codes.ClassOf(a.ISO)
		out = append(out, SummaryFact{"Seneste hjælpemiddel", "Newest aid", c.DA, c.EN, a.Lent, "aids"})
	}
	to := lastMonday(asOf)
	if m := minutesPerWeek(h, asOf); m > 0 {
		out = append(out, SummaryFact{"Hjælp pr. uge, gennemsnit af fire uger", "Help per week, mean of four weeks", hoursDA(m), hoursEN(m), to + 6, "services"})
	}
	if s, ok := newestScreening(h, asOf); ok {
		da, en := screeningText(s)
		out = append(out, SummaryFact{"Seneste screening", "Newest screening", da, en, s.Date, "training"})
	}
	if done, cancelled, day := sessions(h, asOf); day.Valid() {
		out = append(out, SummaryFact{"Træning i de seneste 12 uger", "Training in the last 12 weeks",
			fmt.Sprintf("%d gennemført, %d aflyst", done, cancelled), fmt.Sprintf("%d done, %d cancelled", done, cancelled), day, "training"})
	}
	return out
}

func newestLoan(h *rettidig.History, asOf rettidig.Day) (last rettidig.Aid, ok bool) {
	for _, a := range h.Aids {
		if a.KnownLent < asOf && (!ok || a.Lent >= last.Lent) {
			last, ok = a, true
		}
	}
	return last, ok
}

func newestScreening(h *rettidig.History, asOf rettidig.Day) (last rettidig.Screening, ok bool) {
	for _, s := range h.Screenings {
		if s.Known < asOf && (!ok || s.Date >= last.Date) {
			last, ok = s, true
		}
	}
	return last, ok
}

func sessions(h *rettidig.History, asOf rettidig.Day) (done, cancelled int, last rettidig.Day) {
	last = rettidig.NoDay
	for _, s := range h.Sessions {
		if s.Known >= asOf || s.Date < asOf-84 {
			continue
		}
		last = max(last, s.Date)
		if s.Cancelled {
			cancelled++
		} else {
			done++
		}
	}
	return done, cancelled, last
}

func hoursEN(minutes float64) string {
	m := int(minutes + 0.5)
	return fmt.Sprintf("%d h %02d min", m/60, m%60)
}

func hoursDA(minutes float64) string {
	m := int(minutes + 0.5)
	return fmt.Sprintf("%d t. %02d min.", m/60, m%60)
}

// screeningText gives both scores, with the decimal comma in Danish; a score that is missing says so.
func screeningText(s rettidig.Screening) (da, en string) {
	num := func(v float64, missing string) string {
		if v != v {
			return missing
		}
		return fmt.Sprintf("%.1f", v)
	}
	da = fmt.Sprintf("behov for hjælp %s, fysisk formåen %s", strings.Replace(num(s.Need, "mangler"), ".", ",", 1), strings.Replace(num(s.Ability, "mangler"), ".", ",", 1))
	return da, fmt.Sprintf("need of help %s, physical ability %s", num(s.Need, "missing"), num(s.Ability, "missing"))
}
