package store

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// odd makes some services as rare as they come: without a day, without minutes, without a code, long ago, late.
func odd(hs []rettidig.History, rng *rand.Rand, share float64) {
	for i := range hs {
		for k := range hs[i].Services {
			s := &hs[i].Services[k]
			if rng.Float64() >= share {
				continue
			}
			switch rng.IntN(7) {
			case 0:
				s.Week = rettidig.NoDay
			case 1:
				s.Known = rettidig.NoDay
			case 2:
				s.Minutes = nan32
			case 3:
				s.Code = ""
			case 4:
				s.Week = rettidig.Day(rng.IntN(1<<30) - 1<<29)
			case 5:
				s.Known = s.Week + rettidig.Day(rng.IntN(900))
			case 6:
				s.Count, s.Minutes = int32(rng.IntN(1000000)), math.Float32frombits(rng.Uint32()&^(1<<23))
			}
		}
		hs[i].Sort()
	}
}

// partsOf reads a part of a store, with copies of all that is lent.
func partsOf(t *testing.T, s *Store, workers int, p rettidig.Part) (all []rettidig.History) {
	t.Helper()
	require.NoError(t, s.EachPart(context.Background(), workers, p, func(first int, hs []rettidig.History) error {
		assert.Equal(t, len(all), first)
		for _, h := range hs {
			h.Services = append([]rettidig.ServiceWeek(nil), h.Services...)
			h.Aids = append([]rettidig.Aid(nil), h.Aids...)
			all = append(all, h)
		}
		return nil
	}))
	return all
}

func opened(t *testing.T, hs []rettidig.History) *Store {
	t.Helper()
	work := t.TempDir()
	inBlocks(t, work, 2, hs, atOnce)
	s, err := Open(work)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func TestAPartIsWhatItLeavesOfTheWhole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 9))
		hs := histories(someFacts(seed, 10+rng.IntN(150), 1+rng.IntN(60)))
		odd(hs, rng, []float64{0, 0.02, 0.5}[rng.IntN(3)])
		switch rng.IntN(4) {
		case 0: // nothing was ever retracted
			for i := range hs {
				hs[i] = *hs[i].Standing()
			}
		case 1: // a column of nothing but nulls, and citizens without services
			for i := range hs {
				for k := range hs[i].Services {
					hs[i].Services[k].Known, hs[i].Services[k].Code = rettidig.NoDay, ""
				}
				if rng.IntN(2) == 0 {
					hs[i].Services = nil
				}
				hs[i].Sort()
			}
		}
		s := opened(t, hs)
		week := func() rettidig.Day {
			if rng.IntN(4) == 0 {
				return rettidig.NoDay
			}
			return rettidig.DayOf(2018, 10, 1) + rettidig.Day(7*rng.IntN(320))
		}
		for range 6 {
			coin := func() bool { return rng.IntN(3) > 0 }
			p := rettidig.Part{Citizen: coin(), Aids: coin(), Services: rng.IntN(9) > 0, Screenings: coin(), Sessions: coin(), Statuses: coin(), Conditions: coin(), From: week(), To: week()}
			if coin() {
				p.Begins = func(s *rettidig.ServiceWeek) bool { return s.Count%3 == 1 }
			}
			got := partsOf(t, s, 1+rng.IntN(3), p)
			require.Len(t, got, len(hs))
			for i := range hs {
				want := p.Of(&hs[i])
				require.Equal(t, fmt.Sprintf("%v", want), fmt.Sprintf("%v", got[i]), "seed %d, citizen %d, %+v", seed, i, p)
			}
		}
	}
}

// A dictionary that grew too large is left in the middle of a column: the library reads what the quick way does not.
func TestAColumnOfManyPagesIsReadToo(t *testing.T) {
	t.Parallel()
	h := rettidig.History{Citizen: rettidig.Citizen{ID: "p1"}}
	for i := range 30000 {
		week := rettidig.DayOf(2020, 1, 6) + rettidig.Day(7*(i/100))
		h.Services = append(h.Services, rettidig.ServiceWeek{Code: fmt.Sprintf("X:a service that nobody else calls by the name %d", i), Week: week, Known: week + 6, Minutes: 10, Count: 1})
	}
	h.Sort()
	s := opened(t, []rettidig.History{h})
	r := new(room)
	p := rettidig.Part{Services: true, From: rettidig.DayOf(2021, 1, 4), To: rettidig.NoDay}
	require.ErrorIs(t, r.weeksOf(s.services, 0, s.blocks[0], make([]rettidig.History, 1), s.words, p), errShape)
	got := partsOf(t, s, 1, p)
	assert.Equal(t, p.Of(&h).Services, got[0].Services)
}

