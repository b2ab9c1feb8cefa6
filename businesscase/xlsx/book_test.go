package xlsx

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/render"
	"github.com/rettidig/rettidig/businesscase/starter"
)

func model(t require.TestingT, text string) *proposal.Model {
	p, err := proposal.Read(strings.NewReader(text), "test.yaml")
	require.NoError(t, err, text)
	m, err := p.Compile()
	require.NoError(t, err, text)
	return m
}

func starterModel(t require.TestingT, kind string) *proposal.Model {
	text, err := starter.Text(kind, "test.yaml")
	require.NoError(t, err)
	return model(t, text)
}

func compute(t require.TestingT, m *proposal.Model, o proposal.Options) *proposal.Result {
	r, err := m.Compute(o)
	require.NoError(t, err)
	return r
}

func workbook(t require.TestingT, m *proposal.Model, r *proposal.Result, o Options) []byte {
	var b bytes.Buffer
	require.NoError(t, Write(&b, m, r, o))
	return b.Bytes()
}

// sheet reads figures of a workbook: by LibreOffice's hand or by excelize's.
type sheet func(name, cell string) string

// computing lets excelize compute a cell's formula.
func computing(t require.TestingT, f *excelize.File) sheet {
	return func(name, cell string) string {
		s, err := f.CalcCellValue(name, cell, excelize.Options{RawCellValue: true})
		require.NoError(t, err, "%s!%s", name, cell)
		return s
	}
}

// agrees holds every figure of a workbook against the result. The cells are found by their labels and headings, as a
// reader finds them.
func agrees(t require.TestingT, f *excelize.File, value sheet, r *proposal.Result) {
	number := func(name, cell string, want float64, what string) {
		got, err := strconv.ParseFloat(value(name, cell), 64)
		require.NoError(t, err, "%s!%s %s", name, cell, what)
		assert.InDelta(t, want, got, 1e-9*max(1, want, -want), "%s!%s %s", name, cell, what)
	}
	rows, err := f.GetRows("Beregning")
	require.NoError(t, err)
	line := map[string]int{}
	for i, row := range rows {
		if i >= 4 && len(row) > 0 && row[0] != "" {
			line[row[0]] = i + 1
		}
	}
	for _, q := range r.Quantities {
		for k := range r.Years {
			number("Beregning", at(firstYear+k, line[q.ID]), q.Exact[k], q.ID)
		}
	}
	for _, q := range r.Rows {
		if len(q.Values) > 0 && line[q.ID] == 0 {
			t.Errorf("row %s is missing", q.ID)
		}
	}
	for i, table := range render.Tables(r, render.Options{}) {
		name := "Tabel " + strconv.Itoa(i+1)
		for n, l := range table.Lines {
			label, err := f.GetCellValue(name, at(1, 4+n))
			require.NoError(t, err)
			assert.Equal(t, l.Label, strings.TrimLeft(label, " "))
			for k, x := range l.Cells {
				cell := at(tableFrom+k, 4+n)
				if x == nil {
					formula, err := f.GetCellFormula(name, cell)
					require.NoError(t, err)
					assert.Empty(t, formula, "%s!%s is blank", name, cell)
					continue
				}
				number(name, cell, *x, l.Label)
			}
		}
	}
	answers := []struct {
		plain string
		paid  []proposal.Payback
	}{{"Tilbagebetalingstid baseret på serviceeffektivisering", []proposal.Payback{r.Payback.Service, r.Payback.PlainService}},
		{"Tilbagebetalingstid baseret på totaløkonomi", []proposal.Payback{r.Payback.Total, r.Payback.PlainTotal}}}
	rows, err = f.GetRows("Tabel 1")
	require.NoError(t, err)
	for _, a := range answers {
		found := 0
		for i, row := range rows {
			if len(row) > 0 && row[0] == a.plain {
				found = i + 1
			}
		}
		require.NotZero(t, found)
		for j, p := range a.paid {
			want := map[string]string{proposal.Repaid: strconv.Itoa(p.Years), proposal.NoPayback: "ingen tilbagebetaling", proposal.NoInvested: "intet at betale tilbage", proposal.NotRepaid: "ikke inden for årene"}[p.Outcome]
			assert.Equal(t, want, value("Tabel 1", at(tableFrom+2*j, found)), "%s, %d", a.plain, j)
		}
	}
}

