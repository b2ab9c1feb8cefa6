package check

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// hearings finds answers that contradict themselves, and that the employees' committee was not asked.
var hearings = rule{"hearings", Text{"Hvem er hørt", "Who was heard"}, (*view).hearings}

var employees = regexp.MustCompile(`(?i)\bMED\b|MED-|samarbejdsudvalg`)

func (v *view) hearings() {
	for i := range v.p.Hearings {
		h := &v.p.Hearings[i]
		f := Finding{Class: Governance, Severity: Note, Lines: []string{h.Lines}}
		switch {
		case h.Answer != "yes" && h.Date != "":
			word := Text{"nej", "no"}
			if h.Answer == "not relevant" {
				word = Text{"ikke relevant", "not relevant"}
			}
			f.Title = say("%s: »%s«, men med en dato", "%s: “%s”, but with a date", plain(h.Body), word)
			f.Printed = say("%s, %s", "%s, %s", word, plain(h.Date))
			f.Explain = say("Den, der ikke er hørt, har ingen dato. Er svaret ja?", "Who was not heard has no date. Is the answer yes?")
		default:
			continue
		}
		v.find(h.Body, fmt.Sprintf("hearings[%d]", i), f)
	}
	if len(v.p.Hearings) > 0 && !slices.ContainsFunc(v.p.Hearings, func(h proposal.Hearing) bool { return employees.MatchString(h.Body) }) {
		f := Finding{Class: Governance, Severity: Note, Lines: []string{v.p.Hearings[0].Lines}}
		f.Title = say("Ingen MED-udvalg er nævnt blandt de hørte", "No employees' committee is named among those heard")
		f.Explain = say("De øvrige er %s.", "The others are %s.", bodies(v.p.Hearings))
		v.find("med", "hearings", f)
	}
}

func bodies(list []proposal.Hearing) Text {
	var out []Text
	for _, h := range list {
		out = append(out, plain(h.Body))
	}
	return listed(out)
}

// timePlans finds figures in years before the time plan's first step.
var timePlans = rule{"time-plan", Text{"Tidsplan mod tabeller", "Time plan against tables"}, (*view).timePlans}

func (v *view) timePlans() {
	if len(v.p.TimePlan) == 0 {
		return
	}
	first := 0
	for i, s := range v.p.TimePlan {
		if yearOf(s.When) < yearOf(v.p.TimePlan[first].When) {
			first = i
		}
	}
	begins := yearOf(v.p.TimePlan[first].When)
	f := Finding{Class: Timing, Severity: Warning, Lines: []string{v.p.TimePlan[first].Lines}}
	var what []Text
	for _, r := range v.r.Rows {
		for k, a := range r.Values {
			if a.Rounded != 0 && v.years[k] < begins && r.Parent == "" {
				f.Rows, f.Years = append(f.Rows, r.ID), append(f.Years, v.years[k])
				what = append(what, say("»%s« %s i %s", "“%s” %s in %s", plain(r.Label), amount(a.Rounded), v.years[k]))
			}
		}
	}
	if len(what) == 0 {
		return
	}
	f.Title = say("Tidsplanen begynder i %s, tabellerne før", "The time plan begins in %s, the tables before", begins)
	f.Explain = say("Før planens første trin: %s.", "Before the plan's first step: %s.", listed(what))
	v.find("first-step", fmt.Sprintf("time-plan[%d]", first), f)
}

// yearOf is the year of 2022Q3, 2022H2, 2022-12-31 or 2022.
func yearOf(period string) int {
	y, _ := strconv.Atoi(period[:min(4, len(period))])
	return y
}

// captions finds two tables with the same number.
var captions = rule{"same-caption", Text{"Samme tabelnummer", "Same table number"}, (*view).captions}

var numbered = regexp.MustCompile(`(?i)^tabel \d+[a-z]?\b`)

