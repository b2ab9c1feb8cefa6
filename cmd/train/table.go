package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/datasets/plain"
	"github.com/rettidig/rettidig/model/learner"
	"github.com/rettidig/rettidig/model/learner/golearn"
)

// learners are all that this program knows: ours, and golearn's as a reference.
func learners() learner.Set { return append(learner.Builtin(), golearn.Learners()...) }

func tableCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Learn from any CSV table: cv, fit, predict, explain",
		Long: `table is the plain-table door to the learners. A CSV file has a header; commas, semicolons or tabs; decimal points or
commas. Columns of numbers are taken as they are, all others are categorical. Empty is missing, and so are the usual
words for it (NA, N/A, nan, null, ?, - and the like) in a column whose other values are all numbers; a note says so.
What else is missing, --missing says, and the model remembers it.

  train table cv      --csv table.csv --label outcome --learner auto        how well, on rows not learned from
  train table fit     --csv table.csv --label outcome --learner gam --out model.json
  train table predict --csv new.csv --model model.json --out scores.csv
  train table explain --csv table.csv --model model.json --html model.html
  train table import  --model xgboost.json --label outcome --out model.json        one that XGBoost or LightGBM learned

` + learnersHelp(),
	}
	cmd.AddCommand(tableFitCommand(), tablePredictCommand(), tableCVCommand(), tableParamsCommand(), tableExplainCommand(), tableEditCommand(), tableCardCommand(), tableImportCommand())
	return cmd
}

// tableFlags are what fit and cv share: which columns mean what, and how to learn.
type tableFlags struct {
	csv, label, positive, group, weight, learner string
	ignore, categorical, missing, params         []string
	seed                                         uint64
	threads                                      int
	asJSON                                       bool
}

func (o *tableFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.csv, "csv", "", "the table, a CSV `FILE` with a header")
	f.StringVar(&o.label, "label", "", "`COLUMN` with the outcome")
	f.StringVar(&o.learner, "learner", "auto", strings.Join(learners().Names(), ", "))
	f.StringArrayVar(&o.params, "param", nil, "a parameter of the learner, `NAME=VALUE`; may be given again. train table params LEARNER lists them")
	f.StringVar(&o.positive, "positive", "", `the label's VALUE whose probability is given. Without it: of two numbers the larger; of two words the one
that means yes (yes, true, 1, ja, ...) if the other means no; else the later in byte order`)
	f.StringVar(&o.group, "group", "", "`COLUMN` that names a citizen; rows of one are never parted")
	f.StringVar(&o.weight, "weight", "", "`COLUMN` with a weight above 0")
	f.StringSliceVar(&o.ignore, "ignore", nil, "`COLUMNS` that are not learned from")
	f.StringSliceVar(&o.categorical, "categorical", nil, "`COLUMNS` that are categorical though they hold numbers")
	f.StringSliceVar(&o.missing, "missing", nil, "`VALUES` that are missing, beside the empty one and, among numbers, NA, null, ? and the like")
	f.Uint64Var(&o.seed, "seed", 1, "same seed, same bytes")
	f.IntVar(&o.threads, "threads", 0, "at most this many; 0: as many as there are processors. The answer does not depend on it")
	f.BoolVar(&o.asJSON, "json", false, "print one JSON object")
	must(cmd.MarkFlagRequired("csv"))
	must(cmd.MarkFlagRequired("label"))
}

// flagsOnly refuses what is given without a flag, which cobra would call a command that it does not know.
func flagsOnly(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q is not expected here: everything is given by flags; %s --help shows an example", args[0], cmd.CommandPath())
	}
	return nil
}

// find returns the learner and its parameters, both checked before anything is read.
func (o *tableFlags) find() (learner.Learner, map[string]string, error) {
	l, err := learners().Find(o.learner)
	if err != nil {
		return nil, nil, fmt.Errorf("--learner: %w", err)
	}
	params := map[string]string{}
	for _, p := range o.params {
		name, value, ok := strings.Cut(p, "=")
		if _, twice := params[name]; !ok || twice {
			return nil, nil, fmt.Errorf("--param %q: want NAME=VALUE, each name once", p)
		}
		params[name] = value
	}
	if err := learner.CheckParams(l, params); err != nil {
		return nil, nil, fmt.Errorf("--param: %w", err)
	}
	if o.threads < 0 {
		return nil, nil, fmt.Errorf("--threads is %d, want 0 or more", o.threads)
	}
	return l, params, nil
}

