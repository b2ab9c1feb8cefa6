package features

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// jsonFields says what each field of a column in the JSON catalogue is, in the order in which they are written.
var jsonFields = [][2]string{
	{"id", "the column's name in tables and models"},
	{"declaration", "what the id was expanded from; columns of one declaration are computed alike"},
	{"label_da", "name in Danish"},
	{"label_en", "name in English"},
	{"unit", "what the number counts: `flag` is 1 or 0, `share` 0 to 1 (-1 to 1 for a change), the others as they say"},
	{"window", "how far back it looks: `now`, `ever`, `90d` (days), `26w` (whole weeks), or in words"},
	{"concept", "the thing a caregiver would call it; reasons are grouped by it"},
	{"family", "columns of one concept and family say nearly the same, and a sentence takes one of them"},
	{"source", "the extract that the facts come from"},
	{"sentence_da", "the general form of the sentence in Danish; numbers stand for `{...}`"},
	{"sentence_en", "the same in English"},
	{"missing_da", "what a missing value means, in Danish; absent: never missing"},
	{"missing_en", "the same in English"},
	{"not_applicable", "true: missing because there was nothing to record, not because the register lacks it"},
	{"da", "all Danish texts: `label`, `missing`, and `sentence` and `clause` with the forms `any`, `one`, `zero`, `less`, `less_one`"},
	{"en", "all English texts, likewise"},
}

// WriteCatalogueJSON writes every column's declaration as one JSON array, in the order of the catalogue. The page that
// WriteCatalogueMarkdown writes says what the fields are.
func WriteCatalogueJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(catalogue)
}

// WriteCatalogueMarkdown writes the catalogue as a Markdown table with an example sentence for each column.
func WriteCatalogueMarkdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	declared := map[string]bool{}
	for _, f := range catalogue {
		declared[f.Declaration] = true
	}
	fmt.Fprintf(b, "# Columns\n\nWhat was known about a citizen on a date, in %d columns from %d declarations. A fact counts if it happened and became known before the date,\nand was not known by then to be wrong.\n\n", len(catalogue), len(declared))
	b.WriteString("`train features --catalogue --json` prints the same as one JSON array with an object for each column:\n\n| field | what it is |\n|---|---|\n")
	for _, f := range jsonFields {
		fmt.Fprintf(b, "| `%s` | %s |\n", f[0], f[1])
	}
	b.WriteString("\n| id | declaration | Danish | English | concept | unit | window | source | missing means | example |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range catalogue {
		missing := f.MissingEN
		if missing == "" {
			missing = "never missing"
		}
		row := []string{"`" + f.ID + "`", "`" + f.Declaration + "`", f.LabelDA, f.LabelEN, string(f.Concept), f.Unit, f.Window, f.Source, missing, Sentence(f, example(f), "da")}
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
	case UnitKroner:
		return 4690
	case UnitWeighted:
		return 1.25
	}
	return 3
}
