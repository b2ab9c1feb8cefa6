package main

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/datasets/synth"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/pipeline"
)

// Every row of the file is what the whole catalogue says of that citizen on that date, and every citizen has a row for
// each date.
func TestTheFileHoldsWhatComputeSays(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	cfg := synth.Default()
	cfg.Citizens = 300
	_, err := synth.Write(ctx, filepath.Join(dir, "in"), cfg, nil, nil)
	require.NoError(t, err)
	_, _, err = pipeline.Ingest(ctx, pipeline.IngestOptions{
		In: filepath.Join(dir, "in"), Work: dir, Extract: extract.Options{Key: pseudonym.DemoKey(), MaxQuarantined: 0.2},
	})
	require.NoError(t, err)

	out := filepath.Join(dir, "out.parquet")
	asOf := []rettidig.Day{rettidig.DayOf(2024, 2, 29), rettidig.DayOf(2026, 6, 1)}
	took, err := run(ctx, dir, "2024-02-29,2026-06-01", out)
	require.NoError(t, err)

	s, err := store.Open(dir)
	require.NoError(t, err)
	defer s.Close()
	hs, err := s.Histories(ctx)
	require.NoError(t, err)
	require.Equal(t, len(hs), took.Citizens)
	rows := readResult(t, out)
	require.Len(t, rows, 2*len(hs))
	all, missing := make([]float64, features.Count()), 0
	for i, r := range rows {
		who, day := i/2, asOf[i%2]
		require.Equal(t, float64(who), r[0])
		require.Equal(t, float64(day), r[1])
		features.Compute(all, &hs[who], day)
		for k, id := range twelve {
			want := all[features.Index(id)]
			if math.IsNaN(want) {
				missing++
				assert.True(t, math.IsNaN(r[2+k]), "citizen %d on %v: %s is %v, want missing", who, day, id, r[2+k])
				continue
			}
			assert.Equal(t, want, r[2+k], "citizen %d on %v: %s", who, day, id)
		}
	}
	assert.Positive(t, missing, "nobody without a loan: the test tests no missing value")
}

func TestADateThatIsNoneIsAnErrorThatNamesIt(t *testing.T) {
	_, err := run(context.Background(), t.TempDir(), "2026-13-01", filepath.Join(t.TempDir(), "x"))
	assert.ErrorContains(t, err, "2026-13-01")
}

// full is a disk with room for so many bytes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("no room")
	}
	return len(p), nil
}

func (f *full) Close() error { return nil }

// A row group is written while the next one is filled; that it could not be is told then.
func TestADiskThatIsFullIsAnError(t *testing.T) {
	for _, room := range []int{10, 100_000} {
		w, err := newResult(&full{room}, twelve[:1])
		require.NoError(t, err)
		for range 3 {
			g, x := w.room(groupRows)
			for i := range groupRows {
				g.citizen, g.asOf, x[0][i] = append(g.citizen, int32(i)), append(g.asOf, 1), float64(i*i%1001)
			}
			if err = w.full(); err != nil {
				break
			}
		}
		assert.ErrorContains(t, errors.Join(err, w.close()), "no room", "%d bytes", room)
		assert.ErrorContains(t, w.close(), "no room", "%d bytes: told again", room)
	}
}

// readResult reads every column as a number, NaN for null.
func readResult(t *testing.T, path string) (rows [][]float64) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	tbl, err := pqarrow.ReadTable(t.Context(), f, parquet.NewReaderProperties(memory.DefaultAllocator), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	require.NoError(t, err)
	defer tbl.Release()
	rows = make([][]float64, tbl.NumRows())
	for c := range int(tbl.NumCols()) {
		at := 0
		for _, chunk := range tbl.Column(c).Data().Chunks() {
			for i := range chunk.Len() {
				v := math.NaN()
				switch a := chunk.(type) {
				case *array.Int32:
					v = float64(a.Value(i))
				case *array.Date32:
					v = float64(a.Value(i))
				case *array.Float64:
					if a.IsValid(i) {
						v = a.Value(i)
						assert.False(t, math.IsNaN(v), "a missing value is written as NaN, want null")
					}
				}
				rows[at] = append(rows[at], v)
				at++
			}
		}
	}
	return rows
}
