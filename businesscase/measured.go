package businesscase

import (
	"fmt"
	"math"
)

// Rate is a measured share with the counts behind it: Events of N. A Rate left at its zero value was
// not measured.
type Rate struct {
	Estimate float64 `json:"estimate"`         // Events / N
	N        int     `json:"n"`                // how many, with a known outcome
	Events   float64 `json:"events"`           // how many of them; not whole when cases are weighted
	Lower    float64 `json:"lower"`            // 90 % interval as measured elsewhere; both 0 when there is none.
	Upper    float64 `json:"upper"`            // The simulation uses the counts, not these
	Source   string  `json:"source,omitempty"` // where it was measured, e.g. a model id and a test year
	// Clustering is how much more the rate varies because some of the N are of the same citizen: its variance with
	// all of a citizen's taken together, over that with each on its own (Kish 1965, the design effect). The rate then
	// says as much as N / Clustering would on their own. 0 is not told, and that or less than 1 counts as 1.
	Clustering float64 `json:"clustering,omitempty"`
}

// RateOf makes a Rate of counts.
func RateOf(events float64, n int, source string) Rate {
	r := Rate{N: n, Events: events, Source: source}
	if n > 0 {
		r.Estimate = events / float64(n)
	}
	return r
}

// alone returns how many, and how many events, without ties between them would say as much.
func (r Rate) alone() (n, events float64) {
	c := math.Max(1, r.Clustering)
	return float64(r.N) / c, r.Events / c
}

// Given tells whether the rate was measured at all.
func (r Rate) Given() bool {
	return r.N != 0 || r.Events != 0 || r.Estimate != 0 || r.Lower != 0 || r.Upper != 0
}

// Measured is what was measured of a model. Completion, Effect and Benefit are rates among the citizens
// the model would *select at capacity*: of those offered a course because of it, the share that
// completed; of those who completed, the share with effect; of those offered, the share with both. An
// accuracy, or a rate among all citizens, is something else and makes the result wrong.
type Measured struct {
	Completion Rate `json:"completion"`
	Effect     Rate `json:"effect"`  // among the selected who completed
	Benefit    Rate `json:"benefit"` // completed and got effect, among the selected
	// Decline is the share of those who did decline that the model had selected at capacity (sensitivity).
	Decline Rate `json:"decline"`

	// The municipality's own rates without a model, for a second comparison beside SU7's expectation.
	BaseCompletion Rate `json:"base_completion"`
	BaseEffect     Rate `json:"base_effect"`
	BaseBenefit    Rate `json:"base_benefit"`
	// BaseIncludesSelected says that the base rates were measured on a group that the selected are part
	// of. Selected and base then move together; taking them for independent would make the interval too wide.
	BaseIncludesSelected bool `json:"base_includes_selected"`

	SelectedShare        float64 `json:"selected_share,omitempty"`         // capacity as a share of the candidates; 0: not told
	DeclineSelectedShare float64 `json:"decline_selected_share,omitempty"` // the same for decline; chance alone identifies as many
	CoursesPerYear       int     `json:"courses_per_year,omitempty"`       // the municipality's own number; 0: none
	Synthetic            bool    `json:"synthetic"`                        // measured on invented citizens
}

// rates lists every rate with its name in JSON.
func (m Measured) rates() []namedRate {
	return []namedRate{
		{"completion", m.Completion}, {"effect", m.Effect}, {"benefit", m.Benefit}, {"decline", m.Decline},
		{"base_completion", m.BaseCompletion}, {"base_effect", m.BaseEffect}, {"base_benefit", m.BaseBenefit},
	}
}

type namedRate struct {
	name string
	Rate
}

func (m Measured) validate() []error {
	var errs []error
	check := func(ok bool, field string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s is %v, want %s", field, got, want))
		}
	}
	for _, r := range m.rates() {
		if r.Given() {
			r.check(check)
		}
	}
	chain := m.Completion.Given() && m.Effect.Given()
	check(m.Benefit.Given() || chain, "benefit", "not given", "either benefit, or both completion and effect")
	selected := func(field string, x float64) {
		check(x == 0 || (x >= 1e-4 && x <= 1), field, x, "0 (not told) or a share in [0.0001, 1]")
	}
	selected("selected_share", m.SelectedShare)
	selected("decline_selected_share", m.DeclineSelectedShare)
	check(m.CoursesPerYear >= 0 && m.CoursesPerYear <= maxCount, "courses_per_year", m.CoursesPerYear, "a number from 0 to 1,000,000")
	if len(errs) == 0 && m.BaseIncludesSelected {
		m.checkPart(check)
	}
	return errs
}

func (r namedRate) check(check func(ok bool, field string, got any, want string)) {
	n := float64(r.N)
	countOK := r.N >= 1 && r.N <= maxCount
	check(countOK, r.name+".n", r.N, "a number of citizens from 1 to 1,000,000")
	eventsOK := r.Events >= 0 && finite(r.Events) && (!countOK || r.Events <= n)
	check(eventsOK, r.name+".events", r.Events, fmt.Sprintf("from 0 to n (%d)", r.N))
	estimateOK := r.Estimate >= 0 && r.Estimate <= 1
	check(estimateOK, r.name+".estimate", r.Estimate, "a share in [0, 1]")
	check(r.Clustering >= 0 && r.Clustering <= maxClustering, r.name+".clustering", r.Clustering, "0 (not told) or a factor up to 1,000")
	lowerOK, upperOK := r.Lower >= 0 && r.Lower <= 1, r.Upper >= 0 && r.Upper <= 1
	check(lowerOK, r.name+".lower", r.Lower, "a share in [0, 1]")
	check(upperOK, r.name+".upper", r.Upper, "a share in [0, 1]")
	if lowerOK && upperOK {
		check(r.Lower <= r.Upper, r.name+".lower", r.Lower, fmt.Sprintf("at most upper (%v)", r.Upper))
	}
	if countOK && eventsOK && estimateOK {
		// A caller may have rounded the estimate to a per cent; more than that is another number.
		check(math.Abs(r.Estimate-r.Events/n) <= 0.0051, r.name+".estimate", r.Estimate, fmt.Sprintf("events / n (%.4g)", r.Events/n))
	}
}

// maxClustering is a factor that no measurement of people has; a larger one is a mistake.
const maxClustering = 1000

// checkPart checks that the selected can be a part of the base group.
func (m Measured) checkPart(check func(ok bool, field string, got any, want string)) {
	for _, p := range []struct {
		name           string
		base, selected Rate
	}{
		{"base_completion", m.BaseCompletion, m.Completion},
		{"base_effect", m.BaseEffect, m.Effect},
		{"base_benefit", m.BaseBenefit, m.Benefit},
	} {
		if !p.base.Given() || !p.selected.Given() {
			continue
		}
		n, events := p.base.N-p.selected.N, p.base.Events-p.selected.Events
		check(n >= 0, p.name+".n", p.base.N, fmt.Sprintf("at least the %d selected, who are part of it", p.selected.N))
		check(events >= -1e-9 && (n < 0 || events <= float64(n)+1e-9), p.name+".events", p.base.Events,
			fmt.Sprintf("the selected's %v plus 0 to %d more", p.selected.Events, n))
	}
}
