package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/datasets/plain"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/learner"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/registry"
)

func tablePredictCommand() *cobra.Command {
	var csvFile, modelFile, outFile string
	var missing, keep []string
	var reasons, asJSON bool
	cmd := &cobra.Command{
		Use:   "predict --csv FILE --model MODEL.json --out FILE.csv",
		Short: "Give every row of a table its probability",
		Long: `predict reads a model that fit wrote and gives each row of a table its probability, in the order of the file.

Columns: row,probability; row counts from 1. Then those of --keep, as they are written. With --reasons also base and one
column for each column of the model: what it adds to the log odds. base and reasons add up to the log odds. Columns are
found by name; one that is missing is an error, one too many is passed over with a note. A level that the model has not
seen is taken as missing, and counted. What --missing said to fit is missing here too, and so are the usual words for
it (NA, null, ? and the like) in a column of numbers.`,
		Example: `  train table predict --csv falls.csv --model falls.json --out scores.csv
  train table predict --csv falls.csv --model falls.json --reasons --keep id --keep person --out reasons.csv`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOut(outFile, csvFile, modelFile); err != nil {
				return err
			}
			f, err := readTableModel(modelFile)
			if err != nil {
				return err
			}
			p, err := readFor(csvFile, f, missing, keep)
			if err != nil {
				return err
			}
			x, notes := arrange(p, f, keep)
			for _, n := range notes {
				fmt.Fprintf(cmd.ErrOrStderr(), "note: %s\n", n)
			}
			kept := make([]*plain.Column, len(keep))
			for k, name := range keep {
				kept[k] = p.Column(name)
			}
			if err := writeFile(outFile, func(w io.Writer) error { return writePredictions(w, f, x, p.Rows, kept, reasons) }); err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), struct {
					Learner string   `json:"learner"`
					Rows    int      `json:"n"`
					Out     string   `json:"out"`
					Notes   []string `json:"notes"`
				}{f.Learner, p.Rows, outFile, append([]string{}, notes...)})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d rows by %s: probability of %s = %s in %s\n", p.Rows, f.Learner, f.Label, f.Positive, outFile)
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&csvFile, "csv", "", "the table, a CSV `FILE` with a header")
	fl.StringVar(&modelFile, "model", "", "the model, a JSON `FILE` that fit wrote")
	fl.StringVar(&outFile, "out", "", "the probabilities, a CSV `FILE`")
	fl.BoolVar(&reasons, "reasons", false, "also what each column adds to the log odds")
	fl.StringSliceVar(&keep, "keep", nil, "`COLUMN` that is written beside the probability as it is, such as an id; may be given again")
	fl.StringSliceVar(&missing, "missing", nil, "`VALUES` that are missing, beside those that the model remembers")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object")
	for _, name := range []string{"csv", "model", "out"} {
		must(cmd.MarkFlagRequired(name))
	}
	return cmd
}

func readTableModel(file string) (*learner.File, error) {
	r, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := learners().ReadFile(bufio.NewReader(r))
	if err != nil {
		var syntax *json.SyntaxError
		switch {
		case errors.Is(err, io.EOF):
			err = errors.New("it is empty")
		case errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF):
			err = fmt.Errorf("it is no JSON, or cut short: %w", err)
		}
		if library := madeElsewhere(file); library != "" {
			return nil, fmt.Errorf("--model %s is a model of %s: train table import takes it over", file, library)
		}
		if made := madeBy(file); made != "" {
			return nil, fmt.Errorf("--model %s is no model that train table fit wrote: it is %s", file, made)
		}
		return nil, fmt.Errorf("--model %s is no model that train table fit wrote: %w", file, err)
	}
	return f, nil
}

// madeBy says what a JSON file is that another command wrote, and who uses it.
func madeBy(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	var j struct{ Format string }
	if json.Unmarshal(b, &j) != nil {
		return ""
	}
	switch j.Format {
	case registry.Format:
		return "the manifest of a model that train fit registered, which train models --registry lists and train predict --registry uses"
	case model.Format:
		return "a model that train fit registered, which train predict --registry uses"
	}
	return ""
}

