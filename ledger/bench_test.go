package ledger

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// BenchmarkDecision is one acknowledged decision: a transaction with its event, on the disk.
func BenchmarkDecision(b *testing.B) {
	l, err := Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	var n atomic.Int64
	for b.Loop() {
		if err := oneDecision(l, fmt.Sprint(n.Add(1))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify is the walk along a chain of 10,000 decisions.
func BenchmarkVerify(b *testing.B) {
	l, err := Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	if _, err := l.write.Exec("PRAGMA synchronous = OFF"); err != nil {
		b.Fatal(err)
	}
	const events = 10_000
	for i := range events {
		if err := oneDecision(l, fmt.Sprint(i)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if v, err := l.Verify(b.Context(), nil); err != nil || !v.OK {
			b.Fatal(v, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/events, "ns/event")
}
