package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shaped is a folder with falls.csv and gam.json, learned from what the table's truth is made of and a number of no use.
func shaped(t *testing.T) string {
	t.Helper()
	dir := falls(t)
	command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "gam", "--ignore", "id,person,fold", "--out", "gam.json")
	return dir
}

func TestExplainFindsWhatTheTableIsMadeOf(t *testing.T) {
	dir := shaped(t)
	got := tableJSON(t, dir, "table", "explain", "--csv", "falls.csv", "--model", "gam.json")
	assert.EqualValues(t, 240, got["n"])
	worse := map[string]float64{}
	for _, i := range got["importance"].([]any) {
		worse[i.(map[string]any)["concept"].(string)] = i.(map[string]any)["worse"].(float64)
	}
	require.Len(t, worse, 5)
	for _, c := range []string{"age", "aids"} { // 0.09*(age-80) and 0.4*aids; the weight is no part of the truth
		assert.Greater(t, worse[c], worse["weight"], c)
	}
	assert.Contains(t, command(t, dir, "table", "explain", "--csv", "falls.csv", "--model", "gam.json"), "how much it rises when a column is dealt out anew")
}

// The mean of what the shapes and the rest add is the dependence: a gam is additive, so that without pairs the dependence of
// a column is its shape and a constant.
func TestDependenceOfAGamIsItsShape(t *testing.T) {
	dir := falls(t)
	command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "gam", "--param", "pairs=0", "--ignore", "id,person,fold,weight", "--out", "gam.json")
	got := tableJSON(t, dir, "table", "explain", "--csv", "falls.csv", "--model", "gam.json", "--column", "home,age")
	columns := got["columns"].([]any)
	require.Len(t, columns, 2)
	for _, c := range columns {
		c := c.(map[string]any)
		shape := func(p map[string]any) float64 {
			for _, s := range c["shape"].([]any) {
				s := s.(map[string]any)
				if levels, ok := s["levels"].([]any); ok {
					for _, l := range levels {
						if l == p["level"] {
							return s["log_odds"].(float64)
						}
					}
					continue
				}
				above, low := s["above"].(float64)
				atMost, high := s["at_most"].(float64)
				if v, ok := p["value"].(float64); ok && (!low || v > above) && (!high || v <= atMost) {
					return s["log_odds"].(float64)
				}
			}
			t.Fatalf("no bin of %v", p)
			return 0
		}
		points := c["dependence"].([]any)
		require.Greater(t, len(points), 2)
		first := points[0].(map[string]any)
		for _, p := range points {
			p := p.(map[string]any)
			assert.InDelta(t, shape(p)-shape(first), p["log_odds"].(float64)-first["log_odds"].(float64), 1e-9)
		}
		assert.Len(t, c["ice"], 30)
	}
}

func TestConceptsAreDealtOutTogether(t *testing.T) {
	dir := shaped(t)
	got := tableJSON(t, dir, "table", "explain", "--csv", "falls.csv", "--model", "gam.json", "--concept", "body=age,strength")
	names := map[string]any{}
	for _, i := range got["importance"].([]any) {
		names[i.(map[string]any)["concept"].(string)] = i.(map[string]any)["columns"]
	}
	assert.Len(t, names, 4)
	assert.Equal(t, []any{"age", "strength"}, names["body"])
}

// Any learner is explained, also on a table without the label, of which no importance can be told.
func TestEveryLearnerIsExplained(t *testing.T) {
	dir := falls(t)
	b, err := os.ReadFile(filepath.Join(dir, "falls.csv"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "new.csv"), []byte(strings.Replace(string(b), ",fell\n", ",what_came\n", 1)), 0o644))
	for _, l := range []string{"card", "glm", "boost"} {
		params := map[string]string{"card": "candidates=8", "glm": "lambdas=10", "boost": "trees=10"}
		command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", l, "--param", params[l], "--ignore", "id,person,fold", "--out", l+".json")
		for _, file := range []string{"falls.csv", "new.csv"} {
			got := tableJSON(t, dir, "table", "explain", "--csv", file, "--model", l+".json", "--html", l+".html")
			assert.Len(t, got["columns"], map[bool]int{true: 5, false: 5}[file == "falls.csv"], l)
			assert.Equal(t, file == "falls.csv", got["importance"] != nil, l)
			assert.NotContains(t, got, "pairs")
		}
		page(t, filepath.Join(dir, l+".html"))
	}
}

