package render

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Options are how a result is shown.
type Options struct {
	Language  string // Danish or English; "" is Danish
	Exact     bool   // figures before rounding
	Disbursed int    // the year whose prices are paid, if another than the price level's

	Uncertainty template.HTML // of a page: how sure the figures are, as a section; "" when it was not asked for
}

func (o Options) language() string {
	if o.Language == "" {
		return Danish
	}
	return o.Language
}

// Style is what a line of a table is.
type Style string

// Styles of lines.
const (
	Head  Style = "head"  // a heading over lines
	Item  Style = "item"  // a row of the proposal
	Part  Style = "part"  // a part of the row above it, not added again
	Total Style = "total" // a sum of lines above
	Grand Style = "grand" // a sum of sums
	Sofar Style = "sofar" // the line above, accumulated
	Word  Style = "word"  // an answer in words
)

// Line is one line of a table.
type Line struct {
	Style  Style
	ID     string // of the row that an Item or a Part shows
	Label  string
	Second string     // steering area or appropriation
	Cells  []*float64 // 1,000 kr by year; nil is a blank cell
	Answer string     // of a Word
}

// Table is one of the proposal's tables, ready to be set.
type Table struct {
	ID      string // overall, implementation, permanent
	Caption string
	Unit    string // "1.000 kr. 2023 p/l"
	Second  string // heading of the second column
	Years   []int
	Lines   []Line
	Notes   []string
	Places  int // decimals that the figures need
}

// Tables gives Table 1 (the whole), Table 2 (investments) and Table 3 (permanent changes), in this order.
func Tables(r *proposal.Result, o Options) []Table {
	t := tables{r: r, o: o, lang: o.language()}
	return []Table{t.overall(), t.byArea("2", "implementation"), t.byArea("3", "permanent")}
}

type tables struct {
	r    *proposal.Result
	o    Options
	lang string
}

func (t *tables) say(key string, args ...any) string { return say(t.lang, key, args...) }

func (t *tables) cells(values []proposal.Amount) []*float64 {
	out := make([]*float64, len(values))
	for k, a := range values {
		if a.Blank {
			continue
		}
		x := a.Rounded
		if t.o.Exact {
			x = a.Exact
		}
		out[k] = &x
	}
	return out
}

func (t *tables) table(id, caption, second string, lines []Line) Table {
	var all []float64
	for _, l := range lines {
		for _, x := range l.Cells {
			if x != nil {
				all = append(all, *x)
			}
		}
	}
	most := 1
	if t.o.Exact {
		most = 3 // kroner
	}
	return Table{ID: id, Caption: caption, Unit: t.say("prices", t.r.PriceLevel), Second: second, Years: t.r.Years, Lines: lines, Places: decimals(all, most)}
}

// items gives the rows that are kept, with their parts if wanted.
func (t *tables) items(parts bool, second func(proposal.RowResult) string, keep func(proposal.RowResult) bool) []Line {
	var lines []Line
	for _, r := range t.r.Rows {
		if r.Parent != "" || !keep(r) {
			continue
		}
		lines = append(lines, Line{Style: Item, ID: r.ID, Label: r.Label, Second: second(r), Cells: t.cells(r.Values)})
		for _, part := range t.r.Rows {
			if parts && part.Parent == r.ID {
				lines = append(lines, Line{Style: Part, ID: part.ID, Label: t.ofWhich(part.Label), Second: second(part), Cells: t.cells(part.Values)})
			}
		}
	}
	return lines
}

// ofWhich begins a part's label, unless its author did.
func (t *tables) ofWhich(label string) string {
	if strings.HasPrefix(strings.ToLower(label), t.say("of which")) {
		return label
	}
	return t.say("of which") + label
}

func (t *tables) areaOf(r proposal.RowResult) string { return sentence(t.say(r.Area)) }

