package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/learner"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/registry"
)

// falls gives a test a folder with the table of the examples.
func falls(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	b, err := os.ReadFile("testdata/falls.csv")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "falls.csv"), b, 0o644))
	return dir
}

func recordsOf(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows
}

// tableJSON runs a command that prints one object.
func tableJSON(t *testing.T, dir string, args ...string) map[string]any {
	t.Helper()
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(command(t, dir, append(args, "--json")...)), &got))
	return got
}

// TestTheExamplesOfTableRun runs what the help shows, in order, in one folder.
func TestTheExamplesOfTableRun(t *testing.T) {
	dir := falls(t)
	for name, from := range map[string]string{"lightgbm.txt": "lgb_missing.model.txt", "xgboost.json": "xgb3_categories.model.json"} {
		b, err := os.ReadFile("../../model/tree/testdata/" + from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
	for _, cmd := range []*cobra.Command{tableImportCommand(), tableFitCommand(), tablePredictCommand(), tableCVCommand(), tableParamsCommand(), tableCardCommand(), tableExplainCommand(), editApplyCommand(), editListCommand(), editUndoCommand()} {
		for line := range strings.Lines(cmd.Example) {
			words := shellWords(line)
			require.Equal(t, "train", words[0])
			command(t, dir, words[1:]...)
		}
		assert.NotEmpty(t, cmd.Example, cmd.Name())
	}
	for _, file := range []string{"falls.json", "card.json", "scores.csv", "reasons.csv", "held-out.csv", "gam.html", "card.html", "twice.json", "back.json"} {
		assert.FileExists(t, filepath.Join(dir, file))
	}
}

// shellWords parts a line at blanks outside double quotes.
func shellWords(line string) []string {
	var words []string
	for k, part := range strings.Split(strings.TrimSpace(line), `"`) {
		if k%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

func TestReasonsAddUpToTheLogOdds(t *testing.T) {
	dir := falls(t)
	command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "glm", "--ignore", "id,person,fold,weight", "--out", "m.json")
	command(t, dir, "table", "predict", "--csv", "falls.csv", "--model", "m.json", "--reasons", "--out", "r.csv")
	rows := recordsOf(t, filepath.Join(dir, "r.csv"))
	assert.Equal(t, []string{"row", "probability", "base", "reason_age", "reason_strength", "reason_home", "reason_aids"}, rows[0])
	require.Len(t, rows, 241)
	for i, r := range rows[1:] {
		assert.Equal(t, strconv.Itoa(i+1), r[0])
		sum := 0.0
		for _, cell := range r[2:] {
			sum += float(t, cell)
		}
		assert.InDelta(t, metric.Logit(float(t, r[1])), sum, 1e-9)
	}
	command(t, dir, "table", "predict", "--csv", "falls.csv", "--model", "m.json", "--out", "p.csv")
	for i, r := range recordsOf(t, filepath.Join(dir, "p.csv"))[1:] {
		assert.Equal(t, rows[i+1][:2], r)
	}
}

func float(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return x
}

func TestCVReportsWhatIsAgreed(t *testing.T) {
	dir := falls(t)
	got := tableJSON(t, dir, "table", "cv", "--csv", "falls.csv", "--label", "fell", "--learner", "glm", "--group", "person", "--ignore", "id,fold", "--weight", "weight")
	for _, key := range []string{"learner", "n", "n_positive", "auroc", "logloss", "brier", "ece", "slope", "intercept", "by_fold", "seconds", "se"} {
		assert.Contains(t, got, key)
	}
	assert.EqualValues(t, 240, got["n"])
	assert.Len(t, got["by_fold"], 5)
	assert.Greater(t, got["auroc"], 0.6)
}

// The folds of a column are used as they are, and the figures are those of the predictions that are written.
func TestGivenFoldsAreUsed(t *testing.T) {
	dir := falls(t)
	got := tableJSON(t, dir, "table", "cv", "--csv", "falls.csv", "--label", "fell", "--learner", "card", "--ignore", "id,person", "--fold-column", "fold", "--out", "held.csv")
	file, held := recordsOf(t, filepath.Join(dir, "falls.csv")), recordsOf(t, filepath.Join(dir, "held.csv"))
	p, y := map[string][]float64{}, map[string][]float64{}
	at := slices.Index(file[0], "fold")
	for i, r := range held[1:] {
		assert.Equal(t, file[i+1][at], r[1])
		p[r[1]], y[r[1]] = append(p[r[1]], float(t, r[3])), append(y[r[1]], float(t, r[2]))
	}
	require.Len(t, p, 4)
	for k, f := range got["by_fold"].([]any) {
		fold := strconv.Itoa(k + 1)
		assert.InDelta(t, metric.AUROC(p[fold], y[fold], nil), f.(map[string]any)["auroc"], 1e-12)
		assert.InDelta(t, metric.Brier(p[fold], y[fold], nil), f.(map[string]any)["brier"], 1e-12)
	}
}

func TestAnotherTableIsReadByColumnNames(t *testing.T) {
	dir := falls(t)
	command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "glm", "--ignore", "id,person,fold,weight", "--out", "m.json")
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("other.csv", "home;cat;strength;aids;age\nalone;tom;20,5;1;80\nhotel;tom;20,5;1;80\n;tom;20,5;1;80\n")
	_, diag, err := try(dir, "", "table", "predict", "--csv", filepath.Join(dir, "other.csv"), "--model", filepath.Join(dir, "m.json"), "--out", filepath.Join(dir, "p.csv"))
	require.NoError(t, err)
	assert.Contains(t, diag, "does not use: cat")
	assert.Contains(t, diag, `column home: 1 rows have a level that the model has not seen, such as "hotel"`)
	rows := recordsOf(t, filepath.Join(dir, "p.csv"))
	assert.Equal(t, rows[2][1], rows[3][1], "an unseen level is a missing one")
	assert.NotEqual(t, rows[1][1], rows[3][1])

	write("short.csv", "home,aids\nalone,1\n")
	_, _, err = try(dir, "", "table", "predict", "--csv", filepath.Join(dir, "short.csv"), "--model", filepath.Join(dir, "m.json"), "--out", filepath.Join(dir, "q.csv"))
	assert.ErrorContains(t, err, "needs columns that are not there: age, strength")
	assert.NoFileExists(t, filepath.Join(dir, "q.csv"))

	write("words.csv", "home,aids,age,strength\nalone,1,old,20\n")
	_, _, err = try(dir, "", "table", "predict", "--csv", filepath.Join(dir, "words.csv"), "--model", filepath.Join(dir, "m.json"), "--out", filepath.Join(dir, "q.csv"))
	assert.ErrorContains(t, err, `line 2: "old" is no number, and column age must have numbers`)
}

func TestWhichLabelIsPositive(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ a, b, flag, want string }{
		{"0", "1", "", "y = 1 (the larger number)"},
		{"10", "9", "", "y = 10 (the larger number)"},
		{"nej", "Ja", "", "y = Ja (it means yes and the other no)"},
		{"benign", "malignant", "", "y = malignant (the later in byte order)"},
		{"benign", "malignant", "benign", "y = benign (as given)"},
		{"1", "2", "1.0", "y = 1 (as given)"},
	} {
		file := filepath.Join(dir, "t.csv")
		require.NoError(t, os.WriteFile(file, []byte("x,y\n"+strings.Repeat("1,"+c.a+"\n2,"+c.b+"\n3,"+c.a+"\n", 20)), 0o644))
		args := []string{"table", "cv", "--csv", file, "--label", "y", "--learner", "card"}
		if c.flag != "" {
			args = append(args, "--positive", c.flag)
		}
		_, diag, err := try(dir, "", args...)
		require.NoError(t, err)
		assert.Contains(t, diag, "probability of "+c.want)
	}
}

func TestMistakesWithTables(t *testing.T) {
	dir := falls(t)
	file := filepath.Join(dir, "falls.csv")
	for _, c := range []struct {
		args string
		want string
	}{
		{"--label fel", `--label: there is no column "fel" (did you mean fell?); there are id, person`},
		{"--label Fell", `(did you mean fell?)`},
		{"--label fell --categorical hom", `--categorical: there is no column "hom" (did you mean home?)`},
		{"--label fell --weight wait", `--weight: there is no column "wait"`},
		{"--label fell --learner GLM", `(did you mean glm?)`},
		{"--label fell --learner logistic", `learner "logistic" is not known; there are card`},
		{"--label fell falls.csv", `"falls.csv" is not expected here: everything is given by flags; train table cv --help`},
		{"--label fell --out nowhere/held.csv", "nowhere: no such file"},
		{"--label fell --out .", "is a folder, want a file"},
		{"--label home", "3 values (alone, couple, nursing), want two; --positive VALUE takes one of them against all others"},
		{"--label fell --positive maybe", `no row has the value "maybe" of --positive; there are no, yes`},
		{"--label fell --learner gbm", `learner "gbm" is not known`},
		{"--label fell --learner glm --param alfa=1", `glm has no parameter "alfa" (did you mean alpha?)`},
		{"--label fell --learner glm --param alpha=3", `want a number from 0 to 1 or auto`},
		{"--label fell --learner glm --param alpha", `want NAME=VALUE`},
		{"--label fell --group strength", "row "},
		{"--label fell --group fell", "already --label"},
		{"--label fell --ignore age,fell", "--ignore: column fell is --label, which is what is learned"},
		{"--label fell --group persn", `--group: there is no column "persn" (did you mean person?)`},
		{"--label fell --fold-column foldd", `--fold-column: there is no column "foldd" (did you mean fold?)`},
		{"--label fell --fold-column fell", "already --label"},
		{"--label fell --ignore nothing", `--ignore: there is no column "nothing"`},
		{"--label fell --weight home", `is no number, and column home must have numbers`},
		{"--label fell --weight aids", "want a number above 0"},
		{"--label fell --folds 1000", "no more than rows"},
		{"--label fell --folds 3 --fold-column fold", "give one of them"},
		{"--label fell --fold-column id", "has 240 values, want 2 to 100"},
		{"--label fell --threads -1", "--threads is -1"},
	} {
		_, _, err := try(dir, "", append([]string{"table", "cv", "--csv", file}, strings.Fields(c.args)...)...)
		assert.ErrorContains(t, err, c.want, c.args)
	}
}

// Who learns a card wants to see it, by the names of the columns, and not look for it in the JSON.
func TestACardIsShown(t *testing.T) {
	dir := falls(t)
	args := []string{"table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "card", "--ignore", "id,person,fold,weight", "--out"}
	out := command(t, dir, append(args, "m.json")...)
	assert.Regexp(t, `(?m)^1\. \[ \] (age|strength|home|aids) (above|at most|is|is not) \S+ +\d+ points$`, out)
	assert.Contains(t, out, "Total points")
	assert.True(t, json.Valid([]byte(command(t, dir, append(args, "n.json", "--json")...))))
}

func TestALabelNeedsTwoValues(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.csv")
	for _, c := range []struct{ label, want string }{{"no", "every row that has one has the value no, want two values"}, {"", "--label y: no row has a value"}} {
		require.NoError(t, os.WriteFile(file, []byte("x,y\n"+strings.Repeat("1,"+c.label+"\n", 30)), 0o644))
		_, _, err := try(t.TempDir(), "", "table", "cv", "--csv", file, "--label", "y", "--learner", "card")
		assert.ErrorContains(t, err, c.want)
	}
}

// A name for --out that is also what is read, by whatever path, would cost the table or the model.
func TestWhatIsReadIsNotOverwritten(t *testing.T) {
	dir := falls(t)
	file, model := filepath.Join(dir, "falls.csv"), filepath.Join(dir, "m.json")
	command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "glm", "--out", "m.json")
	before := map[string][]byte{}
	for _, f := range []string{file, model} {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		before[f] = b
	}
	for _, args := range [][]string{
		{"fit", "--label", "fell", "--learner", "card", "--out", file},
		{"fit", "--label", "fell", "--learner", "card", "--out", filepath.Join(dir, "..", filepath.Base(dir), "falls.csv")},
		{"cv", "--label", "fell", "--learner", "card", "--out", file},
		{"predict", "--model", model, "--out", file},
		{"predict", "--model", model, "--out", model},
	} {
		_, _, err := try(dir, "", append([]string{"table", args[0], "--csv", file}, args[1:]...)...)
		assert.ErrorContains(t, err, "is the file that is read, and would be lost", "%v", args)
	}
	for f, want := range before {
		got, err := os.ReadFile(f)
		require.NoError(t, err)
		assert.Equal(t, want, got, f)
	}
}

// A column that is empty, counts the rows or names them is told of; one with a few levels or any other numbers is not.
func TestColumnsThatSayNothingAreTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.csv")
	text := "nr,name,none,age,home,y\n"
	for i := range 40 {
		text += fmt.Sprintf("%d,p%d,,%d,%s,%d\n", i+7, i, i*i%31, []string{"alone", "couple"}[i%2], i/20)
	}
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	_, diag, err := try(t.TempDir(), "", "table", "cv", "--csv", file, "--label", "y", "--learner", "card")
	require.NoError(t, err)
	assert.Contains(t, diag, "note: column nr counts the rows")
	assert.Contains(t, diag, "note: column name is taken as categorical and has 40 levels in 40 rows")
	assert.Contains(t, diag, "note: column none is empty in every row")
	assert.Equal(t, 3, strings.Count(diag, "note: "), diag)
	_, diag, err = try(t.TempDir(), "", "table", "cv", "--csv", file, "--label", "y", "--learner", "card", "--ignore", "nr,name,none")
	require.NoError(t, err)
	assert.NotContains(t, diag, "note: ")
}