// page checks that a page is whole, needs nothing from elsewhere and has no number that is none.
func page(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, no := range []string{"<script", "http:", "https:", "NaN", "Inf", "ZgotmplZ", "<no value>"} {
		assert.NotContains(t, string(b), no, file)
	}
	dec := xml.NewDecoder(strings.NewReader(string(b)))
	dec.Strict, dec.AutoClose, dec.Entity = false, []string{"meta"}, xml.HTMLEntity
	for {
		_, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return string(b)
		}
		require.NoError(t, err, file)
	}
}

func TestThePageDrawsShapesWithErrorBars(t *testing.T) {
	dir := shaped(t)
	command(t, dir, "table", "explain", "--csv", "falls.csv", "--model", "gam.json", "--column", "age,home", "--html", "gam.html")
	html := page(t, filepath.Join(dir, "gam.html"))
	assert.Equal(t, 4, strings.Count(html, "<svg"), "a shape and a dependence of each column")
	assert.Contains(t, html, "1.96 standard errors")
	assert.Contains(t, html, ">nursing<")
}

func TestMistakesWithExplain(t *testing.T) {
	dir := shaped(t)
	command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "glm", "--out", "glm.json")
	for _, c := range []struct{ args, want string }{
		{"explain --model gam.json --csv falls.csv --column agee", `the model has no column "agee" (did you mean age?)`},
		{"explain --model gam.json --csv falls.csv --concept x=agee", `the model has no column "agee"`},
		{"explain --model gam.json --csv falls.csv --concept age", "want NAME=COLUMN"},
		{"explain --model gam.json --csv falls.csv --concept age=home,aids", "a column is called so"},
		{"explain --model gam.json --csv falls.csv --concept x=age --concept y=age", "age is already in x"},
		{"explain --model gam.json --csv falls.csv --repeats 0", "at least 1"},
		{"explain --model gam.json --csv falls.csv --html falls.csv", "is the file that is read"},
		{"edit list --model glm.json", "the model is of glm; only a gam has shapes"},
		{"edit lits", `train table edit has no command "lits" (did you mean list?)`},
		{"edit undo --model gam.json --out new.json", "there is nothing to undo"},
		{"edit undo --model gam.json --out gam.json", "is the file that is read"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column age", "--to LOGODDS and --by LOGODDS: give one"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column age --to 1 --by 1", "give one"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column agee --to 1", "did you mean age?"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column age --level x --to 1", "say --above and --at-most"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column home --above 1 --to 1", "say which --level"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column home --level Alone --to 1", "did you mean alone?"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column home --empty --level alone --to 1", "--empty stands alone"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column age --above 80.01 --at-most 80.02 --to 1", "no bin lies within; nearest are"},
		{"edit apply --model gam.json --csv falls.csv --author a --reason r --out new.json --column age --to NaN", "finite"},
		{"card --model gam.json", "is of gam, and no card"},
		{"card --model gam.json --language fr", "want en or da"},
	} {
		args := strings.Fields(c.args)
		for k, a := range args {
			if strings.HasSuffix(a, ".json") || strings.HasSuffix(a, ".csv") {
				args[k] = filepath.Join(dir, a)
			}
		}
		_, _, err := try(dir, "", append([]string{"table"}, args...)...)
		assert.ErrorContains(t, err, c.want, c.args)
		assert.NoFileExists(t, filepath.Join(dir, "new.json"), c.args)
	}
}