// A part reads bytes with decoders of its own: whatever a page holds, they end and do not panic past their caller.
func FuzzPacked(f *testing.F) {
	f.Add([]byte{3, 0x88, 0xc6, 0xfa}, 3, 8)
	f.Add([]byte{16, 2, 9, 200}, 1, 700)
	f.Add([]byte{0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0}, 2, 5)
	f.Fuzz(func(t *testing.T, b []byte, width, n int) {
		n = max(0, min(n, 1<<12))
		if h, err := newHybrid(b, width); err == nil {
			for i := range n {
				v, err := h.at(i)
				if err != nil {
					break
				}
				if v>>max(1, 8*((width+7)/8)) != 0 {
					t.Fatalf("value %d is %d, which has more than %d bits", i, v, width)
				}
			}
		}
		if p, err := newPresence(b, n); err == nil {
			last := 0
			for row := 0; row < n; row += 1 + row%3 {
				k, _, err := p.of(row)
				if err != nil {
					break
				}
				if k < last || k > row {
					t.Fatalf("row %d has value %d after %d", row, k, last)
				}
				last = k
			}
		}
		days, _ := appendDeltas(nil, b, n)
		assert.LessOrEqual(t, len(days), n)
	})
}

// Worked by hand after the format's own examples: 0 to 7 in three bits each are the bytes 88 C6 FA.
func TestPackedNumbersAreRead(t *testing.T) {
	h, err := newHybrid([]byte{3, 0x88, 0xc6, 0xfa, 10 << 1, 5}, 3)
	require.NoError(t, err)
	for _, i := range []int{0, 1, 5, 7, 7, 8, 17} {
		v, err := h.at(i)
		require.NoError(t, err)
		if i < 8 {
			assert.Equal(t, uint32(i), v)
		} else {
			assert.Equal(t, uint32(5), v, "of the run")
		}
	}
	_, err = h.at(18)
	assert.ErrorIs(t, err, errCut)

	// 7, 5, 3, 1, 2, 3, 4, 5: first 7, differences -2 -2 -2 1 1 1 1, least -2, so 0 0 0 3 3 3 3 in two bits.
	days, err := appendDeltas(nil, []byte{0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0}, 8)
	require.NoError(t, err)
	assert.Equal(t, []int32{7, 5, 3, 1, 2, 3, 4, 5}, days)
	_, err = appendDeltas(nil, []byte{0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xc0}, 8)
	assert.ErrorIs(t, err, errCut)
}

// The same of loans, whose law paragraphs are as local as the vendor likes.
func TestLoansWithVeryManyWordsAreReadToo(t *testing.T) {
	t.Parallel()
	h := rettidig.History{Citizen: rettidig.Citizen{ID: "p1"}}
	for i := range 30000 {
		day := rettidig.DayOf(2015, 1, 6) + rettidig.Day(i/10)
		h.Aids = append(h.Aids, rettidig.Aid{ISO: "222718", Paragraph: fmt.Sprintf("a paragraph that nobody else calls by the name %d", i), Lent: day, Returned: rettidig.NoDay, KnownLent: day, KnownReturned: rettidig.NoDay})
	}
	h.Sort()
	s := opened(t, []rettidig.History{h})
	require.ErrorIs(t, new(room).aidsOf(s.aids, 0, s.blocks[0], make([]rettidig.History, 1), s.words), errShape)
	assert.Equal(t, h.Aids, partsOf(t, s, 1, rettidig.Part{Aids: true})[0].Aids)
}

// A row group of one citizen has one value in the column citizen, and often in others.
func TestAPartOfOneCitizenIsRead(t *testing.T) {
	t.Parallel()
	h := rettidig.History{Citizen: rettidig.Citizen{ID: "p1"}}
	for i := range 500 { // enough for a dictionary to be worth it
		d := rettidig.DayOf(2018, 1, 1) + rettidig.Day(7*i)
		h.Services = append(h.Services, rettidig.ServiceWeek{Code: "H1.1", Week: d, Known: d + 6, Minutes: 30, Count: int32(i % 2)})
		h.Aids = append(h.Aids, rettidig.Aid{ISO: "093307", Lent: d, Returned: rettidig.NoDay, KnownLent: d, KnownReturned: rettidig.NoDay, Price: 100})
	}
	hs := []rettidig.History{h}
	p := rettidig.Part{Aids: true, Services: true, From: rettidig.NoDay, To: rettidig.NoDay}
	s := opened(t, hs)
	require.NoError(t, new(room).weeksOf(s.services, 0, s.blocks[0], make([]rettidig.History, 1), s.words, p), "the quick way")
	require.NoError(t, new(room).aidsOf(s.aids, 0, s.blocks[0], make([]rettidig.History, 1), s.words), "the quick way")
	assert.Equal(t, fmt.Sprintf("%v", p.Of(&hs[0])), fmt.Sprintf("%v", partsOf(t, s, 1, p)[0]))
}

