package risk

import (
	"errors"
	"math"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Counts are what came of a group of citizens whose outcome is known.
type Counts struct {
	Share     float64 // that could be taken, of those who might have been
	N         int     // selected
	Events    int     // completed and got effect
	Completed int     // 0: not counted
	// Clustering is how much more the share of events varies because some are of the same citizen: see
	// [businesscase.Rate].
	Clustering float64
}

func (c Counts) rate(events, of int, source string) businesscase.Rate {
	r := businesscase.RateOf(float64(events), of, source)
	r.Clustering = c.Clustering
	return r
}

// Selection is what was measured of a model that selects citizens for a course: counts on citizens it had not seen.
type Selection struct {
	Source     string
	Model      Counts
	Card       *Counts // the paper rule at the same capacity
	All        Counts  // everybody that they selected among
	ByCapacity []Counts
	Decline    *Finding
	Synthetic  bool // the model was measured on invented citizens

	moved bool // to another capacity than the model was made for
}

// Finding is what was measured of a model that points out citizens in advance: of AllEvents who declined it had
// selected Events, and of all Selected by it Events declined.
type Finding struct {
	Source                      string
	Share                       float64
	Selected, Events, AllEvents int
	Clustering                  float64
}

// Measured are the rates that a simulation draws from.
func (s Selection) Measured() *businesscase.Measured {
	m := &businesscase.Measured{SelectedShare: s.Model.Share, Synthetic: s.Synthetic}
	if s.Model.N > 0 {
		m.Benefit = s.Model.rate(s.Model.Events, s.Model.N, s.Source)
		if s.Model.Completed > 0 {
			m.Completion = s.Model.rate(s.Model.Completed, s.Model.N, s.Source)
			m.Effect = s.Model.rate(s.Model.Events, s.Model.Completed, s.Source)
		}
	}
	if d := s.Decline; d != nil && d.AllEvents > 0 {
		m.Decline, m.DeclineSelectedShare = businesscase.RateOf(float64(d.Events), d.AllEvents, d.Source), d.Share
		m.Decline.Clustering = d.Clustering
	}
	return m
}

// rates are draws of how many benefit and how many complete; effect is the one over the other.
type rates struct {
	benefit, completion []float64
	at, done            float64 // the estimates
}

func (c Counts) rates(seed uint64, benefit, idle string, n int) rates {
	b := c.rate(c.Events, c.N, "")
	out := rates{benefit: b.Posterior(within1(businesscase.Stratified(seed, benefit, n))), completion: make([]float64, n), at: b.Events / float64(b.N), done: 1}
	if c.Completed < c.Events || c.Completed == 0 || c.N == c.Events {
		for i := range out.completion {
			out.completion[i] = 1
		}
		return out
	}
	q := c.rate(c.Completed-c.Events, c.N-c.Events, "")
	out.done = float64(c.Completed) / float64(c.N)
	u := q.Posterior(within1(businesscase.Stratified(seed, idle, n)))
	for i, x := range u {
		out.completion[i] = out.benefit[i] + float64((1-out.benefit[i])*x)
	}
	return out
}

func within1(u []float64) []float64 {
	for i, x := range u {
		u[i] = within(x)
	}
	return u
}

// mixed is the rates of two groups together, the first being the share w of them.
func mixed(w float64, a, b rates) rates {
	out := rates{benefit: make([]float64, len(a.benefit)), completion: make([]float64, len(a.benefit))}
	mix := func(x, y float64) float64 { return float64(w*x) + float64((1-w)*y) }
	for i := range out.benefit {
		out.benefit[i], out.completion[i] = mix(a.benefit[i], b.benefit[i]), mix(a.completion[i], b.completion[i])
	}
	out.at, out.done = mix(a.at, b.at), mix(a.done, b.done)
	return out
}

// perfect is those who select, among citizens with these rates, only citizens who will benefit, as far as there are any.
func (r rates) perfect(share float64) rates {
	out := rates{benefit: make([]float64, len(r.benefit)), completion: make([]float64, len(r.benefit))}
	one := func(b, c float64) (float64, float64) {
		best := math.Min(1, b/share)
		idle := 0.0
		if b < 1 {
			idle = (c - b) / (1 - b)
		}
		return best, best + float64((1-best)*idle)
	}
	for i := range out.benefit {
		out.benefit[i], out.completion[i] = one(r.benefit[i], r.completion[i])
	}
	out.at, out.done = one(r.at, r.done)
	return out
}

// withRates computes everything with rates in place of those of the drivers. courses is a parameter to set, -1 for none.
func (f *frame) withRates(x []float64, benefit, completion float64, courses int, n float64) {
	d := f.e.drivers
	d.set(f.r, x)
	effect := 0.0
	if completion > 0 {
		effect = benefit / completion
	}
	for _, r := range []struct {
		id string
		v  float64
	}{{"benefit", benefit}, {"completion", completion}, {"effect", effect}} {
		for _, k := range d.rates[r.id] {
			f.r.Set(k, r.v)
		}
	}
	if courses >= 0 {
		f.r.Set(courses, n)
	}
	f.compute()
}

// The ways of choosing who is offered a course.
const (
	ByModel = "model"
	ByCard  = "card"
	Today   = "today"
	Random  = "random"
	Perfect = "perfect"
)

// Way is what one way of choosing brings.
type Way struct {
	ID string `json:"id"`
	Label
	Benefit    Spread  `json:"benefit"` // share of the selected who complete and get effect
	Completion Spread  `json:"completion"`
	Gain       Spread  `json:"gain"`       // the outcome with these rates
	OverToday  Spread  `json:"over_today"` // Gain less today's, draw by draw
	Better     float64 `json:"probability_better_than_today"`
}

// Chain leads from measured precision to kroner.
type Chain struct {
	Proposal string  `json:"proposal"`
	Source   string  `json:"source"`
	Draws    int     `json:"draws"`
	Seed     uint64  `json:"seed"`
	Share    float64 `json:"share"` // of the candidates that can be taken
	Outcome  Outcome `json:"outcome"`
	Ways     []Way   `json:"ways"`
	Notes    []Note  `json:"notes"`
}

// FromSelection compares the model with today, the card, chance and the best there could be, each through the whole
// proposal with all its other uncertainty. Options.Measured is the selection's own.
func FromSelection(m *proposal.Model, o Options, s Selection) (*Chain, error) {
	e, x, err := selected(m, o, &s)
	if err != nil {
		return nil, err
	}
	n := e.opt.Draws
	model := s.Model.rates(o.Seed, "benefit", "completion_without_effect", n)
	all := with(model, s.Model, s.All, o.Seed, "rest", n)
	type way struct {
		id, da, en string
		rates
		today *rates // of a way whose own selected are a part of everybody; nil: the first way's
	}
	ways := []way{{Today, "I dag, kommunens egne målte tal", "Today, the municipality's own measured rates", all, nil}, {ByModel, "Modellen", "The model", model, nil}}
	if s.Card != nil && s.Card.N > 0 {
		card := s.Card.rates(o.Seed, "card/benefit", "card/completion_without_effect", n)
		own := with(card, *s.Card, s.All, o.Seed, "card/rest", n)
		ways = append(ways, way{ByCard, "Kortreglen, samme kapacitet", "The card rule, same capacity", card, &own})
	}
	ways = append(ways, way{Random, "Tilfældig udvælgelse", "Selection at random", all, nil}, way{Perfect, "Den perfekte model", "The perfect model", all.perfect(s.Model.Share), nil})
	out := &Chain{Proposal: m.Proposal().ID, Source: s.Source, Draws: n, Seed: o.Seed, Share: s.Model.Share, Outcome: e.outcome, Notes: append([]Note{}, e.drivers.notes...)}
	gains, today := make([][]float64, len(ways)), make([][]float64, len(ways))
	at := make([]float64, len(ways))
	f := e.frame()
	for w := range ways {
		gains[w] = make([]float64, n)
		if today[w] = gains[0]; ways[w].today != nil {
			today[w] = make([]float64, n)
		}
		f.withRates(e.drivers.values(), ways[w].at, ways[w].done, -1, 0)
		at[w] = f.gain()
	}
	e.each(n, func(f *frame, i int) {
		v := column(x, i)
		for w := range ways {
			f.withRates(v, ways[w].benefit[i], ways[w].completion[i], -1, 0)
			gains[w][i] = f.gain()
			if t := ways[w].today; t != nil {
				f.withRates(v, t.benefit[i], t.completion[i], -1, 0)
				today[w][i] = f.gain()
			}
		}
	})
	for w, way := range ways {
		if err := finite("the outcome", gains[w]); err != nil {
			return nil, err
		}
		over := make([]float64, n)
		better := 0
		for i := range over {
			over[i] = gains[w][i] - today[w][i]
			if over[i] > 0 {
				better++
			}
		}
		out.Ways = append(out.Ways, Way{way.id, Label{way.da, way.en}, spreadOf(way.at, way.benefit), spreadOf(way.done, way.completion),
			spreadOf(at[w], gains[w]), spreadOf(at[w]-at[0], over), float64(better) / float64(n)})
	}
	out.doubts(s)
	return out, nil
}

// with is the rates of everybody: of a group with these counts and of the rest. What the two sides of a comparison have
// in common they then share.
func with(group rates, counts, all Counts, seed uint64, name string, n int) rates {
	rest := Counts{N: all.N - counts.N, Events: all.Events - counts.Events, Completed: all.Completed - counts.Completed, Clustering: counts.Clustering}
	if rest.N == 0 {
		return group
	}
	return mixed(float64(counts.N)/float64(all.N), group, rest.rates(seed, name+"/benefit", name+"/completion_without_effect", n))
}

// selected checks what was measured, and draws.
func selected(m *proposal.Model, o Options, s *Selection) (*engine, [][]float64, error) {
	switch c := s.Model; {
	case c.N < 1 || c.Events > c.N || c.Completed > c.N || !(c.Share > 0 && c.Share <= 1) || s.All.N < c.N || s.All.Events < c.Events || s.All.Completed < c.Completed:
		return nil, nil, errors.New("the model's counts at capacity do not fit together: it was not measured, or its report is damaged")
	case s.Card != nil && (s.Card.Events > s.Card.N || s.Card.Completed > s.Card.N || s.Card.N > s.All.N || s.Card.Events > s.All.Events || s.Card.Completed > s.All.Completed):
		return nil, nil, errors.New("the card's counts at capacity do not fit together")
	}
	o.Measured = s.Measured()
	e, err := newEngine(m, o)
	if err != nil {
		return nil, nil, err
	}
	if r := e.drivers.rates; len(r["benefit"]) == 0 && (len(r["completion"]) == 0 || len(r["effect"]) == 0) {
		return nil, nil, errors.New("no parameter of the proposal is `measured-by: benefit`, nor both of `completion` and `effect`: say which of them the model's rates stand for")
	}
	x, err := e.draw()
	return e, x, err
}

func column(x [][]float64, i int) []float64 {
	v := make([]float64, len(x))
	for j := range x {
		v[j] = x[j][i]
	}
	return v
}

func (c *Chain) doubts(s Selection) {
	note := func(id, da, en string) { c.Notes = append(c.Notes, Note{ID: id, DA: da, EN: en}) }
	if s.All.N == s.Model.N {
		note("all_selected", "Alle kandidater blev udvalgt: målingen siger intet om, hvad modellen vælger fra.", "All candidates were selected: the measurement says nothing of whom the model leaves out.")
	}
	note("random_is_today", "Tilfældig udvælgelse har samme andele som i dag, fordi de målte borgere alle fik et forløb uden modellen.",
		"Selection at random has the same rates as today, because the citizens measured all got a course without the model.")
	switch {
	case s.moved:
		note("no_card_here", "Kortreglens tal kendes kun ved den kapacitet, modellen blev trænet til.", "The card's counts are known only at the capacity that the model was trained for.")
	case s.Card == nil:
		note("no_card", "Rapporten har ikke kortreglens tal ved samme kapacitet: træn modellen igen for at få dem.", "The report does not hold the card's counts at the same capacity: train the model again to get them.")
	}
	if s.Model.N < 30 {
		note("few_selected", "Modellen er målt på færre end 30 udvalgte borgere.", "The model was measured on fewer than 30 selected citizens.")
	}
	note("selection_not_causal", "Modellen finder borgere, som det går godt. Den viser ikke, at træningen er årsagen: nogle kunne have klaret sig lige så godt uden.",
		"The model picks those who do well. It does not show that training is why: some might have done as well without.")
	note("capacity_not_cash", "Beløbet er frigjort kapacitet på papiret, ikke penge i kassen: i Viborgs forsøg i 2016 faldt behovet, men der blev ikke skåret minutter i den daglige hjemmehjælp.",
		"The amount is capacity freed on paper, not cash: in Viborg's 2016 pilot the need fell, yet no minutes were cut from daily home care.")
}
