package formula

import (
	"regexp"
	"strings"
)

// grouped is a number that is thousands to a Dane and a decimal fraction to a program.
var grouped = regexp.MustCompile(`^[1-9][0-9]{0,2}(\.[0-9]{3})+$`)

// Thousands tells whether a number without a sign, such as 12.500, is thousands to a Dane and a decimal fraction to a
// program, and how each of the two is written so that nobody can mistake it: 12500 and 12.5. fraction is "" for a number
// with two points, which is no fraction.
func Thousands(s string) (whole, fraction string, ok bool) {
	if !grouped.MatchString(s) {
		return "", "", false
	}
	whole = strings.ReplaceAll(s, ".", "")
	if strings.Count(s, ".") > 1 {
		return whole, "", true
	}
	fraction = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if fraction == s {
		fraction += "0" // 1.025: four decimals are no thousands
	}
	return whole, fraction, true
}

// thousandsHint says how to write what [Thousands] found.
func thousandsHint(whole, fraction string) string {
	if fraction == "" {
		return "write " + whole
	}
	return "write " + whole + " or " + fraction
}
