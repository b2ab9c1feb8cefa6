package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// inBlocks writes blocks of some hundred rows: a store of many blocks from few facts.
func inBlocks(t testing.TB, work string, workers int, hs []rettidig.History, calls func(n int) int) {
	t.Helper()
	w, err := create(context.Background(), &disk{lazy: true}, memory.DefaultAllocator, work, workers)
	require.NoError(t, err)
	defer w.Abort()
	w.rowGroup = 700
	for len(hs) > 0 {
		n := min(len(hs), calls(len(hs)))
		require.NoError(t, w.Append(hs[:n]))
		hs = hs[n:]
	}
	_, err = w.Commit(someManifest())
	require.NoError(t, err)
}

func atOnce(n int) int { return n }

// The bytes depend neither on how many columns are encoded at once nor on how the citizens are cut into calls.
func TestTheBytesDoNotDependOnWorkersOrCalls(t *testing.T) {
	t.Parallel()
	hs := histories(someFacts(7, 300, 20))
	var want map[string]string
	for workers := 1; workers <= 5; workers++ {
		work, rng := t.TempDir(), rand.New(rand.NewPCG(uint64(workers), 3))
		inBlocks(t, work, workers, hs, func(int) int { return rng.IntN(90) })
		if want == nil {
			want = tree(t, work)
		}
		assert.Equal(t, want, tree(t, work), "%d workers", workers)
	}
}

func TestWriteIsAppendOfTheSameHistories(t *testing.T) {
	a, b, f := t.TempDir(), t.TempDir(), someFacts(7, 700, 60)
	_, err := Write(context.Background(), a, f, someManifest())
	require.NoError(t, err)
	w, err := Create(context.Background(), b)
	require.NoError(t, err)
	require.NoError(t, w.Append(histories(f)))
	_, err = w.Commit(someManifest())
	require.NoError(t, err)
	assert.Equal(t, tree(t, a), tree(t, b))
}

// Whoever appends may use the same histories again.
func TestAppendKeepsNothingOfTheCallers(t *testing.T) {
	work, hs := t.TempDir(), histories(someFacts(7, 300, 20))
	w, err := Create(context.Background(), work)
	require.NoError(t, err)
	w.rowGroup = 700
	want := dump(hs)
	one := make([]rettidig.History, 1)
	for i := range hs {
		one[0].Citizen = hs[i].Citizen
		one[0].Aids = append(one[0].Aids[:0], hs[i].Aids...)
		one[0].Services = append(one[0].Services[:0], hs[i].Services...)
		one[0].Screenings = append(one[0].Screenings[:0], hs[i].Screenings...)
		one[0].Sessions = append(one[0].Sessions[:0], hs[i].Sessions...)
		one[0].Statuses = append(one[0].Statuses[:0], hs[i].Statuses...)
		one[0].Conditions = append(one[0].Conditions[:0], hs[i].Conditions...)
		require.NoError(t, w.Append(one))
	}
	_, err = w.Commit(someManifest())
	require.NoError(t, err)
	assert.Equal(t, "same", content(t, work, map[string]string{want: "same"}))
}

func TestEachGivesAllBlocksInOrderForAnyNumberOfWorkers(t *testing.T) {
	t.Parallel()
	work, f := t.TempDir(), someFacts(8, 300, 20)
	inBlocks(t, work, 2, histories(f), atOnce)
	s, err := Open(work)
	require.NoError(t, err)
	defer s.Close()
	require.Greater(t, len(s.blocks), 8)
	assert.Equal(t, 300, s.Len())
	for workers := range 6 {
		var all []rettidig.History
		require.NoError(t, s.Each(context.Background(), workers, func(first int, hs []rettidig.History) error {
			assert.Equal(t, len(all), first)
			assert.NotEmpty(t, hs)
			all = append(all, hs...)
			return nil
		}))
		assert.Equal(t, dump(histories(f)), dump(all), "%d workers", workers)
	}
	n, hs0 := 0, histories(f)
	require.NoError(t, s.EachCalendar(context.Background(), 2, func(first int, hs []rettidig.History) error {
		for i, h := range hs {
			want := hs0[first+i].Services
			require.Len(t, h.Services, len(want))
			for k, w := range want {
				assert.Equal(t, rettidig.ServiceWeek{Week: w.Week, Known: w.Known, Minutes: w.Minutes, Retracted: w.Retracted}, h.Services[k])
			}
			n++
		}
		return nil
	}))
	assert.Equal(t, 300, n)
	stop := fmt.Errorf("enough")
	calls := 0
	require.ErrorIs(t, s.Each(context.Background(), 3, func(int, []rettidig.History) error { calls++; return stop }), stop)
	assert.Equal(t, 1, calls, "nothing is given after an error")
	ctx, cancel := context.WithCancel(context.Background())
	require.ErrorIs(t, s.Each(ctx, 2, func(int, []rettidig.History) error { cancel(); return nil }), context.Canceled)
}

