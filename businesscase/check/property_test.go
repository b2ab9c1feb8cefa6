package check_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

const firstYear, lastYear = 2026, 2031

// drawProposal draws a proposal of random rows, without tables.
func drawProposal(t *rapid.T) string {
	var params, rows strings.Builder
	n := rapid.IntRange(1, 6).Draw(t, "rows")
	for i := range n {
		fmt.Fprintf(&params, "  - {id: p%d, label: Beløb %d, value: %d, unit: 1000 kr/year}\n", i, i, rapid.IntRange(1, 20_000).Draw(t, "amount"))
		kind := rapid.SampledFrom([]string{proposal.Saving, proposal.Running, proposal.OneOff}).Draw(t, "kind")
		sign, more := "", fmt.Sprintf("    from: %d\n", rapid.IntRange(firstYear, lastYear).Draw(t, "from"))
		if kind == proposal.Saving {
			sign = "-"
			a := rapid.IntRange(1, 99).Draw(t, "first share")
			more = fmt.Sprintf("    phase-in: {2027: %d %%, 2028: %d %%, 2029: 100 %%}\n", a, rapid.IntRange(a, 100).Draw(t, "second share"))
		}
		if to := rapid.SampledFrom([]string{"", "1", "5", "10", "50", "100"}).Draw(t, "to"); to != "" {
			mode := rapid.SampledFrom([]string{"nearest", "toward zero", "up"}).Draw(t, "mode")
			more += fmt.Sprintf("    round: {to: %s, mode: %s}\n", to, mode)
		}
		fmt.Fprintf(&rows, "  - id: r%d\n    label: Række %d\n    kind: %s\n    formula: %sp%d\n%s", i, i, kind, sign, i, more)
	}
	return "rettidig-proposal: 1\nid: drawn\ntitle: Tilfældig\ntype: investment\nprice-level: 2026\nyears: 2026-2031\nparameters:\n" + params.String() + "rows:\n" + rows.String()
}

// figure is one printed figure, with its place.
type figure struct {
	table, row string
	year       int
}

// printed writes the tables of a result exactly as they are computed. wrong, if given, is printed with d more.
func printed(r *proposal.Result, wrong figure, d float64) (text string, all []figure) {
	var b strings.Builder
	cells := func(table, row string, as []proposal.Amount) string {
		var out []string
		for k, a := range as {
			f := figure{table, row, r.Years[k]}
			all = append(all, f)
			x := a.Rounded
			if f == wrong {
				x += d
			}
			if a.Blank && f != wrong {
				out = append(out, "null")
			} else {
				out = append(out, strconv.FormatFloat(x, 'f', -1, 64))
			}
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	table := func(id, kind string, in func(kind string) bool, totals map[string][]proposal.Amount, order ...string) {
		fmt.Fprintf(&b, "    - id: %s\n      kind: %s\n      rows:\n", id, kind)
		n := 0
		for _, q := range r.Rows {
			if in(q.Kind) {
				n++
				fmt.Fprintf(&b, "        - {row: %s, values: %s}\n", q.ID, cells(id, q.ID, q.Values))
			}
		}
		if n == 0 {
			fmt.Fprintf(&b, "        - {row: \"\", label: Ingen, values: [null, null, null, null, null, null]}\n")
		}
		b.WriteString("      totals:\n")
		for _, name := range order {
			fmt.Fprintf(&b, "        %s: %s\n", name, cells(id, "total:"+name, totals[name]))
		}
	}
	totals := map[string][]proposal.Amount{"permanent": r.Totals.Permanent, "implementation": r.Totals.Implementation, "overall": r.Totals.Overall}
	b.WriteString("printed:\n  tables:\n")
	table("table1", "overall", func(string) bool { return true }, totals, "permanent", "implementation", "overall")
	table("table2", "permanent", func(k string) bool { return k != proposal.OneOff }, totals, "permanent")
	table("table3", "implementation", func(k string) bool { return k == proposal.OneOff }, totals, "implementation")
	return b.String(), all
}

func compute(t *rapid.T, text string) check.Case {
	p, err := proposal.Read(strings.NewReader(text), "drawn.yaml")
	require.NoError(t, err, text)
	m, err := p.Compile()
	require.NoError(t, err)
	r, err := m.Compute(proposal.Options{})
	require.NoError(t, err)
	return check.Case{Model: m, Result: r}
}

func TestWhatIsPrintedAsComputedHasNoErrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawProposal(t)
		tables, _ := printed(compute(t, text).Result, figure{}, 0)
		c := compute(t, text+tables)
		r, err := check.Run(c.Model, c.Result)
		require.NoError(t, err)
		for _, f := range r.Findings {
			require.NotEqual(t, check.Error, f.Severity, "%s: %s\n%s", f.ID, f.Explain.EN, text+tables)
		}
	})
}

func TestOneWrongFigureIsNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawProposal(t)
		before := compute(t, text).Result
		_, all := printed(before, figure{}, 0)
		wrong := rapid.SampledFrom(all).Draw(t, "wrong")
		d := rapid.SampledFrom([]float64{-3000, -150, -7, -1, -0.5, 0.5, 1, 4, 90, 100, 1500}).Draw(t, "difference")
		tables, _ := printed(before, wrong, d)
		c := compute(t, text+tables)
		r, err := check.Run(c.Model, c.Result)
		require.NoError(t, err)
		named := slices.ContainsFunc(r.Findings, func(f check.Finding) bool {
			return slices.Contains(f.Tables, wrong.table) && slices.Contains(f.Rows, wrong.row) && slices.Contains(f.Years, wrong.year)
		})
		require.True(t, named, "%+v by %v: %v\n%s", wrong, d, ids(r), text+tables)
	})
}