func (v *view) captions() {
	for k, s := range v.sheets {
		n := strings.ToLower(numbered.FindString(s.Caption))
		if n == "" {
			continue
		}
		for _, o := range v.sheets[:k] {
			if strings.ToLower(numbered.FindString(o.Caption)) == n {
				f := Finding{Class: Typographic, Severity: Note, Tables: []string{o.ID, s.ID}, Lines: []string{o.Lines, s.Lines}, Printed: plain(numbered.FindString(s.Caption))}
				f.Title = say("To tabeller hedder »%s«", "Two tables are called “%s”", plain(numbered.FindString(s.Caption)))
				f.Explain = say("Det er %s og %s: en henvisning til nummeret er tvetydig.", "They are %s and %s: a reference to the number is ambiguous.", plain(o.ID), plain(s.ID))
				v.find(o.ID+"/"+s.ID, s.path+".caption", f)
			}
		}
	}
}

// figures finds figures that are not printed as Danish numbers, in tables and in the text.
var figures = rule{"not-a-danish-number", Text{"Tal skrevet forkert", "Figures written wrongly"}, (*view).figures}

func (v *view) figures() {
	for _, s := range v.sheets {
		for i, r := range s.Rows {
			v.doubts(s, r.Values, fmt.Sprintf("%s.rows[%d].values", s.path, i), r.Row, v.rowLabel(s, i), s.rowLines(i))
		}
		for _, name := range totalNames {
			v.doubts(s, s.Totals[name], s.path+".totals."+name, "total:"+name, totalLabels[name].DA, s.Lines)
		}
	}
	for i := range v.p.Statements {
		s := &v.p.Statements[i]
		x, ok := readSaid(s.Says, s.Unit)
		doubt := x.doubt
		if y, err := strconv.Atoi(s.Says); s.Unit == "year" && (err != nil || y < 1900 || y > 2100) {
			doubt, ok = fmt.Sprintf("%q is no year", s.Says), true
		}
		if !ok || doubt == "" {
			continue
		}
		f := Finding{Class: Typographic, Severity: Note, Lines: linesOf(s.Source), Printed: plain(s.Says)}
		f.Title = say("»%s« er ikke et dansk tal", "“%s” is no Danish number", plain(s.Says))
		f.Explain = say("Om %s: %s.", "About %s: %s.", plain(s.About), plain(doubt))
		v.find(v.place(s), fmt.Sprintf("statements[%d].says", i), f)
	}
}

func (v *view) doubts(s *sheet, cells []*proposal.AsPrinted, path, row, label, lines string) {
	f := Finding{Class: Typographic, Severity: Note, Tables: []string{s.ID}, Rows: []string{row}, Lines: []string{lines}}
	var texts, why []string
	for k, a := range cells {
		if a != nil && a.Doubt != "" {
			f.Years = append(f.Years, s.years[k])
			texts, why = append(texts, a.Text), append(why, a.Doubt)
		}
	}
	if len(texts) == 0 {
		return
	}
	f.Printed = plain(strings.Join(texts, " / "))
	f.Title = say("%s i %s: tal skrevet forkert", "%s in %s: figures written wrongly", plain(label), plain(s.ID))
	f.Explain = plain(strings.Join(why, "; ") + ".")
	v.find(s.ID+"/"+row, path, f)
}

// priceLevels finds figures that are paid in other prices than they are given in, with no conversion.
var priceLevels = rule{"price-level", Text{"Pris- og lønniveau", "Price level"}, (*view).priceLevels}

func (v *view) priceLevels() {
	if v.p.DisbursedIn == 0 || v.p.DisbursedIn == v.r.PriceLevel {
		return
	}
	f := Finding{Class: PriceLevel, Severity: Note}
	f.Printed, f.Computed = say("%s p/l", "%s prices", v.r.PriceLevel), say("%s p/l", "%s prices", v.p.DisbursedIn)
	f.Title = say("Beregnet i %s p/l, udmøntes i %s p/l", "Computed in %s prices, disbursed in %s prices", v.r.PriceLevel, v.p.DisbursedIn)
	f.Explain = say("Beløbene er ikke omregnet: giv en indekstabel.", "The amounts are not converted: give a table of price indices.")
	v.find("disbursed-in", "disbursed-in", f)
}

