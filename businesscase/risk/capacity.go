package risk

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// CapacityOptions say how courses enter the proposal.
type CapacityOptions struct {
	Parameter string  // courses a year; "": courses_per_year, or the one parameter in courses/year
	Price     float64 // kr: what one more course costs to run
}

// Step is the saving when so many courses are given.
type Step struct {
	Courses float64 `json:"courses"`
	Share   float64 `json:"share"`           // of the candidates
	Rate    Spread  `json:"benefit"`         // share of the selected who complete and get effect
	Last    Spread  `json:"benefit_of_last"` // the same of those who were added since the step before
	Gain    Spread  `json:"gain"`            // the proposal's outcome at this number of courses
	Worth   Spread  `json:"worth"`           // what the courses' effects are worth: Gain less what it would be with no effect at all
	Net     Spread  `json:"net"`             // Worth less Price for each course
	OneMore Spread  `json:"one_more"`        // Net of a course more, over the courses added since the step before
}

// CapacityValue tells what more courses are worth when the best candidates come first.
type CapacityValue struct {
	Proposal   string  `json:"proposal"`
	Outcome    Outcome `json:"outcome"`
	Parameter  string  `json:"parameter"`
	Now        float64 `json:"courses_now"`
	Candidates float64 `json:"candidates"` // a year: more courses than this cannot be filled
	Price      float64 `json:"price"`
	Steps      []Step  `json:"steps"`
	Best       float64 `json:"best"` // courses at which Net is highest, at the measured rates
	BestLower  float64 `json:"best_lower"`
	BestUpper  float64 `json:"best_upper"`
	WordsDA    string  `json:"words_da"`
	WordsEN    string  `json:"words_en"`
	Notes      []Note  `json:"notes"`
}

// Capacity follows the proposal from few courses to one for every candidate. The measured rate at each capacity belongs to
// nested groups: each step's newcomers have a rate of their own, drawn by itself, the prior of one citizen being shared
// out among the steps. How many candidates there are follows from the share that the model could take and the courses
// that the proposal has now.
func Capacity(m *proposal.Model, o Options, s Selection, c CapacityOptions) (*CapacityValue, error) {
	if len(s.ByCapacity) < 2 {
		return nil, errors.New("the report holds the model's rate at one capacity only: train the model again to get it at several")
	}
	if !(c.Price >= 0 && c.Price <= 1e9) {
		return nil, fmt.Errorf("a course costs %v kr to run, want 0 to 1,000,000,000", c.Price)
	}
	e, x, err := selected(m, o, &s)
	if err != nil {
		return nil, err
	}
	courses, now, err := e.coursesParameter(c.Parameter)
	if err != nil {
		return nil, err
	}
	groups, err := bands(s.ByCapacity)
	if err != nil {
		return nil, err
	}
	n := e.opt.Draws
	out := &CapacityValue{Proposal: m.Proposal().ID, Outcome: e.outcome, Parameter: m.Proposal().Parameters[courses].ID, Now: now, Candidates: now / s.Model.Share, Price: c.Price, Notes: append([]Note{}, e.drivers.notes...)}
	all := s.ByCapacity[len(s.ByCapacity)-1].N
	var sofar rates
	best, bestNet := make([]float64, n), make([]float64, n)
	at := 0.0
	before := Step{}
	previous := make([]float64, n)
	f := e.frame()
	for k, g := range groups {
		fresh := g.bandRates(o.Seed, fmt.Sprintf("capacity/%d/benefit", k), float64(g.N)/float64(all), n)
		total := s.ByCapacity[k]
		if k == 0 {
			sofar = fresh
		} else {
			sofar = mixed(float64(total.N-g.N)/float64(total.N), sofar, fresh)
		}
		step := Step{Share: total.Share, Courses: total.Share * out.Candidates}
		gain, worth, net, more := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		cost := c.Price * step.Courses
		one := func(f *frame, v []float64, b, done float64) (g, w float64) {
			f.withRates(v, b, done, courses, step.Courses)
			g = f.gain()
			f.withRates(v, 0, done, courses, step.Courses)
			return g, g - f.gain()
		}
		e.each(n, func(f *frame, i int) {
			gain[i], worth[i] = one(f, column(x, i), sofar.benefit[i], sofar.completion[i])
			net[i] = worth[i] - cost
			more[i] = (net[i] - previous[i]) / (step.Courses - before.Courses)
		})
		if err := finite("the outcome", gain); err != nil {
			return nil, err
		}
		g, w := one(f, e.drivers.values(), sofar.at, sofar.done)
		step.Rate, step.Last = spreadOf(sofar.at, sofar.benefit), spreadOf(fresh.at, fresh.benefit)
		step.Gain, step.Worth, step.Net = spreadOf(g, gain), spreadOf(w, worth), spreadOf(w-cost, net)
		step.OneMore = spreadOf((w-cost-before.Net.Value)/(step.Courses-before.Courses), more)
		for i := range n {
			if net[i] > bestNet[i] {
				best[i], bestNet[i] = step.Courses, net[i]
			}
		}
		if step.Net.Value > at {
			at, out.Best = step.Net.Value, step.Courses
		}
		out.Steps = append(out.Steps, step)
		before, previous = step, net
	}
	slices.Sort(best)
	out.BestLower, out.BestUpper = businesscase.Quantile(best, 0.05), businesscase.Quantile(best, 0.95)
	out.say(s)
	return out, nil
}

