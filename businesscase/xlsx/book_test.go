package xlsx

import (
	"bytes"
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
