package render

import (
	"math"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/internal/grouped"
)

// Number writes x with so many decimals as the language does: -3.200,5 in Danish, -3,200.5 in English. What rounds to
// 0 is 0 and never -0.
func Number(x float64, decimals int, language string) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	text := grouped.Digits(s, language != English)
	if x < 0 && strings.Trim(s, "0.") != "" {
		return "-" + text
	}
	return text
}

// shortest writes x with as few decimals as show it, at most so many.
func shortest(x float64, most int, language string) string {
	return Number(x, decimals([]float64{x}, most), language)
}

// decimals is how many are needed to show all values, at most so many.
func decimals(values []float64, most int) int {
	for d := range most {
		scale := math.Pow10(d)
		enough := true
		for _, x := range values {
			enough = enough && math.Abs(x*scale-math.Round(x*scale)) < 1e-6
		}
		if enough {
			return d
		}
	}
	return most
}

// money writes an amount of 1,000 kr without its sign, in the words of a sentence: "3,5 mio. kr.", "700.000 kr.".
func money(thousands float64, language string) string {
	x := math.Abs(thousands)
	unit := map[string]string{Danish: " mio. kr.", English: " million kr"}[language]
	if x >= 999.5 {
		return shortest(math.Round(x/100)/10, 1, language) + unit
	}
	unit = map[string]string{Danish: " kr.", English: " kr"}[language]
	return Number(x*1000, 0, language) + unit
}
