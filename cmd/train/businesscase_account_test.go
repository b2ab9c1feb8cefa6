package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/account"
)

// accountAt runs a command of account on a day.
func accountAt(day string, args ...string) (out, diag string, err error) {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", "", err
	}
	root := &cobra.Command{Use: "train", SilenceUsage: true, SilenceErrors: true}
	parent := &cobra.Command{Use: "businesscase"}
	parent.AddCommand(accountCommandAt(func() time.Time { return at }))
	root.AddCommand(parent)
	var o, d bytes.Buffer
	root.SetOut(&o)
	root.SetErr(&d)
	root.SetArgs(append([]string{"businesscase", "account"}, args...))
	err = root.Execute()
	return o.String(), d.String(), err
}

func mustAccount(t *testing.T, day string, args ...string) string {
	t.Helper()
	out, _, err := accountAt(day, args...)
	require.NoError(t, err, "%v", args)
	return out
}

// inventedProjection writes a projection from 240 invented courses of which 160 were completed and 100 had effect.
func inventedProjection(t *testing.T, path string) {
	t.Helper()
	p, err := businesscase.FromPrecision(businesscase.Params{CoursesPerYear: 875, BaselineCompletion: 0.5, BaselineEffect: 0.5, ValuePerCitizen: 40_000,
		DeclinePopulation: 3100, DeclineIdentified: 0.25, DeclinePostponed: 0.25, DeclineOverlap: 0.2},
		businesscase.Measured{Completion: businesscase.RateOf(160, 240, "invented"), Effect: businesscase.RateOf(100, 160, "invented"), Benefit: businesscase.RateOf(100, 240, "invented"), Synthetic: true},
		businesscase.MCOptions{Draws: 200, Seed: 1})
	require.NoError(t, err)
	b, err := json.Marshal(p)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// From a forecast to a judged year, as a controller would.
func TestAnAccountFromForecastToVerdict(t *testing.T) {
	t.Chdir(t.TempDir())
	inventedProjection(t, "projection.json")
	unit := []string{"--by", "Afdeling for Data"}
	with := func(args ...string) []string { return append(args, unit...) }

	dry := mustAccount(t, "2024-12-01", with("forecast", "--file", "su7.account", "--proposal", "su7", "--from", "projection.json", "--first-quarter", "2025Q1", "--price-level", "2023", "--minutes-per-effect", "174", "--dry-run")...)
	_, err := os.Stat("su7.account")
	require.ErrorIs(t, err, os.ErrNotExist, "--dry-run stores nothing")
	writeText(t, "forecast.json", dry)
	said := mustAccount(t, "2024-12-01", "forecast", "--file", "su7.account", "--proposal", "su7", "--record", "forecast.json")
	require.Regexp(t, `^su7\.account: forecast f-[0-9a-f]{12} is record 2; note the head elsewhere: 2:[0-9a-f]{64}\n$`, said)
	head := strings.TrimSpace(said[strings.LastIndex(said, " "):])

	for _, target := range [][]string{{"completion", "completion_rate", "0.7"}, {"effect", "effect_rate", "0.8"}} {
		mustAccount(t, "2024-12-02", "targets", "add", "--file", "su7.account", "--id", target[0], "--goal", target[0]+" som lovet", "--owner", "Afdeling for Data",
			"--due", "2025-12-31", "--kind", "realisation", "--measure", target[1], "--at-least", target[2])
	}
	// Out of 2025Q1's 218 courses 150 were completed; an invented year that went as it should.
	writeText(t, "quarters.csv", "quarter,data_as_of,started,ended,completed,effect,kroner_capacity\n2025Q1,2026-11-01,218,218,150,95,1620000\n2025Q2,2026-11-01,219,219,148,90,1410000\n2025Q3,2026-11-01,219,219,170,120,2610000\n2025Q4,2026-11-01,219,219,139,86,1250000\n")
	assert.Contains(t, mustAccount(t, "2026-11-02", with("realise", "--file", "su7.account", "--csv", "quarters.csv", "--price-level", "2023")...), "figures of 4 quarter(s) is record 5")
	_, _, err = accountAt("2026-11-02", with("realise", "--file", "su7.account", "--csv", "quarters.csv", "--price-level", "2023")...)
	assert.ErrorContains(t, err, "quarters.csv: all 4 quarters are stored already")

	text := mustAccount(t, "2026-11-03", "report", "--file", "su7.account")
	assert.Contains(t, text, "2025Q3   UDENFOR")
	assert.Contains(t, text, "3 af 4 modne kvartaler faldt i 90 %-intervallet")
	english := mustAccount(t, "2026-11-03", "report", "--file", "su7.account", "--language", "en")
	assert.Contains(t, english, "2025Q3   OUTSIDE")
	targets := mustAccount(t, "2026-11-03", "targets", "--file", "su7.account")
	assert.Contains(t, targets, "effect  [IKKE NÅET]")
	assert.Contains(t, targets, "completion  [VIDES IKKE ENDNU]")
	var r account.Report
	require.NoError(t, json.Unmarshal([]byte(mustAccount(t, "2026-11-03", "report", "--file", "su7.account", "--json")), &r))
	assert.Len(t, r.Series, 4)
	assert.Equal(t, account.Missed, r.Targets[1].Verdict)
	assert.Empty(t, mustAccount(t, "2026-11-03", "report", "--file", "su7.account", "--html", "report.html"))
	page, err := os.ReadFile("report.html")
	require.NoError(t, err)
	assert.Contains(t, string(page), "<svg")

	mustAccount(t, "2026-11-03", with("observe", "--file", "su7.account", "--csv", writeLooks(t))...)
	assert.Contains(t, mustAccount(t, "2026-11-03", "targets", "--file", "su7.account"), "set 2 gang(e)")
	assert.Contains(t, mustAccount(t, "2026-11-03", "verify", "--file", "su7.account", "--head", head), "6 records of su7, each follows the one before")

	// A program that was killed while it wrote left half a line.
	b, err := os.ReadFile("su7.account")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("su7.account", b[:len(b)-40], 0o600))
	_, _, err = accountAt("2026-11-04", "verify", "--file", "su7.account")
	assert.ErrorContains(t, err, "su7.account:6: the last line is torn")
	assert.Contains(t, mustAccount(t, "2026-11-04", "report", "--file", "su7.account"), "ADVARSEL: de sidste")
	_, _, err = accountAt("2026-11-04", with("observe", "--file", "su7.account", "--csv", "looks.csv")...)
	assert.ErrorContains(t, err, "repair it first with verify --repair")
	assert.Contains(t, mustAccount(t, "2026-11-04", "verify", "--file", "su7.account", "--repair", "--head", head), "5 records of su7")
	mustAccount(t, "2026-11-04", with("observe", "--file", "su7.account", "--csv", "looks.csv")...)

	// Somebody makes the forecast fit.
	b, err = os.ReadFile("su7.account")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("su7.account", bytes.Replace(b, []byte(`"seed":1`), []byte(`"seed":2`), 1), 0o600))
	_, _, err = accountAt("2026-11-04", "report", "--file", "su7.account")
	assert.ErrorContains(t, err, "su7.account:2: was changed after it was written")
}