// A column of citizens, who have some rows each, parts nobody as --group; learned from, it would be measured on the same citizens.
func TestAColumnOfCitizensIsTold(t *testing.T) {
	dir := falls(t)
	args := []string{"table", "cv", "--csv", "falls.csv", "--label", "fell", "--learner", "card", "--ignore", "id"}
	_, diag, err := try(dir, "", args...)
	require.NoError(t, err)
	assert.Contains(t, diag, "note: column person is taken as categorical and has 120 levels in 240 rows; if it names citizens, say --group person")
	assert.Equal(t, 1, strings.Count(diag, "note: "), diag)
	_, diag, err = try(dir, "", append(args, "--group", "person")...)
	require.NoError(t, err)
	assert.NotContains(t, diag, "note: ")
}

func TestColumnsOfDatesAndOfOneValueAreTold(t *testing.T) {
	text := "one,day,at,code,y\n"
	for i := range 60 {
		text += fmt.Sprintf("7,%02d-%02d-2024,2024-%02d-%02d 10:00,%d-x,%d\n", 1+i%28, 1+i%12, 1+i%12, 1+i%28, i%5, i%2)
	}
	_, diag, err := try(t.TempDir(), "", "table", "cv", "--csv", written(t, text), "--label", "y", "--learner", "card")
	require.NoError(t, err)
	assert.Contains(t, diag, "note: column one has the same value in every row")
	assert.Contains(t, diag, "note: column day holds dates")
	assert.Contains(t, diag, "note: column at holds dates")
	assert.Equal(t, 3, strings.Count(diag, "note: "), diag)
}