// labelled is a table with what its label means.
type labelled struct {
	*learner.Table
	positive, negative string
	rule               string  // how the positive value was found
	rows               []int32 // of the file, of each row of the table
	notes              []string
	fold               []int32 // by row of the table; nil without a column for it
}

// read reads the table and parts its columns by what they are for. foldColumn may be empty.
func (o *tableFlags) read(foldColumn string) (*labelled, error) {
	trim(o.ignore)
	trim(o.categorical)
	b, err := os.ReadFile(o.csv)
	if err != nil {
		return nil, err
	}
	names, err := plain.Header(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.csv, err)
	}
	if err := o.named(names, foldColumn); err != nil {
		return nil, fmt.Errorf("%s: %w", o.csv, err)
	}
	levels := map[string]bool{}
	for _, c := range o.categorical {
		levels[c] = true
	}
	if o.weight != "" {
		levels[o.weight] = false
	}
	p, err := plain.Read(b, plain.Options{Missing: o.missing, Levels: levels})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.csv, err)
	}
	t, err := o.part(p, foldColumn)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.csv, err)
	}
	return t, nil
}

// named checks that the columns of the flags are there.
func (o *tableFlags) named(names []string, foldColumn string) error {
	for _, c := range []struct {
		flag    string
		columns []string
	}{{"--label", []string{o.label}}, {"--group", []string{o.group}}, {"--weight", []string{o.weight}}, {"--fold-column", []string{foldColumn}},
		{"--categorical", o.categorical}, {"--ignore", o.ignore}} {
		for _, name := range c.columns {
			if (name != "" || c.flag == "--label") && !slices.Contains(names, name) {
				return fmt.Errorf("%s: there is no column %q%s; there are %s", c.flag, name, learner.DidYouMean(name, names), someOf(names))
			}
		}
	}
	return nil
}

// trim takes the blanks off names that were given as "a, b"; a header has none around its names either.
func trim(names []string) {
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
}

// someOf lists names, the first of them if they are many.
func someOf(names []string) string {
	if more := len(names) - 12; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:12], ", "), more)
	}
	return strings.Join(names, ", ")
}

func (o *tableFlags) part(p *plain.Table, foldColumn string) (*labelled, error) {
	used := map[string]string{}
	for _, c := range []struct{ flag, column string }{{"--label", o.label}, {"--group", o.group}, {"--weight", o.weight}, {"--fold-column", foldColumn}} {
		if c.column == "" {
			continue
		}
		if used[c.column] != "" {
			return nil, fmt.Errorf("%s: column %s is already %s", c.flag, c.column, used[c.column])
		}
		used[c.column] = c.flag
	}
	for _, c := range o.ignore {
		if c == o.label {
			return nil, fmt.Errorf("--ignore: column %s is --label, which is what is learned", c)
		}
		if used[c] == "" {
			used[c] = "--ignore"
		}
	}
	t := &labelled{Table: &learner.Table{}, notes: p.Notes}
	label := p.Column(o.label)
	if err := t.choose(label, p.Rows, o.positive); err != nil {
		return nil, fmt.Errorf("--label %s: %w", o.label, err)
	}
	if left := p.Rows - len(t.rows); left > 0 {
		t.notes = append(t.notes, fmt.Sprintf("%d rows without a label are left out", left))
	}
	for i := range p.Columns {
		c := &p.Columns[i]
		if used[c.Name] != "" {
			continue
		}
		x := make([]float64, len(t.rows))
		for i, r := range t.rows {
			x[i] = value(c, int(r))
		}
		if n := doubt(c); n != "" {
			t.notes = append(t.notes, n)
		}
		t.X = append(t.X, x)
		t.Columns = append(t.Columns, learner.Column{ID: c.Name, Levels: c.Levels})
	}
	if o.weight != "" {
		w := p.Column(o.weight)
		for _, r := range t.rows {
			if !(w.Numbers[r] > 0) {
				return nil, fmt.Errorf("--weight %s: row %d has %q, want a number above 0", o.weight, r+1, w.Text(int(r)))
			}
			t.W = append(t.W, w.Numbers[r])
		}
	}
	var err error
	if t.Group, _, err = t.numbered(p, o.group, "--group"); err != nil {
		return nil, err
	}
	var folds []string
	if t.fold, folds, err = t.numbered(p, foldColumn, "--fold-column"); err != nil {
		return nil, err
	}
	if foldColumn != "" && (len(folds) < 2 || len(folds) > 100) {
		return nil, fmt.Errorf("--fold-column %s has %d values, want 2 to 100", foldColumn, len(folds))
	}
	return t, nil
}

