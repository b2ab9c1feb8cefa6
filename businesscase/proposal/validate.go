package proposal

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/internal/near"
)

var (
	fileID = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)
	nameID = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	period = regexp.MustCompile(`^\d{4}(-\d{2}-\d{2}|Q[1-4]|H[12])?$`)
)

// checker collects what is wrong.
type checker struct{ list []Problem }

func (c *checker) bad(path, hint, format string, args ...any) {
	c.list = append(c.list, Problem{Path: path, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// oneOf checks a word against the words there are.
func (c *checker) oneOf(path, got string, words ...string) {
	if !slices.Contains(words, got) {
		hint := "want " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
		if word := near.Word(got, words); word != "" {
			hint = "did you mean " + word + "?"
		}
		c.bad(path, hint, "is %q", got)
	}
}

func (c *checker) present(path, s string) {
	if strings.TrimSpace(s) == "" {
		c.bad(path, "", "is missing")
	}
}

// validate checks everything that can be checked without reading formulas.
func (p *Proposal) validate() []Problem {
	c := &checker{}
	if p.Format == 0 {
		c.bad("", "the first line is `rettidig-proposal: 1`", "this is not a proposal, or its version is missing")
		return c.list
	}
	if p.Format != Format {
		c.bad("rettidig-proposal", "the first line is `rettidig-proposal: 1`", "is %d: this program reads version %d", p.Format, Format)
		return c.list
	}
	if !fileID.MatchString(p.ID) {
		c.bad("id", "letters a-z, digits, - and _, beginning with a letter", "is %q", p.ID)
	}
	c.present("title", p.Title)
	c.oneOf("type", p.Type, "investment", "innovation", "efficiency")
	if p.FromInnovate != "" {
		c.oneOf("from-innovation", p.FromInnovate, "yes", "no")
	}
	if p.Years.IsZero() {
		c.bad("years", "such as 2026-2031", "is missing")
	}
	if p.PriceLevel < 1990 || p.PriceLevel > 2100 {
		c.bad("price-level", "the year whose prices the amounts are in", "is %d", p.PriceLevel)
	}
	if p.DisbursedIn != 0 && (p.DisbursedIn < 1990 || p.DisbursedIn > 2100) {
		c.bad("disbursed-in", "the year whose prices are paid", "is %d", p.DisbursedIn)
	}
	named := c.names(p)
	for i := range p.Parameters {
		c.parameter(fmt.Sprintf("parameters[%d]", i), &p.Parameters[i], p.Years)
	}
	for i := range p.Correlated {
		c.correlation(fmt.Sprintf("correlations[%d]", i), &p.Correlated[i], p)
	}
	for i := range p.Quantities {
		q, path := &p.Quantities[i], fmt.Sprintf("quantities[%d]", i)
		c.present(path+".label", q.Label)
		c.present(path+".formula", q.Formula)
		c.present(path+".unit", q.Unit)
		c.rounding(path+".round", q.Round)
		if q.Carry && q.Round == nil {
			c.bad(path+".carry-rounded", "say how: round: {to: 1}", "needs a rounding")
		}
		if q.Treats != "" && q.Treats != Uncosted && (named[q.Treats] == "" || q.Treats == q.ID) {
			c.bad(path+".costed-by", "the parameter, quantity or row that holds what treating them costs; none if nothing does", "there is no other %q", q.Treats)
		}
	}
	for i := range p.Rows {
		c.row(fmt.Sprintf("rows[%d]", i), &p.Rows[i], p)
	}
	if p.Printed != nil {
		c.tables(p)
	}
	for i, s := range p.Statements {
		path := fmt.Sprintf("statements[%d]", i)
		c.present(path+".about", s.About)
		c.present(path+".says", s.Says)
		c.rounding(path+".round", s.Round)
	}
	c.governance(p)
	return c.list
}

// names checks that every name is one, and stands for one thing; it returns where each was first given.
func (c *checker) names(p *Proposal) map[string]string {
	first := map[string]string{}
	see := func(path, id string) {
		switch {
		case id == "":
			c.bad(path+".id", "", "is missing")
		case !nameID.MatchString(id):
			c.bad(path+".id", "small letters a-z, digits and _, beginning with a letter", "is %q", id)
		case formula.Reserved(id):
			c.bad(path+".id", "choose another name", "%q is a word of the formulas", id)
		case first[id] != "":
			c.bad(path+".id", "each parameter, quantity and row has a name of its own", "%q is already the name of %s", id, first[id])
		default:
			first[id] = path
		}
	}
	for i, q := range p.Parameters {
		see(fmt.Sprintf("parameters[%d]", i), q.ID)
	}
	for i, q := range p.Quantities {
		see(fmt.Sprintf("quantities[%d]", i), q.ID)
	}
	for i, q := range p.Rows {
		see(fmt.Sprintf("rows[%d]", i), q.ID)
	}
	return first
}

func (c *checker) parameter(path string, q *Param, axis Years) {
	c.present(path+".label", q.Label)
	c.present(path+".unit", q.Unit)
	if (q.Value == nil) == (len(q.ByYear) == 0) {
		c.bad(path, "give `value`, or `by-year` for one that changes", "has %s", map[bool]string{true: "no value", false: "both a value and values by year"}[q.Value == nil])
	}
	c.onAxis(path+".by-year", q.ByYear, axis)
	if q.Status != "" {
		c.oneOf(path+".status", q.Status, Stated, Measured, Calibrated, FromTable, Assumed, Goal, Context, Outcome)
	}
	if q.Measure != "" {
		c.oneOf(path+".measured-by", q.Measure, "completion", "effect", "benefit", "decline")
	}
	if q.Uncertain != nil {
		if q.Value == nil {
			c.bad(path+".uncertain", "split it into a level and a profile", "only a parameter with one value can be uncertain")
			return
		}
		c.uncertain(path+".uncertain", q.Uncertain, q)
	}
}

// uncertain checks a distribution. Written so that a NaN fails.
func (c *checker) uncertain(path string, u *Uncertain, q *Param) {
	given := 0
	is := func(field string, ok bool, want string) {
		given++
		if !ok {
			c.bad(path+"."+field, "", "want %s", want)
		}
	}
	v := func(n Number) float64 { return n.Value }
	if d := u.Uniform; d != nil {
		is("uniform", v(d[0]) < v(d[1]), "low below high")
	}
	for field, d := range map[string]*[3]Number{"triangular": u.Triangular, "pert": u.Pert} {
		if d != nil {
			is(field, v(d[0]) < v(d[2]) && v(d[0]) <= v(d[1]) && v(d[1]) <= v(d[2]), "low, most likely, high in this order, low below high")
		}
	}
	if d := u.Normal; d != nil {
		is("normal", v(d[1]) > 0, "a mean and a standard deviation above 0")
	}
	if d := u.Lognormal; d != nil {
		is("lognormal", v(d[0]) > 0 && v(d[1]) > 1, "a median above 0 and a factor above 1")
	}
	if d := u.Counted; d != nil {
		is("counted", v(d[0]) >= 0 && v(d[0]) <= v(d[1]) && v(d[1]) > 0 && v(d[1]) <= 1e6, "events and how many were counted: 0 <= events <= n, n at most 1,000,000")
	}
	if given != 1 {
		c.bad(path, "uniform, triangular, pert, normal, lognormal or counted", "has %d distributions, want one", given)
	}
	if low, high := u.Range(); given == 1 && (q.Value.Value < low || q.Value.Value > high) {
		c.bad(path, "the value is what the case counts on, the distribution how far off it may be", "the value %s lies outside the distribution, %s to %s", q.Value, formatPlain(low), formatPlain(high))
	}
}

// Range is the support of the distribution.
func (u *Uncertain) Range() (low, high float64) {
	switch {
	case u.Uniform != nil:
		return u.Uniform[0].Value, u.Uniform[1].Value
	case u.Triangular != nil:
		return u.Triangular[0].Value, u.Triangular[2].Value
	case u.Pert != nil:
		return u.Pert[0].Value, u.Pert[2].Value
	case u.Lognormal != nil:
		return 0, math.Inf(1)
	case u.Counted != nil:
		return 0, 1
	}
	return math.Inf(-1), math.Inf(1)
}

func (c *checker) correlation(path string, k *Corr, p *Proposal) {
	if !(k.Rank >= -1 && k.Rank <= 1) {
		c.bad(path+".rank", "", "is %v, want -1 to 1", k.Rank)
	}
	if k.Of[0] == k.Of[1] {
		c.bad(path+".of", "", "names the same parameter twice")
	}
	for _, id := range k.Of {
		i := slices.IndexFunc(p.Parameters, func(q Param) bool { return q.ID == id })
		if i < 0 || p.Parameters[i].Uncertain == nil {
			c.bad(path+".of", "only uncertain parameters go together or against each other", "%q is not an uncertain parameter", id)
		}
	}
	for _, other := range p.Correlated {
		if other.Of == [2]string{k.Of[1], k.Of[0]} || (&other != k && other.Of == k.Of && other.Rank != k.Rank) {
			c.bad(path+".of", "give each pair once", "the pair is given twice")
			return
		}
	}
}

func (c *checker) rounding(path string, r *Rounding) {
	if r == nil {
		return
	}
	if !(r.To > 0) || math.IsInf(r.To, 0) {
		c.bad(path+".to", "such as 100", "is %v, want more than 0", r.To)
	}
	if r.Mode != "" {
		c.oneOf(path+".mode", r.Mode, "nearest", "toward zero", "down", "up")
	}
}

func (c *checker) onAxis(path string, by map[int]Number, axis Years) {
	for _, t := range sortedYears(by) {
		if !axis.Has(t) {
			c.bad(path+"."+strconv.Itoa(t), "", "%d is not among the years %s", t, axis)
		}
	}
}

func sortedYears[V any](m map[int]V) []int {
	out := make([]int, 0, len(m))
	for t := range m {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

func (c *checker) row(path string, r *Row, p *Proposal) {
	c.present(path+".label", r.Label)
	c.oneOf(path+".kind", r.Kind, Saving, Running, OneOff)
	if r.Area != "" {
		c.oneOf(path+".area", r.Area, Service, Anlaeg)
	}
	if r.Gain != "" {
		c.oneOf(path+".gain", r.Gain, Cashable, Capacity, Quality)
		if r.Kind != Saving {
			c.bad(path+".gain", "", "only a saving is a gain")
		}
	}
	given := 0
	for _, is := range []bool{r.Formula != "", len(r.ByYear) > 0, len(r.Amounts) > 0} {
		if is {
			given++
		}
	}
	if given != 1 {
		c.bad(path, "give one of `formula`, `by-year` (a formula a year) and `amounts`", "has %d of them", given)
	}
	if len(r.Amounts) > 0 && r.Why == "" {
		c.bad(path, "say in `why` where the amounts come from", "has amounts that follow from nothing")
	}
	for _, by := range []struct {
		field string
		years []int
	}{{"by-year", sortedYears(r.ByYear)}, {"amounts", sortedYears(r.Amounts)}, {"phase-in", sortedYears(r.PhaseIn)}, {"round-in", sortedYears(r.RoundIn)}} {
		for _, t := range by.years {
			if !p.Years.Has(t) {
				c.bad(path+"."+by.field+"."+strconv.Itoa(t), "", "%d is not among the years %s", t, p.Years)
			}
		}
	}
	if len(r.PhaseIn) > 0 && r.Formula == "" {
		c.bad(path+".phase-in", "with `by-year` and `amounts` the years say it themselves", "goes with `formula` only")
	}
	for _, t := range sortedYears(r.PhaseIn) {
		if x := r.PhaseIn[t].Value; !(x >= 0 && x <= 1) {
			c.bad(fmt.Sprintf("%s.phase-in.%d", path, t), "a share of the full effect: 70 %", "is %s", r.PhaseIn[t])
		}
	}
	for field, t := range map[string]int{"from": r.From, "to": r.To} {
		if t != 0 && !p.Years.Has(t) {
			c.bad(path+"."+field, "", "%d is not among the years %s", t, p.Years)
		}
		if t != 0 && r.Formula == "" {
			c.bad(path+"."+field, "", "goes with `formula` only")
		}
	}
	if r.From != 0 && r.To != 0 && r.From > r.To {
		c.bad(path+".from", "", "%d is after the last year, %d", r.From, r.To)
	}
	c.rounding(path+".round", r.Round)
	for _, t := range sortedYears(r.RoundIn) {
		c.rounding(fmt.Sprintf("%s.round-in.%d", path, t), r.RoundIn[t])
	}
	if r.Parent != "" {
		i := slices.IndexFunc(p.Rows, func(q Row) bool { return q.ID == r.Parent })
		switch {
		case i < 0:
			c.bad(path+".part-of", "", "there is no row %q", r.Parent)
		case p.Rows[i].Parent != "" || r.Parent == r.ID:
			c.bad(path+".part-of", "one level of parts only", "%q is itself a part", r.Parent)
		case p.Rows[i].Kind != r.Kind:
			c.bad(path+".kind", "a part is of its row's kind", "is %s, and %s is %s", r.Kind, r.Parent, p.Rows[i].Kind)
		case r.Area != "" && r.Area != cmp.Or(p.Rows[i].Area, Service):
			c.bad(path+".area", "a part is of its row's area: sums take the row as a whole", "is %s, and %s is %s", r.Area, r.Parent, cmp.Or(p.Rows[i].Area, Service))
		case r.Gain != "" && r.Gain != cmp.Or(p.Rows[i].Gain, Cashable):
			c.bad(path+".gain", "a part is of its row's gain: sums take the row as a whole", "is %s, and %s is %s", r.Gain, r.Parent, cmp.Or(p.Rows[i].Gain, Cashable))
		}
	}
}

func (c *checker) tables(p *Proposal) {
	ids := map[string]bool{}
	for i, t := range p.Printed.Tables {
		path := fmt.Sprintf("printed.tables[%d]", i)
		if t.ID == "" || ids[t.ID] {
			c.bad(path+".id", "captions repeat; ids do not", "%q is missing or given twice", t.ID)
		}
		ids[t.ID] = true
		c.oneOf(path+".kind", t.Kind, "overall", "permanent", "implementation", "breakdown")
		axis := p.axisOf(t)
		for k, r := range t.Rows {
			at := fmt.Sprintf("%s.rows[%d]", path, k)
			if r.Row != "" && p.row(r.Row) < 0 {
				c.bad(at+".row", "a printed row that no row of the proposal gives has a `label` and no `row`", "there is no row %q", r.Row)
			}
			if r.Row == "" && r.Label == "" {
				c.bad(at, "", "has neither a row nor a label")
			}
			if len(r.Values) != len(axis.List()) {
				c.bad(at+".values", "null is a blank cell", "%d figures for %d years, %s", len(r.Values), len(axis.List()), axis)
			}
		}
		for _, name := range sortedKeys(t.Totals) {
			c.oneOf(path+".totals."+name, name, "permanent", "implementation", "overall")
			if len(t.Totals[name]) != len(axis.List()) {
				c.bad(path+".totals."+name, "null is a blank cell", "%d figures for %d years, %s", len(t.Totals[name]), len(axis.List()), axis)
			}
		}
		for _, name := range sortedKeys(t.Payback) {
			c.oneOf(path+".payback."+name, name, "service", "total economy")
		}
		if t.Kind == "breakdown" && p.row(t.Of) < 0 {
			c.bad(path+".of", "the row that the table breaks down", "there is no row %q", t.Of)
		}
	}
}

func (p *Proposal) axisOf(t Table) Years {
	if t.Years.IsZero() {
		return p.Years
	}
	return t.Years
}

// row returns the place of a row, or -1.
func (p *Proposal) row(id string) int {
	return slices.IndexFunc(p.Rows, func(r Row) bool { return r.ID == id })
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (c *checker) governance(p *Proposal) {
	for i, t := range p.FollowUp {
		path := fmt.Sprintf("follow-up[%d]", i)
		c.present(path+".goal", t.Goal)
		if t.Kind != "" {
			c.oneOf(path+".kind", t.Kind, "milestone", "realisation", "guard-rail")
		}
		if t.Due != "" && !period.MatchString(t.Due) {
			c.bad(path+".due", "2026-12-31, 2026Q4, 2026H2 or 2026; words go in `when`", "is %q", t.Due)
		}
		if (t.AtLeast != nil || t.AtMost != nil) && t.Unit == "" {
			c.bad(path+".unit", "", "is missing for a target with a number")
		}
	}
	if p.Risk != nil {
		c.oneOf("risk.level", p.Risk.Level, "low", "medium", "high", "not stated")
	}
	for i, h := range p.Hearings {
		c.present(fmt.Sprintf("hearings[%d].body", i), h.Body)
		c.oneOf(fmt.Sprintf("hearings[%d].answer", i), h.Answer, "yes", "no", "not relevant")
	}
	for i, s := range p.TimePlan {
		if !period.MatchString(s.When) {
			c.bad(fmt.Sprintf("time-plan[%d].when", i), "2026Q3, 2026H2, 2026 or a date", "is %q", s.When)
		}
		c.present(fmt.Sprintf("time-plan[%d].text", i), s.Text)
	}
	for i, s := range p.SeeAlso {
		c.present(fmt.Sprintf("see-also[%d].case", i), s.Case)
		c.oneOf(fmt.Sprintf("see-also[%d].how", i), s.How, "covers cost", "overlaps", "same saving", "builds on", "shares resources")
	}
}
