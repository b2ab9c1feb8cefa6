package risk

import (
	"fmt"
	"math"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Where the spread of a driver comes from.
const (
	FromFile     = "proposal"       // the distribution that its author gave the parameter
	FromMeasured = "measured"       // counted among the citizens that a model would have selected
	ByConvention = "our convention" // 10 % up and down: not an uncertainty, only a measure of weight
)

// driver is something that is drawn: a parameter with a distribution, or a measured rate in place of parameters.
type driver struct {
	id, unit  string
	da, en    string // label
	basis     string
	spread    string // the distribution in words
	value     float64
	low, high float64 // what it can be at all
	at        quantile
	params    []int // that take its value as it is; none for a rate that acts through others
}

// drivers are what is drawn, in the order of the file, with the rule by which they become parameters.
type drivers struct {
	list []driver
	// Of a benefit that was counted directly: benefit is the share that completes and gets effect, and idle the share
	// that completes among the others. completion = benefit + (1 - benefit) idle, and effect = benefit / completion, so
	// that completion x effect is just the benefit. idle is -1 where completion was not counted: it is then taken as 1.
	benefit, idle      int
	completion, effect []int            // parameters
	rates              map[string][]int // parameters that each rate stands for, measured or not
	notes              []Note
}

// Note is a remark in both languages.
type Note = businesscase.Note

// driversOf lists what is drawn. Parameters in fixed have been set by a scenario and are taken as known.
func driversOf(m *proposal.Model, fixed map[string]proposal.Number, measured *businesscase.Measured) (*drivers, error) {
	p := m.Proposal()
	d := &drivers{benefit: -1, idle: -1}
	by := map[string][]int{} // measured-by: parameters
	for i, q := range p.Parameters {
		if _, ok := fixed[q.ID]; q.Measure != "" && !ok {
			by[q.Measure] = append(by[q.Measure], i)
		}
	}
	d.rates = by
	taken := map[int]bool{}
	if measured != nil {
		if err := d.measured(p, by, *measured); err != nil {
			return nil, err
		}
		for _, x := range d.list {
			for _, i := range x.params {
				taken[i] = true
			}
		}
		for _, i := range append(append([]int{}, d.completion...), d.effect...) {
			taken[i] = true
		}
	}
	for i, q := range p.Parameters {
		if _, ok := fixed[q.ID]; ok || taken[i] || q.Uncertain == nil {
			continue
		}
		low, high := limits(m, i)
		d.list = append(d.list, driver{
			id: q.ID, da: q.Label, en: englishOf(q.Label, q.LabelEN), unit: q.Unit, basis: FromFile, spread: describe(q.Uncertain), value: q.Value.Value,
			low: low, high: high, at: quantileOf(q.Uncertain, low, high), params: []int{i},
		})
	}
	return d, nil
}

// englishOf is the English label, where somebody gave one.
func englishOf(da, en string) string {
	if en == "" {
		return da
	}
	return en
}

// limits are the values that a parameter can have at all: 0 to 1 for a share, in the parameter's unit; any number that
// is not negative for what is not negative now; else anything.
func limits(m *proposal.Model, i int) (low, high float64) {
	q := m.Proposal().Parameters[i]
	if whole, ok := isShare(m, i); ok {
		return 0, whole
	}
	if q.Value != nil && q.Value.Value >= 0 {
		return 0, inf
	}
	return -inf, inf
}

// isShare tells whether a parameter is a share, and what the whole is in its unit (1, or 100 of per cent). A number
// that is above the whole, and a plain number or a factor, is something else.
func isShare(m *proposal.Model, i int) (whole float64, ok bool) {
	q := m.Proposal().Parameters[i]
	unit, _ := m.Unit(q.ID)
	whole = 1 / unit.Scale()
	return whole, (proposal.IsShare(q.Unit) || proposal.IsPercent(q.Unit)) && q.Value != nil && q.Value.Value >= 0 && q.Value.Value <= whole
}

// measured puts rates in the place of the parameters that name them.
func (d *drivers) measured(p *proposal.Proposal, by map[string][]int, m businesscase.Measured) error {
	d.byBenefit(by, m)
	for _, r := range []struct {
		id, da, en string
		rate       businesscase.Rate
	}{
		{"completion", "Gennemfører, målt", "Complete, measured", m.Completion},
		{"effect", "Får effekt, af dem der gennemfører, målt", "Get effect, of those who complete, measured", m.Effect},
		{"benefit", "Gennemfører og får effekt, målt", "Complete and get effect, measured", m.Benefit},
		{"decline", "Funktionsfald fundet på forhånd, målt", "Decline found in advance, measured", m.Decline},
	} {
		params := by[r.id]
		if len(params) == 0 || (d.benefit >= 0 && (r.id == "completion" || r.id == "effect")) {
			continue
		}
		if q := p.Parameters[params[0]]; !r.rate.Given() {
			d.notes = append(d.notes, Note{ID: "not_measured_" + r.id,
				DA: q.Label + ": ikke målt. Forslagets eget tal er brugt.", EN: englishOf(q.Label, q.LabelEN) + ": not measured. The proposal's own figure is used."})
			continue
		}
		d.rate(r.id, r.da, r.en, r.rate, params)
	}
	for _, x := range d.list {
		if !(x.value >= 0 && x.value <= 1) {
			return fmt.Errorf("the measured rate %s is %v (%s), want 1 to 1,000,000 citizens and no more events than citizens", x.id, x.value, x.spread)
		}
	}
	for id, params := range by {
		for _, i := range params {
			if u := p.Parameters[i].Unit; u != "share" {
				return fmt.Errorf("parameter %s is measured by %s and has the unit %q, want share", p.Parameters[i].ID, id, u)
			}
		}
	}
	return nil
}

// byBenefit lets a benefit that was measured directly take the place of completion x effect.
func (d *drivers) byBenefit(by map[string][]int, m businesscase.Measured) {
	if !m.Benefit.Given() || len(by["benefit"]) > 0 || len(by["completion"]) == 0 || len(by["effect"]) == 0 {
		return
	}
	d.benefit, d.completion, d.effect = len(d.list), by["completion"], by["effect"]
	d.rate("benefit", "Gennemfører og får effekt, målt", "Complete and get effect, measured", m.Benefit, nil)
	d.notes = append(d.notes, Note{ID: "benefit_for_product",
		DA: "Andelen, der både gennemfører og får effekt, er målt som ét tal og bruges i stedet for gennemførelse × effekt.",
		EN: "The share that both completes and gets effect was measured as one number and takes the place of completion x effect."})
	if others := m.Benefit.N - int(math.Round(m.Benefit.Events)); m.Completion.N == m.Benefit.N && m.Completion.Events >= m.Benefit.Events && others > 0 {
		d.idle = len(d.list)
		idle := businesscase.RateOf(m.Completion.Events-m.Benefit.Events, others, "")
		idle.Clustering = m.Completion.Clustering
		d.rate("completion_without_effect", "Gennemfører, af dem uden effekt, målt", "Complete, of those without effect, measured", idle, nil)
		return
	}
	d.notes = append(d.notes, Note{ID: "completion_not_measured",
		DA: "Gennemførelse er ikke målt på de samme borgere: alt, der kun afhænger af gennemførelse, regnes som om alle gennemfører.",
		EN: "Completion was not measured on the same citizens: what depends on completion alone is computed as if all complete."})
}

func (d *drivers) rate(id, da, en string, r businesscase.Rate, params []int) {
	value := math.NaN()
	if r.N >= 1 && r.N <= 1_000_000 {
		value = r.Events / float64(r.N)
	}
	d.list = append(d.list, driver{
		id: id, da: da, en: en, unit: "share", basis: FromMeasured, spread: fmt.Sprintf("%s of %d", businesscase.Number(r.Events, 1, businesscase.English), r.N),
		value: value, low: 0, high: 1, at: posterior(r), params: params,
	})
}

// ids are the names of the streams.
func (d *drivers) ids() []string {
	out := make([]string, len(d.list))
	for i, x := range d.list {
		out[i] = x.id
	}
	return out
}

// values are those at which nothing is uncertain.
func (d *drivers) values() []float64 {
	out := make([]float64, len(d.list))
	for i, x := range d.list {
		out[i] = x.value
	}
	return out
}

// set gives the runner's parameters the drivers' values.
func (d *drivers) set(r *proposal.Runner, x []float64) {
	for i, v := range x {
		for _, k := range d.list[i].params {
			r.Set(k, v)
		}
	}
	if d.benefit < 0 {
		return
	}
	benefit, completion := x[d.benefit], 1.0
	if d.idle >= 0 {
		completion = benefit + float64((1-benefit)*x[d.idle])
	}
	effect := 0.0
	if completion > 0 {
		effect = benefit / completion
	}
	for _, k := range d.completion {
		r.Set(k, completion)
	}
	for _, k := range d.effect {
		r.Set(k, effect)
	}
}
