package render

import (
	"bufio"
	"io"
	"math"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Overview is a catalogue: what a document prints of each proposal, and what the proposals' own files give.
type Overview struct {
	Title      string
	PriceLevel int
	Years      []int
	Lines      []OverviewLine
	Total      OverviewLine
	Note       string
}

// OverviewLine is one proposal, or the total. Computed is nil without a file; then the printed figures count.
type OverviewLine struct {
	Label, Section string
	Computed       []proposal.Amount
	Printed        []*float64
}

// TextOverview prints the catalogue with computed figures, and the printed ones that differ from them by more than
// half a thousand kr.
func TextOverview(w io.Writer, v Overview, o Options) error {
	b := bufio.NewWriter(w)
	t := tables{r: &proposal.Result{PriceLevel: v.PriceLevel, Years: v.Years}, o: o, lang: o.language()}
	var lines []Line
	var differ []string
	section := ""
	for _, l := range append(append([]OverviewLine{}, v.Lines...), v.Total) {
		if l.Section != section && l.Section != "" {
			section = l.Section
			lines = append(lines, Line{Style: Head, Label: section})
		}
		line := Line{Style: Item, Label: l.Label, Cells: l.Printed}
		if l.Computed != nil {
			line.Cells = t.cells(l.Computed)
			for k, p := range l.Printed {
				if x := line.Cells[k]; p != nil && x != nil && math.Abs(*p-*x) > 0.5 {
					differ = append(differ, t.say("printed", l.Label, v.Years[k], Number(*p, 0, t.lang), shortest(*x, 1, t.lang)))
				}
			}
		}
		lines = append(lines, line)
	}
	lines[len(lines)-1].Style = Total
	table := t.table("catalogue", v.Title, "", lines)
	if len(differ) > 0 {
		table.Notes = append(append(table.Notes, t.say("printed as")), differ...)
	}
	if v.Note != "" && t.lang == Danish {
		table.Notes = append(table.Notes, v.Note)
	}
	table.Notes = append(table.Notes, t.say("sign"))
	table.print(b, t.lang, table.width(t.lang))
	return b.Flush()
}