// readFor reads a table with each column of the model as the kind that it has there.
func readFor(file string, f *learner.File, missing, raw []string) (*plain.Table, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	head, err := plain.Header(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	there := map[string]bool{}
	for _, name := range head {
		there[name] = true
	}
	levels := map[string]bool{}
	var absent []string
	for _, c := range f.Columns {
		if !there[c.ID] {
			absent = append(absent, c.ID)
		}
		levels[c.ID] = c.Levels != nil
	}
	if absent != nil {
		hint := ""
		if f.Imported != nil {
			hint = "; LightGBM writes _ for the blanks in a name and XGBoost f0, f1, ... for none: train table import --columns gives the model the table's names"
		}
		return nil, fmt.Errorf("%s: the model needs columns that are not there: %s%s", file, strings.Join(absent, ", "), hint)
	}
	trim(raw)
	for _, name := range raw {
		if !there[name] {
			return nil, fmt.Errorf("%s: --keep: there is no column %q%s; there are %s", file, name, learner.DidYouMean(name, head), someOf(head))
		}
	}
	p, err := plain.Read(b, plain.Options{Missing: slices.Concat(f.Missing, missing), Levels: levels, Raw: raw, Truth: f.Imported != nil})
	if err != nil {
		if f.Imported != nil && len(f.Imported.Codes) > 0 {
			return nil, fmt.Errorf("%s: %w; of categories the model knows the codes 0, 1, ... in %s: train table import --levels gives them the table's names", file, err, someOf(slices.Sorted(maps.Keys(f.Imported.Codes))))
		}
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

// arrange puts the columns in the model's order and gives levels the model's numbers.
func arrange(p *plain.Table, f *learner.File, kept []string) (x [][]float64, notes []string) {
	notes = append(notes, p.Notes...)
	needed := map[string]bool{f.Label: true} // a label that is there too is nothing to tell of
	for _, c := range f.Columns {
		needed[c.ID] = true
		from := p.Column(c.ID)
		to := make([]float64, p.Rows)
		if c.Levels == nil {
			copy(to, from.Numbers)
			if n := onlyCodes(to, c.ID, f.Imported); n != "" {
				notes = append(notes, n)
			}
			x = append(x, to)
			continue
		}
		number := levelNumbers(c.Levels, f.Imported)
		unseen, example := 0, ""
		for i, k := range from.Codes {
			to[i] = nan
			if k < 0 {
				continue
			}
			if v, ok := number(from.Levels[k]); ok {
				to[i] = v
			} else {
				unseen++
				example = from.Levels[k]
			}
		}
		if unseen > 0 {
			notes = append(notes, fmt.Sprintf("column %s: %d rows have a level that the model has not seen, such as %q; they are taken as missing", c.ID, unseen, example))
		}
		x = append(x, to)
	}
	var extra []string
	for _, name := range p.Names() {
		if !needed[name] && !slices.Contains(kept, name) {
			extra = append(extra, name)
		}
	}
	if extra != nil {
		notes = append(notes, "columns that the model does not use: "+someOf(extra))
	}
	return x, notes
}

// onlyCodes makes missing what cannot be a code, if the column holds codes, and tells of it.
func onlyCodes(x []float64, column string, from *learner.Import) (note string) {
	if from == nil {
		return ""
	}
	if _, ok := from.Codes[column]; !ok {
		return ""
	}
	none, example := 0, 0.0
	for i, v := range x {
		if v < 0 || v != v || v != math.Trunc(v) {
			if v == v {
				none++
				example = v
			}
			x[i] = nan
		}
	}
	if none == 0 {
		return ""
	}
	return fmt.Sprintf("column %s: %d rows have no code of a category, which are 0, 1, ..., such as %v; they are taken as missing", column, none, example)
}

// levelNumbers returns what finds the number of a level by its name. Levels of a model that was taken over, if all are
// numbers, are also found by their value: a data frame calls 1 the category 1.0 as soon as one value is missing.
func levelNumbers(levels []string, from *learner.Import) func(name string) (float64, bool) {
	number, value := map[string]float64{}, map[float64]float64{}
	for k, l := range levels {
		number[l] = float64(k)
		if v, err := strconv.ParseFloat(l, 64); err == nil {
			value[v] = float64(k)
		}
	}
	byValue := from != nil && len(value) == len(levels)
	return func(name string) (float64, bool) {
		k, ok := number[name]
		if !ok && byValue {
			if v, err := strconv.ParseFloat(name, 64); err == nil {
				k, ok = value[v]
			}
		}
		return k, ok
	}
}

func writePredictions(w io.Writer, f *learner.File, x [][]float64, rows int, kept []*plain.Column, reasons bool) error {
	eta := make([]float64, rows)
	f.Model.LogOdds(eta, x)
	out := csv.NewWriter(w)
	head := []string{"row", "probability"}
	for _, c := range kept {
		head = append(head, c.Name)
	}
	if reasons {
		head = append(head, "base")
		for _, c := range f.Columns {
			head = append(head, "reason_"+c.ID)
		}
	}
	for k, name := range head {
		if slices.Contains(head[:k], name) {
			return fmt.Errorf("--keep: two columns would be called %q; give the one in the table another name", name)
		}
	}
	if err := out.Write(head); err != nil {
		return err
	}
	terms, row := make([]float64, len(x)+1), make([]float64, len(x))
	record := make([]string, 0, len(head))
	for i, e := range eta {
		record = append(record[:0], strconv.Itoa(i+1), decimals(metric.Sigmoid(e)))
		for _, c := range kept {
			record = append(record, c.Raw[i])
		}
		if reasons {
			for j := range x {
				row[j] = x[j][i]
			}
			if !f.Model.Contributions(terms, row) {
				return fmt.Errorf("--reasons: %s has none", f.Learner)
			}
			record = append(record, decimals(terms[len(x)]))
			for _, t := range terms[:len(x)] {
				record = append(record, decimals(t))
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func decimals(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
