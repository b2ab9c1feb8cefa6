package proposal

import (
	"fmt"
	"math"
)

// Overrun is a row whose parts are not parts of it: in the year they sum to more than the row, or the row is blank.
type Overrun struct {
	Row   string
	Year  int
	Parts float64 // exact, 1,000 kr
	Whole Amount
}

// largestRest is what parts may sum to beyond their row, in 1,000 kr: they may be rounded where the row is not.
const largestRest = 1

// Overruns gives the first year of each row whose parts sum to more than it, sign apart, in the order of the rows.
func (out *Result) Overruns() []Overrun {
	var found []Overrun
	for _, whole := range out.Rows {
		for k, t := range out.Years {
			sum := 0.0
			for _, part := range out.Rows {
				if part.Parent == whole.ID && !part.Values[k].Blank {
					sum += part.Values[k].Exact
				}
			}
			if math.Abs(sum) > math.Abs(whole.Values[k].Exact)+largestRest {
				found = append(found, Overrun{whole.ID, t, sum, whole.Values[k]})
				break
			}
		}
	}
	return found
}

func (o Overrun) String() string {
	if o.Whole.Blank {
		return fmt.Sprintf("row %s has no figure in %d and its parts sum to %s: give them the same years", o.Row, o.Year, formatPlain(unscaled(o.Parts, 1)))
	}
	return fmt.Sprintf("the parts of row %s sum to %s in %d, more than the row's %s: parts are contained in their row", o.Row, formatPlain(unscaled(o.Parts, 1)), o.Year, formatPlain(o.Whole.Exact))
}
