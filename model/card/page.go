package card

import (
	"fmt"
	"strconv"
	"strings"
)

type page struct{ text []byte }

func (p *page) printf(format string, a ...any) { p.text = fmt.Appendf(p.text, format, a...) }

func number(x float64, decimal string) string {
	return strings.Replace(strconv.FormatFloat(x, 'f', -1, 64), ".", decimal, 1)
}
