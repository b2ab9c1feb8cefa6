package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// proposalCommand runs train businesscase.
func proposalCommand(t *testing.T, args ...string) (out, diag string, err error) {
	t.Helper()
	var o, d bytes.Buffer
	err = run(context.Background(), append([]string{"businesscase"}, args...), strings.NewReader(""), &o, &d)
	return o.String(), d.String(), err
}

func TestEveryKindOfStarterIsWrittenOnceAndComputes(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, kind := range []string{"bus", "staff", "licences", "training", "empty"} {
		_, _, err := proposalCommand(t, "--new", kind+".yaml", "--kind", kind)
		require.NoError(t, err)
		before, err := os.ReadFile(kind + ".yaml")
		require.NoError(t, err)
		out, diag, err := proposalCommand(t, "--proposal", kind+".yaml")
		require.NoError(t, err)
		assert.Contains(t, out, "betalt tilbage i år")
		assert.Empty(t, diag)
		_, _, err = proposalCommand(t, "--new", kind+".yaml")
		assert.EqualError(t, err, "--new "+kind+".yaml: the file is there already and is not overwritten; give another name")
		after, err := os.ReadFile(kind + ".yaml")
		require.NoError(t, err)
		assert.Equal(t, before, after)
	}
	_, _, err := proposalCommand(t, "--new", "x.yaml", "--kind", "trainning")
	assert.ErrorContains(t, err, `--kind is "trainning", want one of bus, staff, licences, training, empty`)
	assert.NoFileExists(t, "x.yaml")
}

func TestJSONIsOneObject(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"--proposal", "su1"}, {"--proposal", "su1", "--check"}, {"--proposal", "su1", "--proposal", "su2"}, {"--list"}, {"--catalogue"}} {
		out, _, err := proposalCommand(t, append(args, "--json")...)
		require.NoError(t, err, args)
		dec := json.NewDecoder(strings.NewReader(out))
		var v map[string]any
		require.NoError(t, dec.Decode(&v), args)
		assert.ErrorIs(t, dec.Decode(&v), io.EOF, args)
	}
}

func TestTheFilesAreWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	_, _, err := proposalCommand(t, "--proposal", "su1", "--check", "--html", "su1.html", "--xlsx", "su1.xlsx")
	require.NoError(t, err)
	page, err := os.ReadFile("su1.html")
	require.NoError(t, err)
	assert.Contains(t, string(page), "Kontrol af tal og tekst")
	f, err := excelize.OpenFile("su1.xlsx")
	require.NoError(t, err)
	assert.Equal(t, []string{"Parametre", "Beregning", "Tabel 1", "Tabel 2", "Tabel 3", "Tilbagebetaling", "Kontrol"}, f.GetSheetList())
	require.NoError(t, f.Close())
	english, _, err := proposalCommand(t, "--proposal", "su1", "--language", "en", "--xlsx", "en.xlsx")
	require.NoError(t, err)
	assert.Contains(t, english, "Saves 3.5 million kr a year from 2024; invests 1.5 million kr; paid back in year 2.")
	assert.Contains(t, english, "-3,200")
}

// Warnings go to standard error, so that what is piped on is the tables.
func TestAWrongSignIsAWarning(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("x.yaml", []byte("rettidig-proposal: 1\nid: x\ntitle: X\ntype: investment\nprice-level: 2026\nyears: 2026-2027\nrows:\n  - {id: a, label: A, kind: saving, amounts: {2026: 5}, why: x}\n"), 0o600))
	out, diag, err := proposalCommand(t, "--proposal", "x.yaml")
	require.NoError(t, err)
	assert.Equal(t, "warning: x.yaml: row a is a saving and is positive in 2026: savings are negative\n", diag)
	assert.NotContains(t, out, "warning")
}

