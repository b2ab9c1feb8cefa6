package render

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"

	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

//go:embed page.html
var pageHTML string

// page is what the template sees.
type page struct {
	Lang                   string
	P                      *proposal.Proposal
	R                      *proposal.Result
	Headline, Scenario     string
	Chart                  chart
	Tables                 []Table
	Parameters             []pageParameter
	Calculations           []Calculation
	Check                  template.HTML // the review as a section; "" when it was not asked for
	Uncertainty            template.HTML // the same of how sure the figures are
	HasVariants, HasEffect bool
}

type pageParameter struct {
	Label, ID, Value, Status, Source, Note, Spread string
	Changed                                        bool
}

// HTML writes a proposal's page: one file that needs no other, to be read on a screen or printed on A4. reviewed is the
// report of its check; nil when it was not checked.
func HTML(w io.Writer, m *proposal.Model, r *proposal.Result, reviewed *check.Report, o Options) error {
	lang := o.language()
	p := m.Proposal()
	pg := page{Lang: lang, P: p, R: r, Headline: Headline(r, lang), Scenario: scenarioText(r, lang), Chart: newChart(r, o),
		Tables: Tables(r, o), Calculations: Calculations(m, r, o), Uncertainty: o.Uncertainty}
	if reviewed != nil {
		var b bytes.Buffer
		short := *reviewed
		short.Title = "" // the page has it
		if err := short.HTML(&b, lang); err != nil {
			return err
		}
		pg.Check = template.HTML(b.String())
	}
	c := calculations{m: m, r: r, lang: lang}
	for i, s := range r.Parameters {
		q := &p.Parameters[i]
		v := inUnit(s.Exact[0], s.Unit, lang)
		if !s.Constant {
			v = c.byYear(s.Exact, func(int) bool { return true }, s.Unit)
		}
		pg.Parameters = append(pg.Parameters, pageParameter{labelOf(q.Label, q.LabelEN, lang), q.ID, v, Status(q, lang), SourceText(q.Source, lang), q.Note, spreadText(q, lang), s.Changed})
	}
	for _, s := range p.TimePlan {
		pg.HasVariants = pg.HasVariants || s.Variant != ""
	}
	if p.Risk != nil {
		for _, x := range p.Risk.Reasons {
			pg.HasEffect = pg.HasEffect || x.Mitigation != "" || x.Effect != ""
		}
	}
	t := template.Must(template.New("page").Funcs(template.FuncMap{
		"say":   func(key string, args ...any) string { return say(lang, key, args...) },
		"known": func(s string) string { return known(lang, s) },
		"texts": func(t Table, l Line) []string { return t.texts(l, lang) },
		"join":  func(s []string) string { return strings.Join(s, ", ") },
		"goal":  func(t proposal.Target) string { return goalText(t, lang) },
		"when":  func(t proposal.Target) string { return strings.TrimSuffix(t.Due+"; "+t.When, "; ") },
		"trim":  func(s string) string { return strings.TrimPrefix(s, "; ") },
		"add":   func(a, b int) int { return a + b },
	}).Parse(pageHTML))
	return t.Execute(w, pg)
}

// goalText is the number that a target asks for; "" without one.
func goalText(t proposal.Target, lang string) string {
	var parts []string
	if t.AtLeast != nil {
		parts = append(parts, say(lang, "at least")+" "+inUnit(t.AtLeast.Value, t.Unit, lang))
	}
	if t.AtMost != nil {
		parts = append(parts, say(lang, "at most")+" "+inUnit(t.AtMost.Value, t.Unit, lang))
	}
	return strings.Join(parts, ", ")
}

// labelOf is a label in the language, or the Danish one where nobody gave another.
func labelOf(danish, english, lang string) string {
	if lang == English && english != "" {
		return english
	}
	return danish
}
