package ledger

import (
	"regexp"
	"strings"
	"testing"
)

func FuzzParseHead(f *testing.F) {
	f.Add("7:" + genesis)
	f.Add("0:" + genesis)
	f.Add("-1:x")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHead(s)
		if err != nil {
			return
		}
		if again, err := ParseHead(h.String()); err != nil || again != h {
			t.Fatalf("%q gives %v, which gives %v, %v", s, h, again, err)
		}
	})
}

// plainCPR is the plain spelling of a number, which every change to the search must go on finding.
var plainCPR = regexp.MustCompile(`(?:^|[^0-9])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}-?[0-9]{4}(?:[^0-9]|$)`)

func FuzzMaskCPR(f *testing.F) {
	for _, s := range []string{"010150-1234", "a0101501234", "0101500AB1 010150.1234", "\xff010150 1234", "3112590101501234", "27-09-1942-1973", "27 09 42 1973",
		"270942\u20131973", "2709\u200b42 - 1973", "２７０９４２１９７３", "𝟐𝟕𝟎𝟗𝟒𝟐-𝟏𝟗𝟕𝟑", "12709421973", "27.09.2026 08:00", "ab2709421973cd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		found := LooksLikeCPR(s)
		// A decomposed sign after the digits may make a digit of what looks like an end, so only ASCII is compared.
		if ascii := strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0; ascii && plainCPR.MatchString(s) && !found {
			t.Fatalf("%q has a number", s)
		}
		m := MaskCPR(s)
		if m != s && !(found && strings.Contains(m, "[cpr]")) {
			t.Fatalf("%q became %q", s, m)
		}
		if MaskCPR(m) != m {
			t.Fatalf("%q became %q, which still has one", s, m)
		}
	})
}
