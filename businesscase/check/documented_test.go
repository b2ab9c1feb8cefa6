package check_test

import (
	"encoding/csv"
	"os"
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

// found gives the ids of all findings of a proposal under its upper-case id, and of those between them under CATALOGUE.
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
	out["CATALOGUE"] = ids(check.Across(list, listing(t)))
	return out
}

func readCSV(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

type documented struct{ id, class, findings, reason string }

func readDocumented(t testing.TB) []documented {
	t.Helper()
	var out []documented
	for _, row := range readCSV(t, "testdata/documented.csv") {
		out = append(out, documented{row[0], row[1], row[4], row[5]})
	}
	return out
}

// What people found by reading is found by the rules; what is not has a written reason.
func TestTheDocumentedDiscrepanciesAreFound(t *testing.T) {
	have := found(t)
	list := readDocumented(t)
	missed := 0
	for _, d := range list {
		proposal, _, _ := strings.Cut(d.id, "-")
		if d.findings == "" {
			missed++
			assert.NotEmpty(t, d.reason, d.id)
			continue
		}
		for id := range strings.SplitSeq(d.findings, "|") {
			assert.Contains(t, have[proposal], id, d.id)
		}
	}
	assert.Len(t, list, 68)
	t.Logf("%d documented, %d found, %d not", len(list), len(list)-missed, missed)
}

// Whatever the rules find beyond that has been judged by a reader: a finding that nobody has looked at fails here, and so
// does a judgement of something that is no longer found.
func TestEveryOtherFindingIsJudged(t *testing.T) {
	judged, known := map[string]string{}, map[string]bool{}
	for _, d := range readDocumented(t) {
		proposal, _, _ := strings.Cut(d.id, "-")
		known[d.id] = true
		for id := range strings.SplitSeq(d.findings, "|") {
			judged[proposal+" "+id] = "documented"
		}
	}
	for _, row := range readCSV(t, "testdata/beyond.csv") {
		key := row[0] + " " + row[1]
		assert.NotContains(t, judged, key, "judged twice")
		judged[key] = row[2]
		if row[2] == "same" {
			assert.True(t, known[row[3]], "%s: no documented %s", key, row[3])
		}
	}
	counts := map[string]int{}
	for proposal, list := range found(t) {
		for _, id := range list {
			verdict, ok := judged[proposal+" "+id]
			assert.True(t, ok, "%s %s is not judged", proposal, id)
			counts[verdict]++
			delete(judged, proposal+" "+id)
		}
	}
	for key, verdict := range judged {
		if verdict != "documented" {
			t.Errorf("%s is judged and not found", key)
		}
	}
	total := counts["documented"] + counts["same"] + counts["real"] + counts["idle"]
	t.Logf("%d findings: %v", total, counts)
	assert.Less(t, counts["idle"], total/10, "idle findings: %v", counts)
}