// bands are the newcomers of each capacity.
func bands(by []Counts) ([]Counts, error) {
	var out []Counts
	before := Counts{}
	for _, c := range by {
		g := Counts{N: c.N - before.N, Events: c.Events - before.Events, Completed: c.Completed - before.Completed, Clustering: c.Clustering}
		if g.N < 1 || g.Events < 0 || g.Completed < 0 || g.Events > g.N || g.Completed > g.N || !(c.Share > before.Share && c.Share <= 1) {
			return nil, fmt.Errorf("the model's counts at share %v do not follow those at %v: too few citizens, or the report is damaged", c.Share, before.Share)
		}
		out = append(out, g)
		before = c
	}
	return out, nil
}

// bandRates draws a band's benefit with the share w of Jeffreys' prior. Who completes without effect moves no outcome that
// counts effects, and is taken as counted.
func (c Counts) bandRates(seed uint64, name string, w float64, n int) rates {
	k := 1 / math.Max(1, c.Clustering)
	a, b := float64(c.Events)*k+w/2, float64(c.N-c.Events)*k+w/2
	out := rates{benefit: within1(businesscase.Stratified(seed, name, n)), completion: make([]float64, n), at: float64(c.Events) / float64(c.N), done: 1}
	idle := 1.0
	if c.Completed > 0 && c.N > c.Events {
		idle = float64(c.Completed-c.Events) / float64(c.N-c.Events)
	}
	out.done = out.at + float64((1-out.at)*idle)
	for i, u := range out.benefit {
		out.benefit[i] = mathext.InvRegIncBeta(a, b, u)
		out.completion[i] = out.benefit[i] + float64((1-out.benefit[i])*idle)
	}
	return out
}