func TestBadRequests(t *testing.T) {
	t.Chdir(t.TempDir())
	_, _, err := proposalCommand(t, "--new", "bus.yaml", "--kind", "bus")
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "--proposal FILE.yaml is missing; --new FILE.yaml writes one to begin with, --list names the built-in ones, and --help shows examples"},
		{"no such file", []string{"--proposal", "su8"}, "--proposal su8: there is no such file"},
		{"language", []string{"--proposal", "su1", "--language", "de"}, `--language is "de", want da or en`},
		{"rounded and exact", []string{"--proposal", "su1", "--rounded", "--exact"}, "--rounded and --exact ask for different figures"},
		{"several and a page", []string{"--proposal", "su1", "--proposal", "su2", "--html", "x.html"}, "go with one --proposal"},
		{"check of a scenario", []string{"--proposal", "su1", "--check", "--scenario", "x.yaml"}, "leave --scenario out"},
		{"two price levels", []string{"--proposal", "su1", "--proposal", "bus.yaml"}, "su1 is in 2023 prices and bus.yaml in 2026: amounts of different price levels are not added; give --index FILE.yaml and --prices YEAR"},
		{"one proposal twice", []string{"--proposal", "su1", "--proposal", "su1"}, "a proposal is added once"},
		{"over its own file", []string{"--proposal", "bus.yaml", "--html", "bus.yaml"}, "--html bus.yaml is the file that is read, and would be lost"},
		{"no folder", []string{"--proposal", "su1", "--xlsx", "no/x.xlsx"}, "--xlsx no/x.xlsx"},
		{"not a flag", []string{"--proposal", "su1", "--formula"}, "did you mean --formulas"},
		{"an argument", []string{"su1"}, `"su1" is not expected here`},
		{"a page of the catalogue", []string{"--catalogue", "--html", "c.html"}, "--html does nothing with --catalogue"},
		{"draws of the list", []string{"--list", "--simulate", "500"}, "--simulate does nothing with --list"},
		{"a new one and an old one", []string{"--new", "n.yaml", "--proposal", "su1"}, "--proposal does nothing with --new"},
		{"a kind of nothing", []string{"--proposal", "su1", "--kind", "bus"}, "--kind goes with --new"},
		{"a seed of nothing", []string{"--proposal", "su1", "--seed", "1"}, "--seed goes with --simulate"},
		{"an outcome of nothing", []string{"--proposal", "su7", "--outcome", "nonsense"}, "--outcome goes with --simulate"},
		{"no tornado", []string{"--proposal", "su1", "--simulate", "500", "--all-parameters"}, "--all-parameters goes with --tornado"},
		{"no registry", []string{"--proposal", "su7", "--target-capacity", "900"}, "go with --registry DIR"},
		{"a price that is none", []string{"--proposal", "su7", "--registry", ".", "--course-cost", "NaN"}, `"NaN" is not a number`},
		{"a capacity below 0", []string{"--proposal", "su7", "--registry", ".", "--target-capacity", "-4"}, "--target-capacity is -4"},
		{"no draws", []string{"--proposal", "su7", "--simulate", "0"}, "--simulate is 0"},
		{"draws before rounding", []string{"--proposal", "su7", "--tornado", "--exact"}, "--exact is about the tables"},
		{"two files in one", []string{"--proposal", "su1", "--html", "a.x", "--xlsx", "./a.x"}, "would both write a.x"},
		{"a page over another file", []string{"--proposal", "su1", "--html", "bus.yaml"}, "--html: bus.yaml: the name ends in .html or .htm"},
		{"a workbook without its ending", []string{"--proposal", "su1", "--xlsx", "x.docx"}, "--xlsx: x.docx: the name ends in .xlsx"},
		{"strictness of nothing", []string{"--proposal", "su1", "--strict"}, "--strict goes with --check"},
		{"strictness of the catalogue", []string{"--catalogue", "--strict"}, "--strict does nothing with --catalogue"},
		{"a flag there is not", []string{"--proposal", "su1", "--quux"}, "unknown flag: --quux; train businesscase --help lists them"},
		{"prices without an index", []string{"--proposal", "su1", "--prices", "2026"}, "amounts in 2023 prices are not added to amounts in 2026 prices without an index"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, _, err := proposalCommand(t, c.args...)
			require.ErrorContains(t, err, c.want)
			assert.Empty(t, out)
		})
	}
	b, err := os.ReadFile("bus.yaml")
	require.NoError(t, err)
	assert.Contains(t, string(b), "rettidig-proposal: 1")
}

// Errors are a failure only for who asks, and are printed either way.
func TestAStrictReviewFailsOnErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	failed := 0
	for _, args := range [][]string{{"--proposal", "su1"}, {"--proposal", "su4"}, {"--proposal", "su7"}, {"--catalogue"}} {
		plain, _, err := proposalCommand(t, append(args, "--check")...)
		require.NoError(t, err)
		text, _, err := proposalCommand(t, append(args, "--check", "--json")...)
		require.NoError(t, err)
		var r struct{ Findings []struct{ Severity string } }
		require.NoError(t, json.Unmarshal([]byte(text), &r))
		errs := 0
		for _, f := range r.Findings {
			if f.Severity == "error" {
				errs++
			}
		}
		strict, _, err := proposalCommand(t, append(args, "--check", "--strict")...)
		if errs == 0 {
			require.NoError(t, err, args)
			assert.Equal(t, plain, strict)
			continue
		}
		failed++
		require.EqualError(t, err, fmt.Sprintf("--strict: errors found by --check: %d", errs))
		assert.True(t, strings.HasPrefix(plain, strict) && strict != "")
	}
	assert.Positive(t, failed)
	out, _, err := proposalCommand(t, "--proposal", "su1", "--proposal", "su5", "--check")
	require.NoError(t, err)
	assert.Contains(t, out, "Hvert forslag for sig er ikke kontrolleret her: train businesscase --proposal su1 --check")
}

// The printed figure of SU4 in 2025 carries a slip, -5,025 for -5,070, into the catalogue's total.
func TestTheCatalogueShowsWhereItDiffers(t *testing.T) {
	t.Chdir(t.TempDir())
	out, _, err := proposalCommand(t, "--catalogue")
	require.NoError(t, err)
	assert.Contains(t, out, "SU4. Styrkelse af den rehabiliterende sygepleje, 2025: trykt -5.025, beregnet -5.070\n")
	assert.Contains(t, out, "Effektiviseringskatalog i alt, 2025: trykt -37.705, beregnet -37.750\n")
	assert.Equal(t, 2, strings.Count(out, "trykt -"))
}

func TestTheHelpFitsAScreen(t *testing.T) {
	out, _, err := proposalCommand(t, "--help")
	require.NoError(t, err)
	assert.LessOrEqual(t, strings.Count(out, "\n"), 60)
	assert.Contains(t, out, "train businesscase --new bus.yaml --kind bus")
}

func TestTheSchemaIsPrinted(t *testing.T) {
	out, _, err := proposalCommand(t, "--schema")
	require.NoError(t, err)
	assert.Contains(t, out, "| `phase-in` | number by year | share of full effect; the last holds on |")
}
