package proposal

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	danishGrouped = regexp.MustCompile(`^\d{1,3}(\.\d{3})+(,\d+)?$`)
	danishPlain   = regexp.MustCompile(`^\d+(,\d+)?$`)
	danishMixed   = regexp.MustCompile(`^(?:(\d+) )?(\d+)/(\d+)$`)
	danishUnit    = regexp.MustCompile(`(?i) ?(mio\. ?kr\.?|mio\.?|mia\. ?kr\.?|mia\.?|t\. ?kr\.?|kr\.?|pct\.?|%)$`)
	gap           = regexp.MustCompile(`([.,]) +(\d)`)
	wantsPoint    = regexp.MustCompile(`^\d+\.\d+$`)
	badGroups     = regexp.MustCompile(`^\d+(\.\d+)+(,\d+)?$`)
)

var vulgar = strings.NewReplacer("½", " 1/2", "¼", " 1/4", "¾", " 3/4", "⅓", " 1/3", "⅔", " 2/3")

// ParseDanish reads a number as a Danish document prints it: "2.100" is 2,100; "1,120 mio." is 1,120,000; "2 3/4" and
// "2¾" are 2.75; "25 %" and "25 pct." are 0.25; "- 1.690" and "-2. 750", with blanks that the layout put in, are read
// and told as a repair. "t.kr." and "kr." change nothing: the caller knows the unit. What could be two numbers
// ("2.01" is 2.01 with a decimal point, or 2.0 and the mark of note 1) is an error that says both.
func ParseDanish(s string) (x float64, repairs []string, err error) {
	whole := s
	s = strings.TrimSpace(strings.ReplaceAll(s, " ", " "))
	negative := false
	for _, sign := range []string{"-", "−", "–", "+"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			negative = sign != "+"
			s = strings.TrimLeft(rest, " ")
			if s != rest {
				repairs = append(repairs, fmt.Sprintf("%q has a blank after its sign", whole))
			}
			break
		}
	}
	scale := 1.0
	for m := danishUnit.FindStringSubmatch(s); m != nil; m = danishUnit.FindStringSubmatch(s) {
		switch u := strings.ToLower(m[1]); {
		case strings.HasPrefix(u, "mio"):
			scale *= 1e6
		case strings.HasPrefix(u, "mia"):
			scale *= 1e9
		case u == "%" || strings.HasPrefix(u, "pct"):
			scale /= 100
		}
		s = s[:len(s)-len(m[0])]
	}
	s = strings.TrimSpace(vulgar.Replace(s))
	if t := gap.ReplaceAllString(s, "$1$2"); t != s {
		repairs = append(repairs, fmt.Sprintf("%q has a blank inside the figure", whole))
		s = t
	}
	switch {
	case danishGrouped.MatchString(s), danishPlain.MatchString(s):
		x, err = strconv.ParseFloat(strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1), 64)
		if err != nil {
			return 0, nil, fmt.Errorf("%q is not a number", whole)
		}
	case danishMixed.MatchString(s):
		m := danishMixed.FindStringSubmatch(s)
		ones, _ := strconv.ParseFloat("0"+m[1], 64)
		a, _ := strconv.ParseFloat(m[2], 64)
		b, _ := strconv.ParseFloat(m[3], 64)
		if b == 0 {
			return 0, nil, fmt.Errorf("%q divides by 0", whole)
		}
		x = ones + a/b
	case wantsPoint.MatchString(s):
		return 0, nil, fmt.Errorf("%q is no Danish number: the point may be a decimal point (%s), a mark of thousands with a digit too many or too few, or the last digit a note's mark (%s and note %s)",
			whole, s, strings.TrimSuffix(s[:len(s)-1], "."), s[len(s)-1:])
	case badGroups.MatchString(s):
		return 0, nil, fmt.Errorf("%q is no Danish number: points stand between groups of three digits", whole)
	default:
		return 0, nil, fmt.Errorf("%q is not a number", whole)
	}
	x *= scale
	if negative {
		x = -x
	}
	if x > largest || x < -largest {
		return 0, nil, fmt.Errorf("%q is too large", whole)
	}
	return x, repairs, nil
}

func formatPlain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