func writeLooks(t *testing.T) string {
	t.Helper()
	writeText(t, "looks.csv", account.LooksTemplate)
	return "looks.csv"
}

// townWithBenefitModel is a folder with a registry in models.
func townWithBenefitModel(t *testing.T) string {
	t.Helper()
	dir := town(t)
	command(t, dir, "fit", "--work", "work", "--target", "benefit", "--registry", "models", "--learner", "card", "--allow-few", "--seed", "1")
	return dir
}

// From a registered model to a stored forecast in one command: its expected effects are the model's own share of the courses.
func TestAForecastComesFromTheRegistry(t *testing.T) {
	t.Chdir(townWithBenefitModel(t))
	forecast := []string{"forecast", "--file", "su7.account", "--proposal", "su7", "--registry", "models", "--first-quarter", "2027Q1", "--by", "Afdeling for Data"}
	assert.Contains(t, mustAccount(t, "2026-12-01", forecast...), "is record 2")
	a, err := account.Read("su7.account")
	require.NoError(t, err)
	f := a.Records[1].Forecast
	s, err := selectionOf("models")
	require.NoError(t, err)
	require.Equal(t, "su7", a.Proposal)
	assert.Equal(t, s.Source, f.Model)
	assert.Len(t, f.ModelSHA256, 64)
	assert.True(t, f.Synthetic, "the town is invented")
	assert.Contains(t, mustAccount(t, "2026-12-01", "report", "--file", "su7.account"), "SYNTETISK: en prognose er målt på opdigtede borgere")
	assert.Equal(t, "2023", f.PriceLevel, "the proposal's")
	assert.Equal(t, 40_000.0, f.ValuePerCitizen)
	courses, effects := 0, 0.0
	for _, x := range f.Series {
		if x.Kind.Quantity == account.Effects {
			for _, q := range x.Quarters {
				courses += q.Courses
				effects += q.Estimate
			}
		}
	}
	assert.Equal(t, 875, courses)
	assert.InDelta(t, 875*float64(s.Model.Events)/float64(s.Model.N), effects, 1e-6)

	for _, c := range []struct{ change, to, want string }{
		{"--proposal", "", "--registry needs --proposal"},
		{"--proposal", "su1", "proposal su1 has no parameter courses_per_year"},
		{"--registry", "nowhere", "nowhere"},
	} {
		args := append([]string{}, forecast...)
		args[slices.Index(args, c.change)+1] = c.to
		_, _, err := accountAt("2026-12-01", args...)
		assert.ErrorContains(t, err, c.want)
	}
	_, _, err = accountAt("2026-12-01", append(forecast, "--price-level", "2026")...)
	assert.ErrorContains(t, err, "su7 is in 2023 prices")
}