func TestACommandThatIsNotThereIsNoSuccess(t *testing.T) {
	for _, group := range []string{"table", "models"} {
		_, _, err := try(t.TempDir(), "", group, "lits")
		assert.ErrorContains(t, err, "train "+group+` has no command "lits"`)
		assert.Contains(t, command(t, t.TempDir(), group), "Available Commands")
		assert.Contains(t, command(t, t.TempDir(), group, "--help"), "Available Commands")
	}
	_, _, err := try(t.TempDir(), "", "table", "fitt", "--csv", "falls.csv")
	assert.ErrorContains(t, err, "the flags are those of its commands, card, cv, edit, explain, fit, import, params, predict")
	_, _, err = try(t.TempDir(), "", "table", "fitt")
	assert.ErrorContains(t, err, "(did you mean fit?)")
}

func TestOneValueAgainstAllOthers(t *testing.T) {
	dir := falls(t)
	_, diag, err := try(dir, "", "table", "cv", "--csv", filepath.Join(dir, "falls.csv"), "--label", "home", "--positive", "alone", "--learner", "card")
	require.NoError(t, err)
	assert.Contains(t, diag, "probability of home = alone (as given), against couple, nursing")
}

// What was there before a fit that is interrupted is there after it, and nothing else.
func TestAnInterruptedFitLeavesTheOldModel(t *testing.T) {
	dir := falls(t)
	model := filepath.Join(dir, "m.json")
	require.NoError(t, os.WriteFile(model, []byte("old"), 0o644))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, l := range learner.Builtin().Names() {
		err := run(ctx, []string{"table", "fit", "--csv", filepath.Join(dir, "falls.csv"), "--label", "fell", "--learner", l, "--out", model},
			strings.NewReader(""), &strings.Builder{}, &strings.Builder{})
		require.ErrorIs(t, err, context.Canceled, l)
	}
	b, err := os.ReadFile(model)
	require.NoError(t, err)
	assert.Equal(t, "old", string(b))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, files, 2)
}

