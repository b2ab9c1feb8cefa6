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
		"12345 0101501234", "1 010150-1234", "0101501234,3112594567"} {
		require.True(t, LooksLikeCPR(yes), yes)
	}
	for _, no := range []string{"", "12345678", "tlf. 12 34 56 78", "0113501234", "99015012345", "01015012345", "4101501234", "010150", "2026-11-20T08:00:00Z", "1.0101501234567"} {
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