// doubt tells of a column from which nothing can be learned that holds for other rows: an empty one, one of a single
// value, one that numbers or names the rows, one that names the citizens whose rows they are, and one of dates. It is left to a
// person to ignore it. Below 20 rows a column may look so by chance.
func doubt(c *plain.Column) string {
	rows := max(len(c.Numbers), len(c.Codes))
	there, counts, same := 0, true, true
	first := nan
	for i := range rows {
		if v := value(c, i); v == v {
			there++
			if first != first {
				first = v
			}
			same = same && v == first
		}
		counts = counts && c.Numbers != nil && c.Numbers[i] == c.Numbers[0]+float64(i)
	}
	switch {
	case there == 0:
		return fmt.Sprintf("column %s is empty in every row", c.Name)
	case same && there == rows:
		return fmt.Sprintf("column %s has the same value in every row", c.Name)
	case ofDates(c.Levels):
		return fmt.Sprintf("column %s holds dates and is taken as categorical, so that a new date says nothing; make a number of it, such as days since something, or leave it out with --ignore", c.Name)
	case rows >= 20 && counts:
		return fmt.Sprintf("column %s counts the rows; if it means nothing else, leave it out with --ignore", c.Name)
	case rows >= 20 && 2*len(c.Levels) > there:
		return fmt.Sprintf("column %s is taken as categorical and has %d levels in %d rows; if it names the rows, leave it out with --ignore", c.Name, len(c.Levels), there)
	case rows >= 20 && 5*len(c.Levels) > there:
		return fmt.Sprintf("column %s is taken as categorical and has %d levels in %d rows; if it names citizens, say --group %s, or what is learned of one is measured on the same", c.Name, len(c.Levels), there, c.Name)
	}
	return ""
}

// ofDates tells whether all levels are dates, with or without a time, the day or the year first.
func ofDates(levels []string) bool {
	for _, layout := range []string{"2006-01-02", "02-01-2006", "2006/01/02", "02/01/2006", "01/02/2006", "02.01.2006"} {
		all := len(levels) > 1
		for _, l := range levels {
			if len(l) < len(layout) {
				all = false
				break
			}
			if _, err := time.Parse(layout, l[:len(layout)]); err != nil || len(l) > len(layout) && l[len(layout)] != ' ' && l[len(layout)] != 'T' {
				all = false
				break
			}
		}
		if all {
			return true
		}
	}
	return false
}

// value returns a value as learners take it.
func value(c *plain.Column, row int) float64 {
	if c.Numbers != nil {
		return c.Numbers[row]
	}
	if c.Codes[row] < 0 {
		return nan
	}
	return float64(c.Codes[row])
}

// numbered numbers the values of a column from 0: numbers by rising value, words by byte order.
func (t *labelled) numbered(p *plain.Table, name, flag string) (codes []int32, values []string, err error) {
	if name == "" {
		return nil, nil, nil
	}
	c := p.Column(name)
	codes = make([]int32, len(t.rows))
	number := map[float64]int32{}
	var rising []float64
	for _, r := range t.rows {
		v := value(c, int(r))
		if v != v {
			return nil, nil, fmt.Errorf("%s %s: row %d has none", flag, name, r+1)
		}
		if _, ok := number[v]; !ok {
			number[v] = 0
			rising = append(rising, v)
		}
	}
	slices.Sort(rising)
	values = make([]string, len(rising))
	for k, v := range rising {
		number[v] = int32(k)
	}
	for i, r := range t.rows {
		k := number[value(c, int(r))]
		codes[i], values[k] = k, c.Text(int(r))
	}
	return codes, values, nil
}

