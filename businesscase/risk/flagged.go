package risk

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Flags is what it takes to identify citizens in advance: of those whom a model points out, most will not decline, and
// all of them must be offered something.
type Flags struct {
	Identified float64 `json:"identified"` // citizens a year who decline and were pointed out
	Precision  Spread  `json:"precision"`  // share of those pointed out who decline
	Flagged    Spread  `json:"flagged"`    // citizens a year who are pointed out: identified / precision
	False      Spread  `json:"false"`      // of them, those who do not decline
	Price      float64 `json:"price"`      // kr per citizen who is offered a course
	CostTrue   float64 `json:"cost_identified"`
	Cost       Spread  `json:"cost_flagged"` // kr a year
	WordsDA    string  `json:"words_da"`
	WordsEN    string  `json:"words_en"`
}

// Flagged counts those who must be offered something for a number of citizens to be identified in a year, from the
// measured precision (events of selected), and what that costs at a price per citizen.
func Flagged(identified float64, precision businesscase.Rate, price float64, seed uint64, draws int) (*Flags, error) {
	switch {
	case !(identified >= 0 && identified <= 1e6):
		return nil, errors.New("identified citizens are outside 0 to 1,000,000")
	case !(price >= 0 && price <= 1e9):
		return nil, errors.New("the price of a course is outside 0 to 1,000,000,000 kr")
	case precision.N < 1 || !(precision.Events > 0 && precision.Events <= float64(precision.N)):
		return nil, errors.New("a precision needs citizens pointed out, and some of them right: with none right no number of them is enough")
	case draws < fewestDraws || draws > mostDraws:
		return nil, errors.New("200 to 1,000,000 draws")
	}
	p := precision.Posterior(within1(businesscase.Stratified(seed, "flagged/precision", draws)))
	at := precision.Events / float64(precision.N)
	flagged, wrong, cost := make([]float64, draws), make([]float64, draws), make([]float64, draws)
	for i, x := range p {
		flagged[i] = identified / x
		wrong[i], cost[i] = flagged[i]-identified, flagged[i]*price
	}
	f := &Flags{Identified: identified, Precision: spreadOf(at, p), Flagged: spreadOf(identified/at, flagged), False: spreadOf(identified/at-identified, wrong),
		Price: price, CostTrue: identified * price, Cost: spreadOf(identified/at*price, cost)}
	n := func(x float64, lang string) string { return businesscase.Number(x, 0, lang) }
	say := func(lang, text string) string {
		return fmt.Sprintf(text, n(identified, lang), n(f.Flagged.Value, lang), n(f.Flagged.Lower, lang), n(f.Flagged.Upper, lang), n(f.False.Value, lang),
			n(price, lang), businesscase.Mio(f.Cost.Value, lang), businesscase.Mio(f.Cost.Lower, lang), businesscase.Mio(f.Cost.Upper, lang), businesscase.Mio(f.CostTrue, lang))
	}
	f.WordsDA = say(danish, "For at finde %s borgere på forhånd skal %s udpeges (%s til %s), hvoraf %s ikke får funktionsfald. Til %s kr. pr. tilbud koster det %s mio. kr. om året (%s til %s), ikke %s mio. kr.")
	f.WordsEN = say(english, "To find %s citizens in advance, %s must be pointed out (%s to %s), %s of whom do not decline. At %s kr an offer that costs %s m kr a year (%s to %s), not %s m kr.")
	return f, nil
}

// PointedOut is [Flagged] for a proposal: citizens identified a year are the first quantity of citizens a year that is
// computed directly from the parameter measured by decline, at the measured share. Nil if the proposal has none, or
// decline was not measured.
func PointedOut(m *proposal.Model, o Options, s Selection, price float64) (*Flags, error) {
	d := s.Decline
	if d == nil || d.Selected < 1 || d.Events < 1 {
		return nil, nil
	}
	o.Measured = s.Measured()
	e, err := newEngine(m, o)
	if err != nil {
		return nil, err
	}
	for _, q := range m.Proposal().Quantities {
		u, _ := m.Unit(q.ID)
		f := m.Formula(q.ID, 0)
		if !u.Same(citizensAYear) || f == nil || !slices.ContainsFunc(e.drivers.rates["decline"], func(i int) bool { return slices.Contains(f.Names(), m.Proposal().Parameters[i].ID) }) {
			continue
		}
		fr := e.frame()
		fr.run(e.drivers.values())
		precision := businesscase.RateOf(float64(d.Events), d.Selected, d.Source)
		precision.Clustering = d.Clustering
		return Flagged(fr.r.Value(q.ID, len(e.years)-1), precision, price, o.Seed, e.opt.Draws)
	}
	return nil, nil
}

var citizensAYear = unit("citizens/year")

// CoursePrice is what the proposal itself implies that a course costs to run, kr: its quantity
// implied_running_cost_per_course. 0 if it has none.
func CoursePrice(m *proposal.Model, o Options) (float64, error) {
	const name = "implied_running_cost_per_course"
	if !slices.Contains(m.Names(), name) {
		return 0, nil
	}
	e, err := newEngine(m, o)
	if err != nil {
		return 0, err
	}
	f := e.frame()
	f.run(e.drivers.values())
	return f.r.Value(name, len(e.years)-1), nil
}
