package extract

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A folder of local names and a file that is none is read with the one mapping that is proposed, once the file is left out.
func TestOneMappingIsProposedForAFolder(t *testing.T) {
	all := tables()
	local := func(i int) string { return fmt.Sprintf("Felt %c", 'A'+i) }
	other := func(i int) string { return fmt.Sprintf("Kolonne %c", 'A'+i) }
	delivery := fixture{
		"care.csv": csvOf(all[H1], ";"), "more.csv": csvOf(all[H1], ";"), "aids.csv": csvOf(renamed(all[A1], local), ";"), "status.csv": csvOf(renamed(all[D2], other), ";"),
		"kantine[1].csv": "dag,ret\nmandag,boller i karry\ntirsdag,fisk\n", "brev.pdf": "%PDF-1.7", "læs.txt": "Kære alle\n", "noter.md": "x",
	}
	dir := delivery.write(t)
	s, err := ExplainAll(context.Background(), []string{dir}, Options{Key: key})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, s.WriteText(&b))
	for _, says := range []string{
		"care.csv -> H1 (home care) -> reads as it is", "aids.csv -> A1 (aids) -> needs mapping", "status.csv -> D2 (DigiRehab statuses) -> needs mapping",
		"kantine[1].csv -> unknown", "brev.pdf -> cannot be looked at: this is a PDF", "noter.md -> not read",
		`#  - "kantine\\[1].csv" # no table that is known`, `#  - "brev.pdf" # `, `#   "Hundeluftning": "" # `,
	} {
		assert.Contains(t, b.String(), says)
	}
	assert.NotContains(t, s.Mapping, "læs.txt", "passed over by itself")
	assert.Equal(t, 1, strings.Count(s.Mapping, "Hundeluftning"))

	_, _, err = ReadDir(context.Background(), dir, Options{Key: key, Mapping: mapping(t, s.Mapping)})
	require.ErrorContains(t, err, `leave_out: ["kantine\\[1].csv"]`)
	answered := mapping(t, strings.ReplaceAll(s.Mapping, "#  - ", "  - "))
	facts, _, err := ReadDir(context.Background(), dir, Options{Key: key, Mapping: answered})
	require.NoError(t, err)
	assert.NotEmpty(t, facts.Aids)
	assert.NotEmpty(t, facts.Statuses)

	again, err := ExplainAll(context.Background(), []string{filepath.Join(dir, "status.csv"), filepath.Join(dir, "aids.csv")}, Options{Key: key})
	require.NoError(t, err)
	assert.Contains(t, again.Mapping, "  A1: # aids")
	assert.Contains(t, again.Mapping, "  D2: # DigiRehab statuses")
}

func TestAMappingIsNotExplained(t *testing.T) {
	_, err := Explain(context.Background(), filepath.Join(fixture{"mapping.yaml": "version: 1\n"}.write(t), "mapping.yaml"), Options{Key: key})
	assert.ErrorContains(t, err, "mapping.yaml: this is a mapping and no extract")
}

// The kinds are listed once, after the files.
func TestTheKindsAreListedOnceForAllUnknownFiles(t *testing.T) {
	_, _, err := ReadDir(context.Background(), fixture{"a.csv": "navn,pris\nx,1\n", "b.csv": "navn,pris\ny,2\n"}.write(t), Options{Key: key})
	require.Error(t, err)
	assert.Equal(t, 1, strings.Count(err.Error(), "A delivery holds aids"))
	assert.Less(t, strings.Index(err.Error(), "b.csv"), strings.Index(err.Error(), "A delivery holds"))
	assert.Contains(t, err.Error(), `leave_out: ["a.csv"]`)
	assert.Contains(t, err.Error(), "train ingest --explain")
}

func TestARefusalForRowsNamesTheFlagOnlyWhereItHelps(t *testing.T) {
	bad := tooBad(File{Name: "a", Rows: Rows{Read: 30, Quarantined: 30}}, 1)
	assert.ErrorContains(t, bad, "no row can be used")
	assert.NotContains(t, bad.Error(), "--max-quarantined")
	assert.ErrorContains(t, tooBad(File{Name: "a", Rows: Rows{Read: 31, Quarantined: 30}}, 0.2), "raise the limit with --max-quarantined")
}

func TestTheDemoKeyIsNamed(t *testing.T) {
	var b bytes.Buffer
	_, r := fixture{"a.csv": csvOf(tables()[H1], ";")}.read(t)
	require.NoError(t, r.WriteText(&b))
	assert.Contains(t, b.String(), "read under the demo key "+string(key.ID()))
	assert.Equal(t, "4,997", grouped(4997))
	assert.Equal(t, "1,000,007", grouped(1000007))
}
