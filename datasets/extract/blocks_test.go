package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// outcome is all that comes out of one file: facts and report, or why it was refused.
func outcome(t testing.TB, opt Options, text string) string {
	t.Helper()
	in := newIntake(opt.filled())
	o := readIn(t, in, "a", &dribble{strings.NewReader(text), 1 + len(text)%97})
	if len(o.errs) > 0 {
		return errors.Join(o.errs...).Error()
	}
	d := &Delivery{opt: in.opt, report: &Report{}}
	d.take(in, o.parts)
	for _, p := range d.parts {
		p.bad = true
	}
	facts, err := d.collect(context.Background())
	require.NoError(t, err)
	checkIdentity(t, d.report)
	return bare(t, facts) + textOf(t, d.report)
}

// dribble gives a stream out in small pieces.
type dribble struct {
	r *strings.Reader
	n int
}

func (d *dribble) Read(b []byte) (int, error) { return d.r.Read(b[:min(len(b), d.n)]) }

// The slow twin is one goroutine that reads row by row.
func TestBlocksAreReadAsTheWholeFile(t *testing.T) {
	odd := []string{"", "", "\"to\nlinjer\"", "\"tre\n\n\"\"linjer\"\"\"", "12\" skærm", "\"lukket\"", "æ", latin1("ø"), mangled("å"), "\r"}
	rapid.Check(t, func(rt *rapid.T) {
		var sb strings.Builder
		sb.WriteString(rapid.SampledFrom([]string{"", "Kørt den 03-08-2022\n", latin1("Kørt den 03-08-2022\n"), "\xEF\xBB\xBF"}).Draw(rt, "preamble"))
		sb.WriteString(d4Head)
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\n\n"}).Draw(rt, "line end")
		for i := range rapid.IntRange(0, 40).Draw(rt, "rows") {
			fmt.Fprintf(&sb, "%d,%s,%s,%s,%s,%s,%s%s", i, rapid.SampledFrom(ids).Draw(rt, "id"), rapid.SampledFrom(genders).Draw(rt, "gender"),
				rapid.SampledFrom(years).Draw(rt, "year"), rapid.SampledFrom(dates).Draw(rt, "date"), rapid.SampledFrom([]string{"1", "2", "6", "x", ""}).Draw(rt, "rating"),
				rapid.SampledFrom(odd).Draw(rt, "comment"), end)
		}
		sb.WriteString(rapid.SampledFrom([]string{"", "", "", "\"aldrig lukket\n" + anna + "\n", anna + ";x;x;x;x;x;x\n", strings.Repeat("0", 300), anna + ",\x00\n"}).Draw(rt, "last"))
		text := sb.String()
		twin := Options{Key: key, MaxLine: 256, inOrder: true, Workers: 1}
		blocks := Options{Key: key, MaxLine: 256, Workers: rapid.IntRange(1, 4).Draw(rt, "workers"), block: rapid.IntRange(1, 400).Draw(rt, "block")}
		assert.Equal(rt, outcome(t, twin, text), outcome(t, blocks, text), "%q", text)
	})
}

func TestWhatTheEncodingIsDoesNotDependOnBlocks(t *testing.T) {
	row := func(week int, name string) string {
		return fmt.Sprintf("%s,2020-%02d,%d,%s,27,1\n", anna, week, week, name)
	}
	plain := strings.Repeat(row(7, "Pause")+row(8, "Pause"), 50)
	head := strings.Replace(h1Head, "År uge", "Aar uge", 1)
	for name, c := range map[string]struct {
		text, encoding string
		mojibake       int64
	}{
		"UTF-8 first":        {plain + row(9, "Tøjvask") + plain + latin1(row(10, "Rengøring")), Mixed, 0},
		"Windows-1252 first": {plain + latin1(row(9, "Tøjvask")) + plain + row(10, "Rengøring") + row(11, "Rengøring"), Windows1252, 2},
		"neither":            {plain, ASCII, 0},
	} {
		for _, block := range []int{1, 50, 1 << 20} {
			_, r := settleWith(t, Options{Key: key, block: block, Workers: 3}, []string{"a"}, []string{head + c.text})
			assert.Equal(t, c.encoding, r.Files[0].Encoding, name)
			assert.Equal(t, c.mojibake, r.Files[0].Repairs["mojibake"], "%s, blocks of %d", name, block)
		}
	}
}

func TestOfSeveralRefusalsTheFirstInTheFileIsTold(t *testing.T) {
	good := jens + ",12060609,14-02-2019,\n"
	text := a1Head + strings.Repeat(good, 10) + strings.ReplaceAll(good, ",", ";") + strings.Repeat(good, 10) + strings.ReplaceAll(good, ",", ";")
	for range 20 {
		o := readText(t, text, "a", Options{Key: key, Workers: 4, block: 30}.filled())
		require.Len(t, o.errs, 1)
		assert.Equal(t, 12, refused(t, o.errs[0]).Line)
	}
}

func TestNamesWithoutEndAreRefused(t *testing.T) {
	var sb strings.Builder
	sb.WriteString(h1Head)
	for i := range mostNames + 1 {
		fmt.Fprintf(&sb, "%s,2020-07,7,Ydelse %d,27,1\n", anna, i)
	}
	for _, block := range []int{1 << 10, 1 << 20} {
		o := readText(t, sb.String(), "a", Options{Key: key, block: block, Workers: 3}.filled())
		require.Len(t, o.errs, 1)
		assert.Equal(t, "too-many-names", refused(t, o.errs[0]).Code)
	}
}

func FuzzCutter(f *testing.F) {
	f.Add([]byte("a,b\n\"c\nd\",e\r\n\"f"), 3)
	f.Add([]byte("\n\n\"\"\"\n\"\n"), 1)
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		size = 1 + (size&0x7fffffff)%100
		c := &cutter{r: bytes.NewReader(b), max: 50, encoding: ASCII}
		var back []byte
		for {
			block, before, err := c.next(make([]byte, 0, size))
			if err != nil {
				break
			}
			require.Equal(t, bytes.Count(back, lineBreak), before)
			back = append(back, block...)
		}
		require.True(t, bytes.HasPrefix(b, back), "nothing is lost or changed")
	})
}
