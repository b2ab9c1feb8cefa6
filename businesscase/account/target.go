package account

import (
	"fmt"
	"math"
	"regexp"

	"github.com/rettidig/rettidig"
)

// TargetKind is what a follow-up target is for.
type TargetKind string

// The kinds.
const (
	Milestone   TargetKind = "milestone"   // something is done by a day
	Realisation TargetKind = "realisation" // the gain comes
	GuardRail   TargetKind = "guard-rail"  // something else does not get worse
)

// Measure is how a target is judged.
type Measure string

// The measures.
const (
	CompletionRate Measure = "completion_rate"   // completed of the courses of those selected: a confidence sequence
	EffectRate     Measure = "effect_rate"       // with effect of those completed: a confidence sequence
	BenefitRate    Measure = "benefit_rate"      // completed and with effect of the courses: a confidence sequence
	ShareOfFull    Measure = "share_of_forecast" // a year's realised figures as a share of the forecast at full phase-in
	Reported       Measure = "reported"          // a number that its owner reports
	Done           Measure = "done"              // its owner says that it is done
)

// Rate tells whether courses are counted.
func (m Measure) Rate() bool { return m == CompletionRate || m == EffectRate || m == BenefitRate }

// Target is a follow-up target of a proposal. It is never changed: it can be withdrawn and another set.
type Target struct {
	ID    string       `json:"id"` // chosen by who sets it
	Goal  string       `json:"goal"`
	Owner string       `json:"owner"` // the unit that answers for it
	Due   rettidig.Day `json:"due"`
	Kind  TargetKind   `json:"kind"`
	// MeasuredBy says in words how it is measured; Unit is that of AtLeast; Parameter names what it should come from in the
	// proposal. They are shown and decide nothing.
	MeasuredBy string  `json:"measured_by,omitempty"`
	Unit       string  `json:"unit,omitempty"`
	Parameter  string  `json:"parameter,omitempty"`
	Measure    Measure `json:"measure"`
	AtLeast    float64 `json:"at_least,omitempty"` // the goal; 0 with "done"
	// Of and Year are what share_of_forecast is about; empty otherwise.
	Of   *Kind `json:"of,omitempty"`
	Year int   `json:"year,omitempty"`
	// Alpha and TunedFor belong to the confidence sequence and are fixed with the target, because choosing them
	// when the courses are known would undo what they promise. 0 where no courses are counted.
	Alpha    float64 `json:"alpha,omitempty"`
	TunedFor float64 `json:"tuned_for,omitempty"`
}

// How a rate is judged unless its target says something else: at most one false verdict in twenty such targets, and the
// sequence narrowest around half a year of Copenhagen's 875 courses.
const (
	DefaultAlpha    = 0.05
	DefaultTunedFor = 400
)

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// Validate reports every fault of t in one error.
func (t *Target) Validate() error {
	var e faults
	e.check(idForm.MatchString(t.ID), "id", t.ID, "1 to 40 of a-z, 0-9, - and _")
	e.text("goal", t.Goal, true)
	e.text("owner", t.Owner, true)
	e.text("measured_by", t.MeasuredBy, false)
	e.text("unit", t.Unit, false)
	e.text("parameter", t.Parameter, false)
	e.check(t.Due.Valid(), "due", "not given", "a date such as 2026-12-31")
	e.check(t.Kind == Milestone || t.Kind == Realisation || t.Kind == GuardRail, "kind", t.Kind, "milestone, realisation or guard-rail")
	switch t.Measure {
	case CompletionRate, EffectRate, BenefitRate:
		e.check(t.AtLeast > 0 && t.AtLeast < 1, "at_least", t.AtLeast, "a share between 0 and 1, such as 0.7")
		e.check(t.Alpha >= 1e-6 && t.Alpha <= 0.5, "alpha", t.Alpha, "in [0.000001, 0.5], such as 0.05")
		e.check(t.TunedFor >= 1 && t.TunedFor <= mostCourses, "tuned_for", t.TunedFor, "1 to 1,000,000 courses, such as 400")
	case ShareOfFull:
		e.check(t.AtLeast > 0 && t.AtLeast <= 10, "at_least", t.AtLeast, "a share of full effect, such as 0.25")
	case Reported:
		e.check(math.Abs(t.AtLeast) <= mostValue, "at_least", t.AtLeast, "a number up to 1e12")
	case Done:
		e.check(t.AtLeast == 0, "at_least", t.AtLeast, "left out: it is done or it is not")
	default:
		e.check(false, "measure", t.Measure, "completion_rate, effect_rate, benefit_rate, share_of_forecast, reported or done")
	}
	if t.Measure == ShareOfFull {
		e.check(t.Of != nil && t.Of.place() >= 0, "of", t.Of, "the kind of figure, such as kroner (capacity)")
		e.check(t.Year >= 2000 && t.Year <= 2099, "year", t.Year, "a year such as 2026")
	} else {
		e.check(t.Of == nil && t.Year == 0, "of, year", "given", "only with share_of_forecast")
	}
	if !t.Measure.Rate() {
		e.check(t.Alpha == 0 && t.TunedFor == 0, "alpha, tuned_for", "given", "only where courses are counted")
	}
	return e.err("target")
}

// Status is what an owner says about a target.
type Status struct {
	Target    string       `json:"target"`
	On        rettidig.Day `json:"on"` // done, measured or withdrawn on
	By        string       `json:"by"`
	Value     *float64     `json:"value,omitempty"` // with "reported"
	Withdrawn bool         `json:"withdrawn,omitempty"`
	Note      string       `json:"note,omitempty"`
}

// Validate reports every fault of s in one error.
func (s *Status) Validate() error {
	var e faults
	e.check(idForm.MatchString(s.Target), "target", s.Target, "the id of a target")
	e.check(s.On.Valid(), "on", "not given", "a date such as 2026-12-31")
	e.text("by", s.By, true)
	e.text("note", s.Note, s.Withdrawn)
	e.check(s.Value == nil || math.Abs(*s.Value) <= mostValue, "value", s.Value, "a number up to 1e12")
	e.check(!s.Withdrawn || s.Value == nil, "value", "given", "none when the target is withdrawn")
	return e.err("status")
}

// fits checks that s is something that can be said about t.
func (s *Status) fits(t *Target) error {
	switch {
	case s.Withdrawn || t.Measure == Done && s.Value == nil || t.Measure == Reported && s.Value != nil:
		return nil
	case t.Measure == Done:
		return fmt.Errorf("target %s is done or not: leave the value out", t.ID)
	case t.Measure == Reported:
		return fmt.Errorf("target %s is a number (at least %v): say which it was", t.ID, t.AtLeast)
	}
	return fmt.Errorf("target %s is judged by the realised figures (%s), not by what is said about it", t.ID, t.Measure)
}