// risks finds a proposal that does not state its risk.
var risks = rule{"risk", Text{"Risikovurdering", "Risk"}, (*view).risks}

func (v *view) risks() {
	f := Finding{Class: Governance, Severity: Note}
	switch {
	case v.p.Risk == nil || v.p.Risk.Level == "not stated":
		f.Title = say("Risikoen er ikke oplyst som lav, mellem eller høj", "The risk is not stated as low, medium or high")
		if v.p.Risk != nil {
			f.Lines = linesOf(v.p.Risk.Source)
		}
	case v.p.Risk.Level != "low" && len(v.p.Risk.Reasons) == 0:
		f.Title = say("Risikoen er ikke begrundet", "The risk is not explained")
		f.Lines = linesOf(v.p.Risk.Source)
	default:
		return
	}
	v.find("level", "risk", f)
}

// followUps finds targets that nobody can be held to.
var followUps = rule{"follow-up", Text{"Opfølgning", "Follow-up"}, (*view).followUps}

func (v *view) followUps() {
	if len(v.p.FollowUp) == 0 {
		f := Finding{Class: Governance, Severity: Note}
		f.Title = say("Der er ingen opfølgningsmål", "There are no follow-up targets")
		v.find("none", "follow-up", f)
		return
	}
	lacks := []struct {
		id   string
		text Text
		is   func(t *proposal.Target) bool
	}{
		{"number", Text{"et tal", "a number"}, func(t *proposal.Target) bool { return t.AtLeast == nil && t.AtMost == nil && t.Kind != "milestone" }},
		{"owner", Text{"en ansvarlig", "an owner"}, func(t *proposal.Target) bool { return len(t.Responsible) == 0 }},
		{"date", Text{"en dato", "a date"}, func(t *proposal.Target) bool { return t.Due == "" && t.When == "" }},
	}
	for _, l := range lacks {
		f := Finding{Class: Governance, Severity: Note}
		var goals []Text
		path := ""
		for i := range v.p.FollowUp {
			t := &v.p.FollowUp[i]
			if l.is(t) {
				goals = append(goals, plain("»"+short(t.Goal)+"«"))
				f.Lines = append(f.Lines, t.Lines)
				if path == "" {
					path = fmt.Sprintf("follow-up[%d]", i)
				}
			}
		}
		if len(goals) == 0 {
			continue
		}
		f.Title = say("%s af %s opfølgningsmål mangler %s", "%s of %s follow-up targets lack %s", len(goals), len(v.p.FollowUp), l.text)
		f.Explain = say("%s.", "%s.", listed(goals))
		v.find(l.id, path, f)
	}
}

// related names the cases that must be seen together with this one.
var related = rule{"see-also", Text{"Sammenhæng med andre sager", "Other cases"}, (*view).related}

func (v *view) related() {
	for i, s := range v.p.SeeAlso {
		if s.How == "builds on" {
			continue
		}
		f := Finding{Class: Overlap, Severity: Note}
		how := map[string]Text{
			"covers cost": {"dækker udgiften", "covers the cost"}, "overlaps": {"overlapper", "overlaps"},
			"same saving": {"har samme besparelse", "has the same saving"}, "shares resources": {"deler ressourcer", "shares resources"},
		}[s.How]
		if s.How == "same saving" || s.How == "overlaps" {
			f.Severity = Warning
		}
		f.Title = say("%s %s", "%s %s", plain(s.Case), how)
		f.Explain = say("Sagerne skal ses sammen, så en besparelse ikke tælles to gange.", "The cases are seen together, so that no saving is counted twice.").then(plain(s.Note))
		v.find(s.Case, fmt.Sprintf("see-also[%d]", i), f)
	}
}