func TestAForecastThatComesLateIsKeptAndNotCounted(t *testing.T) {
	t.Chdir(t.TempDir())
	inventedProjection(t, "projection.json")
	_, diag, err := accountAt("2025-01-01", "forecast", "--file", "a", "--proposal", "su7", "--from", "projection.json", "--first-quarter", "2025Q1", "--price-level", "2023", "--by", "x")
	require.NoError(t, err)
	assert.Contains(t, diag, "warning: 2025Q1 has begun")
	assert.Contains(t, mustAccount(t, "2026-11-03", "report", "--file", "a"), "for sen prognose: tæller ikke")
}

func TestAccountRefusesWithAHint(t *testing.T) {
	t.Chdir(t.TempDir())
	inventedProjection(t, "projection.json")
	mustAccount(t, "2024-12-01", "forecast", "--file", "a", "--proposal", "su7", "--from", "projection.json", "--first-quarter", "2025Q1", "--price-level", "2023", "--by", "x")
	writeText(t, "bad.csv", "quarter,data_as_of,started,ended,completed,effect\n2025Q1,2025-09-01,20,20,21,3\n")
	writeText(t, "newer.csv", "quarter,data_as_of,started,ended,completed,effect,kroner_capacity\n2025Q1,2026-09-01,200,200,121,83,1000\n")
	writeText(t, "bad.yaml", "rettidig-price-index: 1\nsource: x\ntypes:\n  general: {2023: 100, 2026: x}\n")
	writeText(t, "short.yaml", "rettidig-price-index: 1\nsource: invented\ntypes:\n  general: {2023: 100}\n")
	writeText(t, "good.yaml", "rettidig-price-index: 1\nsource: invented\ntypes:\n  general: {2023: 100, 2026: 110}\n")
	writeText(t, "x.json", `{"draws":1,"surprise":2}`)
	forecast := []string{"forecast", "--file", "b", "--proposal", "su7", "--from", "projection.json", "--first-quarter", "2025Q1", "--price-level", "2023", "--by", "x"}
	but := func(args []string, flag, value string) []string {
		out := append([]string{}, args...)
		for i := range out {
			if out[i] == flag {
				out[i+1] = value
				return out
			}
		}
		return append(out, flag, value)
	}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no such command", []string{"reprot"}, `has no command "reprot"`},
		{"no such command of targets", []string{"targets", "--file", "a", "ad"}, `has no command "ad"`},
		{"no account", []string{"report", "--file", "none"}, "account forecast or targets add, with --proposal ID, begins it"},
		{"no file flag", []string{"report"}, `required flag(s) "file"`},
		{"a language", []string{"report", "--file", "a", "--language", "fr"}, `--language is "fr", want da or en`},
		{"neither from nor record", []string{"forecast", "--file", "b"}, "want one of --registry DIR, --from PROJECTION.json and --record FORECAST.json"},
		{"no projection", but(forecast, "--from", "x.json"), `x.json: json: unknown field "surprise"`},
		{"a quarter", but(forecast, "--first-quarter", "2025-1"), "--first-quarter: \"2025-1\" is no quarter, want one such as 2026Q1"},
		{"phase-in", but(forecast, "--phase-in", "0.5,1"), "--phase-in has 2 shares for 4 quarters"},
		{"phase-in of 0", but(forecast, "--phase-in", "0,1,1,1"), `--phase-in: "0" is no share`},
		{"no quarters", but(forecast, "--quarters", "0"), "--quarters is 0, want 1 to 80"},
		{"nobody", but(forecast, "--by", ""), `by is "", want some text`},
		{"no proposal", but(but(forecast, "--proposal", ""), "--file", "new"), "new is not there: name the proposal to begin it"},
		{"bad figures", []string{"realise", "--file", "a", "--csv", "bad.csv", "--by", "x"}, "bad.csv:2: realised: 2025Q1: completed is 21, want 0 to the 20 ended"},
		{"no price level", []string{"realise", "--file", "a", "--csv", "newer.csv", "--by", "x"}, "price_level is not given"},
		{"an unknown target", []string{"targets", "say", "--file", "a", "--id", "none", "--on", "2026-01-01", "--by", "x"}, "there is no target none"},
		{"a date", []string{"targets", "say", "--file", "a", "--id", "none", "--on", "1/1", "--by", "x"}, `--on: "1/1" is not a date`},
		{"a forecast", []string{"report", "--file", "a", "--forecast", "f-1"}, "there is no forecast f-1; there are [f-"},
		{"an index", []string{"report", "--file", "a", "--index", "bad.yaml"}, "bad.yaml:4"},
		{"a target the case has not", []string{"targets", "add", "--file", "a", "--from", "su7", "--id", "target_efect", "--measure", "effect_rate"}, "target_effect"},
		{"a target without a day", []string{"targets", "add", "--file", "a", "--from", "su7", "--id", "target_effect", "--measure", "effect_rate"}, `--due is "", want a date such as`},
		{"a target without a goal", []string{"targets", "add", "--file", "a", "--id", "x", "--due", "2026", "--measure", "effect_rate"}, `goal is ""`},
		{"over another file", []string{"report", "--file", "a", "--html", "good.yaml"}, "--html: good.yaml: the name ends in .html or .htm"},
		{"over itself", []string{"report", "--file", "a", "--html", "a"}, "is the file that is read"},
		{"thousands or not", []string{"targets", "say", "--file", "a", "--id", "x", "--on", "2026-01-01", "--by", "x", "--value", "54.000"}, `54.000 could be 54000 or 54: write 54000`},
		{"a goal of thousands or not", []string{"targets", "add", "--file", "a", "--id", "x", "--due", "2026", "--measure", "reported", "--at-least", "53.100"}, `53.100 could be 53100 or 53.1`},
		{"a decimal comma", []string{"targets", "say", "--file", "a", "--id", "x", "--on", "2026-01-01", "--by", "x", "--value", "0,7"}, `"0,7" has a comma: write a decimal point`},
		{"a head", []string{"verify", "--file", "a", "--head", "9:" + strings.Repeat("0", 64)}, "record 9 is gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := accountAt("2026-11-02", c.args...)
			require.ErrorContains(t, err, c.want)
		})
	}
	mustAccount(t, "2026-11-02", "realise", "--file", "a", "--csv", "newer.csv", "--by", "x", "--price-level", "2026")
	_, _, err := accountAt("2026-11-02", "report", "--file", "a")
	require.ErrorContains(t, err, "without a price index: give one with --index")
	_, _, err = accountAt("2026-11-02", "report", "--file", "a", "--index", "short.yaml")
	require.ErrorContains(t, err, "has no year 2026")
	// 1000 kr at 2026 prices are 909 at those of the forecast.
	assert.Regexp(t, `2025Q1 .* 909\b`, mustAccount(t, "2026-11-02", "report", "--file", "a", "--index", "good.yaml"))
}

