package store

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// 20,000 citizens with 150 service rows each: three million rows, of random minutes and codes, so that the bytes are more
// than those of a municipality.
func benchmarkFacts() (f *rettidig.Facts, rows int64) {
	f = someFacts(1, 20000, 150)
	for _, name := range tableNames {
		rows += rowsOf(f, name)
	}
	return f, rows
}

func report(b *testing.B, rows int64, m Manifest) {
	var bytes int64
	for _, t := range m.Tables {
		bytes += t.Bytes
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(bytes)/float64(rows), "bytes/row")
}

func BenchmarkAppend(b *testing.B) {
	f, rows := benchmarkFacts()
	hs := histories(f)
	work := b.TempDir()
	var m Manifest
	b.ReportAllocs()
	for b.Loop() {
		w, err := Create(context.Background(), work)
		require.NoError(b, err)
		require.NoError(b, w.Append(hs))
		m, err = w.Commit(someManifest())
		require.NoError(b, err)
	}
	report(b, rows, m)
}

func written(b *testing.B) (work string, rows int64, m Manifest) {
	f, rows := benchmarkFacts()
	work = b.TempDir()
	m, err := Write(context.Background(), work, f, someManifest())
	require.NoError(b, err)
	return work, rows, m
}

func benchmarkOpened(b *testing.B, read func(s *Store) error) {
	work, rows, m := written(b)
	b.ReportAllocs()
	for b.Loop() {
		s, err := Open(work)
		require.NoError(b, err)
		require.NoError(b, read(s))
		s.Close()
	}
	report(b, rows, m)
}

func nothing(int, []rettidig.History) error { return nil }

func BenchmarkOpen(b *testing.B) {
	benchmarkOpened(b, func(*Store) error { return nil })
}

func BenchmarkOpenEach(b *testing.B) {
	benchmarkOpened(b, func(s *Store) error { return s.Each(context.Background(), 0, nothing) })
}

func BenchmarkOpenEachCalendar(b *testing.B) {
	benchmarkOpened(b, func(s *Store) error { return s.EachCalendar(context.Background(), 0, nothing) })
}

// One citizen of 20,000 from the disk.
func BenchmarkHistory(b *testing.B) {
	work, _, _ := written(b)
	s, err := Open(work)
	require.NoError(b, err)
	defer s.Close()
	for b.Loop() {
		_, ok, err := s.History(context.Background(), "pdemo_00000000")
		require.NoError(b, err)
		require.True(b, ok)
	}
}