func open(t require.TestingT, b []byte) *excelize.File {
	f, err := excelize.OpenReader(bytes.NewReader(b))
	require.NoError(t, err)
	return f
}

func TestEveryFormulaGivesWhatWasComputed(t *testing.T) {
	for _, kind := range starter.Kinds() {
		t.Run(kind, func(t *testing.T) {
			m := starterModel(t, kind)
			r := compute(t, m, proposal.Options{})
			f := open(t, workbook(t, m, r, Options{}))
			agrees(t, f, computing(t, f), r)
		})
	}
}

func TestTheBuiltInCases(t *testing.T) {
	for _, name := range cases.Names() {
		t.Run(name, func(t *testing.T) {
			m, err := cases.MustLoad(name).Compile()
			require.NoError(t, err)
			r := compute(t, m, proposal.Options{})
			f := open(t, workbook(t, m, r, Options{}))
			agrees(t, f, computing(t, f), r)
		})
	}
}

// Changing a value in its cell must be the same as computing a scenario with that value.
func TestAChangedParameterChangesEverything(t *testing.T) {
	for _, name := range []string{"su1", "su5", "su7"} {
		t.Run(name, func(t *testing.T) {
			m, err := cases.MustLoad(name).Compile()
			require.NoError(t, err)
			f := open(t, workbook(t, m, compute(t, m, proposal.Options{}), Options{}))
			set := map[string]float64{}
			rows, err := f.GetRows("Parametre")
			require.NoError(t, err)
			for i, q := range m.Proposal().Parameters {
				if q.Value == nil || i%2 == 0 {
					continue
				}
				x := q.Value.Value * 0.83
				row := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == q.ID })
				require.GreaterOrEqual(t, row, 0, q.ID)
				require.NoError(t, f.SetCellValue("Parametre", at(3, row+1), x))
				set[q.ID] = x
			}
			require.NotEmpty(t, set)
			r := compute(t, m, proposal.Options{Scenario: proposal.NewScenario("lavere", set)})
			agrees(t, f, computing(t, f), r)
			before := compute(t, m, proposal.Options{})
			assert.NotEqual(t, before.Totals, r.Totals, "the change changes something")
			s, err := f.CalcCellValue("Tabel 1", at(tableFrom+len(r.Years), 5), excelize.Options{RawCellValue: true})
			require.NoError(t, err)
			assert.Contains(t, []string{"som beregnet", "ændret"}, s)
		})
	}
}

// rowsOnly is a proposal of given amounts.
func rowsOnly(t require.TestingT, rows string) *proposal.Model {
	return model(t, "rettidig-proposal: 1\nid: x\ntitle: X\ntype: investment\nprice-level: 2026\nyears: 2026-2028\nrows:\n"+rows)
}

// Every answer that a payback can have, and the sum that is exactly 0: that is paid back.
func TestEveryPaybackIsAnsweredInTheSheet(t *testing.T) {
	for _, c := range []struct{ outcome, rows string }{
		{proposal.Repaid, "  - {id: a, label: A, kind: one-off, amounts: {2026: 100}, why: x}\n  - {id: b, label: B, kind: saving, amounts: {2027: -60, 2028: -40}, why: x}\n"},
		{proposal.NotRepaid, "  - {id: a, label: A, kind: one-off, amounts: {2026: 100}, why: x}\n  - {id: b, label: B, kind: saving, amounts: {2027: -60, 2028: -39}, why: x}\n"},
		{proposal.NoPayback, "  - {id: a, label: A, kind: one-off, amounts: {2026: 100}, why: x}\n"},
		{proposal.NoInvested, "  - {id: b, label: B, kind: saving, amounts: {2027: -60}, why: x}\n"},
	} {
		t.Run(c.outcome, func(t *testing.T) {
			m := rowsOnly(t, c.rows)
			r := compute(t, m, proposal.Options{})
			require.Equal(t, c.outcome, r.Payback.Total.Outcome)
			f := open(t, workbook(t, m, r, Options{}))
			agrees(t, f, computing(t, f), r)
		})
	}
}