func TestATargetComesFromItsProposal(t *testing.T) {
	t.Chdir(t.TempDir())
	mustAccount(t, "2026-11-02", "targets", "add", "--file", "a", "--proposal", "su7", "--from", "su7", "--id", "target_completion", "--due", "2027H1", "--measure", "completion_rate")
	var out struct {
		Targets []account.TargetReport `json:"targets"`
	}
	require.NoError(t, json.Unmarshal([]byte(mustAccount(t, "2026-11-02", "targets", "--file", "a", "--json")), &out))
	got := out.Targets[0]
	assert.Equal(t, 0.7, got.AtLeast)
	assert.Equal(t, "2027-06-30", got.Due.String())
	assert.Equal(t, "Afdeling for Velfærdsinnovation, Afdeling for Data", got.Owner)
	assert.Equal(t, "algorithm_completion", got.Parameter)
	assert.Contains(t, got.MeasuredBy, "DigiRehab")
	for text, want := range map[string]string{"2026": "2026-12-31", "2026H1": "2026-06-30", "2026H2": "2026-12-31", "2026Q3": "2026-09-30", "2026-02-28": "2026-02-28"} {
		d, err := dueDay(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, d.String())
	}
}

var exampleWord = regexp.MustCompile(`"[^"]*"|\S+`)

