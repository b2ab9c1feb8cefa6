//go:build office

package xlsx

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/starter"
)

// TestLibreOfficeRecalculatesToTheSame opens workbooks in LibreOffice and saves them again with what it computed: every
// built-in case, every starter, one with other values in its yellow cells, and drawn proposals with choices in their
// formulas. It needs `soffice`: ./scripts/need soffice libreoffice-calc-nogui
func TestLibreOfficeRecalculatesToTheSame(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	require.NoError(t, err, "no LibreOffice in PATH; install it with: apt-get install -y --no-install-recommends libreoffice-calc-nogui")
	in, out := t.TempDir(), t.TempDir()
	want := map[string]*proposal.Result{}
	var names []string
	add := func(name string, m *proposal.Model, change func(*excelize.File) *proposal.Result) {
		r := compute(t, m, proposal.Options{})
		f := open(t, workbook(t, m, r, Options{}))
		if change != nil {
			r = change(f)
		}
		// What a formula gave when the workbook was written would else be believed and not computed.
		require.NoError(t, f.UpdateLinkedValue())
		require.NoError(t, f.SaveAs(filepath.Join(in, name+".xlsx")))
		want[name] = r
		names = append(names, name)
	}
	for _, name := range cases.Names() {
		m, err := cases.MustLoad(name).Compile()
		require.NoError(t, err)
		add(name, m, nil)
	}
	for _, kind := range starter.Kinds() {
		add(kind, starterModel(t, kind), nil)
	}
	// A billionth of a step below a half is a half, as decimal fractions are in a computer.
	add("halves", rowsOnly(t, `  - {id: a, label: A, kind: one-off, amounts: {2026: 49.99999999, 2027: 150, 2028: 49.9990}, why: x, round: {to: 100}}
  - {id: b, label: B, kind: saving, amounts: {2026: -2.4999999999, 2027: -7.5, 2028: -1.0050}, why: x, round: {to: 5}, round-in: {2028: {to: 0.01}}}
`), nil)
	m := starterModel(t, "training")
	add("changed", m, func(f *excelize.File) *proposal.Result {
		for i, q := range m.Proposal().Parameters {
			if q.ID == "complete_then" {
				require.NoError(t, f.SetCellValue("Parametre", at(3, 5+i), 0.6))
			}
		}
		return compute(t, m, proposal.Options{Scenario: proposal.NewScenario("lavere", map[string]float64{"complete_then": 0.6})})
	})
	for seed := range 8 {
		text := rapid.Custom(func(t *rapid.T) string { return randomProposal(t, true) }).Example(seed)
		add(fmt.Sprintf("drawn%d", seed), model(t, text), nil)
	}
	args := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out}
	for _, name := range names {
		args = append(args, filepath.Join(in, name+".xlsx"))
	}
	said, err := exec.Command(soffice, args...).CombinedOutput()
	require.NoError(t, err, string(said))
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			f, err := excelize.OpenFile(filepath.Join(out, name+".xlsx"))
			require.NoError(t, err, string(said))
			defer func() { assert.NoError(t, f.Close()) }()
			agrees(t, f, func(name, cell string) string {
				s, err := f.GetCellValue(name, cell, excelize.Options{RawCellValue: true})
				require.NoError(t, err)
				return s
			}, want[name])
		})
	}
}
