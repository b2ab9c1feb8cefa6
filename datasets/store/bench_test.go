package store

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// 20,000 citizens with 150 service rows each: three million rows.
func BenchmarkWrite(b *testing.B) {
	f := someFacts(1, 20000, 150)
	work := b.TempDir()
	b.ReportAllocs()
	for b.Loop() {
		_, err := Write(context.Background(), work, f, someManifest())
		require.NoError(b, err)
	}
	b.ReportMetric(float64(len(f.Services)), "service-rows")
}

func BenchmarkOpenHistories(b *testing.B) {
	f := someFacts(1, 20000, 150)
	work := b.TempDir()
	m, err := Write(context.Background(), work, f, someManifest())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		s, err := Open(work)
		require.NoError(b, err)
		hs, err := s.Histories(context.Background())
		require.NoError(b, err)
		require.Len(b, hs, 20000)
		s.Close()
	}
	var bytes int64
	for _, t := range m.Tables {
		bytes += t.Bytes
	}
	b.ReportMetric(float64(len(f.Services)), "service-rows")
	b.ReportMetric(float64(bytes), "file-bytes")
}