// A label is never a formula, whatever it begins with.
func TestLabelsAreText(t *testing.T) {
	m := model(t, `rettidig-proposal: 1
id: x
title: "=HYPERLINK(\"http://x\")"
type: investment
price-level: 2026
years: 2026-2027
parameters:
  - {id: a, label: "=1+1", value: 2, unit: citizens/year, note: "@SUM(A1)", source: {where: "+cmd", quote: "-2"}}
  - {id: b, label: "-B", value: 3, unit: kr/citizen}
quantities:
  - {id: q, label: "+Q", formula: a * 2, unit: citizens/year}
rows:
  - {id: r, label: "@R", kind: one-off, appropriation: "=A1", formula: q * b}
`)
	f := open(t, workbook(t, m, compute(t, m, proposal.Options{}), Options{}))
	found := 0
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		require.NoError(t, err)
		for i, row := range rows {
			for j, s := range row {
				if s == "" || !strings.ContainsAny(s[:1], "=+-@") {
					continue
				}
				kind, err := f.GetCellType(name, at(j+1, i+1))
				require.NoError(t, err)
				assert.Equal(t, excelize.CellTypeSharedString, kind, "%s!%s %s", name, at(j+1, i+1), s)
				formula, err := f.GetCellFormula(name, at(j+1, i+1))
				require.NoError(t, err)
				assert.Empty(t, formula)
				found++
			}
		}
	}
	assert.Greater(t, found, 8)
}

func TestSameResultSameBytes(t *testing.T) {
	m := starterModel(t, "licences")
	r := compute(t, m, proposal.Options{})
	assert.Equal(t, workbook(t, m, r, Options{}), workbook(t, m, r, Options{}))
}

