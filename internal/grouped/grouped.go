// Package grouped writes numbers the way a reader of Danish or English groups them. It decides the marks between
// thousands and before decimals; how many decimals there are, and how a sign looks, is the caller's.
package grouped

import "strings"

// Digits groups the digits of s, a number without a sign as strconv writes it ("1234567.5"): 1.234.567,5 in Danish, and
// 1,234,567.5 otherwise.
func Digits(s string, danish bool) string {
	whole, fraction, _ := strings.Cut(s, ".")
	thousand, point := ",", "."
	if danish {
		thousand, point = ".", ","
	}
	var b strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(thousand)
		}
		b.WriteRune(d)
	}
	if fraction != "" {
		b.WriteString(point + fraction)
	}
	return b.String()
}
