package cases

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// titles of the files on the page.
func title(file string) string {
	if file == "catalogue" {
		return "The catalogue"
	}
	return strings.ToUpper(file)
}

// WriteReproduction writes every figure of [Reproduce], their counts and the payback of each proposal as a page in Markdown.
func WriteReproduction(out io.Writer) error {
	w := bufio.NewWriter(out)
	figures, counts := Reproduce()
	fmt.Fprint(w, `# The printed figures of SU1 to SU7 and the catalogue

Written by `+"`RETTIDIG_UPDATE=1 go test ./businesscase/cases`"+` from the files in `+"`businesscase/cases`"+`; do not edit.

Each line holds one figure that the document prints against one calculation. *Reproduced*: it was computed from the
document's own inputs and is the same. *Discrepancy of the document*: it does not follow from them; of these, *carried*
totals add up from the rows beside them and differ because one of those rows does. *Given*: an input, or an input printed
once more (a row that is one parameter at full effect, a share that a row was given): nothing was computed, and it is not
counted as reproduced. A figure that is held against two calculations stands twice. Amounts are 1,000 kr in 2023 prices
where nothing else is said; blank cells are no figures.

## Counts

| | figures | reproduced | discrepancies | of them carried | given |
|---|---:|---:|---:|---:|---:|
`)
	for _, c := range counts.Files {
		countLine(w, title(c.File), c)
	}
	countLine(w, "**All**", counts.All)
	fmt.Fprint(w, "\n## Payback\n\nYears from the first year with any figure. The rule: the first year in which the accumulated overall effect is at or below 0 and no implementation cost comes later, not discounted. The plain rule does not wait for later costs.\n\n| | printed, service | printed, total economy | computed, service | computed, total economy | plain, service | plain, total economy |\n|---|---|---|---|---|---|---|\n")
	for _, name := range Names() {
		p, _, r, err := compute(name)
		if err != nil {
			return err
		}
		b := r.Payback
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", title(name), printedPayback(p, "service"), printedPayback(p, "total economy"),
			paybackText(b.Service), paybackText(b.Total), paybackText(b.PlainService), paybackText(b.PlainTotal))
	}
	fmt.Fprint(w, "\n## Discrepancies of the document\n\n")
	heading(w, true)
	for _, f := range figures {
		if f.Verdict == Discrepancy {
			figureLine(w, f, true)
		}
	}
	for _, c := range counts.Files {
		fmt.Fprintf(w, "\n## %s\n\n", title(c.File))
		heading(w, false)
		for _, f := range figures {
			if f.File == c.File {
				figureLine(w, f, false)
			}
		}
	}
	return w.Flush()
}

func countLine(w io.Writer, name string, c Count) {
	fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d |\n", name, c.Figures, c.Reproduced, c.Discrepancies, c.Carried, c.Given)
}

func printedPayback(p *proposal.Proposal, rule string) string {
	for _, t := range p.Printed.Tables {
		if text, ok := t.Payback[rule]; ok {
			return text
		}
	}
	return "–"
}

func paybackText(b proposal.Payback) string {
	if b.Outcome == proposal.Repaid {
		return fmt.Sprintf("%d (%d)", b.Years, b.Year)
	}
	return b.Outcome
}

func heading(w io.Writer, file bool) {
	if file {
		fmt.Fprint(w, "| | figure | lines | printed | computed | not rounded | unit | by | note |\n|---|---|---|---:|---:|---:|---|---|---|\n")
		return
	}
	fmt.Fprint(w, "| figure | lines | printed | computed | not rounded | unit | verdict | by | note |\n|---|---|---|---:|---:|---|---|---|---|\n")
}

func figureLine(w io.Writer, f Figure, file bool) {
	name := f.Place
	if f.Label != "" && f.Label != f.Place {
		name += ": " + f.Label
	}
	unit, printed, computed, exact := f.Unit, f.AsText, f.figure(f.Computed), f.figure(f.Exact)
	if asNumber.MatchString(printed) {
		printed = f.figure(f.Printed)
	}
	if f.Unit == "1000 kr" {
		unit = ""
	}
	if f.Verdict == Given {
		computed, exact = "", ""
	}
	if file {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", title(f.File), plain(name), f.Lines, plain(printed), computed, exact, unit, f.Rule, plain(f.Note))
		return
	}
	verdict := f.Verdict
	if verdict == Discrepancy {
		verdict = "**discrepancy**"
	}
	fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", plain(name), f.Lines, plain(printed), computed, exact, unit, verdict, f.Rule, plain(f.Note))
}

// asNumber is a figure that the file gives as a number: it is written as the computed ones are.
var asNumber = regexp.MustCompile(`^-?[0-9_]+(\.[0-9]+)?( ?%)?$`)

// figure writes a value of the figure's unit, a share as a percentage.
func (f Figure) figure(x float64) string {
	text := number(x, 4, false)
	if strings.HasPrefix(f.Unit, "share") {
		text = number(100*x, 2, false) + " %"
	}
	return strings.Replace(text, "−", "-", 1)
}

// plain keeps a text within its cell.
func plain(s string) string { return strings.NewReplacer("|", "/", "\n", " ", "*", `\*`).Replace(s) }
