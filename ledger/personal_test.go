package ledger

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func writeFile(path, text string) error { return os.WriteFile(path, []byte(text), 0o600) }

// The numbers here were never issued: born before 1960, and their weighted sums (4,3,2,7,6,5,4,3,2,1) are
// not multiples of 11: 010150-1234 gives 0+3+0+7+30+0+4+6+6+4 = 60, 311259-4567 gives 12+3+2+14+30+45+16+15+12+7 = 156.
func TestLooksLikeCPR(t *testing.T) {
	for _, yes := range []string{"0101501234", "010150-1234", "010150 1234", "cpr0101501234", "ring: 311259-4567.", "\n010150-1234\n", "0101500AB1", "x010150-1234x",
		"12345 0101501234", "1 010150-1234", "0101501234,3112594567", "01015012345"} {
		require.True(t, LooksLikeCPR(yes), yes)
	}
	for _, no := range []string{"", "12345678", "tlf. 12 34 56 78", "0113501234", "99015012345", "4101501234", "010150", "2026-11-20T08:00:00Z", "1.0101501234567"} {
		require.False(t, LooksLikeCPR(no), no)
	}
}

func TestMaskCPRLeavesNoNumber(t *testing.T) {
	require.Equal(t, "a [cpr] b [cpr], [cpr]", MaskCPR("a 010150-1234 b 3112594567, 010150 1234"))
	require.Equal(t, "cpr=[cpr]_[cpr]&", MaskCPR("cpr=0101501234_010150-1234&"))
	require.Equal(t, "id ab0101501234cd", MaskCPR("id ab0101501234cd"), "a hexadecimal id is left as it is")
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.SampledFrom([]string{"010150-1234", "0101501234", "a", "7", " ", "-", ",", "31", "æ", "\n", "_"})).Draw(t, "words")
		text := strings.Join(words, rapid.SampledFrom([]string{"", " ", ";"}).Draw(t, "glue"))
		once := MaskCPR(text)
		if MaskCPR(once) != once {
			t.Fatalf("%q gives %q, which still has one", text, once)
		}
	})
}

// 270942-1973 gives 8+21+0+63+24+10+4+27+14+3 = 174, which is not a multiple of 11 either.
func TestSpellingsOfANumberAreFound(t *testing.T) {
	for _, text := range []string{"270942\u20131973", "270942\u20111973", "270942\u22121973", "270942--1973", "270942 - 1973", "270942\u00a01973",
		"270942\n1973", "270942\r\n1973", "270942\u200b1973", "2709\u00ad421973", "27 09 42 1973", "2709 42-1973", "27.09.42-1973", "27/09/42-1973",
		"27-09-1942-1973", "27.09.1942 1973", "270919421973", "27. 09. 1942 - 1973", "270942/1973", "270942_1973", "270942:1973", "270942,1973",
		"270942(1973)", "(270942) 1973", "２７０９４２－１９７３", "𝟐𝟕𝟎𝟗𝟒𝟐-𝟏𝟗𝟕𝟑", "٢٧٠٩٤٢-١٩٧٣", "②⑦⓪⑨④②①⑨⑦③", "12709421973", "27094219731",
		"2 7 0 9 4 2 1 9 7 3", "2\ufe0f7\ufe0f0942-1973", "cpr270942-1973", "27.09.2026 270942-1973", "tlf. 12345678, 270942-1973", "27.09.42-1AB3"} {
		require.True(t, LooksLikeCPR(text), "%q", text)
		require.Contains(t, MaskCPR(text), "[cpr]", "%q", text)
		require.False(t, LooksLikeCPR(MaskCPR(text)), "%q", MaskCPR(text))
	}
}

func TestHarmlessNotesAreLetThrough(t *testing.T) {
	for _, text := range []string{"27.09.2026", "27-09-2026", "2026-09-27", "27.09.2026 08:00", "27.09.2026 08.00", "27.09.26 08:00", "2011-10-09 08:00:00",
		"27.09.2026-24.10.2026", "27.09.1942 - 04.10.1944", "01.10.2026, 27 borgere", "01.10.2026: 2500 kr.", "01.10.26: 2 af 3", "12 34 56 78",
		"12345678", "+45 12 34 56 78", "0045 12345678", "tlf. 12345678 / 87654321", "1.250.000,00 kr.", "12500000", "kr. 27.094,50", "uge 39-42, 2026",
		"27/9 og 4/10", "kl. 08:00-10:15", "2709", "sag 2026-000123", "CVR 12345678", "5712345678901"} {
		require.False(t, LooksLikeCPR(text), "%q", text)
		require.Equal(t, text, MaskCPR(text))
	}
}

// The last four digits of these read as no time of day and their years as no century: those are let through.
func TestAnySpellingIsFound(t *testing.T) {
	between := rapid.SampledFrom([]string{"", "", "", "-", " ", ".", "/", "_", ":", ",", "(", ")", "\u2013", "\u2011", "\u2212", "--", " - ", "\u00a0", "\n",
		"\u200b", " \u200b \u200d ", "\xff", "…"})
	zero := rapid.SampledFrom([]rune{'0', '0', '0', '٠', '０', '𝟎', '𝟬', '०'})
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.SampledFrom([]string{"2709421973", "3112594567", "270919421973", "311219594567"}).Draw(t, "number")
		var text strings.Builder
		text.WriteString(rapid.SampledFrom([]string{"", "1", "x", "nr. ", "12 34 56 78, "}).Draw(t, "before"))
		for i, d := range number {
			if i > 0 {
				text.WriteString(between.Draw(t, "between"))
			}
			text.WriteRune(zero.Draw(t, "zero") + d - '0')
		}
		text.WriteString(rapid.SampledFrom([]string{"", "x", ".", " ring"}).Draw(t, "after"))
		if !LooksLikeCPR(text.String()) {
			t.Fatalf("%q has a number", text.String())
		}
		if m := MaskCPR(text.String()); !strings.Contains(m, "[cpr]") || LooksLikeCPR(m) {
			t.Fatalf("%q became %q", text.String(), m)
		}
	})
}

func TestNoTextWithANumberEnters(t *testing.T) {
	l := open(t)
	c := citizen(t, l, "pk1_a")
	ctx := t.Context()
	const text = "ring til 010150-1234"
	require.ErrorIs(t, l.Log(ctx, Event{Actor: "anne", Action: "view", Detail: text}), ErrPersonal)
	require.ErrorIs(t, l.Log(ctx, Event{Actor: text, Action: "view"}), ErrPersonal)
	_, err := decide(ctx, l, Decision{Actor: "anne", Citizen: c, Target: "benefit", Action: "offer", Note: text, Key: "1"})
	require.ErrorIs(t, err, ErrPersonal)
	_, err = decide(ctx, l, Decision{Actor: "anne", Citizen: c, Target: "benefit", Action: "offer", Key: "0101501234"})
	require.NoError(t, err, "a key is kept as a hash only")
	require.ErrorIs(t, l.Do(ctx, func(tx *Tx) (*Event, error) {
		_, err := tx.AddJudgement(ctx, Judgement{Actor: "anne", Citizen: c, Target: "benefit", AsOf: 1, Answer: "yes", Note: text})
		return &Event{Actor: "anne", Action: "judgement"}, err
	}), ErrPersonal)
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(l.Path() + suffix)
		require.NoError(t, err)
		require.NotContains(t, string(b), "0101501234")
		require.NotContains(t, string(b), "010150-1234")
	}
}
