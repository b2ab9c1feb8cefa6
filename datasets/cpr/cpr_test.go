package cpr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// Every number in this file has a birth year before 1960 and fails modulus 11, or is no real number at all
// (a replacement number); TestNumbersInThisFileWereNeverIssued holds the list to it.
const (
	man1938     = "0303381239" // 3 March 1938
	woman1929   = "2908290128"
	man1858     = "0101586003"
	leap1904    = "2902041234"
	replacement = "0303381AB9"
)

func TestNumbersInThisFileWereNeverIssued(t *testing.T) {
	for _, s := range []string{man1938, woman1929, man1858, leap1904} {
		n, err := Parse(s)
		require.NoError(t, err)
		assert.True(t, n.NeverIssued(), "number of %d characters born %v", len(s), n)
	}
}

func TestParseDropsHyphensAndBlanksAndRaisesLetters(t *testing.T) {
	want, err := Parse(man1938)
	require.NoError(t, err)
	for _, s := range []string{"030338-1239", " 030338 1239 ", "\t030338-1239\r\n", "03-03-38-1239"} {
		got, err := Parse(s)
		require.NoError(t, err, s)
		assert.Equal(t, want, got, s)
		got, err = ParseBytes([]byte(s))
		require.NoError(t, err, s)
		assert.Equal(t, want, got, s)
	}
	assert.Equal(t, man1938, want.Reveal())
	low, err := Parse("030338-1ab9")
	require.NoError(t, err)
	assert.Equal(t, replacement, low.Reveal())
}

func TestParseRefusesWithTheCauseAndWithoutTheNumber(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"empty", "", ErrLength},
		{"nine digits", "030338123", ErrLength},
		{"eleven digits", "03033812391", ErrLength},
		{"letter in the date", "0A03381239", ErrLetter},
		{"letters where no replacement number has them", "0303382AB9", ErrLetter},
		{"one letter only", "0303381A39", ErrLetter},
		{"letter last", "030338123A", ErrLetter},
		{"Danish letters", "0303381ÆØ", ErrLetter},
		{"a sign", "030338+123", ErrLetter},
		{"31 February", "3102381239", ErrDate},
		{"29 February of a common year", "2902391239", ErrDate},
		{"29 February 1900", "2902001239", ErrDate},
		{"month 13", "0113381239", ErrDate},
		{"day 0", "0003381239", ErrDate},
		{"31 April", "3104381239", ErrDate},
		{"replacement number with 31 February", "3102381AB9", ErrDate},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.in)
			require.ErrorIs(t, err, c.want)
			if c.in != "" {
				assert.NotContains(t, err.Error(), c.in)
			}
		})
	}
	_, err := Parse(leap1904)
	assert.NoError(t, err, "29 February 1904 exists")
}

// The CPR office's table: the seventh digit with the first and last year of each of its ranges.
func TestCenturyFollowsTheSeventhDigit(t *testing.T) {
	for _, c := range []struct {
		sevenths string
		yy, want int
	}{
		{"0123", 0, 1900}, {"0123", 99, 1900},
		{"49", 0, 2000}, {"49", 36, 2000}, {"49", 37, 1900}, {"49", 99, 1900},
		{"5678", 0, 2000}, {"5678", 57, 2000}, {"5678", 58, 1800}, {"5678", 99, 1800},
	} {
		for i := range len(c.sevenths) {
			assert.Equal(t, c.want, century(c.sevenths[i], c.yy), "seventh digit %c, year %02d", c.sevenths[i], c.yy)
		}
	}
	for in, want := range map[string]rettidig.Day{
		man1938:   rettidig.DayOf(1938, time.March, 3),
		woman1929: rettidig.DayOf(1929, time.August, 29),
		man1858:   rettidig.DayOf(1858, time.January, 1),
		leap1904:  rettidig.DayOf(1904, time.February, 29),
	} {
		n, err := Parse(in)
		require.NoError(t, err)
		birth, ok := n.Birth()
		require.True(t, ok)
		assert.Equal(t, want, birth)
	}
}

func TestSexIsTheParityOfTheLastDigit(t *testing.T) {
	m, _ := Parse(man1938)
	f, _ := Parse(woman1929)
	r, _ := Parse(replacement)
	assert.Equal(t, rettidig.Male, m.Sex())
	assert.Equal(t, rettidig.Female, f.Sex())
	assert.Equal(t, rettidig.SexUnknown, r.Sex())
}

func TestReplacementNumbersCarryNoBirthAndNoSex(t *testing.T) {
	for _, s := range []string{"0303381AB9", "0303387AB9", "0303380AB9", "0303385AB9", "0303386AB9"} {
		n, err := Parse(s)
		require.NoError(t, err)
		assert.True(t, n.Replacement())
		_, ok := n.Birth()
		assert.False(t, ok)
		assert.False(t, n.Modulus11())
		assert.False(t, n.NeverIssued())
	}
}

