package check

import (
	"fmt"
	"slices"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// untreated finds people or courses that a saving counts on and nobody pays for: the quantity that is named as holding
// their cost is 0, or none is named where another quantity of the same proposal has one.
var untreated = rule{"treated-without-cost", Text{"Behandlet uden udgift", "Treated without cost"}, (*view).untreated}

func (v *view) untreated() {
	some := slices.ContainsFunc(v.p.Quantities, func(q proposal.Quantity) bool { return q.Treats != "" })
	for i := range v.p.Quantities {
		q := &v.p.Quantities[i]
		if q.Treats == "" {
			if some && v.heads(q.Unit) && v.startsSaving(q.ID) {
				f := Finding{Class: Logic, Severity: Note, Lines: linesOf(q.Source), Rows: v.rowsUsing(q.ID)}
				f.Title = say("%s: intet sted står, hvad de koster", "%s: nothing says what they cost", both(q.Label, q.LabelEN))
				f.Explain = say("Besparelsen regner med dem, og ingen række eller mellemregning er angivet som deres udgift.", "The saving counts on them, and no row or step is named as their cost.")
				v.find(q.ID, fmt.Sprintf("quantities[%d]", i), f)
			}
			continue
		}
		at := v.slot[q.Treats]
		f := Finding{Class: Logic, Severity: Warning, Lines: linesOf(q.Source), Rows: v.rowsUsing(q.ID)}
		f.Title = say("%s: behandles uden udgift", "%s: treated without cost", both(q.Label, q.LabelEN))
		switch {
		case q.Treats == proposal.Uncosted:
			f.Computed = say("%s %s", "%s %s", amount(v.r.Quantities[i].Exact[len(v.years)-1]), plain(q.Unit))
			f.Explain = say("Besparelsen regner med %s (%s), og intet sted står, hvad de koster.", "The saving counts on %s (%s), and nothing holds what they cost.", amount(v.r.Quantities[i].Exact[len(v.years)-1]), plain(q.Unit))
			f.Explain = f.Explain.then(v.siblingCost(i))
		default:
			for k, t := range v.years {
				if v.countedOn(q.ID, k) && v.exact[at][k] == 0 {
					f.Years = append(f.Years, t)
				}
			}
			if len(f.Years) == 0 {
				continue
			}
			f.Computed = say("0", "0")
			f.Explain = say("»%s« er 0 i %s, mens besparelsen regner med %s.", "“%s” is 0 in %s while the saving counts on %s.", v.name(q.Treats), years(f.Years), amount(v.r.Quantities[i].Exact[len(v.years)-1]))
			f.Explain = f.Explain.then(v.siblingCost(i))
		}
		v.find(q.ID, fmt.Sprintf("quantities[%d].costed-by", i), f)
	}
}

// siblingCost is what treatment costs per head where another quantity of the proposal has a cost, for comparison.
func (v *view) siblingCost(i int) Text {
	n := len(v.years) - 1
	for k, o := range v.p.Quantities {
		if k == i || o.Treats == "" || o.Treats == proposal.Uncosted || o.Unit != v.p.Quantities[i].Unit {
			continue
		}
		cost, heads := v.exact[v.slot[o.Treats]][n], v.treated(o.ID, n)
		if u, ok := v.m.Unit(o.Treats); !ok || !u.IsMoney() || cost <= 0 || heads <= 0 {
			continue
		}
		mine := v.exact[v.slot[v.p.Quantities[i].ID]][n]
		return say("Som for »%s«, %s kr. pr. stk., ville det være %s mio. kr.", "As for “%s”, %s kr each, it would be %s m kr.", both(o.Label, o.LabelEN), amount(cost/heads), amount(mine*cost/heads/1e6))
	}
	return Text{}
}

// treated is how many are treated where a quantity counts those who gain: the largest number of the same unit that it
// is computed from.
func (v *view) treated(id string, k int) float64 {
	u, _ := v.m.Unit(id)
	most := v.exact[v.slot[id]][k]
	for _, n := range v.behind(id) {
		if w, _ := v.m.Unit(n); w.Same(u) {
			most = max(most, v.exact[v.slot[n]][k])
		}
	}
	return most
}

// countedOn tells that a saving that is computed from the quantity has an amount in the year at place k. In a proposal
// that only outlines its savings, in no row, it is enough that there are people.
func (v *view) countedOn(id string, k int) bool {
	if !v.startsSaving(id) {
		return v.exact[v.slot[id]][k] > 0
	}
	return slices.ContainsFunc(v.savings(), func(i int) bool {
		return v.r.Rows[i].Values[k].Exact != 0 && slices.Contains(v.behind(v.p.Rows[i].ID), id)
	})
}

// startsSaving tells that a saving is computed from the quantity.
func (v *view) startsSaving(id string) bool {
	for _, i := range v.savings() {
		if slices.Contains(v.behind(v.p.Rows[i].ID), id) {
			return true
		}
	}
	return false
}
