package extract

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// Whatever the partitions, the workers and what lies on the disk: the same histories and the same report.
func TestNothingDependsOnPartitionsWorkersOrTheSpill(t *testing.T) {
	spilled := false
	rapid.Check(t, func(rt *rapid.T) {
		var texts, names []string
		for i := range rapid.IntRange(1, 4).Draw(rt, "files") {
			texts, names = append(texts, drawFile(rt)), append(names, fmt.Sprint("f", i))
		}
		facts, r := settleWith(t, Options{Key: key, Workers: 1, partitions: 1}, names, texts)
		opt := Options{Key: key, Workers: rapid.IntRange(1, 5).Draw(rt, "workers"), partitions: rapid.IntRange(1, mostPartitions).Draw(rt, "partitions"),
			slot: rapid.IntRange(1, 5).Draw(rt, "slot"), memory: int64(rapid.IntRange(1, 400).Draw(rt, "memory")), block: rapid.IntRange(1, 2000).Draw(rt, "block")}
		d := readTexts(t, opt.filled(), names, texts)
		spilled = spilled || len(d.in.spill.files) > 0
		for _, p := range d.parts {
			p.bad = true
		}
		again, err := d.collect(context.Background())
		require.NoError(t, err)
		require.NoError(t, d.Close())
		assert.Equal(rt, bare(t, facts), bare(t, again))
		assert.Equal(rt, textOf(t, r), textOf(t, d.report))
	})
	assert.True(t, spilled, "the disk was used")
}

func TestPartitionsAreInTheOrderOfIDs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		id := rapid.Map(rapid.StringMatching("[a-z2-7]{10}"), func(s string) rettidig.CitizenID { return rettidig.CitizenID("p583ae1d1_" + s) })
		a, b := id.Draw(rt, "a"), id.Draw(rt, "b")
		n := rapid.IntRange(1, mostPartitions).Draw(rt, "partitions")
		pa, pb := partitionOf(a, n), partitionOf(b, n)
		assert.GreaterOrEqual(rt, pa, 0)
		assert.Less(rt, pa, n)
		if a < b {
			assert.LessOrEqual(rt, pa, pb)
		}
	})
}

func TestASpillHasNoNameAndLeavesNothing(t *testing.T) {
	dir := fixture{"care": h1Head + strings.Join(careRowsOf(20, 30), "")}.write(t)
	work := t.TempDir()
	spill := filepath.Join(work, "unfinished-rows")
	require.NoError(t, os.MkdirAll(spill, 0o700)) // what a killed process left
	require.NoError(t, os.WriteFile(filepath.Join(spill, "rows-0"), []byte("old"), 0o600))
	opt := Options{Key: key, Spill: spill, memory: 1, slot: 8}
	d, err := Open(context.Background(), dir, opt)
	require.NoError(t, err)
	require.NotEmpty(t, d.in.spill.files)
	left, err := os.ReadDir(spill)
	require.NoError(t, err)
	assert.Empty(t, left, "the file goes with the process")
	n := 0
	require.NoError(t, d.Each(context.Background(), func(hs []rettidig.History) error { n += len(hs); return nil }))
	assert.Equal(t, 20, n)
	require.NoError(t, d.Close())
	require.NoError(t, d.Close())
	_, err = os.Stat(spill)
	assert.ErrorIs(t, err, fs.ErrNotExist)

	t.Setenv("TMPDIR", work)
	opt.Spill = ""
	_, _, err = ReadDir(context.Background(), dir, opt)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	d, err = Open(ctx, dir, opt)
	require.NoError(t, err)
	assert.ErrorIs(t, d.Each(ctx, func([]rettidig.History) error { cancel(); return ctx.Err() }), context.Canceled)
	require.NoError(t, d.Close())
	left, err = os.ReadDir(work)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestAFullDiskIsToldAsSuch(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	require.NoError(t, err)
	in := newIntake(Options{Key: key, memory: 1, slot: 8}.filled())
	in.care.once.Do(func() { in.care.file = full })
	var o *opening
	err = in.run(func() {
		o = openingOf(in)
		o.read(strings.NewReader(h1Head+strings.Join(careRowsOf(20, 30), "")), "care", "", 0)
	})
	err = errors.Join(append(o.errs, err)...)
	assert.ErrorIs(t, err, syscall.ENOSPC)
	var own *rettidig.Error
	require.ErrorAs(t, err, &own)
	assert.Equal(t, "disk-full", own.Code)
	assert.Contains(t, own.Msg, "Make room")
}

func TestWhatEmitSaysEndsEach(t *testing.T) {
	dir := fixture{"care": h1Head + strings.Join(careRowsOf(200, 3), "")}.write(t)
	d, err := Open(context.Background(), dir, Options{Key: key, Workers: 4})
	require.NoError(t, err)
	defer d.Close()
	enough := errors.New("enough")
	assert.ErrorIs(t, d.Each(context.Background(), func([]rettidig.History) error { return enough }), enough)
	assert.Panics(t, func() { _ = d.Each(context.Background(), func([]rettidig.History) error { return nil }) }, "twice")
}

// By hand: device 1 is at two citizens from day 10 on; device 2 goes from one to the other; device 3 comes back on the
// day on which it goes out again; device 4 was never booked back, and its citizen has it again later.
func TestADeviceAtTwoCitizensIsCounted(t *testing.T) {
	loan := func(device uint64, who int32, lent, returned uint16) deviceRow {
		return deviceRow{split64(device), who, lent, returned}
	}
	assert.Equal(t, int64(1), atTwo([]deviceRow{loan(1, 0, 1, 20), loan(1, 1, 10, 0), loan(2, 0, 1, 5), loan(2, 1, 7, 0), loan(3, 0, 1, 5), loan(3, 1, 5, 9),
		loan(4, 0, 1, 0), loan(4, 0, 30, 0)}))
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) deviceRow {
			lent := rapid.Uint16Range(1, 12).Draw(rt, "lent")
			r := loan(rapid.Uint64Range(1, 2).Draw(rt, "device"), rapid.Int32Range(0, 3).Draw(rt, "who"), lent, 0)
			if rapid.Bool().Draw(rt, "returned") {
				r.returned = lent + rapid.Uint16Range(0, 6).Draw(rt, "days")
			}
			return r
		}), 0, 8).Draw(rt, "loans")
		want := map[[2]uint32]bool{}
		for _, a := range rows { // every pair
			for _, b := range rows {
				if a.device == b.device && a.who != b.who && int(a.lent) < b.ends() && int(b.lent) < a.ends() {
					want[a.device] = true
				}
			}
		}
		assert.Equal(rt, int64(len(want)), atTwo(rows), "%v", rows)
	})
}

func TestADeviceAtTwoCitizensIsWarnedAbout(t *testing.T) {
	head := "BorgerID,HJAELPEMIDDELISOKLASSE,HJAELPEMIDDELSERIENUMMER,UDLEVERINGSDATO,INDLEVERINGSDATO\n"
	text := head + "100000000017,12060609,021970-000015,14-02-2019,\n" + "100000000025,12060609,021970-000015,14-02-2020,\n" + "100000000025,12060609,021970-000016,14-02-2020,\n"
	_, r := fixture{"a": text}.readWith(t, Options{memory: 1, slot: 1})
	assert.Equal(t, int64(1), warnings(r)["device-at-two"])
	_, r = fixture{"a": text, "b": "Kørt den 01-01-2021\n" + strings.Replace(text, "2019,\n", "2019,13-02-2020\n", 1)}.read(t)
	assert.NotContains(t, warnings(r), "device-at-two", "the newer file knows of the return")
}
