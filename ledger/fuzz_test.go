package ledger

import (
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

// FuzzMaskCPR compares with a slow twin that tries every place.
func FuzzMaskCPR(f *testing.F) {
	for _, s := range []string{"010150-1234", "a0101501234", "0101500AB1 010150.1234", "\xff010150 1234", "3112590101501234"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		found := false
		for i := range s {
			for _, n := range []int{10, 11} {
				if i+n > len(s) {
					continue
				}
				alone := (i == 0 || !isDigit(s[i-1])) && (i+n == len(s) || !isDigit(s[i+n]))
				found = found || alone && cprShape.FindString(s[i:i+n]) == s[i:i+n]
			}
		}
		if found && !LooksLikeCPR(s) {
			t.Fatalf("%q has a number", s)
		}
		if m := MaskCPR(s); m != s && !strings.Contains(m, "[cpr]") {
			t.Fatalf("%q became %q", s, m)
		}
	})
}
