package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/model/learner"
)

// importFlags are what the file of another library does not say.
type importFlags struct {
	model, format, label, positive, out string
	columns, levels                     []string
	trees                               int
	asJSON                              bool
}

func tableImportCommand() *cobra.Command {
	var o importFlags
	cmd := &cobra.Command{
		Use:   "import --model FILE --label NAME --out MODEL.json",
		Short: "Take over a model that XGBoost or LightGBM learned",
		Long: `import makes a model for predict and explain of one that XGBoost saved as JSON (save_model with a name that ends in .json;
1.6 to 3, binary:logistic) or LightGBM as text (save_model; 2.3 to 4, binary). Its probabilities are the library's to a
millionth, its reasons exact TreeSHAP. Other objectives, several classes, dart of XGBoost and linear trees are refused.
A level that the model has not seen is missing, as it is to LightGBM; XGBoost refuses it or scores it as another. What
missing= was for XGBoost its file does not say: give it to predict and explain by --missing, unless it was NaN.

Columns are found by the names in the file. --columns gives others, as where the model was learned from an array. A
categorical column whose levels the file does not name is asked for by its codes 0, 1, ...; --levels names them, first
the name of code 0. In a pandas data frame that is the order of column.cat.categories. A name with a comma in it stands
in quotation marks. True and False in a column of numbers are 1 and 0.`,
		Example: `  train table import --model lightgbm.txt --label fell --out imported.json
  train table import --model xgboost.json --label fell --levels f5=alone,couple,family,friend,home,other --out imported.json`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOut(o.out, o.model); err != nil {
				return err
			}
			f, notes, err := o.read()
			if err != nil {
				return err
			}
			if err := writeFile(o.out, f.Write); err != nil {
				return err
			}
			return o.tell(cmd, f, notes)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&o.model, "model", "", "the model, a `FILE` that the library saved")
	fl.StringVar(&o.format, "format", "", learner.XGBoostJSON+" or "+learner.LightGBMText+"; without it as the file begins")
	fl.StringVar(&o.label, "label", "", "`NAME` of the outcome that it was learned for")
	fl.StringVar(&o.positive, "positive", "1", "the outcome's `VALUE` whose probability it gives")
	fl.StringSliceVar(&o.columns, "columns", nil, "`NAMES` of all columns, in the model's order")
	fl.StringArrayVar(&o.levels, "levels", nil, "names of a categorical column's codes, `COLUMN=NAME,NAME,...`; may be given again")
	fl.IntVar(&o.trees, "trees", 0, "only so many, the first ones; 0: all")
	fl.StringVar(&o.out, "out", "", "the model, a JSON `FILE`")
	fl.BoolVar(&o.asJSON, "json", false, "print one JSON object")
	for _, name := range []string{"model", "label", "out"} {
		must(cmd.MarkFlagRequired(name))
	}
	return cmd
}

