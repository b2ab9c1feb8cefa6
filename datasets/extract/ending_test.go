package extract

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAFileThatEndsInTheMiddleOfALineIsCalledCutOff(t *testing.T) {
	rows := a1Top + strings.Repeat(jens+",12060609,14-02-2019,01-11-2020\n", 25)
	whole := jens + ",12060609,15-02-2019,01-11-2020"
	for _, c := range []struct {
		last      string
		cut, note bool
	}{
		{whole + "\n", false, false},
		{whole, false, true}, // an export may leave out the last line end
		{whole[:len(whole)-3], true, true},
		{jens + ",1206", true, true},
		{"\n \n", false, false},
	} {
		_, r := fixture{"aids.csv": rows + c.last}.read(t)
		got := ""
		for _, w := range r.Warnings {
			if w.Code == "cut-off" {
				got = w.Text
			}
		}
		if c.cut {
			assert.Contains(t, got, "aids.csv ends in the middle of a line (line 29)", c.last)
			assert.Contains(t, got, "compare its size with the sender's")
		} else {
			assert.Empty(t, got, c.last)
		}
		assert.Equal(t, c.note, r.Files[0].Notes["last_line_unended"] == 1, c.last)
	}
	_, r := fixture{"aids.csv": rows + jens + ",1206"}.read(t)
	assert.Equal(t, int64(1), r.Files[0].Quarantined["row_short"])
	_, r = fixture{"aids.csv": rows + strings.Repeat(jens+",12060609,14-02-2019,01-11-2020\n", 2000) + whole}.read(t)
	assert.True(t, slices.ContainsFunc(r.Warnings, func(w Warning) bool { return w.Code == "cut-off" }), "a program ends its lines")
}