// Enough loans for a dictionary in every column: the quick way reads them, each day beside the one it is counted from.
func TestManyLoansAreReadTheQuickWay(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 4))
	hs := histories(someFacts(4, 40, 1))
	for i := range hs {
		for range 300 {
			lent := rettidig.DayOf(2018, 1, 1) + rettidig.Day(rng.IntN(300))
			a := rettidig.Aid{ISO: []string{"093307", "222718", ""}[rng.IntN(3)], Paragraph: []string{"", "SEL112"}[rng.IntN(2)], Lent: lent,
				Returned: lent + rettidig.Day(30+rng.IntN(300)), KnownLent: lent + rettidig.Day(rng.IntN(3)), Price: float32(100 * rng.IntN(9))}
			a.KnownReturned = a.Returned + rettidig.Day(rng.IntN(5))
			switch rng.IntN(6) {
			case 0:
				a.Returned, a.KnownReturned = rettidig.NoDay, rettidig.NoDay
			case 1: // known to be back, but not since when
				a.Returned, a.KnownReturned = rettidig.NoDay, lent+rettidig.Day(rng.IntN(5))
			case 2:
				a.Lent = rettidig.NoDay
			case 3:
				a.KnownLent = rettidig.NoDay
			case 4:
				a.Retracted = rettidig.RetractedOn(lent + rettidig.Day(400+rng.IntN(9)))
			}
			hs[i].Aids = append(hs[i].Aids, a)
		}
		hs[i].Sort()
	}
	s := opened(t, hs)
	for at, b := range s.blocks {
		got := make([]rettidig.History, b.n)
		require.NoError(t, new(room).aidsOf(s.aids, at, b, got, s.words), "the quick way")
		for i := range got {
			require.Equal(t, hs[b.first+i].Aids, got[i].Aids, "citizen %d", b.first+i)
			_ = append(got[i].Aids, rettidig.Aid{}) // has room of its own, or the next citizen's first loan is gone
		}
	}
}

// Behind the hashes, the decoders are the second line: an error or other values, no panic.
func TestFlippedBytesInAPartNeverPanic(t *testing.T) {
	t.Parallel()
	hs := histories(someFacts(3, 60, 20))
	s := opened(t, hs)
	for name, read := range map[string]func(b []byte, r *room, hs []rettidig.History){
		servicesTable: func(b []byte, r *room, got []rettidig.History) {
			damaged := &tableReader[rettidig.ServiceWeek]{cols: serviceColumns, give: s.services.give}
			if damaged.openFacts(bytes.NewReader(b), memory.DefaultAllocator, s.blocks, s.manifest.Rows(servicesTable)) == nil { // else its footer is refused
				_ = r.weeksOf(damaged, 0, s.blocks[0], got, s.words, rettidig.Part{Services: true, From: rettidig.DayOf(2020, 1, 6), To: rettidig.NoDay})
			}
		},
		aidsTable: func(b []byte, r *room, got []rettidig.History) {
			damaged := &tableReader[rettidig.Aid]{cols: aidColumns, give: s.aids.give}
			if damaged.openFacts(bytes.NewReader(b), memory.DefaultAllocator, s.blocks, s.manifest.Rows(aidsTable)) == nil {
				_ = r.aidsOf(damaged, 0, s.blocks[0], got, s.words)
			}
		},
	} {
		good, err := os.ReadFile(filepath.Join(filepath.Dir(s.files[0].Name()), name+".parquet"))
		require.NoError(t, err)
		rng := rand.New(rand.NewPCG(5, 5))
		for range 100 {
			bad := append([]byte(nil), good...)
			for range 1 + rng.IntN(3) {
				bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
			}
			read(bad, new(room), make([]rettidig.History, s.blocks[0].n))
		}
	}
}
