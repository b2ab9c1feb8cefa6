package account

import (
	"fmt"
	"time"

	"github.com/rettidig/rettidig"
)

// Quarter is a quarter of a calendar year. It is written 2026Q1. The zero Quarter is none.
type Quarter struct{ Year, N int }

// ParseQuarter reads 2026Q1; years from 2000 to 2099.
func ParseQuarter(s string) (Quarter, error) {
	if len(s) == 6 && s[4] == 'Q' && s[5] >= '1' && s[5] <= '4' && s[:2] == "20" && digit(s[2]) && digit(s[3]) {
		return Quarter{2000 + 10*int(s[2]-'0') + int(s[3]-'0'), int(s[5] - '0')}, nil
	}
	return Quarter{}, fmt.Errorf("%q is no quarter, want one such as 2026Q1", s)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// String returns the form that ParseQuarter reads.
func (q Quarter) String() string { return fmt.Sprintf("%04dQ%d", q.Year, q.N) }

// MarshalText writes 2026Q1.
func (q Quarter) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads 2026Q1.
func (q *Quarter) UnmarshalText(b []byte) (err error) {
	*q, err = ParseQuarter(string(b))
	return err
}

// Start returns the first day.
func (q Quarter) Start() rettidig.Day {
	return rettidig.DayOf(q.Year, time.Month(3*q.N-2), 1)
}

// End returns the last day.
func (q Quarter) End() rettidig.Day { return q.Next().Start() - 1 }

// Next returns the quarter after q.
func (q Quarter) Next() Quarter {
	if q.N == 4 {
		return Quarter{q.Year + 1, 1}
	}
	return Quarter{q.Year, q.N + 1}
}

// Compare is negative if q is before r, 0 if they are the same.
func (q Quarter) Compare(r Quarter) int { return 4*(q.Year-r.Year) + q.N - r.N }