func TestHelpListsEveryParameter(t *testing.T) {
	all := command(t, t.TempDir(), "table", "params")
	for _, l := range learners() {
		own := command(t, t.TempDir(), "table", "params", l.Name())
		help := command(t, t.TempDir(), "table", "fit", "--learner", l.Name(), "--help")
		for _, out := range []string{all, own, help} {
			assert.Contains(t, out, l.Name()+": "+l.About())
			for _, p := range l.Params() {
				assert.Contains(t, out, p.Name+"="+p.Default)
				assert.Contains(t, out, p.Range())
			}
		}
	}
	_, _, err := try(t.TempDir(), "", "table", "params", "glmm")
	assert.ErrorContains(t, err, "did you mean glm?")
	assert.Contains(t, command(t, t.TempDir(), "table", "cv", "--learner", "glmm", "--help"), "did you mean glm?")
}

// Who asks for help wants the flags and an example, not a hundred lines of parameters before them.
func TestHelpShowsFlagsOnOneScreen(t *testing.T) {
	for _, name := range []string{"fit", "cv", "predict"} {
		out := command(t, t.TempDir(), "table", name, "--help")
		assert.Less(t, strings.Count(out, "\n"), 50, name)
		assert.Less(t, strings.Index(out, "Examples:"), strings.Index(out, "--csv FILE  "), name)
	}
}

