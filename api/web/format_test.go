package web

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

func TestNumbersAreWrittenAsInDenmark(t *testing.T) {
	for _, c := range []struct {
		v      float64
		dec    int
		da, en string
	}{
		{0, 0, "0", "0"}, {1234.5, 1, "1.234,5", "1,234.5"}, {-1234567.891, 2, "−1.234.567,89", "−1,234,567.89"}, {999.96, 1, "1.000,0", "1,000.0"},
		{-0.04, 1, "0,0", "0.0"}, {0.5, 0, "0", "0"}, {100, 0, "100", "100"}, {math.NaN(), 1, "–", "–"}, {math.Inf(1), 1, "–", "–"}, {-12, 0, "−12", "−12"},
	} {
		assert.Equal(t, c.da, number(danish, c.v, c.dec))
		assert.Equal(t, c.en, number(english, c.v, c.dec))
	}
}

func TestNumberReadBackIsTheNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, dec := rapid.Float64Range(-1e12, 1e12).Draw(t, "v"), rapid.IntRange(0, 4).Draw(t, "dec")
		s := strings.NewReplacer(".", "", ",", ".", "−", "-").Replace(number(danish, v, dec))
		back, err := strconv.ParseFloat(s, 64)
		if err != nil || math.Abs(back-v) > 0.5*math.Pow(10, -float64(dec))*(1+1e-9)+math.Abs(v)*1e-15 {
			t.Fatalf("number(%v, %d) reads back as %v, %v", v, dec, back, err)
		}
	})
}

func TestKronerAreSaidAsPeopleSayThem(t *testing.T) {
	for v, want := range map[float64]string{
		10_833_333: "10,8 mio. kr.", 6_200_000: "6,2 mio. kr.", 640_400: "640.000 kr.", 999_600: "1,0 mio. kr.", 9_999: "9.999 kr.", 0: "0 kr.", -2_400_000: "−2,4 mio. kr.", -210_000: "−210.000 kr.",
	} {
		assert.Equal(t, want, kroner(danish, v))
	}
	assert.Equal(t, "DKK 10.8 million", kroner(english, 10_833_333))
	assert.Equal(t, "mellem −0,2 og 4,1 mio. kr.", kronerRange(danish, -210_000, 4.12e6))
	assert.Equal(t, "between DKK −0.2 and 4.1 million", kronerRange(english, -210_000, 4.12e6))
	assert.Equal(t, "mellem −20.000 og 640.000 kr.", kronerRange(danish, -20_100, 640_400))
}

func TestFrequenciesAndIntervalsInWords(t *testing.T) {
	assert.Equal(t, "4 ud af 10", outOf(danish, 4, 10))
	assert.Equal(t, "4 out of 10", outOf(english, 4, 10))
	for _, c := range []struct {
		lo, hi float64
		of     int
		want   string
	}{
		{0.31, 0.52, 10, "mellem 3 og 5 ud af 10"},
		{0.38, 0.43, 10, "mellem 38 og 43 ud af 100"}, // both are 4 of 10: tens would hide the range
		{0.03, 0.18, 10, "mellem 3 og 18 ud af 100"},  // 0 of 10 would say never
		{0.82, 0.97, 10, "mellem 82 og 97 ud af 100"}, // 10 of 10 would say always
		{0, 0.18, 10, "mellem 0 og 2 ud af 10"},       // really 0
		{0.017, 0.051, 100, "mellem 2 og 5 ud af 100"},
		{0.412, 0.414, 10, "omkring 41 ud af 100"},
	} {
		assert.Equal(t, c.want, between(danish, c.lo, c.hi, c.of))
	}
	assert.Equal(t, "between 3 and 5 out of 10", between(english, 0.31, 0.52, 10))
}

func TestTheIntervalInWordsHoldsTheAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		lo, hi := p*rapid.Float64Range(0, 1).Draw(t, "below"), p+(1-p)*rapid.Float64Range(0, 1).Draw(t, "above")
		words := strings.Fields(between(danish, lo, hi, 10))
		if words[0] == "omkring" {
			return
		}
		a, _ := strconv.Atoi(words[1])
		b, _ := strconv.Atoi(words[3])
		of, _ := strconv.Atoi(words[6])
		if count := int(math.Round(p * float64(of))); a > count || count > b || a >= b {
			t.Fatalf("p=%v in [%v, %v] is said %q", p, lo, hi, words)
		}
	})
}

func TestPercentIsNeverCertainUnlessItIs(t *testing.T) {
	for p, want := range map[float64]string{0.41: "41 %", 0: "0 %", 1: "100 %", 0.004: "0,4 %", 0.996: "99,6 %", 0.01: "1 %"} {
		assert.Equal(t, want, percent(danish, p))
	}
	assert.Equal(t, "0.4%", percent(english, 0.004))
}

func TestDatesAndTimesAreDanish(t *testing.T) {
	d := rettidig.DayOf(2026, time.November, 20)
	assert.Equal(t, "20. november 2026", day(danish, d))
	assert.Equal(t, "20 November 2026", day(english, d))
	assert.Equal(t, "20. nov. 2026", shortDay(danish, d))
	assert.Equal(t, "20 Nov 2026", shortDay(english, d))
	assert.Equal(t, "3. maj 2026", shortDay(danish, rettidig.DayOf(2026, time.May, 3)))
	assert.Equal(t, "1. mar. 2026", shortDay(danish, rettidig.DayOf(2026, time.March, 1)))
	assert.Equal(t, "–", day(danish, rettidig.NoDay))
	assert.Equal(t, "3. juni 2026 kl. 09.12", clock(danish, time.Date(2026, 6, 3, 7, 12, 0, 0, time.UTC)), "summer time is UTC+2")
	assert.Equal(t, "31. dec. 2026 kl. 00.30", clock(danish, time.Date(2026, 12, 30, 23, 30, 0, 0, time.UTC)), "winter time is UTC+1")
	assert.Equal(t, "3 June 2026 at 09:12", clock(english, time.Date(2026, 6, 3, 7, 12, 0, 0, time.UTC)))
	assert.Equal(t, "–", clock(danish, time.Time{}))
	// The night the clocks go back: 00:30 and 01:30 UTC are both 02.30 in Denmark.
	for _, h := range []int{0, 1} {
		assert.Equal(t, "25. okt. 2026 kl. 02.30", clock(danish, time.Date(2026, 10, 25, h, 30, 0, 0, time.UTC)))
	}
}
