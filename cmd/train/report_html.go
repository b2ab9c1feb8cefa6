package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/metric"
)

//go:embed report.html
var reportHTML string

var reportPage = template.Must(template.New("report").Funcs(template.FuncMap{
	"f3": func(v metric.Value) string {
		if !v.Defined() {
			return "–"
		}
		return strconv.FormatFloat(float64(v), 'f', 3, 64)
	},
	"at":  func(x float64) string { return strconv.FormatFloat(40+360*x, 'f', 1, 64) },
	"up":  func(y float64) string { return strconv.FormatFloat(400-360*y, 'f', 1, 64) },
	"few": func(n int) bool { return n < leastInBin },
	"pct": func(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) },
}).Parse(reportHTML))

// writeReportHTML writes the report as one page that needs nothing else: no script, no style sheet, no picture.
func writeReportHTML(w io.Writer, r *model.Report, c cohort.Summary, synthetic bool) error {
	card, err := cardText(r)
	if err != nil {
		return err
	}
	page := map[string]any{"R": r, "C": c, "Synthetic": synthetic, "Card": card, "Ticks": []float64{0, 0.25, 0.5, 0.75, 1}, "Verdict": verdictOf(r),
		"Least": leastInBin, "Few": slices.ContainsFunc(r.Curve, func(p metric.Point) bool { return p.N < leastInBin })}
	if r.N > 0 {
		rate := float64(r.NPositive) / float64(r.N)
		page["BaseRate"], page["BaseBrier"] = strconv.FormatFloat(100*rate, 'f', 1, 64), strconv.FormatFloat(rate*(1-rate), 'f', 3, 64)
	}
	return reportPage.Execute(w, page)
}

// leastInBin is how many rows a group of the calibration picture must have to be drawn as evidence.
const leastInBin = 10

// verdictOf is what stands at the top: whether the model may be used, and what speaks against it.
func verdictOf(r *model.Report) string {
	if doubts := doubtsOf(r); len(doubts) > 0 {
		return sentence(strings.Join(doubts, ". ")) + "."
	}
	text := fmt.Sprintf("This model may be used: it ranks later citizens better than chance, with an AUROC of %.3f (%.3f to %.3f).", r.AUROC, r.AUROCLower, r.AUROCUpper)
	if len(r.Warnings) > 0 {
		text += " Read the warnings at the end first."
	}
	return text
}

// sentence begins with a large letter.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