// write makes a file of the given text in a new folder.
func written(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "t.csv")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	return file
}

// A word that was missing in learning is missing in predicting, without being told again.
func TestTheModelRemembersWhatIsMissing(t *testing.T) {
	text := "age,home,y\n"
	for i := range 60 {
		text += fmt.Sprintf("%s,%s,%d\n", []string{"unknown", strconv.Itoa(i), strconv.Itoa(2 * i)}[i%3], []string{"a", "b", "999"}[i%3], i/30)
	}
	model, out := filepath.Join(t.TempDir(), "m.json"), filepath.Join(t.TempDir(), "p.csv")
	args := []string{"table", "fit", "--csv", written(t, text), "--label", "y", "--learner", "glm", "--out", model}
	_, diag, err := try(t.TempDir(), "", args...)
	require.NoError(t, err)
	assert.Contains(t, diag, `if that means missing, say so with --missing unknown`)
	_, diag, err = try(t.TempDir(), "", append(args, "--missing", "unknown,999")...)
	require.NoError(t, err)
	assert.NotContains(t, diag, "note:")

	_, diag, err = try(t.TempDir(), "", "table", "predict", "--csv", written(t, "age,home\nunknown,a\n,a\nNA,a\n3,999\n3,\n3,a\n"), "--model", model, "--out", out)
	require.NoError(t, err)
	assert.Contains(t, diag, `column age: "NA" (1 rows) is taken as missing`)
	assert.NotContains(t, diag, "has not seen")
	rows := recordsOf(t, out)
	assert.Equal(t, rows[1][1], rows[2][1])
	assert.Equal(t, rows[1][1], rows[3][1])
	assert.Equal(t, rows[4][1], rows[5][1])
	assert.NotEqual(t, rows[5][1], rows[6][1])
}

func TestColumnsAreKeptAsTheyAreWritten(t *testing.T) {
	dir := falls(t)
	command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "glm", "--ignore", "id,person,fold,weight", "--out", "m.json")
	write := func(text string) string {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "new.csv"), []byte(text), 0o644))
		return filepath.Join(dir, "new.csv")
	}
	file := write("nr;age;strength;home;aids;base\n00712345678901234567;80,50;20;alone;1;x\n\"a;\"\"b\"; ;20;hotel;1;y\n")
	command(t, dir, "table", "predict", "--csv", file, "--model", "m.json", "--keep", "nr,age", "--keep", "home", "--out", "p.csv")
	rows := recordsOf(t, filepath.Join(dir, "p.csv"))
	assert.Equal(t, []string{"row", "probability", "nr", "age", "home"}, rows[0])
	assert.Equal(t, []string{"00712345678901234567", "80,50", "alone"}, rows[1][2:])
	assert.Equal(t, []string{`a;"b`, "", "hotel"}, rows[2][2:])
	for _, c := range []struct{ flags, want string }{
		{"--keep nrr", `--keep: there is no column "nrr" (did you mean nr?)`},
		{"--keep nr,nr", `two columns would be called "nr"`},
		{"--keep base --reasons", `two columns would be called "base"`},
	} {
		args := append([]string{"table", "predict", "--csv", file, "--model", filepath.Join(dir, "m.json"), "--out", filepath.Join(dir, "q.csv")}, strings.Fields(c.flags)...)
		_, _, err := try(dir, "", args...)
		assert.ErrorContains(t, err, c.want)
		assert.NoFileExists(t, filepath.Join(dir, "q.csv"))
	}
}