func TestOneCitizenIsFoundByPseudonym(t *testing.T) {
	t.Parallel()
	work, f := t.TempDir(), someFacts(8, 300, 20)
	inBlocks(t, work, 2, histories(f), atOnce)
	s, err := Open(work)
	require.NoError(t, err)
	defer s.Close()
	hs := histories(f)
	at := []int{0, 1, len(hs) - 1}
	for _, b := range s.blocks { // both sides of every cut
		at = append(at, b.first, max(0, b.first-1))
	}
	for _, i := range at {
		h, ok, err := s.History(context.Background(), hs[i].Citizen.ID)
		require.NoError(t, err)
		require.True(t, ok, i)
		assert.Equal(t, fmt.Sprintf("%+v", hs[i]), fmt.Sprintf("%+v", h))
	}
	for _, id := range []rettidig.CitizenID{"", "a", hs[3].Citizen.ID + "0", "z"} {
		_, ok, err := s.History(context.Background(), id)
		require.NoError(t, err)
		assert.False(t, ok, id)
	}
}

func TestAbortLeavesWhatWasThere(t *testing.T) {
	work, f := t.TempDir(), someFacts(1, 40, 5)
	_, err := Write(context.Background(), work, f, someManifest())
	require.NoError(t, err)
	before := tree(t, work)
	w, err := Create(context.Background(), work)
	require.NoError(t, err)
	w.rowGroup = 700
	require.NoError(t, w.Append(histories(someFacts(2, 300, 20))))
	require.NoError(t, os.Mkdir(filepath.Join(work, folder, half+"spill"), 0o700))
	w.Abort()
	w.Abort()
	assert.Equal(t, before, tree(t, work))
	assertTidy(t, work)
	assert.Panics(t, func() { _ = w.Append(nil) })
	_, err = Write(context.Background(), work, f, someManifest())
	require.NoError(t, err, "the lock was given back")
}

// A reader that was opened before a write has the old snapshot until it closes it.
func TestAnOpenStoreOutlivesItsReplacement(t *testing.T) {
	work, older := t.TempDir(), someFacts(1, 300, 20)
	inBlocks(t, work, 2, histories(older), atOnce)
	s, err := Open(work)
	require.NoError(t, err)
	defer s.Close()
	_, err = Write(context.Background(), work, someFacts(2, 40, 5), someManifest())
	require.NoError(t, err)
	assertTidy(t, work)
	hs, err := s.Histories(context.Background())
	require.NoError(t, err)
	assert.Equal(t, dump(histories(older)), dump(hs))
}

func TestAStoreOfAnotherVersionSaysWhatToRun(t *testing.T) {
	work := t.TempDir()
	b := []byte(`{"format":"rettidig-store/1","extract_date":"2026-06-30","a_field_of_then":1,"tables":[]}`)
	dir := filepath.Join(work, folder, hashOf(b))
	require.NoError(t, os.MkdirAll(dir, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, manifestFile), b, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(work, folder, currentFile), []byte(hashOf(b)+"\n"), 0o600))
	_, err := Open(work)
	require.ErrorContains(t, err, "another version of this program: run train ingest again")
	assert.Equal(t, rettidig.Invalid, rettidig.KindOf(err))
	_, err = Write(context.Background(), work, someFacts(1, 10, 2), someManifest())
	require.NoError(t, err, "a new snapshot takes its place")
	assertTidy(t, work)
}

// Each of a citizen's facts comes back from exactly one block, also when a kind of fact is in some blocks only.
func TestABlockWithoutAKindOfFact(t *testing.T) {
	work := t.TempDir()
	hs := histories(someFacts(8, 300, 20))
	for i := range hs {
		if i < 150 {
			hs[i].Aids = nil
		} else {
			hs[i].Conditions = nil
		}
	}
	inBlocks(t, work, 2, hs, atOnce)
	assert.Equal(t, "same", content(t, work, map[string]string{dump(hs): "same"}))
}

// A column whose values fill the library's page to the last byte when the block ends: 2^18 numbers of four bytes.
func TestABlockThatEndsWithItsPage(t *testing.T) {
	work := t.TempDir()
	h := rettidig.History{Citizen: rettidig.Citizen{ID: "pk_00000001"}, Aids: make([]rettidig.Aid, 1<<18)}
	for i := range h.Aids {
		d := rettidig.Day(i)
		h.Aids[i] = rettidig.Aid{ISO: "12060609", Lent: d, Returned: d + 5, KnownLent: d, KnownReturned: d + 5, Price: 100, Retracted: rettidig.RetractedOn(d + 9)}
	}
	inBlocks(t, work, 2, []rettidig.History{h}, atOnce)
	s, err := Open(work)
	require.NoError(t, err)
	back, err := s.Histories(context.Background())
	require.NoError(t, err)
	require.Len(t, back, 1)
	assert.True(t, slices.Equal(h.Aids, back[0].Aids))
}
