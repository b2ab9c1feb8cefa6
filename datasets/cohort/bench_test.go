package cohort

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// 20,000 citizens of three years, some 5 million service rows.
func benchmark(b *testing.B, target rettidig.Target) {
	hs := make([]rettidig.History, 20_000)
	rows := 0
	for i := range hs {
		hs[i] = randomHistory(uint64(i))
		rows += len(hs[i].Services)
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := Build(hs, target, Default(), day0+extract1000)
		require.NoError(b, err)
		require.NotEmpty(b, c.Rows)
	}
	b.ReportMetric(float64(rows), "service-rows")
}

func BenchmarkBuildBenefit(b *testing.B) { benchmark(b, rettidig.Benefit) }
func BenchmarkBuildDecline(b *testing.B) { benchmark(b, rettidig.Decline) }