func TestWhatIsNoModelIsSaid(t *testing.T) {
	dir := falls(t)
	for _, c := range []struct{ text, want string }{
		{"row,probability\n", "is no model that train table fit wrote: it is no JSON, or cut short"},
		{"", "is no model that train table fit wrote: it is empty"},
		{`{"format": "rettidig-table-model/1", "lear`, "cut short"},
		{`{"format": "other"}`, `format is "other"`},
		{`{"learner": "glm", "trees": []}`, `unknown field`},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "m.json"), []byte(c.text), 0o644))
		_, _, err := try(dir, "", "table", "predict", "--csv", filepath.Join(dir, "falls.csv"), "--model", filepath.Join(dir, "m.json"), "--out", filepath.Join(dir, "p.csv"))
		assert.ErrorContains(t, err, c.want)
		assert.ErrorContains(t, err, "--model ")
	}
}

func TestAFlagSaysWhatItWants(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"table fit --seed -1", `invalid argument "-1" for "--seed" flag: want a whole number, 0 or more`},
		{"table fit --seed x", "want a whole number, 0 or more"},
		{"table fit --seed 99999999999999999999", "not one that large"},
		{"table cv --folds five", `invalid argument "five" for "--folds" flag: want a whole number`},
		{"table cv --json=maybe", "want true or false"},
		{"synth --seed -1", "want a whole number, 0 or more"},
		{"table cv --folds", "flag needs an argument"},
	} {
		_, _, err := try(t.TempDir(), "", strings.Fields(c.args)...)
		require.ErrorContains(t, err, c.want, c.args)
		assert.NotContains(t, err.Error(), "strconv", c.args)
	}
}