func (t *tables) overall() Table {
	permanent := t.items(false, t.areaOf, func(r proposal.RowResult) bool { return r.Kind != proposal.OneOff })
	oneOff := t.items(false, t.areaOf, func(r proposal.RowResult) bool { return r.Kind == proposal.OneOff })
	var lines []Line
	lines = append(lines, Line{Style: Head, Label: t.say("permanent")})
	lines = append(lines, permanent...)
	lines = append(lines, Line{Style: Total, Label: t.say("permanent total"), Cells: t.cells(t.r.Totals.Permanent)})
	lines = append(lines, Line{Style: Head, Label: t.say("one-off")})
	lines = append(lines, oneOff...)
	lines = append(lines, Line{Style: Total, Label: t.say("one-off total"), Cells: t.cells(t.r.Totals.Implementation)})
	lines = append(lines, Line{Style: Grand, Label: t.say("overall"), Cells: t.cells(t.r.Totals.Overall)})
	accumulated := make([]*float64, len(t.r.Years))
	sum := 0.0
	for k, a := range t.r.Totals.Overall {
		x := a.Rounded
		if t.o.Exact {
			x = a.Exact
		}
		sum += x
		if !a.Blank || sum != 0 {
			y := sum
			accumulated[k] = &y
		}
	}
	lines = append(lines, Line{Style: Sofar, Label: t.say("accumulated"), Cells: accumulated})
	p := t.r.Payback
	lines = append(lines, Line{Style: Word, Label: t.say("payback service"), Answer: t.payback(p.Service, p.PlainService)})
	lines = append(lines, Line{Style: Word, Label: t.say("payback total"), Answer: t.payback(p.Total, p.PlainTotal)})
	out := t.table("overall", t.say("table")+" 1. "+t.say("table 1"), t.say("area"), lines)
	if t.o.Disbursed != 0 && t.o.Disbursed != t.r.PriceLevel {
		out.Notes = append(out.Notes, t.say("disbursed", t.r.PriceLevel, t.o.Disbursed))
	}
	if t.o.Exact {
		out.Notes = append(out.Notes, t.say("exact"))
	}
	out.Notes = append(out.Notes, t.say("sign"))
	return out
}

// payback says the plain answer beside the other where they differ.
func (t *tables) payback(p, plain proposal.Payback) string {
	s := Payback(p, t.r.Years, t.lang)
	if plain != p {
		s += "; " + t.say("plain", Payback(plain, t.r.Years, t.lang))
	}
	return s
}

// byArea is Table 2 or 3: rows by steering area and appropriation.
func (t *tables) byArea(number, id string) Table {
	one := id == "implementation"
	wanted := func(r proposal.RowResult) bool { return (r.Kind == proposal.OneOff) == one }
	var areas []string
	for _, a := range []string{proposal.Service, proposal.Anlaeg} {
		if slices.ContainsFunc(t.r.Rows, func(r proposal.RowResult) bool { return wanted(r) && r.Area == a }) {
			areas = append(areas, a)
		}
	}
	caption, total := t.say("changes"), t.say("changes in total")
	if one {
		caption, total = t.say("investments"), t.say("invested")
	}
	if len(areas) == 1 && one {
		caption = t.say("invest " + areas[0])
	} else if len(areas) == 1 {
		caption += ", " + t.say(areas[0])
	}
	var lines []Line
	for _, area := range areas {
		if len(areas) > 1 {
			lines = append(lines, Line{Style: Head, Label: sentence(t.say(area))})
		}
		lines = append(lines, t.items(true, func(r proposal.RowResult) string { return r.Appropriation }, func(r proposal.RowResult) bool { return wanted(r) && r.Area == area })...)
		i := slices.IndexFunc(t.r.Areas, func(a proposal.AreaTotals) bool { return a.Area == area })
		lines = append(lines, Line{Style: Total, Label: total + ", " + t.say(area), Cells: t.cells(pick(t.r.Areas[i].Totals, one))})
	}
	switch {
	case len(areas) == 0:
		lines = append(lines, Line{Style: Item, Label: t.say("none"), Cells: make([]*float64, len(t.r.Years))})
	case len(areas) > 1:
		lines = append(lines, Line{Style: Grand, Label: total, Cells: t.cells(pick(t.r.Totals, one))})
	}
	return t.table(id, t.say("table")+" "+number+". "+caption, t.say("appropriation"), lines)
}

func pick(t proposal.Totals, one bool) []proposal.Amount {
	if one {
		return t.Implementation
	}
	return t.Permanent
}

// texts writes a line's figures; a blank cell is "".
func (t Table) texts(l Line, language string) []string {
	out := make([]string, len(l.Cells))
	for k, x := range l.Cells {
		if x != nil {
			out[k] = Number(*x, t.Places, language)
		}
	}
	return out
}

func (t Table) heads() []string {
	out := make([]string, len(t.Years))
	for k, y := range t.Years {
		out[k] = strconv.Itoa(y)
	}
	return out
}
