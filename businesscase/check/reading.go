package check

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

var (
	roughly = regexp.MustCompile(`(?i)^(ca\.?|cirka|omkring|godt|knap|op til|i alt|mindst|højst|over|under|[<>~≈]) *`)
	aFigure = regexp.MustCompile(`(?i)^([-−–+]? ?\d[\d.,]*(?: ?[½¼¾]| \d+/\d+|/\d+)?(?: ?(?:mio|mia|t)\.?)?(?: ?(?:kr\.?|%|pct\.?))?)(?: +\D*)?$`)
	itsUnit = regexp.MustCompile(`(?i) ?(mio|mia|t|kr|pct|%)\.? ?(kr\.?)?$`)
	half    = regexp.MustCompile(`^[½¼¾]$`)
	points  = regexp.MustCompile(`^-?\d+(\.\d+)+$`)
)

// said is a figure that the text states.
type said struct {
	base    float64   // in base units: kr, hours, share
	scale   float64   // of the unit it is stated in
	mio     bool      // the text says mio.
	doubt   string    // why it is no Danish number, or how it had to be read
	doubles []float64 // base units: what else the figure could mean, when it is in doubt
}

// readSaid reads "4,4 mio. kr.", "ca. 26 timer", "75 %" or "2.684" with the unit that the file gives. ok is false for a
// sentence that is no figure. What the text itself says of the unit goes before the file's.
func readSaid(s, unit string) (out said, ok bool) {
	s = strings.Trim(strings.TrimSpace(s), `"'»«“”`)
	s = roughly.ReplaceAllString(s, "")
	m := aFigure.FindStringSubmatch(s)
	switch {
	case m != nil:
		s = strings.TrimSpace(m[1])
	case half.MatchString(s):
	default:
		return out, false
	}
	out.scale = 1
	lower := strings.ToLower(s)
	switch {
	case strings.ContainsAny(s, "%"), strings.Contains(lower, "pct"):
		out.scale = 0.01
	case strings.Contains(lower, "mio"):
		out.scale, out.mio = 1e6, true
	case strings.Contains(lower, "mia"):
		out.scale = 1e9
	case strings.Contains(lower, "t.kr"), strings.Contains(lower, "t. kr"), strings.Contains(lower, "t kr"):
		out.scale = 1e3
	case strings.Contains(lower, "kr") && unit != "" && !strings.Contains(unit, "/"):
	default:
		if u, err := formula.ParseUnit(unit); err == nil {
			out.scale = u.Scale()
		}
	}
	number := strings.TrimSpace(itsUnit.ReplaceAllString(s, ""))
	x, repairs, err := proposal.ParseDanish(number)
	out.base = x * out.scale
	out.doubt = strings.Join(repairs, "; ")
	if err != nil {
		if !points.MatchString(number) {
			return out, false
		}
		out.doubt = err.Error()
		decimal, _ := strconv.ParseFloat(firstPoint(number), 64)
		whole, _ := strconv.ParseFloat(strings.ReplaceAll(number, ".", ""), 64)
		out.base = decimal * out.scale
		out.doubles = []float64{whole * out.scale, whole * 10 * out.scale, whole / 10 * out.scale, decimal * 1000 * out.scale}
	}
	return out, true
}

// show writes an amount in base units in the unit that the text uses.
func (s said) show(base float64, unit string) Text {
	x := base / s.scale
	switch {
	case s.scale == 0.01:
		return say("%s", "%s", percent(base))
	case s.mio:
		return say("%s mio. kr.", "%s m kr", millions(x))
	case unit == "" || unit == "share":
		return say("%s", "%s", amount(x))
	}
	return say("%s %s", "%s %s", amount(x), plain(unit))
}

// firstPoint keeps the first point of a figure as its decimal point.
func firstPoint(s string) string {
	a, b, _ := strings.Cut(s, ".")
	return a + "." + strings.ReplaceAll(b, ".", "")
}

// settle chooses among the readings of a doubtful figure the one that is nearest to what it should be.
func (s said) settle(base float64) said {
	if same(s.base, base) {
		return s
	}
	for _, x := range s.doubles {
		if agrees(x, base) {
			s.base = x
			return s
		}
	}
	return s
}