// Worked by hand on strings that are no dates, so that none can belong to anybody. Month 00:
// 1100000004 gives 4*1 + 3*1 + 1*4 = 11; 1100000003 gives 10.
func TestModulus11IsTheWeightedSum(t *testing.T) {
	for s, want := range map[string]bool{"0000000000": true, "1100000004": true, "1100000003": false, "0100000008": true, "0000070000": false} {
		assert.Equal(t, want, pack([10]byte([]byte(s))).Modulus11(), s)
	}
	n, err := Parse(man1938) // 9+21+18+40+4+6+6+9 = 113 = 10*11+3
	require.NoError(t, err)
	assert.False(t, n.Modulus11())
}

func TestNoPrintedFormShowsTheNumber(t *testing.T) {
	n, _ := Parse(man1938)
	type hidden struct{ n Number }
	js, err := json.Marshal(map[string]any{"n": n, "p": &n})
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "n", n)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "n", n, "h", hidden{n})
	all := string(js) + log.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%o"} {
		all += fmt.Sprintf(verb+verb+verb+"\n", n, &n, hidden{n})
	}
	assert.NotContains(t, all, man1938)
	assert.NotContains(t, all, man1938[:6])
	assert.NotContains(t, all, fmt.Sprintf("%x", man1938[:6]))
	assert.NotContains(t, all, strings.Trim(fmt.Sprint([]byte(man1938[:6])), "[]"))
}

func TestGenerateGivesTheBirthAndSexAskedForAndWasNeverIssued(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		birth := rettidig.Day(rapid.Int32Range(int32(firstBirth), int32(firstIssued)-1).Draw(t, "birth"))
		sex := rapid.SampledFrom([]rettidig.Sex{rettidig.Female, rettidig.Male}).Draw(t, "sex")
		seed := rapid.Uint64().Draw(t, "seed")
		n := Generate(rand.New(rand.NewPCG(seed, 1)), birth, sex)
		got, ok := n.Birth()
		require.True(t, ok)
		assert.Equal(t, birth, got)
		assert.Equal(t, sex, n.Sex())
		assert.True(t, n.NeverIssued())
		assert.Equal(t, n, Generate(rand.New(rand.NewPCG(seed, 1)), birth, sex), "same seed, same number")
		again, err := Parse(n.Reveal())
		require.NoError(t, err)
		assert.Equal(t, n, again)
	})
}

func TestGenerateRefusesBirthsThatMayHaveBeenIssued(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	assert.Panics(t, func() { Generate(rng, firstIssued, rettidig.Female) })
	assert.Panics(t, func() { Generate(rng, firstBirth-1, rettidig.Female) })
	assert.Panics(t, func() { Generate(rng, firstIssued-1, rettidig.SexUnknown) })
	assert.Panics(t, func() { Number{}.Reveal() }, "the zero Number is none")
}

var national = regexp.MustCompile(`^((0[1-9]|[12]\d|3[01])(01|03|05|07|08|10|12)|(0[1-9]|[12]\d|30)(04|06|09|11)|(0[1-9]|[12]\d)(02))\d{6}$`)

// FuzzCPR holds Parse to the national pattern, which is only looser about 29 February.
func FuzzCPR(f *testing.F) {
	for _, s := range []string{man1938, woman1929, "030338-1239", replacement, "", "#VALUE!", "681", "0000000000", "2902001239", "æøå", "\x00\xff"} {
		f.Add(s)
	}
	clean := strings.NewReplacer("-", "", " ", "", "\t", "", "\r", "", "\n", "")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		b, berr := ParseBytes([]byte(s))
		if n != b || err != berr {
			t.Fatalf("Parse and ParseBytes differ: %v, %v", err, berr)
		}
		c := clean.Replace(s)
		switch {
		case err == nil:
			if n.Reveal() != strings.ToUpper(c) {
				t.Fatal("Reveal is not what was parsed")
			}
			if !n.Replacement() && !national.MatchString(c) {
				t.Fatal("accepted a number that the national pattern refuses")
			}
			n.Birth()
			n.Sex()
			n.NeverIssued()
		case national.MatchString(c) && c[:4] != "2902":
			t.Fatalf("refused a number that the national pattern accepts: %v", err)
		case len(c) >= 6 && strings.Contains(err.Error(), c):
			t.Fatal("the error tells the number")
		}
	})
}

func BenchmarkParseBytes(b *testing.B) {
	in := []byte("030338-1239")
	for b.Loop() {
		if _, err := ParseBytes(in); err != nil {
			b.Fatal(err)
		}
	}
}
