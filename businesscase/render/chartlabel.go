package render

import "unicode/utf8"

// A label of a bar, in the chart's units: a line of digits of 12, from labelUp above its base line to labelDown below it.
const (
	labelDigit         = 7.0
	labelUp, labelDown = 10.0, 2.0
	labelGap           = 6.0 // what stays free between a label and the line of the accumulated effect with its dots
	labelTop           = 20.0
	labelBottom        = 270.0 // above the years
)

func widthOf(text string) float64 { return labelDigit * float64(utf8.RuneCountInString(text)) }

// lineNear is how high and how low the line goes within reach, a share of the distance between two years, of the year k.
func lineNear(line []float64, k int, reach float64, up func(float64) float64) (from, to float64) {
	here := up(line[k])
	from, to = here, here
	for _, other := range []int{k - 1, k + 1} {
		if other >= 0 && other < len(line) {
			y := here + min(reach, 1)*(up(line[other])-here)
			from, to = min(from, y), max(to, y)
		}
	}
	return from, to
}

// labelAt is the base line of a bar's label where the accumulated line, which is between from and to there, does not go:
// at the bar's end, of a saving rather above the line of zero. Where all are taken it is the free place nearest to the
// first, on no side of the line of zero in particular.
func labelAt(top, bottom float64, saving bool, from, to float64) float64 {
	zero := bottom
	if saving {
		zero = top
	}
	free := func(at float64) bool {
		return (at+labelDown <= zero || at-labelUp >= zero) && at-labelUp >= labelTop && at+labelDown <= labelBottom && (at+labelDown+labelGap <= from || at-labelUp-labelGap >= to)
	}
	above, below := top-5, bottom+labelUp+4
	wanted := []float64{above, bottom - 5}
	if saving {
		wanted = []float64{above, below, bottom - 5}
	}
	for _, at := range wanted {
		if free(at) {
			return at
		}
	}
	for d := 0.0; d <= labelBottom; d++ {
		for _, at := range []float64{above - d, above + d} {
			if free(at) {
				return at
			}
		}
	}
	return above // the line goes from top to bottom within the label
}

// around parts a vertical line so that it does not go through a label.
func around(label *float64) []chartSpan {
	const top, bottom = 20, 270
	if label == nil {
		return []chartSpan{{coordinate(top), coordinate(bottom)}}
	}
	var parts []chartSpan
	if y := *label - labelUp - 3; y > top {
		parts = append(parts, chartSpan{coordinate(top), coordinate(y)})
	}
	if y := *label + labelDown + 3; y < bottom {
		parts = append(parts, chartSpan{coordinate(y), coordinate(bottom)})
	}
	return parts
}
