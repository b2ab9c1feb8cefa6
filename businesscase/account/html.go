package account

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed report.html
var reportHTML string

// WriteHTML writes the report as one page that needs nothing else: no script, no style sheet, no picture.
func (r *Report) WriteHTML(w io.Writer, l Language) error {
	page, err := template.New("report").Parse(reportHTML)
	if err != nil {
		return err
	}
	return page.Execute(w, map[string]any{"R": r, "L": l})
}