// A correction changes the answers of the rows that it is of and no others, is told of, and can be taken back to the byte.
func TestACorrectionIsKeptAndTakenBack(t *testing.T) {
	dir := shaped(t)
	before, err := os.ReadFile(filepath.Join(dir, "gam.json"))
	require.NoError(t, err)
	predict := func(model string) [][]string {
		command(t, dir, "table", "predict", "--csv", "falls.csv", "--model", model, "--reasons", "--keep", "home", "--out", "p.csv")
		return recordsOf(t, filepath.Join(dir, "p.csv"))
	}
	args := []string{"table", "edit", "apply", "--csv", "falls.csv", "--author", "A. Hansen", "--when", "2026-11-22"}
	out := command(t, dir, append(args, "--model", "gam.json", "--column", "home", "--level", "alone", "--by", "0.5", "--reason", "too few", "--out", "one.json")...)
	assert.Contains(t, out, "home, by A. Hansen, 2026-11-22: too few")
	assert.Contains(t, out, "on 240 rows log loss")
	was, is := predict("gam.json"), predict("one.json")
	changed := 0
	for i := range was[1:] {
		a, b := was[i+1], is[i+1]
		d := 0.0
		for k := 3; k < len(a); k++ { // base and reasons, behind row, probability and home
			d += float(t, b[k]) - float(t, a[k])
		}
		want := 0.0
		if a[2] == "alone" {
			want, changed = 0.5, changed+1
		}
		assert.InDelta(t, want, d, 1e-9)
	}
	assert.Greater(t, changed, 10)

	command(t, dir, append(args, "--model", "one.json", "--column", "age", "--above", "85", "--to", "0", "--reason", "few", "--out", "two.json")...)
	list := tableJSON(t, dir, "table", "edit", "list", "--model", "two.json")["edits"].([]any)
	require.Len(t, list, 2)
	assert.Equal(t, "home", list[0].(map[string]any)["column"])
	assert.Equal(t, "A. Hansen", list[1].(map[string]any)["author"])
	assert.Contains(t, list[1].(map[string]any)["effect"], "logloss_after")

	command(t, dir, "table", "edit", "undo", "--model", "two.json", "--out", "back1.json")
	command(t, dir, "table", "edit", "undo", "--model", "back1.json", "--out", "back2.json")
	after, err := os.ReadFile(filepath.Join(dir, "back2.json"))
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	assert.Contains(t, command(t, dir, "table", "edit", "list", "--model", "back2.json"), "has not been corrected")
}

func TestACardIsPrintedOnASheet(t *testing.T) {
	dir := falls(t)
	fit := command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "card", "--ignore", "id,person,fold,weight", "--out", "c.json")
	out := command(t, dir, "table", "card", "--model", "c.json")
	assert.True(t, strings.HasSuffix(fit, out), "fit shows the same card")
	danish := command(t, dir, "table", "card", "--model", "c.json", "--language", "da", "--html", "c.html")
	assert.Contains(t, danish, "Point i alt")
	html := page(t, filepath.Join(dir, "c.html"))
	assert.Contains(t, html, "size: A4")
	assert.Contains(t, html, "Point i alt")
	assert.Contains(t, html, "Sandsynlighed for: fell = ", "of what")
	assert.Contains(t, html, "Skriv summen her")
	assert.Regexp(t, `Lært af \d+ rækker, som regel én borger hver, heraf \d+ med fell = `, html, "what n means")
	assert.Contains(t, html, ".points { white-space: nowrap", "2 point is not parted")
	assert.Equal(t, strings.Count(danish, "[ ]"), strings.Count(html, `class="box"`), "every line is there to tick")
	assert.Equal(t, strings.Count(danish, " %\n"), strings.Count(html, " %</td>"), "and every sum")
	assert.True(t, json.Valid([]byte(command(t, dir, "table", "explain", "--csv", "falls.csv", "--model", "c.json", "--json"))))
}

func TestWholeNumbersHaveNoHalvesUnderTheirShape(t *testing.T) {
	number := func(x float64) *float64 { return &x }
	c := &columnExplanation{Column: "courses", Shape: []shapeBin{{To: number(0.5)}, {From: number(0.5), To: number(2.5)}, {From: number(2.5), To: number(4.5)}, {From: number(4.5)}}}
	texts := func() (out []string) {
		for _, x := range shapePlot(c).X {
			out = append(out, x.Text)
		}
		return out
	}
	c.Dependence = []dependsPoint{{Value: number(0)}, {Value: number(3)}, {Value: number(5)}}
	assert.Equal(t, []string{"1", "2", "3", "4"}, texts(), "5 would be to the right of the drawing")
	c.Dependence[1].Value = number(3.1)
	assert.Equal(t, []string{"0.5", "1.5", "2.5", "3.5", "4.5"}, texts())
}
