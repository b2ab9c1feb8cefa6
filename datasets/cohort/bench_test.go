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

// 5,000 citizens on the first of 33 months.
func BenchmarkPopulation(b *testing.B) {
	hs := make([]rettidig.History, 5_000)
	for i := range hs {
		hs[i] = randomHistory(uint64(i))
	}
	cal := NewCalendar(day0 + extract1000)
	cal.Add(hs, 0)
	rows, dates := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		x, err := NewPopulation(Default(), cal, rettidig.NoDay, rettidig.NoDay, 0)
		require.NoError(b, err)
		rows, dates = len(x.Add(hs, 0)), len(x.Dates())
	}
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(hs)*dates), "ns/citizen-month")
}

func BenchmarkBuildBenefit(b *testing.B) { benchmark(b, rettidig.Benefit) }
func BenchmarkBuildDecline(b *testing.B) { benchmark(b, rettidig.Decline) }