// choose decides which label is positive and keeps the rows that have one.
func (t *labelled) choose(c *plain.Column, rows int, positive string) error {
	count := map[string]int{}
	text := make([]string, rows)
	for i := range rows {
		text[i] = c.Text(i)
		if text[i] != "" {
			count[text[i]]++
		}
	}
	values := make([]string, 0, len(count))
	for v := range count {
		values = append(values, v)
	}
	slices.Sort(values)
	if c.Numbers != nil {
		slices.SortFunc(values, func(a, b string) int { return compareNumbers(a, b) })
	}
	list := someOf(values)
	if x, err := strconv.ParseFloat(positive, 64); err == nil && c.Numbers != nil {
		positive = strconv.FormatFloat(x, 'f', -1, 64) // 1.0 is 1
	}
	switch {
	case positive != "" && count[positive] == 0:
		return fmt.Errorf("no row has the value %q of --positive; there are %s", positive, list)
	case len(values) == 0:
		return errors.New("no row has a value")
	case len(values) == 1:
		return fmt.Errorf("every row that has one has the value %s, want two values", list)
	case positive == "" && alike(values) != nil:
		return fmt.Errorf("%d values (%s), and %s mean the same but for capitals and blanks: write them alike, or --positive VALUE takes one of them against all others", len(values), list, quoted(alike(values)))
	case positive == "" && len(values) > 2:
		return fmt.Errorf("%d values (%s), want two; --positive VALUE takes one of them against all others", len(values), list)
	case positive != "":
		t.positive, t.rule = positive, "as given"
	case c.Numbers != nil:
		t.positive, t.rule = values[1], "the larger number"
	case meansYes(values[0]) && meansNo(values[1]):
		t.positive, t.rule = values[0], "it means yes and the other no"
	case meansYes(values[1]) && meansNo(values[0]):
		t.positive, t.rule = values[1], "it means yes and the other no"
	default:
		t.positive, t.rule = values[1], "the later in byte order"
	}
	for _, v := range values {
		if v != t.positive && plainly(v) == plainly(t.positive) {
			t.notes = append(t.notes, fmt.Sprintf("label: %q counts against %q in %d rows, though they differ only in capitals or blanks", v, t.positive, count[v]))
		}
		if v != t.positive {
			t.negative = strings.TrimPrefix(t.negative+", "+v, ", ")
		}
	}
	if len(values) > 13 {
		t.negative = fmt.Sprintf("%d other values", len(values)-1)
	}
	for i, v := range text {
		if v == "" {
			continue
		}
		y := 0.0
		if v == t.positive {
			y = 1
		}
		t.rows, t.Y = append(t.rows, int32(i)), append(t.Y, y)
	}
	return nil
}

// plainly drops capitals and blanks.
func plainly(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// alike returns the first values that differ in nothing but capitals and blanks; nil if all differ in more.
func alike(values []string) []string {
	for i, v := range values {
		same := []string{v}
		for _, other := range values[i+1:] {
			if plainly(other) == plainly(v) {
				same = append(same, other)
			}
		}
		if len(same) > 1 {
			return same
		}
	}
	return nil
}

func quoted(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strconv.Quote(v)
	}
	return strings.Join(out, " and ")
}

func meansYes(s string) bool {
	return slices.Contains([]string{"1", "yes", "y", "true", "t", "ja", "j", "sand", "positive", "pos", "event", "case"}, strings.ToLower(s))
}

func meansNo(s string) bool {
	return slices.Contains([]string{"0", "no", "n", "false", "f", "nej", "falsk", "negative", "neg", "none", "control"}, strings.ToLower(s))
}

// meaning is what a person must know to read a result, as JSON.
type meaning struct {
	Label    string `json:"label"`
	Positive string `json:"positive"`
	Rule     string `json:"positive_rule"` // how the positive value was found
	Negative string `json:"negative"`
	Columns  int    `json:"columns"` // learned from
}

func (t *labelled) meaning(label string) meaning {
	return meaning{label, t.positive, t.rule, t.negative, len(t.Columns)}
}

// said prints what a person must know to read the result, on standard error.
func (t *labelled) said(cmd *cobra.Command, label string) {
	hits := 0
	for _, y := range t.Y {
		hits += int(y)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%d rows, %d columns; probability of %s = %s (%s), against %s; %d rows have it\n", len(t.Y), len(t.Columns), label, t.positive, t.rule, t.negative, hits)
	for _, n := range t.notes {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %s\n", n)
	}
}
