package cpr_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig/datasets/cpr"
)

func TestANumberIsHiddenHoweverItIsSpelled(t *testing.T) {
	for _, in := range []string{
		"030338-1239", "0303381239", "030338 1239", "030338.1239", "030338_1239", "030338--1239", "030338 - 1239", "030338/1239",
		"03 03 38 12 39", "03.03.38.1239", "0 3 0 3 3 8 1 2 3 9", "030338–1239", "030338\u00a01239", "030338‑1239", "030338)1239",
		"٠٣٠٣٣٨-1239", "０３０３３８-１２３９", "03-03-1938 1239", "303381239", "0303381AB9", "030338-1AB9", "990123456789",
		"20030338123917", "2003033812391530", "20241331-1200", "2024-01-31-1200 0303381239",
		"201101239",  // lost its zero, and begins like a date
		"2004121239", // begins like a date
	} {
		assert.Equal(t, "a [number]b.csv", cpr.Hide("a "+in+"b.csv"), in)
		assert.True(t, cpr.MayBeIn(in), in)
	}
}

func TestDatesAndCodesAreNotHidden(t *testing.T) {
	for _, in := range []string{
		"", "HC1.csv", "12060609", "v1.2.3 af 2024", "Hjemmehjælp 20240131-1200", "202401311200", "20240131-120059",
		"udtræk 2024-01-31 12.00.csv", "2024-01-31 (2).csv", "20240131 (12).csv", "HC 2020-01-01_2024-12-31.csv", "2024", "H1.11",
	} {
		assert.Equal(t, in, cpr.Hide(in))
		assert.False(t, cpr.MayBeIn(in), in)
	}
}