// A row in 2025 prices, shown in 2027 prices with an index of 100 and 110, and one already in 2026 prices of 104.
func TestPriceLevelsAreCellsOfTheirOwn(t *testing.T) {
	m := model(t, `rettidig-proposal: 1
id: x
title: X
type: investment
price-level: 2025
years: 2026-2027
rows:
  - {id: a, label: A, kind: one-off, amounts: {2026: 1000}, why: x, round: {to: 10}}
  - {id: b, label: B, kind: saving, amounts: {2027: -520}, why: x, price-level: 2026, cost-type: wages}
`)
	index, err := proposal.ReadIndex(strings.NewReader("rettidig-price-index: 1\nsource: opslag\ntypes:\n  general: {2025: 100, 2027: 110}\n  wages: {2026: 104, 2027: 110}\n"), "pl.yaml")
	require.NoError(t, err)
	r := compute(t, m, proposal.Options{Index: index, PriceLevel: 2027})
	require.Equal(t, 1100.0, r.Rows[0].Values[0].Rounded)
	require.InDelta(t, -550, r.Rows[1].Values[1].Rounded, 1e-9)
	f := open(t, workbook(t, m, r, Options{Index: index}))
	agrees(t, f, computing(t, f), r)
	require.NoError(t, f.SetCellValue("Parametre", "C6", 1.2))
	s, err := f.CalcCellValue("Tabel 2", "C4", excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	assert.Equal(t, "1200", s)
}

// Halves go away from 0, whichever way a computer writes them: 1.005 and 2.675 are a little less in it.
func TestHalvesAreRoundedAlike(t *testing.T) {
	for _, c := range []struct {
		to   float64
		mode string
		x    []float64
	}{
		{0.01, "", []float64{1.005, -1.005, 2.675, 0.125}}, {100, "", []float64{50, 150, -250, 49.999}}, {5, "", []float64{2.5, 7.5, -12.5}},
		{10, "down", []float64{19.9, -11, 20, 0.7 * 100}}, {10, "up", []float64{11, -19, 20}}, {1, "toward zero", []float64{10 * 0.7, -6.9, 218.75}},
		{0.1, "toward zero", []float64{0.3, -0.7, 1.1 * 1.1}}, {3, "nearest", []float64{4.5, -4.5, 1e6 + 0.5}},
	} {
		round := &proposal.Rounding{To: c.to, Mode: c.mode}
		for _, x := range c.x {
			f := excelize.NewFile()
			require.NoError(t, f.SetCellValue("Sheet1", "A1", x))
			require.NoError(t, f.SetCellFormula("Sheet1", "B1", roundTo(round, "A1")))
			s, err := f.CalcCellValue("Sheet1", "B1", excelize.Options{RawCellValue: true})
			require.NoError(t, err)
			got, err := strconv.ParseFloat(s, 64)
			require.NoError(t, err)
			assert.InDelta(t, round.Apply(x), got, 1e-9, "%v to %v %s", x, c.to, c.mode)
		}
	}
}

// A preview, or a program that reads cells, does not compute: what stands beside a formula is the figure, as a number.
func TestAWorkbookShowsItsFiguresUncomputed(t *testing.T) {
	m, err := cases.MustLoad("su7").Compile()
	require.NoError(t, err)
	r := compute(t, m, proposal.Options{})
	b := workbook(t, m, r, Options{})
	f := open(t, b)
	agrees(t, f, func(name, cell string) string {
		s, err := f.GetCellValue(name, cell, excelize.Options{RawCellValue: true})
		require.NoError(t, err)
		kind, err := f.GetCellType(name, cell)
		require.NoError(t, err)
		if _, number := strconv.ParseFloat(s, 64); number == nil {
			require.Equal(t, excelize.CellTypeUnset, kind, "%s!%s %s is a number", name, cell, s)
		}
		return s
	}, r)
	parts, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	found := 0
	for _, p := range parts.File {
		if strings.HasPrefix(p.Name, "xl/worksheets/") {
			in, err := p.Open()
			require.NoError(t, err)
			text, err := io.ReadAll(in)
			require.NoError(t, err)
			assert.NotRegexp(t, `</f></c>|<v></v>|<v/>`, string(text), p.Name)
			found += strings.Count(string(text), "</f><v>")
		}
	}
	assert.Greater(t, found, 100)
}

// 70 for 70 % is refused where it is typed: in a share's cell, and in no other.
func TestASharesCellTakesNoMoreThanTheWhole(t *testing.T) {
	m := starterModel(t, "bus")
	r := compute(t, m, proposal.Options{})
	f := open(t, workbook(t, m, r, Options{}))
	all, err := f.GetDataValidations("Parametre")
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, []string{"decimal", "0", "1"}, []string{all[0].Type, all[0].Formula1, all[0].Formula2})
	var want []string
	for i, q := range m.Proposal().Parameters {
		if render.IsShare(q.Unit) {
			require.NotNil(t, q.Value)
			want = append(want, at(3, 5+i))
		}
	}
	require.NotEmpty(t, want)
	assert.Equal(t, want, strings.Fields(all[0].Sqref))
}

func TestAFormulaThatIsTooLongIsSaid(t *testing.T) {
	long := "total(a" + strings.Repeat(" + a", 20) + ")" // of 40 years each
	m := model(t, "rettidig-proposal: 1\nid: x\ntitle: X\ntype: investment\nprice-level: 2026\nyears: 2026-2065\nparameters:\n  - {id: a, label: A, value: 1, unit: kr/year}\nrows:\n  - {id: r, label: R, kind: one-off, formula: "+long+"}\n")
	err := Write(&bytes.Buffer{}, m, compute(t, m, proposal.Options{}), Options{})
	assert.ErrorContains(t, err, "workbook: ")
	assert.ErrorContains(t, err, "divide")
}

func BenchmarkWrite(b *testing.B) {
	m := starterModel(b, "bus")
	r := compute(b, m, proposal.Options{})
	for b.Loop() {
		var w bytes.Buffer
		if err := Write(&w, m, r, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