func (o *importFlags) read() (*learner.File, []string, error) {
	naming := learner.Naming{Trees: o.trees, Levels: map[string][]string{}}
	if trim(o.columns); len(o.columns) > 0 {
		naming.Columns = o.columns
	}
	for _, given := range o.levels {
		column, names, err := levelNames(given)
		if err != nil {
			return nil, nil, err
		}
		if _, twice := naming.Levels[column]; twice {
			return nil, nil, fmt.Errorf("--levels: column %s is named twice", column)
		}
		naming.Levels[column] = names
	}
	switch {
	case o.format != "" && o.format != learner.XGBoostJSON && o.format != learner.LightGBMText:
		return nil, nil, fmt.Errorf("--format is %q, want %s or %s", o.format, learner.XGBoostJSON, learner.LightGBMText)
	case o.label == "" || o.positive == "":
		return nil, nil, fmt.Errorf("--label is %q and --positive %q: both must say something", o.label, o.positive)
	}
	b, err := os.ReadFile(o.model)
	if err != nil {
		return nil, nil, err
	}
	if len(b) == 0 {
		return nil, nil, fmt.Errorf("--model %s is empty", o.model)
	}
	if o.format == "" {
		if o.format = learner.FormatOf(b); o.format == "" {
			return nil, nil, fmt.Errorf("--model %s begins neither as XGBoost's JSON ({ and a name in quotation marks) nor as LightGBM's text (tree): save it so in the library, not as a pickle or as XGBoost's binary .ubj", o.model)
		}
	}
	if made := madeBy(o.model); made != "" {
		return nil, nil, fmt.Errorf("--model %s needs no import: it is %s", o.model, made)
	}
	if _, err := readTableModel(o.model); err == nil {
		return nil, nil, fmt.Errorf("--model %s needs no import: it is a model that predict takes as it is", o.model)
	}
	f, notes, err := learner.ImportTrees(b, o.format, naming)
	if err != nil {
		return nil, nil, fmt.Errorf("--model %s: %w", o.model, err)
	}
	if slices.ContainsFunc(f.Columns, func(c learner.Column) bool { return c.ID == o.label }) {
		return nil, nil, fmt.Errorf("--label: %s is a column that the model asks about", o.label)
	}
	f.Label, f.Positive = o.label, o.positive
	return f, notes, nil
}

// levelNames parts COLUMN=NAME,NAME,...; a name with a comma stands in quotation marks, as in a CSV file.
func levelNames(given string) (column string, names []string, err error) {
	column, list, ok := strings.Cut(given, "=")
	if column = strings.TrimSpace(column); !ok || column == "" || list == "" {
		return "", nil, fmt.Errorf("--levels %q: want COLUMN=NAME,NAME,... with a name for each code", given)
	}
	r := csv.NewReader(strings.NewReader(list))
	if names, err = r.Read(); err != nil {
		return "", nil, fmt.Errorf("--levels %q: %w", given, err)
	}
	trim(names)
	return column, names, nil
}

// madeElsewhere names the library that saved a model which import takes over; "" if none did.
func madeElsewhere(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	var j struct {
		Learner struct {
			Booster json.RawMessage `json:"gradient_booster"`
		}
	}
	switch {
	case bytes.HasPrefix(b, []byte("tree\n")) || bytes.HasPrefix(b, []byte("tree\r\n")):
		return "LightGBM"
	case json.Unmarshal(b, &j) == nil && j.Learner.Booster != nil:
		return "XGBoost"
	}
	return ""
}

// tell says what was taken over and what a table for it must hold.
func (o *importFlags) tell(cmd *cobra.Command, f *learner.File, notes []string) error {
	if o.asJSON {
		return printJSON(cmd.OutOrStdout(), struct {
			Learner  string           `json:"learner"`
			Label    string           `json:"label"`
			Positive string           `json:"positive"`
			Imported *learner.Import  `json:"imported"`
			Columns  []learner.Column `json:"columns"`
			Notes    []string         `json:"notes"`
			Out      string           `json:"out"`
		}{f.Learner, f.Label, f.Positive, f.Imported, f.Columns, append([]string{}, notes...), o.out})
	}
	w := cmd.OutOrStdout()
	fmt.Fprintf(w, "%d trees of %s, probability of %s = %s, in %s\n", f.Imported.Trees, f.Imported.Format, f.Label, f.Positive, o.out)
	fmt.Fprintf(w, "a table for it needs %d columns:\n", len(f.Columns))
	for _, c := range f.Columns {
		kind := "number"
		if known, ok := f.Imported.Codes[c.ID]; ok && known == 0 {
			kind = "code of a category; the model never asks about it"
		} else if ok {
			kind = fmt.Sprintf("code of a category, of which 0 to %d are known; --levels names them", known-1)
		} else if c.Levels != nil {
			kind = "one of " + someOf(c.Levels)
		}
		fmt.Fprintf(w, "  %s: %s\n", c.ID, kind)
	}
	printNotes(w, notes)
	return nil
}