// coursesParameter finds the parameter that is courses a year, and what it is now.
func (e *engine) coursesParameter(id string) (k int, now float64, err error) {
	p := e.m.Proposal()
	var found []int
	for i, q := range p.Parameters {
		u, _ := e.m.Unit(q.ID)
		if q.ID == id || (id == "" && (q.ID == "courses_per_year" || u.Same(coursesAYear))) {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		return 0, 0, fmt.Errorf("no parameter says how many courses are given a year: name it (--capacity-parameter)")
	}
	if len(found) > 1 {
		return 0, 0, fmt.Errorf("several parameters could be courses a year (%s, %s): name one (--capacity-parameter)", p.Parameters[found[0]].ID, p.Parameters[found[1]].ID)
	}
	q := p.Parameters[found[0]]
	if q.Value == nil || !(q.Value.Value > 0) {
		return 0, 0, fmt.Errorf("%s has not one value above 0", q.ID)
	}
	now = q.Value.Value
	if s := e.opt.Scenario; s != nil {
		if v, ok := s.Set[q.ID]; ok {
			now = v.Value
		}
	}
	return found[0], now, nil
}

var coursesAYear = unit("courses/year")

func (v *CapacityValue) say(s Selection) {
	note := func(id, da, en string) { v.Notes = append(v.Notes, Note{ID: id, DA: da, EN: en}) }
	n := func(x float64, lang string) string { return businesscase.Number(x, 0, lang) }
	if v.Price == 0 {
		v.WordsDA = fmt.Sprintf("Et forløb er regnet som gratis: så er %s forløb om året bedst, så mange der er kandidater til (%s).", n(v.Best, danish), n(v.Candidates, danish))
		v.WordsEN = fmt.Sprintf("A course is counted as free: then %s courses a year are best, as many as there are candidates for (%s).", n(v.Best, english), n(v.Candidates, english))
	} else {
		v.WordsDA = fmt.Sprintf("Til %s kr. pr. forløb tjener et forløb mere sig ikke ind ud over %s forløb om året (90 %%-interval %s til %s) af %s kandidater.",
			n(v.Price, danish), n(v.Best, danish), n(v.BestLower, danish), n(v.BestUpper, danish), n(v.Candidates, danish))
		v.WordsEN = fmt.Sprintf("At %s kr a course, one more course does not pay beyond %s courses a year (90 %% interval %s to %s) of %s candidates.",
			n(v.Price, english), n(v.Best, english), n(v.BestLower, english), n(v.BestUpper, english), n(v.Candidates, english))
	}
	if v.Price > 0 && math.Abs(v.BestUpper-v.Candidates) < 0.5 {
		note("all_candidates", "Intervallet når til alle kandidater: målingen kan ikke vise, at der er nogen, det ikke kan betale sig at tilbyde et forløb.",
			"The interval reaches all candidates: the measurement cannot show that there is anybody whom it does not pay to offer a course.")
	}
	note("candidates_by_share", fmt.Sprintf("Antal kandidater er forslagets %s forløb over den målte kapacitet, %s.", n(v.Now, danish), quantity(s.Model.Share, "share", danish)),
		fmt.Sprintf("The number of candidates is the proposal's %s courses over the measured capacity, %s.", n(v.Now, english), quantity(s.Model.Share, "share", english)))
}

// At is the selection when another number of courses a year is given than now: the counts at the smallest measured
// capacity that holds them, without the card, whose counts are known at one capacity only.
func (s Selection) At(courses, now float64) (Selection, error) {
	share := s.Model.Share * courses / now
	if !(share > 0 && share <= 1+1e-9) {
		return s, fmt.Errorf("%g courses a year are more than there are candidates for: %g courses now are %s of the candidates, so there are %.0f", courses, now, quantity(s.Model.Share, "share", english), now/s.Model.Share)
	}
	for _, c := range s.ByCapacity {
		if c.Share >= share-1e-9 {
			s.Model, s.Card, s.moved = c, nil, true
			return s, nil
		}
	}
	return s, errors.New("the report holds the model's rate at one capacity only: train the model again to get it at several")
}

// Courses tells which parameter is courses a year and what it is now; see [CapacityOptions].
func Courses(m *proposal.Model, o Options, id string) (parameter string, now float64, err error) {
	e, err := newEngine(m, o)
	if err != nil {
		return "", 0, err
	}
	k, now, err := e.coursesParameter(id)
	if err != nil {
		return "", 0, err
	}
	return m.Proposal().Parameters[k].ID, now, nil
}