// TestTheExamplesOfAccountRun runs what the help shows, from top to bottom, in one folder.
func TestTheExamplesOfAccountRun(t *testing.T) {
	t.Chdir(townWithBenefitModel(t))
	inventedProjection(t, "projection.json")
	writeText(t, "looks.csv", account.LooksTemplate)
	run := func(line string) {
		line, into, _ := strings.Cut(strings.TrimSpace(line), " > ")
		var args []string
		for _, w := range exampleWord.FindAllString(line, -1) {
			args = append(args, strings.Trim(w, `"`))
		}
		require.Equal(t, []string{"train", "businesscase", "account"}, args[:3], line)
		out, _, err := accountAt("2027-03-01", args[3:]...)
		if err != nil && strings.Contains(err.Error(), "already") { // the same example stands at two commands
			return
		}
		require.NoError(t, err, line)
		if into != "" {
			writeText(t, into, out)
		}
	}
	var each func(cmd *cobra.Command)
	ran := 0
	each = func(cmd *cobra.Command) {
		assert.NotEmpty(t, cmd.Short, cmd.CommandPath())
		require.NotEmpty(t, cmd.Example, cmd.CommandPath())
		for line := range strings.Lines(cmd.Example) {
			run(line)
			ran++
		}
		for _, c := range cmd.Commands() {
			each(c)
		}
	}
	// The figures of the template are of 2026Q1; without a forecast of theirs they stand alone.
	each(accountCommand())
	assert.Greater(t, ran, 15)
	_, err := os.Stat(filepath.Join(".", "report.html"))
	assert.NoError(t, err)
}