// The JSON says what the probability is of, and what a person would have read on the terminal.
func TestJSONSaysWhatIsPositive(t *testing.T) {
	dir := falls(t)
	for _, args := range [][]string{
		{"table", "cv", "--csv", "falls.csv", "--label", "fell", "--learner", "glm"},
		{"table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "glm", "--out", "m.json"},
	} {
		got := tableJSON(t, dir, args...)
		assert.Equal(t, []any{"fell", "yes", "it means yes and the other no", "no", 8.0},
			[]any{got["label"], got["positive"], got["positive_rule"], got["negative"], got["columns"]})
		require.NotEmpty(t, got["notes"], args[1])
		assert.Contains(t, got["notes"].([]any)[0], "counts the rows")
	}
}

func TestAFileThatAutoChoseSaysSo(t *testing.T) {
	dir := falls(t)
	args := []string{"table", "fit", "--csv", "falls.csv", "--label", "fell", "--ignore", "id,person,fold,weight", "--param", "folds=2", "--out", "m.json"}
	got := tableJSON(t, dir, args...)
	assert.Equal(t, "auto", got["chosen"].(map[string]any)["by"])
	b, err := os.ReadFile(filepath.Join(dir, "m.json"))
	require.NoError(t, err)
	var f map[string]any
	require.NoError(t, json.Unmarshal(b, &f))
	assert.NotContains(t, f, "params")
	assert.Equal(t, map[string]any{"folds": "2"}, f["chosen"].(map[string]any)["params"])
	assert.Contains(t, f["chosen"].(map[string]any)["why"], "auto took "+f["learner"].(string))
}

func TestLabelsThatDifferInCapitals(t *testing.T) {
	text := "x,y\n" + strings.Repeat("1,Yes\n2,No\n3,yes\n4, no way\n", 20)
	for _, c := range []struct{ text, want string }{
		{strings.ReplaceAll(text, "no way", "no"), `4 values (No, Yes, no, yes), and "No" and "no" mean the same but for capitals and blanks: write them alike`},
		{"x,y\n" + strings.Repeat("1,at home\n2,At  home\n", 20), `"At  home" and "at home" mean the same but for capitals`},
		{text, `4 values (No, Yes, no way, yes), and "Yes" and "yes" mean the same`},
	} {
		_, _, err := try(t.TempDir(), "", "table", "cv", "--csv", written(t, c.text), "--label", "y", "--learner", "card")
		assert.ErrorContains(t, err, c.want)
	}
	_, diag, err := try(t.TempDir(), "", "table", "cv", "--csv", written(t, text), "--label", "y", "--positive", "Yes", "--learner", "card")
	require.NoError(t, err)
	assert.Contains(t, diag, `note: label: "yes" counts against "Yes" in 20 rows, though they differ only in capitals or blanks`)
}

func TestGolearnIsMeasuredByLabelsAndNotWritten(t *testing.T) {
	dir := falls(t)
	args := []string{"--csv", "falls.csv", "--label", "fell", "--learner", "golearn-bayes", "--ignore", "id,person,fold,weight"}
	got := tableJSON(t, dir, append([]string{"table", "cv"}, args...)...)
	assert.Nil(t, got["auroc"])
	assert.Contains(t, got["labels_only"], "accuracy")
	out := command(t, dir, append([]string{"table", "cv"}, args...)...)
	assert.Contains(t, out, "labels only: it says yes or no and gives no probability")
	forest := command(t, dir, "table", "cv", "--csv", "falls.csv", "--label", "fell", "--learner", "golearn-forest", "--param", "trees=2", "--ignore", "id,person,fold,weight")
	assert.Contains(t, forest, "the same seed gives not quite the same answer")
	_, _, err := try(dir, "", append([]string{"table", "fit", "--out", filepath.Join(dir, "m.json")}, args...)...)
	assert.ErrorContains(t, err, "no model can be written")
	assert.NoFileExists(t, filepath.Join(dir, "m.json"))
}

// What golearn and liblinear say of their own accord goes to the process's standard output, past the one of run.
func TestOnlyTheResultIsOnStandardOutput(t *testing.T) {
	for _, name := range []string{"golearn-logistic", "golearn-knn", "golearn-bayes", "golearn-forest", "glm"} {
		cmd := exec.Command(os.Args[0], "table", "cv", "--csv", "testdata/falls.csv", "--label", "fell", "--learner", name, "--ignore", "id,person,fold,weight", "--json")
		cmd.Env = append(os.Environ(), "RETTIDIG_TEST_AS_COMMAND=1")
		var diag strings.Builder
		cmd.Stderr = &diag
		out, err := cmd.Output()
		if err != nil && strings.Contains(diag.String(), "built with CGO_ENABLED=0") {
			continue
		}
		require.NoError(t, err, diag.String())
		assert.True(t, json.Valid(out), "%s printed %.200s", name, out)
	}
}

// TestAFileOfAnotherCommandIsRecognised instead of being told which of its fields a table's model lacks.
func TestAFileOfAnotherCommandIsRecognised(t *testing.T) {
	dir := falls(t)
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("manifest.json", `{"format": "`+registry.Format+`", "id": "benefit-1"}`)
	write("model.json", `{"format": "`+model.Format+`"}`)
	write("table.xlsx", "PK\x03\x04\x14\x00")
	for _, c := range []struct{ model, says string }{
		{"manifest.json", "it is the manifest of a model that train fit registered"},
		{"model.json", "it is a model that train fit registered, which train predict --registry uses"},
	} {
		_, _, err := try(dir, "", "table", "predict", "--csv", "falls.csv", "--model", c.model, "--out", "o.csv")
		assert.ErrorContains(t, err, c.says)
	}
	_, _, err := try(dir, "", "table", "cv", "--csv", "table.xlsx", "--label", "fell")
	assert.ErrorContains(t, err, "table.xlsx: this is no CSV (it begins like an Excel file or another ZIP): save it as CSV")
}

func TestBlanksAroundNamesOfColumnsDoNotCount(t *testing.T) {
	dir := falls(t)
	fit := func(ignore, out string) string {
		command(t, dir, "table", "fit", "--csv", "falls.csv", "--label", "fell", "--learner", "card", "--ignore", ignore, "--categorical", " home", "--out", out)
		b, err := os.ReadFile(filepath.Join(dir, out))
		require.NoError(t, err)
		return string(b)
	}
	assert.Equal(t, fit("id,person,fold,weight", "a.json"), fit("id, person , fold,weight ", "b.json"))
	command(t, dir, "table", "predict", "--csv", "falls.csv", "--model", "a.json", "--keep", "id, person", "--out", "o.csv")
	assert.Equal(t, []string{"row", "probability", "id", "person"}, readCSV(t, filepath.Join(dir, "o.csv"))[0])
}
