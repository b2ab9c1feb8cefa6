package synth

import (
	"strconv"

	"github.com/rettidig/rettidig"
)

// outcome is what came of a draw.
type outcome uint8

const (
	unknown   outcome = iota // not over by To, or (effect) the course was not completed
	no                       // the event did not happen
	yes                      // it did
	competing                // the citizen left first
)

// truthRow is one line of the truth file: the probability that the generator drew from.
type truthRow struct {
	target      rettidig.Target
	asOf        rettidig.Day
	chance      chance // the parts of probability; empty for benefit, which is a product
	probability float64
	outcome     outcome
}

// truthHeader names the columns. outcome is 1, 0, "competing" when the citizen left first, or empty when the
// question was not decided in the period (or was never put: effect of a course that was not completed).
func truthHeader(p *plan) string {
	id := "cpr"
	if p.borger() {
		id = "borgerid"
	}
	return id + ",target,as_of,probability,outcome\n"
}

func (r truthRow) appendTo(b []byte, number string) []byte {
	b = append(b, number...)
	b = append(b, ',')
	b = append(b, r.target...)
	b = append(b, ',')
	b = append(b, r.asOf.String()...)
	b = append(b, ',')
	b = strconv.AppendFloat(b, r.probability, 'f', 6, 64)
	b = append(b, ',')
	switch r.outcome {
	case no:
		b = append(b, '0')
	case yes:
		b = append(b, '1')
	case competing:
		b = append(b, "competing"...)
	}
	return append(b, '\n')
}
