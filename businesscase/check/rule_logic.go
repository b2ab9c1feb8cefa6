package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// accuracies finds a share that is used as something else than it is: how often a prediction is right is not how many
// of the selected complete.
var accuracies = rule{"share-used-as-another", Text{"Andel brugt som en anden", "A share used as another"}, (*view).accuracies}

func (v *view) accuracies() {
	for i := range v.p.Parameters {
		q := &v.p.Parameters[i]
		if q.Means == "" || q.Uses == "" || bare(q.Means) == bare(q.Uses) {
			continue
		}
		f := Finding{Class: Logic, Severity: Warning, Lines: linesOf(q.Source), Rows: v.rowsUsing(q.ID), Printed: plain(q.Means), Computed: plain(q.Uses)}
		f.Title = say("%s er »%s« og bruges som »%s«", "%s is “%s” and is used as “%s”", plain(q.Label), plain(q.Means), plain(q.Uses))
		f.Explain = say("Formlerne har brug for »%s«. Det er ikke det samme tal, og det skal måles for sig.", "The formulas need “%s”. That is another number, and has to be measured as such.", plain(q.Uses))
		v.find(q.ID, fmt.Sprintf("parameters[%d].used-as", i), f)
	}
}

// rowsUsing are the rows that a name goes into, near or far.
func (v *view) rowsUsing(name string) []string {
	var out []string
	for _, r := range v.p.Rows {
		if slices.Contains(v.behind(r.ID), name) {
			out = append(out, r.ID)
		}
	}
	return out
}

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
				f.Title = say("%s: intet sted står, hvad de koster", "%s: nothing says what they cost", plain(q.Label))
				f.Explain = say("Besparelsen regner med dem, og ingen række eller mellemregning er angivet som deres udgift.", "The saving counts on them, and no row or step is named as their cost.")
				v.find(q.ID, fmt.Sprintf("quantities[%d]", i), f)
			}
			continue
		}
		at := v.slot[q.Treats]
		f := Finding{Class: Logic, Severity: Warning, Lines: linesOf(q.Source), Rows: v.rowsUsing(q.ID)}
		f.Title = say("%s: behandles uden udgift", "%s: treated without cost", plain(q.Label))
		switch {
		case q.Treats == proposal.Uncosted:
			f.Computed = say("%s %s", "%s %s", amount(v.r.Quantities[i].Exact[len(v.years)-1]), plain(q.Unit))
			f.Explain = say("Besparelsen regner med %s (%s), og intet sted står, hvad de koster.", "The saving counts on %s (%s), and nothing holds what they cost.", amount(v.r.Quantities[i].Exact[len(v.years)-1]), plain(q.Unit))
			f.Explain = f.Explain.then(v.siblingCost(i))
		default:
			for k, t := range v.years {
				if v.exact[v.slot[q.ID]][k] > 0 && v.exact[at][k] == 0 {
					f.Years = append(f.Years, t)
				}
			}
			if len(f.Years) == 0 {
				continue
			}
			f.Computed = say("0", "0")
			f.Explain = say("»%s« er 0 i %s, mens besparelsen regner med %s.", "“%s” is 0 in %s while the saving counts on %s.", plain(v.label(q.Treats)), years(f.Years), amount(v.r.Quantities[i].Exact[len(v.years)-1]))
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
		return say("Som for »%s«, %s kr. pr. stk., ville det være %s mio. kr.", "As for “%s”, %s kr each, it would be %s m kr.", plain(o.Label), amount(cost/heads), amount(mine*cost/heads/1e6))
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

// heads tells whether a unit counts people or courses.
func (v *view) heads(unit string) bool {
	u := strings.ToLower(unit)
	if strings.Contains(u, "kr") || strings.HasPrefix(u, "share") {
		return false
	}
	u, _, _ = strings.Cut(u, "/")
	for _, w := range []string{"citizen", "borger", "person", "employee", "medarbejder", "course", "forløb"} {
		if strings.Contains(u, w) {
			return true
		}
	}
	return false
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

// hopes finds savings that count on a target or on something nobody measured.
var hopes = rule{"counts-on-hope", Text{"Besparelse på mål eller antagelse", "Saving on a target or an assumption"}, (*view).hopes}

func (v *view) hopes() {
	for i := range v.p.Parameters {
		q := &v.p.Parameters[i]
		if q.Status != proposal.Goal && q.Status != proposal.Assumed {
			continue
		}
		var on []string
		var labels []Text
		for _, k := range v.savings() {
			if slices.Contains(v.behind(v.p.Rows[k].ID), q.ID) {
				on = append(on, v.p.Rows[k].ID)
				labels = append(labels, plain("»"+v.p.Rows[k].Label+"«"))
			}
		}
		if len(on) == 0 {
			continue
		}
		f := Finding{Class: Logic, Severity: Warning, Rows: on, Lines: linesOf(q.Source)}
		if q.Value != nil {
			f.Printed = plain(q.Value.String() + " " + q.Unit)
		}
		f.Title = say("Besparelsen regner med et mål: %s", "The saving counts on a target: %s", plain(q.Label))
		if q.Status == proposal.Assumed {
			f.Severity = Note
			f.Title = say("Besparelsen hviler på en antagelse: %s", "The saving rests on an assumption: %s", plain(q.Label))
		}
		f.Explain = say("%s afhænger af det.", "%s depends on it.", listed(labels))
		v.find(q.ID, fmt.Sprintf("parameters[%d].status", i), f)
	}
}

// unused finds a parameter that no formula uses and that is not told as context.
var unused = rule{"unused-parameter", Text{"Ubrugt forudsætning", "Unused assumption"}, (*view).unused}

func (v *view) unused() {
	used := map[string]bool{}
	see := func(names []string) {
		for _, n := range names {
			used[n] = true
		}
	}
	for _, name := range v.m.Names() {
		for _, f := range v.formulas(name) {
			see(f.Names())
		}
	}
	for i := range v.p.Statements {
		if f := v.m.Formula(fmt.Sprintf("statements[%d].equals", i), 0); f != nil {
			see(f.Names())
		}
	}
	for i := range v.p.FollowUp {
		if f := v.m.Formula(fmt.Sprintf("follow-up[%d].equals", i), 0); f != nil {
			see(f.Names())
		}
	}
	for i := range v.p.Parameters {
		q := &v.p.Parameters[i]
		if used[q.ID] || q.Status == proposal.Context || q.Status == proposal.Outcome {
			continue
		}
		f := Finding{Class: Structure, Severity: Note, Lines: linesOf(q.Source)}
		f.Title = say("%s bruges ikke i nogen formel", "%s is used in no formula", plain(q.Label))
		f.Explain = say("Er det kun til oplysning, er dets status »context«.", "If it is told for the reader only, its status is “context”.")
		v.find(q.ID, fmt.Sprintf("parameters[%d]", i), f)
	}
}

// longYears is in how many years a cost may stand before calling it one-off needs an explanation.
const longYears = 3

// longOneOffs finds a cost booked as one-off that stands in more than longYears years and up to the last but one.
var longOneOffs = rule{"long-one-off", Text{"Engangsudgift i mange år", "One-off cost in many years"}, (*view).longOneOffs}

func (v *view) longOneOffs() {
	n := len(v.years)
	for i, r := range v.r.Rows {
		if r.Kind != proposal.OneOff || r.Parent != "" || n < longYears+2 {
			continue
		}
		var in []int
		sum, all := 0.0, 0.0
		for k, a := range r.Values {
			if a.Rounded != 0 {
				in = append(in, v.years[k])
			}
			sum += a.Rounded
			all += v.r.Totals.Implementation[k].Rounded
		}
		if len(in) <= longYears || in[len(in)-1] < v.years[n-2] {
			continue
		}
		yearly, last := 0.0, v.r.Totals.Permanent[n-1].Rounded
		for _, a := range r.Values {
			yearly = max(yearly, a.Rounded)
		}
		f := Finding{Class: Logic, Severity: Warning, Rows: []string{r.ID}, Years: in, Lines: linesOf(v.p.Rows[i].Source)}
		f.Lines = append(f.Lines, v.printedAt(r.ID)...)
		f.Title = say("%s: engangsudgift i %s år", "%s: one-off cost in %s years", plain(r.Label), len(in))
		f.Printed, f.Computed = say("%s", "%s", amount(last)), say("%s", "%s", amount(last+yearly))
		f.Explain = say("%s af %s i implementering står i %s, %s af det hele. Fortsatte udgiften, ville den varige ændring i %s være %s og ikke %s.",
			"%s of %s of implementation stands in %s, %s of all. If the cost went on, the permanent change of %s would be %s and not %s.",
			amount(sum), amount(all), years(in), percent(sum/all), v.years[n-1], amount(last+yearly), amount(last))
		v.find(r.ID, fmt.Sprintf("rows[%d].kind", i), f)
	}
}

// printedAt are the document's lines of a row.
func (v *view) printedAt(row string) []string {
	var out []string
	for _, s := range v.sheets {
		for i, r := range s.Rows {
			if r.Row == row {
				out = append(out, s.rowLines(i))
			}
		}
	}
	return out
}

// keptForFree finds a saving that goes on when every cost has ended.
var keptForFree = rule{"kept-for-free", Text{"Effekten holdes uden udgift", "The effect is kept without cost"}, (*view).keptForFree}

func (v *view) keptForFree() {
	n := len(v.years) - 1
	saved, cost, invested := 0.0, 0.0, 0.0
	var on []string
	for _, r := range v.r.Rows {
		switch x := r.Values[n].Rounded; {
		case r.Parent != "":
		case r.Kind == proposal.Saving:
			saved -= x
			if x != 0 {
				on = append(on, r.ID)
			}
		default:
			cost += x
			for _, a := range r.Values {
				invested += a.Rounded
			}
		}
	}
	if saved <= 0 || cost != 0 || invested == 0 {
		return
	}
	f := Finding{Class: Logic, Severity: Note, Rows: on, Years: []int{v.years[n]}, Computed: say("%s", "%s", amount(-saved))}
	f.Title = say("Ingen udgift holder effekten i %s", "No cost keeps the effect in %s", v.years[n])
	f.Explain = say("Besparelsen er %s i %s, og ingen udgift er tilbage. Hvad holder den ved lige?", "The saving is %s in %s, and no cost is left. What keeps it up?", amount(saved), v.years[n])
	v.find("last-year", "rows", f)
}

// atOnce finds a saving at full effect from its first year where another of the same proposal grows into its own.
var atOnce = rule{"full-effect-at-once", Text{"Fuld effekt fra første år", "Full effect from the first year"}, (*view).atOnce}

func (v *view) atOnce() {
	var whole, growing []int
	for _, i := range v.savings() {
		var xs []float64
		for _, a := range v.r.Rows[i].Values {
			if !a.Blank && a.Exact != 0 {
				xs = append(xs, a.Exact)
			}
		}
		switch {
		case len(xs) < 2:
		case same(xs[0], xs[len(xs)-1]):
			whole = append(whole, i)
		default:
			growing = append(growing, i)
		}
	}
	if len(growing) == 0 {
		return
	}
	for _, i := range whole {
		other := v.p.Rows[growing[0]]
		f := Finding{Class: Logic, Severity: Note, Rows: []string{v.p.Rows[i].ID, other.ID}, Lines: append(linesOf(v.p.Rows[i].Source, other.Source), v.printedAt(v.p.Rows[i].ID)...)}
		f.Title = say("%s: fuld effekt fra første år", "%s: full effect from the first year", plain(v.p.Rows[i].Label))
		f.Explain = say("»%s« vokser over årene; denne besparelse står fuldt ud fra det første.", "“%s” grows over the years; this saving is in full from the first.", plain(other.Label))
		v.find(v.p.Rows[i].ID, fmt.Sprintf("rows[%d]", i), f)
	}
}

// populations finds two ends of a proposal that are counted on different numbers of the same kind of people.
var populations = rule{"two-populations", Text{"To grundlag", "Two base populations"}, (*view).populations}

func (v *view) populations() {
	ends := v.ends()
	for k, b := range ends {
		for _, a := range ends[:k] {
			x, y := v.onlyIn(a, b), v.onlyIn(b, a)
			if x == "" || y == "" {
				continue
			}
			px, py := &v.p.Parameters[v.param(x)], &v.p.Parameters[v.param(y)]
			if !kindred(px.Label, py.Label) || px.Unit != py.Unit || px.Value == nil || py.Value == nil || same(px.Value.Value, py.Value.Value) {
				continue
			}
			f := Finding{Class: Logic, Severity: Note, Lines: linesOf(px.Source, py.Source), Printed: plain(px.Value.String() + " / " + py.Value.String())}
			f.Title = say("»%s« og »%s« regnes på hver sit antal", "“%s” and “%s” are counted on different numbers", plain(v.label(a)), plain(v.label(b)))
			f.Explain = say("%s er %s, %s er %s (%s).", "%s is %s, %s is %s (%s).", plain(px.Label), amount(px.Value.Value), plain(py.Label), amount(py.Value.Value), plain(px.Unit))
			v.find(a+"/"+b, fmt.Sprintf("parameters[%d]", v.param(y)), f)
			return
		}
	}
}

// ends are the savings with a formula, and the steps that count people and that nothing else uses.
func (v *view) ends() []string {
	var out []string
	for _, i := range v.savings() {
		if len(v.parametersOf(v.behind(v.p.Rows[i].ID))) > 0 {
			out = append(out, v.p.Rows[i].ID)
		}
	}
	for _, q := range v.p.Quantities {
		last := !slices.ContainsFunc(v.m.Names(), func(n string) bool { return slices.Contains(v.behind(n), q.ID) })
		if last && v.heads(q.Unit) {
			out = append(out, q.ID)
		}
	}
	return out
}

// onlyIn is a parameter that counts people, goes into a, and is not behind b; "" if a and b share one.
func (v *view) onlyIn(a, b string) string {
	found := ""
	for _, n := range v.parametersOf(v.behind(a)) {
		if !v.heads(v.p.Parameters[v.param(n)].Unit) {
			continue
		}
		if slices.Contains(v.behind(b), n) {
			return ""
		}
		if found == "" {
			found = n
		}
	}
	return found
}
