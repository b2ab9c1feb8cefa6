package main

import (
	_ "embed"
	"html/template"
	"io"
	"strconv"

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
	"pct": func(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) },
}).Parse(reportHTML))

// writeReportHTML writes the report as one page that needs nothing else: no script, no style sheet, no picture.
func writeReportHTML(w io.Writer, r *model.Report, c cohort.Summary, synthetic bool) error {
	card, err := cardText(r)
	if err != nil {
		return err
	}
	return reportPage.Execute(w, map[string]any{"R": r, "C": c, "Synthetic": synthetic, "Card": card, "Ticks": []float64{0, 0.25, 0.5, 0.75, 1}})
}
