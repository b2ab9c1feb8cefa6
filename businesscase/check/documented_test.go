package check_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

func catalogued(t testing.TB) []check.Case {
	t.Helper()
	var list []check.Case
	for _, name := range cases.Names() {
		p, err := cases.Load(name)
		require.NoError(t, err)
		m, err := p.Compile()
		require.NoError(t, err)
		r, err := m.Compute(proposal.Options{})
		require.NoError(t, err)
		list = append(list, check.Case{Model: m, Result: r})
	}
	return list
}

// found gives the ids of all findings of a proposal, under its upper-case id; CATALOGUE is what is found between them.
func found(t testing.TB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	list := catalogued(t)
	for _, c := range list {
		r, err := check.Run(c.Model, c.Result, list...)
		require.NoError(t, err)
		for _, f := range r.Findings {
			out[strings.ToUpper(r.Proposal)] = append(out[strings.ToUpper(r.Proposal)], f.ID)
		}
	}
	return out
}

type documented struct{ id, class, findings, reason string }

func readDocumented(t testing.TB) []documented {
	t.Helper()
	f, err := os.Open("testdata/documented.csv")
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	var out []documented
	for _, row := range rows[1:] {
		out = append(out, documented{row[0], row[1], row[4], row[5]})
	}
	return out
}

// What people found by reading is found by the rules; what is not has a written reason.
func TestTheDocumentedDiscrepanciesAreFound(t *testing.T) {
	have := found(t)
	n, missed := 0, 0
	for _, d := range readDocumented(t) {
		proposal, _, _ := strings.Cut(d.id, "-")
		if proposal == "CATALOGUE" {
			continue
		}
		n++
		if d.findings == "" {
			missed++
			assert.NotEmpty(t, d.reason, d.id)
			continue
		}
		for id := range strings.SplitSeq(d.findings, "|") {
			assert.True(t, slices.Contains(have[proposal], id), "%s: %s is not among %s", d.id, id, strings.Join(have[proposal], "\n"))
		}
	}
	assert.Equal(t, 65, n)
	t.Logf("%d documented, %d found, %d not", n, n-missed, missed)
}
