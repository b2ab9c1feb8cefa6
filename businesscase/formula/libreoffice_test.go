package formula

import (
	"encoding/csv"
	"flag"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// libreOffice makes testdata/libreoffice.csv anew; it needs LibreOffice (the file says which
// version it is from): go test ./businesscase/formula -run LibreOffice -libreoffice
var libreOffice = flag.Bool("libreoffice", false, "let LibreOffice compute testdata/libreoffice.csv anew")

// sheet is what the formulas of libreoffice.csv are computed over: one column per name, one row per year.
var sheet = &maker{
	years:  []int{2023, 2024, 2025, 2026},
	values: map[string][]*big.Rat{"a": rats(-2.5, 0, 1.25, 7), "b": rats(3, -0.5, 0, 2), "løn": rats(0.25, 10, -3, 1.5)},
	divide: true, choose: true,
}

func rats(xs ...float64) []*big.Rat {
	rs := make([]*big.Rat, len(xs))
	for i, x := range xs {
		rs[i] = new(big.Rat).SetFloat64(x)
	}
	return rs
}

func sheetCell(name string, t int) string {
	return map[string]string{"a": "A", "b": "B", "løn": "C"}[name] + strconv.Itoa(t+1)
}

// chosen are formulas at which spreadsheets and we could part; random ones are added to them.
var chosen = []string{
	"-a^2", "(-a)^2", "a^-1", "a - (b - løn)", "a / (b + 8) / løn", "a / ((b + 8) / løn)", "a - -b", "a * -b", "-(-a)",
	"round(a)", "round(-a)", "round(0.35 * 10)", "round(3.1750, 0.01)", "round(1.0050 * 1000)", "round(218.5 * løn, 5)", "round(-250, 100)",
	"round(a, 0.25)", "round(løn * 1000, 5000)", "round(a, b)", "round(2.6750, 0.05)", "round(1234567.891, 1e6)",
	"round_down(0.7 * 10 * 3)", "round_down(-a)", "round_down(a, 0.1)", "round_down(løn * 1000, 5000)", "round_down(1.1 * 1.1 * 100)",
	"a == 0 ? 1 : a != 1.25 ? 2 : 3", "(a > 0 and b > 0) or løn > 0 ? 1 : 0", "a > 0 and (b > 0 or løn > 0) ? 1 : 0",
	"min(a, b, løn) + max(a, b, løn)", "1 / b", "b == 0 ? 0 : 1 / b", "1 / (1 / b)", "min(1 / b, 0)", "1 / b > 0 ? 1 : 0",
	"lag(a + b) * 2", "lag(a - b, 2) - lag(a - b)", "2 - lag(a - b)", "lag(a > 0 ? a : b) * 2", "lag(round(a, 5)) / 2", "6 / lag(round(a, 5))",
	"6 / round(a, 5)", "(a > 0 ? 2 : 3)^2", "round(a, 5)^2", "lag(-a)^2", "at(a + b, 2026)^2", "lag(a)^2", "a / at(a * b, 2026)",
	"cumulative(a)", "cumulative(a + b) * 2", "total(cumulative(a) - lag(b))", "-cumulative(a)^2", "cumulative(year >= 2024 ? løn : 0)",
	"year - 2023 > 1 ? a : b", "lag(year > 2023 ? 1 : 2)", "weeks_per_year * a / months_per_year", "1e20 * a", "1e-9 * a", "abs(a - b)",
}

type computed struct {
	src, excel string
	t          int
}

func TestLibreOfficeComputesTheSame(t *testing.T) {
	file := filepath.Join("testdata", "libreoffice.csv")
	if *libreOffice {
		computeWithLibreOffice(t, file)
	}
	f, err := os.Open(file)
	require.NoError(t, err)
	defer func() { assert.NoError(t, f.Close()) }()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(rows), 500)
	for _, row := range rows {
		year, err := strconv.Atoi(row[1])
		require.NoError(t, err)
		i := year - sheet.years[0]
		parsed, err := Parse(row[0])
		require.NoError(t, err)
		text, err := parsed.Excel(sheetCell, sheet.years, i)
		require.NoError(t, err)
		assert.Equal(t, row[2], text, "%s: computed as another formula; make the file anew", row[0])
		got := sheet.eval(t, row[0])[i]
		want, err := strconv.ParseFloat(row[3], 64)
		if err != nil { // #DIV/0! and its like
			assert.True(t, math.IsNaN(got), "%s in %d: %v, LibreOffice %s", row[0], year, got, row[3])
			continue
		}
		assert.InDelta(t, want, got, 1e-9*math.Max(1, math.Abs(want)), "%s in %d as %s", row[0], year, row[2])
	}
}

func computeWithLibreOffice(t *testing.T, file string) {
	sources := append([]string(nil), chosen...)
	random := rapid.Custom(func(t *rapid.T) string {
		m := *sheet
		m.t = t
		return m.make(3, false).src
	})
	seen := map[string]bool{}
	for seed := 0; len(sources) < 160; seed++ {
		if src := random.Example(seed); len(src) > 25 && len(src) < 250 && !seen[src] {
			seen[src] = true
			sources = append(sources, src)
		}
	}
	book := excelize.NewFile()
	for name, vs := range sheet.values {
		for i, v := range vs {
			x, _ := v.Float64()
			require.NoError(t, book.SetCellValue("Sheet1", sheetCell(name, i), x))
		}
	}
	var rows []computed
	for _, src := range sources {
		f, err := Parse(src)
		require.NoError(t, err, src)
		for i := range sheet.years {
			text, err := f.Excel(sheetCell, sheet.years, i)
			require.NoError(t, err, src)
			rows = append(rows, computed{src: src, excel: text, t: i})
			require.NoError(t, book.SetCellFormula("Sheet1", "E"+strconv.Itoa(len(rows)), "="+text))
		}
	}
	dir := t.TempDir()
	require.NoError(t, book.SaveAs(filepath.Join(dir, "sheet.xlsx")))
	require.NoError(t, book.Close())
	version, err := exec.Command("soffice", "-env:UserInstallation=file://"+dir+"/profile", "--version").Output()
	require.NoError(t, err)
	// 44, 34, 76: comma, double quote, UTF-8; false: as computed and not as shown.
	out, err := exec.Command("soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to",
		"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false", "--outdir", dir, filepath.Join(dir, "sheet.xlsx")).CombinedOutput()
	require.NoError(t, err, string(out))
	in, err := os.Open(filepath.Join(dir, "sheet.csv"))
	require.NoError(t, err)
	defer func() { assert.NoError(t, in.Close()) }()
	cells, err := csv.NewReader(in).ReadAll()
	require.NoError(t, err)
	require.Len(t, cells, len(rows))
	require.NoError(t, os.MkdirAll("testdata", 0o755))
	w, err := os.Create(file)
	require.NoError(t, err)
	defer func() { assert.NoError(t, w.Close()) }()
	_, err = w.WriteString("# formula, year, spreadsheet formula, value computed by " + strings.Join(strings.Fields(string(version))[:2], " ") + "; made by libreoffice_test.go\n")
	require.NoError(t, err)
	c := csv.NewWriter(w)
	for i, r := range rows {
		require.NoError(t, c.Write([]string{r.src, strconv.Itoa(sheet.years[r.t]), r.excel, cells[i][4]}))
	}
	c.Flush()
	require.NoError(t, c.Error())
}
