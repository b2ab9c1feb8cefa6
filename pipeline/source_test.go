package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/synth"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/scoring"
)

// town is a small municipality's event store.
func town(t *testing.T) (work string) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	cfg := synth.Default()
	cfg.Citizens, cfg.Seed = 2500, 5
	_, err := synth.Write(ctx, filepath.Join(dir, "extracts"), cfg, nil, nil)
	require.NoError(t, err)
	_, _, err = Ingest(ctx, IngestOptions{In: filepath.Join(dir, "extracts"), Work: dir, Extract: extract.Options{Key: pseudonym.DemoKey()}})
	require.NoError(t, err)
	return dir
}

// inPieces gives out data in blocks of another size, as a store with other row groups would.
type inPieces struct {
	*Data
	n int
}

func (c inPieces) Each(_ context.Context, f func(int, []rettidig.History) error) error {
	for lo := 0; lo < len(c.Histories); lo += c.n {
		if err := f(lo, c.Histories[lo:min(lo+c.n, len(c.Histories))]); err != nil {
			return err
		}
	}
	return nil
}

func (c inPieces) EachCalendar(ctx context.Context, f func(int, []rettidig.History) error) error {
	return c.Each(ctx, f)
}

// sources are one municipality from the disk, from memory, and cut otherwise.
func sources(t *testing.T, work string) (*Data, map[string]Source) {
	t.Helper()
	d, err := Load(context.Background(), work)
	require.NoError(t, err)
	s, err := OpenStream(work)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return d, map[string]Source{"disk": s, "pieces of 7": inPieces{d, 7}, "pieces of 500": inPieces{d, 500}}
}

// text prints a value so that NaN equals NaN.
func text(v any) string { return fmt.Sprintf("%v", v) }

func TestAStreamGivesTheTableOfTheDataInMemory(t *testing.T) {
	ctx, p := context.Background(), cohort.Default()
	d, others := sources(t, town(t))
	for _, target := range []rettidig.Target{rettidig.Effect, rettidig.Decline} {
		until := d.DataAsOf() - 300
		want, err := Build(ctx, d, target, p, until, nil)
		require.NoError(t, err)
		require.NotEmpty(t, want.Rows)
		// The same by the plain way: a cohort of everybody, and one call of Compute per row.
		c, err := cohort.Build(d.Histories, target, p, d.DataAsOf())
		require.NoError(t, err)
		assert.Equal(t, text(c.Summary()), text(want.Cohort.Summary()))
		row := make([]float64, features.Count())
		for i, r := range want.Rows {
			features.Compute(row, &d.Histories[r.Citizen], r.Index)
			for j := range row {
				require.Equal(t, text(row[j]), text(want.Table.X[j][i]))
			}
		}
		for name, src := range others {
			got, err := Build(ctx, src, target, p, until, nil)
			require.NoError(t, err)
			assert.True(t, text(want.Rows) == text(got.Rows), "%s %s: the rows differ", target, name)
			assert.True(t, text(*want.Table) == text(*got.Table), "%s %s: the tables differ", target, name)
			assert.Equal(t, text(want.Cohort.Summary()), text(got.Cohort.Summary()), "%s %s", target, name)
		}
	}
}

func TestAStreamGivesTheModelOfTheDataInMemory(t *testing.T) {
	ctx := context.Background()
	d, others := sources(t, town(t))
	opt := FitOptions{Target: rettidig.Completion, Learner: "glm", Seed: 3, Protocol: cohort.Default(), Until: rettidig.NoDay, Capacity: 0.3, AllowFew: true, CodeVersion: "test"}
	want, err := Fit(ctx, d, opt)
	require.NoError(t, err)
	completed, err := completedCourses(ctx, d, opt)
	require.NoError(t, err)
	require.Greater(t, len(completed), 50)
	for _, l := range want.Report.Leaks {
		assert.True(t, l.Caught, l.Name)
	}
	wantModel, err := json.Marshal(want.Model)
	require.NoError(t, err)
	a, err := scoring.NewAnswerer(rettidig.ModelRef{ID: "completion-1"}, rettidig.Completion, want.Model, cohort.Default())
	require.NoError(t, err)
	asOf := d.DataAsOf() + 1
	scores := func(src Source) string {
		var b bytes.Buffer
		out, err := NewAnswerCSV(&b, rettidig.Completion, a.Ref())
		require.NoError(t, err)
		require.NoError(t, PredictEligible(ctx, src, a, asOf, nil, out.Write))
		// And a list out of order, with repeats and somebody unknown.
		list := []Wanted{{d.Histories[900].Citizen.ID, asOf}, {"p1234abcd_unknown0", asOf}, {d.Histories[2].Citizen.ID, asOf - 400}, {d.Histories[900].Citizen.ID, asOf - 30}}
		answers, err := Predict(ctx, src, a, list, nil)
		require.NoError(t, err)
		for i := range list {
			assert.Equal(t, list[i], answers[i].Wanted)
		}
		assert.Equal(t, UnknownCitizen, answers[1].Prediction.WithheldReason)
		assert.Equal(t, text(a.Predict(d.At(900), asOf)), text(answers[0].Prediction))
		require.NoError(t, out.Write(answers))
		require.NoError(t, out.Close())
		return b.String()
	}
	wantScores := scores(d)
	eligible := 0
	for i := range d.Histories {
		if ok, _ := a.Eligible(d.At(i), asOf); ok {
			eligible++
		}
	}
	assert.Equal(t, eligible+4+1, bytes.Count([]byte(wantScores), []byte("\n")))
	for _, name := range []string{"disk", "pieces of 500"} {
		src := others[name]
		got, err := Fit(ctx, src, opt)
		require.NoError(t, err)
		gotModel, err := json.Marshal(got.Model)
		require.NoError(t, err)
		assert.Equal(t, string(wantModel), string(gotModel), name)
		assert.Equal(t, text(want.Report.AtCapacity), text(got.Report.AtCapacity), name)
		assert.Equal(t, wantScores, scores(src), name)
		same, err := completedCourses(ctx, src, opt)
		require.NoError(t, err)
		assert.Equal(t, completed, same, name)
	}
}

// The audited rows do not depend on how the rows come, and any row may be one.
func TestTheAuditedRowsAreASample(t *testing.T) {
	drawn := func(seed uint64, n, piece int) (out []rettidig.Day) {
		l := newLeaks(seed)
		for lo := 0; lo < n; lo += piece {
			part := &Part{First: 0, Histories: make([]rettidig.History, 1)}
			for i := lo; i < min(n, lo+piece); i++ {
				part.Rows = append(part.Rows, cohort.Row{Index: rettidig.Day(i)})
			}
			l.add(part, [][]float64{nil, nil})
		}
		for _, a := range l.sample {
			out = append(out, a.asOf)
		}
		return out
	}
	assert.ElementsMatch(t, drawn(1, 5000, 5000), drawn(1, 5000, 13))
	assert.Len(t, drawn(1, 5000, 100), auditedRows)
	assert.Len(t, drawn(1, 50, 7), 50, "of fewer rows, all")
	assert.NotEqual(t, drawn(1, 5000, 100), drawn(2, 5000, 100))
	hits := make([]int, 10) // by place in the table
	for seed := range uint64(50) {
		for _, d := range drawn(seed, 1000, 1000) {
			hits[d/100]++
		}
	}
	for k, n := range hits { // 50 samples of 200 of 1000: 1000 expected in each tenth, standard deviation below 30
		assert.InDelta(t, 1000, n, 150, "tenth %d", k)
	}
}
