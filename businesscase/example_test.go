package businesscase_test

import (
	"fmt"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/cases"
)

// A model picked 240 of 800 citizens; 96 of them completed and got an effect, and 184 of all 800 did.
func ExampleFromPrecision() {
	params, err := businesscase.ParamsOf(cases.MustLoad("su7"))
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := businesscase.FromPrecision(params, businesscase.Measured{
		Benefit:              businesscase.RateOf(96, 240, "last year"),
		BaseBenefit:          businesscase.RateOf(184, 800, "last year"),
		BaseIncludesSelected: true,
	}, businesscase.MCOptions{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range out.Comparisons {
		fmt.Println(c.LabelEN)
		fmt.Println(c.VerdictEN)
	}
	// Output:
	// completes and benefits, measured as one number, against SU7's expectation for today
	// The measurement points to a saving of 5.3 m kr a year (90 % interval from 3.5 to 7.1 m kr a year).
	// completes and benefits, measured as one number, against the municipality's own measured rates
	// The measurement points to a saving of 6.0 m kr a year (90 % interval from 4.6 to 7.4 m kr a year).
}
