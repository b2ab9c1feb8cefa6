package features

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// WriteCatalogueJSON writes every column's declaration as one JSON array.
func WriteCatalogueJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(catalogue)
}

// WriteCatalogueMarkdown writes the catalogue as a Markdown table with an example sentence for each column.
func WriteCatalogueMarkdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# Columns\n\nWhat was known about a citizen on a date, in %d columns. A fact counts if it happened and became known before the date.\n\n", len(catalogue))
	b.WriteString("| id | Danish | English | concept | unit | window | source | missing means | example |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range catalogue {
		missing := f.MissingEN
		if missing == "" {
			missing = "never missing"
		}
		row := []string{"`" + f.ID + "`", f.LabelDA, f.LabelEN, string(f.Concept), f.Unit, f.Window, f.Source, missing, Sentence(f, example(f), "da")}
		for i := range row {
			row[i] = strings.ReplaceAll(row[i], "|", "\\|")
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
	}
	return b.Flush()
}

// example is a value that shows the general form of a column's sentence.
func example(f Feature) float64 {
	switch f.Unit {
	case UnitYears:
		return 82.4
	case UnitFlag:
		return 1
	case UnitDays:
		return 60
	case UnitMinutesPerWeek:
		return 95
	case UnitShare:
		return 0.25
	}
	return 3
}
