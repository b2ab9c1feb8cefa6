package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// unitPrices finds different prices of labour in one unit, within a proposal and between proposals.
var unitPrices = rule{"unit-prices", Text{"Enhedspriser på arbejdskraft", "Unit prices of labour"}, (*view).unitPrices}

// priceSpread is the least difference worth telling, as a share of the lowest price.
const priceSpread = 0.01

// price is a price of labour: a parameter or a quantity.
type price struct {
	of      *proposal.Proposal
	path    string
	id      string
	label   string
	value   float64 // kr per unit
	lines   []string
	implied bool // computed, not stated
}

func (v *view) unitPrices() {
	own := pricesOf(Case{v.m, v.r})
	for _, per := range []string{"hour", "FTE"} {
		all := slices.Clone(own[per])
		for _, c := range v.others {
			all = append(all, pricesOf(c)[per]...)
		}
		done := map[string]bool{}
		for _, first := range own[per] {
			group := kin(first, all)
			if key := fmt.Sprint(group); !done[key] {
				done[key] = true
				v.spread(per, first, group)
			}
		}
	}
}

// kin are the prices that ought to be one: those of a trade that both labels name, and those that are computed from an
// amount and its hours, whose work nobody names.
func kin(first price, all []price) []price {
	var out []price
	for _, q := range all {
		if (q.of == first.of && q.id == first.id) || (q.implied && first.implied) || (!q.implied && !first.implied && kindred(q.label, first.label)) {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b price) int {
		return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.of.ID, b.of.ID), cmp.Compare(a.id, b.id))
	})
	return out
}

// pricesOf are the prices of labour by what they are per: hour or FTE.
func pricesOf(c Case) map[string][]price {
	p := c.Model.Proposal()
	out := map[string][]price{}
	add := func(id, path, label string, value float64, source *proposal.Source, implied bool) {
		u, _ := c.Model.Unit(id)
		if !u.IsMoney() || value <= 0 {
			return
		}
		for per, want := range labour {
			if u.SameButYear(want) {
				out[per] = append(out[per], price{p, path, id, label, value * u.Scale(), linesOf(source), implied})
			}
		}
	}
	for i := range p.Parameters {
		if q := &p.Parameters[i]; q.Value != nil {
			add(q.ID, fmt.Sprintf("parameters[%d]", i), q.Label, q.Value.Value, q.Source, false)
		}
	}
	for i := range p.Quantities {
		q := &p.Quantities[i]
		add(q.ID, fmt.Sprintf("quantities[%d]", i), q.Label, c.Result.Quantities[i].Exact[len(c.Result.Years)-1], q.Source, true)
	}
	return out
}

var labour = map[string]formula.Unit{"hour": unit("kr/hour"), "FTE": unit("kr/FTE")}

func unit(s string) formula.Unit {
	u, err := formula.ParseUnit(s)
	if err != nil {
		panic("check: " + err.Error())
	}
	return u
}

func (v *view) spread(per string, first price, list []price) {
	low, high := list[0], list[len(list)-1]
	if high.value-low.value <= priceSpread*low.value {
		return
	}
	name := Text{"En time", "An hour"}
	if per == "FTE" {
		name = Text{"Et årsværk", "An FTE"}
	}
	f := Finding{Class: UnitPrice, Severity: Note, Computed: say("%s-%s kr.", "%s-%s kr", amount(low.value), amount(high.value))}
	within := !slices.ContainsFunc(list, func(q price) bool { return q.of != v.p })
	var parts []Text
	for _, q := range list {
		label := plain(q.label)
		if q.of == v.p {
			f.Lines = append(f.Lines, q.lines...)
		} else {
			label = plain(strings.ToUpper(q.of.ID) + ": " + q.label)
		}
		parts = append(parts, say("%s kr. (%s)", "%s kr (%s)", amount(q.value), label))
	}
	between := Text{"i samme forslag", "in one proposal"}
	if !within {
		between = Text{"på tværs af forslag", "between proposals"}
	}
	f.Title = say("%s koster fra %s til %s kr. %s", "%s costs from %s to %s kr %s", name, amount(low.value), amount(high.value), between)
	f.Explain = say("%s. Den dyreste er %s over den billigste.", "%s. The dearest is %s above the cheapest.", listed(parts), percent(high.value/low.value-1))
	v.find(per+"/"+first.id, first.path, f)
}

// everyday are words that say nothing of which trade or which people a label is about.
var everyday = []string{"årsværk", "timepris", "samlet", "borgere", "personer", "medarbejdere", "ansatte", "svarer", "gennemsnitlig", "antal", "andel", "citizens", "employees", "average"}

// kindred tells whether two labels share a word of six letters or more that is not an everyday one, alone or at the end
// of a compound: terapeut and fysioterapeut.
func kindred(a, b string) bool {
	for x := range strings.FieldsSeq(bare(a)) {
		for y := range strings.FieldsSeq(bare(b)) {
			part, whole := x, y
			if len(x) > len(y) {
				part, whole = y, x
			}
			if len([]rune(part)) >= 6 && strings.HasSuffix(whole, part) && !slices.ContainsFunc(everyday, func(w string) bool { return strings.HasPrefix(part, w) }) {
				return true
			}
		}
	}
	return false
}
