package businesscase

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/businesscase/formula"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Params is what the chain needs besides measured rates: the proposal's assumptions in kroner and shares.
type Params struct {
	CoursesPerYear     int     `json:"courses_per_year"`
	BaselineCompletion float64 `json:"baseline_completion"` // expected today, not measured
	BaselineEffect     float64 `json:"baseline_effect"`     // expected today among those who complete, not measured
	ValuePerCitizen    float64 `json:"value_per_citizen"`   // kr per citizen with effect
	RunningPerYear     float64 `json:"running_per_year"`    // kr, lasting cost of the algorithms
	DeclinePopulation  int     `json:"decline_population"`  // citizens a year who go from little or no help to personal care
	DeclineIdentified  float64 `json:"decline_identified"`  // assumed share; a measured Decline rate takes its place
	DeclinePostponed   float64 `json:"decline_postponed"`   // assumed share of the identified; nothing here measures it
	DeclineOverlap     float64 `json:"decline_overlap"`     // assumed share of them that algorithm 1 finds too
}

// ParamsOf picks the chain's parameters out of a proposal that names them as SU7 does. It is an error if one is not
// declared with one value, or out of range. Money is taken to kr whatever its unit.
func ParamsOf(p *proposal.Proposal) (Params, error) {
	var errs []error
	get := func(id string) float64 {
		i := slices.IndexFunc(p.Parameters, func(q proposal.Param) bool { return q.ID == id && q.Value != nil })
		if i < 0 {
			errs = append(errs, fmt.Errorf("proposal %s has no parameter %s", p.ID, id))
			return 0
		}
		unit, err := formula.ParseUnit(p.Parameters[i].Unit)
		if err != nil {
			errs = append(errs, fmt.Errorf("proposal %s, parameter %s: %w", p.ID, id, err))
		}
		return p.Parameters[i].Value.Value * unit.Scale()
	}
	count := func(id string) int {
		v := get(id)
		if !(v >= 0 && v <= maxCount) || v != math.Trunc(v) {
			errs = append(errs, fmt.Errorf("%s is %v, want a whole number of people from 0 to 1,000,000", id, v))
			return 0
		}
		return int(v)
	}
	q := Params{
		CoursesPerYear:     count("courses_per_year"),
		BaselineCompletion: get("baseline_completion"),
		BaselineEffect:     get("baseline_effect"),
		ValuePerCitizen:    get("value_per_citizen"),
		RunningPerYear:     HalfUp(get("future_running"), 1),
		DeclinePopulation:  count("alg2_population"),
		DeclineIdentified:  get("alg2_identified"),
		DeclinePostponed:   get("alg2_postponed"),
		DeclineOverlap:     get("alg2_overlap"),
	}
	if len(errs) == 0 {
		errs = q.validate()
	}
	if len(errs) > 0 {
		return Params{}, invalid("proposal-parameters", errs)
	}
	return q, nil
}

// maxCount bounds every count of people: more than any municipality has. Beta and binomial quantiles are
// tested up to here; beyond, the continued fraction behind them loses digits.
const maxCount = 1_000_000

func (p Params) validate() []error {
	var errs []error
	check := func(ok bool, field string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s is %v, want %s", field, got, want))
		}
	}
	share := func(field string, x float64) { check(x >= 0 && x <= 1, field, x, "a share in [0, 1]") }
	money := func(field string, x float64) {
		check(x >= 0 && x <= 1e12, field, x, "kroner, at least 0") // NaN fails
	}
	people := func(field string, n int) {
		check(n >= 0 && n <= maxCount, field, n, "a number of people from 0 to 1,000,000")
	}
	people("params.courses_per_year", p.CoursesPerYear)
	share("params.baseline_completion", p.BaselineCompletion)
	share("params.baseline_effect", p.BaselineEffect)
	money("params.value_per_citizen", p.ValuePerCitizen)
	money("params.running_per_year", p.RunningPerYear)
	people("params.decline_population", p.DeclinePopulation)
	share("params.decline_identified", p.DeclineIdentified)
	share("params.decline_postponed", p.DeclinePostponed)
	share("params.decline_overlap", p.DeclineOverlap)
	return errs
}

// invalid makes one error of many; nothing in it comes from a citizen.
func invalid(code string, errs []error) error {
	return rettidig.E(rettidig.Invalid, code, errors.Join(errs...).Error(), nil)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
