package account

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/rettidig/rettidig"
)

// Quantity is what is counted.
type Quantity string

// The quantities. All are of a quarter's courses: those that began in it, whenever they ended.
const (
	Completions Quantity = "completions"      // courses completed
	Effects     Quantity = "effects"          // courses completed and with effect
	Minutes     Quantity = "minutes_per_week" // visited minutes a week less than without the proposal; a saving is positive
	Kroner      Quantity = "kroner"           // kroner less than without the proposal; a saving is positive
)

// Gain says what kind of good a number of minutes or kroner is. Gains of different kinds are never added up: in
// Viborg's 2016 pilot need fell on paper while no minutes were cut, so the one does not stand for the other.
type Gain string

// The gains.
const (
	Cashable Gain = "cashable" // an account or a budget is lower
	Capacity Gain = "capacity" // staff time is free for other citizens; no account is lower
	Quality  Gain = "quality"  // something is better and costs no less
)

// Kind is a quantity with its gain; counts have none.
type Kind struct {
	Quantity Quantity `json:"quantity"`
	Gain     Gain     `json:"gain,omitempty"`
}

// kinds in the order in which everything is shown.
var kinds = []Kind{
	{Completions, ""}, {Effects, ""},
	{Minutes, Cashable}, {Minutes, Capacity}, {Minutes, Quality},
	{Kroner, Cashable}, {Kroner, Capacity}, {Kroner, Quality},
}

func (k Kind) place() int {
	for i, have := range kinds {
		if k == have {
			return i
		}
	}
	return -1
}

// String returns such as "kroner (capacity)".
func (k Kind) String() string {
	if k.Gain == "" {
		return string(k.Quantity)
	}
	return string(k.Quantity) + " (" + string(k.Gain) + ")"
}

// Range is an estimate with its 90 % interval, both ends included: the outcome is expected below Lower at most one
// time in twenty, and above Upper at most one time in twenty.
type Range struct {
	Estimate float64 `json:"estimate"`
	Lower    float64 `json:"lower"`
	Upper    float64 `json:"upper"`
}

// Includes tells whether x lies in the interval, its ends included.
func (r Range) Includes(x float64) bool { return r.Lower <= x && x <= r.Upper }

// Days after a quarter until its figures can be judged.
const (
	courseDays = 84  // a course takes twelve weeks
	mature     = 112 // and the final screening may be four weeks late: label protocol, day 70 to 112
	mostDays   = 800 // for kroner that come in over two years
)

// ForecastQuarter is what is expected of the courses that begin in one quarter.
type ForecastQuarter struct {
	Quarter Quarter `json:"quarter"`
	Courses int     `json:"courses"` // assumed to begin
	// PhaseIn is the share of full effect that was expected, in (0, 1]; 0 is not stated and counts as 1.
	PhaseIn float64 `json:"phase_in,omitempty"`
	Range
	// Quantiles are the values at the probabilities 0.05, 0.10 ... 0.95, or empty: where in the forecast the outcome fell.
	Quantiles []float64 `json:"quantiles,omitempty"`
}

// Series is one kind of figure over consecutive quarters.
type Series struct {
	Kind
	MatureDays int               `json:"mature_days"` // after the quarter's last day until the figure can be judged
	Quarters   []ForecastQuarter `json:"quarters"`
	// Sum is the range of the sum of the quarters up to and with each, or empty. It is not the sum of the ranges: what is
	// not known about a rate is the same in every quarter, chance is not.
	Sum []Range `json:"sum,omitempty"`
}

// Forecast is what was said beforehand. It is never changed: its ID is the hash of its content.
type Forecast struct {
	Made        rettidig.Day `json:"made"` // as its makers say; whether it was in time is judged by when it was stored
	By          string       `json:"by"`
	Model       string       `json:"model,omitempty"`        // id in the registry
	ModelSHA256 string       `json:"model_sha256,omitempty"` // 64 hex digits
	Seed        uint64       `json:"seed"`
	PriceLevel  string       `json:"price_level,omitempty"` // a year; required where there are kroner
	// ValuePerCitizen and BaselineRate are what kroner were made of: value x (effects - courses x baseline). Both 0: not
	// made that way.
	ValuePerCitizen float64  `json:"value_per_citizen,omitempty"`
	BaselineRate    float64  `json:"baseline_rate,omitempty"`
	Basis           string   `json:"basis,omitempty"`     // where it comes from, in words
	Synthetic       bool     `json:"synthetic,omitempty"` // the rates were measured on invented citizens
	Series          []Series `json:"series"`
}

// ID returns f's name: "f-" and the first 12 hex digits of the SHA-256 of its JSON.
func (f *Forecast) ID() string {
	b, err := json.Marshal(f)
	if err != nil {
		panic("account: a forecast that cannot be written: " + err.Error()) // Validate lets no NaN through
	}
	sum := sha256.Sum256(b)
	return "f-" + hex.EncodeToString(sum[:6])
}

// bounds of what is read: more than any municipality has, and small enough that sums stay exact.
const (
	mostCourses  = 1_000_000
	mostQuarters = 80
	mostValue    = 1e12
	mostText     = 500
)

var (
	sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)
	yearForm   = regexp.MustCompile(`^20[0-9]{2}$`)
)

// faults collects everything that is wrong with a record.
type faults []error

func (e *faults) check(ok bool, field string, got any, want string) {
	if !ok {
		*e = append(*e, fmt.Errorf("%s is %v, want %s", field, got, want))
	}
}

func (e *faults) text(field, s string, required bool) {
	e.check(!required || strings.TrimSpace(s) != "", field, `""`, "some text")
	e.check(len(s) <= mostText && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }), field, "too long or not one line",
		fmt.Sprintf("one line of at most %d bytes", mostText))
	if noCitizen.MatchString(s) {
		*e = append(*e, fmt.Errorf("%s holds what looks like a CPR number; an account holds counts, never citizens", field))
	}
}

// noCitizen finds what is written like a CPR number.
var noCitizen = regexp.MustCompile(`(^|[^0-9])(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}[- ]?[0-9]{4}([^0-9]|$)`)

func (e faults) err(what string) error {
	if len(e) == 0 {
		return nil
	}
	return rettidig.E(rettidig.Invalid, "account-"+what, what+": "+strings.ReplaceAll(errors.Join(e...).Error(), "\n", "; "), nil)
}

func checkPriceLevel(e *faults, level string, kroner bool) {
	switch {
	case level != "":
		e.check(yearForm.MatchString(level), "price_level", level, "a year such as 2026")
	case kroner:
		e.check(false, "price_level", "not given", "the year whose prices the kroner are in, such as 2026")
	}
}

// Validate reports every fault of f in one error.
func (f *Forecast) Validate() error {
	var e faults
	e.check(f.Made.Valid(), "made", "not given", "a date such as 2026-11-20")
	e.text("by", f.By, true)
	e.text("model", f.Model, false)
	e.text("basis", f.Basis, false)
	e.check(f.ModelSHA256 == "" || sha256Form.MatchString(f.ModelSHA256), "model_sha256", f.ModelSHA256, "64 hex digits in lower case")
	e.check(f.ValuePerCitizen >= 0 && f.ValuePerCitizen <= mostValue, "value_per_citizen", f.ValuePerCitizen, "kroner, at least 0")
	e.check(f.BaselineRate >= 0 && f.BaselineRate <= 1, "baseline_rate", f.BaselineRate, "a share in [0, 1]")
	e.check(len(f.Series) > 0, "series", "empty", "at least one")
	kroner, last := false, -1
	for i := range f.Series {
		s := &f.Series[i]
		kroner = kroner || s.Quantity == Kroner
		at := s.place()
		if at < 0 {
			e.check(false, fmt.Sprintf("series[%d]", i), s.Kind, "completions or effects without a gain, or minutes_per_week or kroner that are cashable, capacity or quality")
			continue
		}
		e.check(at > last, fmt.Sprintf("series[%d]", i), s.Kind, "each kind once, in the order of the documentation")
		last = at
		s.validate(&e)
	}
	checkPriceLevel(&e, f.PriceLevel, kroner)
	return e.err("forecast")
}

func (s *Series) validate(e *faults) {
	name := s.Kind.String()
	e.check(s.MatureDays >= courseDays && s.MatureDays <= mostDays, name+": mature_days", s.MatureDays, fmt.Sprintf("%d to %d: a course takes twelve weeks", courseDays, mostDays))
	e.check(len(s.Quarters) >= 1 && len(s.Quarters) <= mostQuarters, name+": quarters", len(s.Quarters), fmt.Sprintf("1 to %d", mostQuarters))
	e.check(len(s.Sum) == 0 || len(s.Sum) == len(s.Quarters), name+": sum", len(s.Sum), "as many as there are quarters, or none")
	for i, q := range s.Quarters {
		at := fmt.Sprintf("%s, %s: ", name, q.Quarter)
		if i > 0 {
			e.check(q.Quarter == s.Quarters[i-1].Quarter.Next(), name+": quarters", q.Quarter, "the quarter after "+s.Quarters[i-1].Quarter.String())
		}
		e.check(q.Courses >= 0 && q.Courses <= mostCourses, at+"courses", q.Courses, "0 to 1,000,000")
		e.check(q.PhaseIn >= 0 && q.PhaseIn <= 1, at+"phase_in", q.PhaseIn, "a share in (0, 1], or left out")
		q.validate(e, at)
		if s.Gain == "" {
			e.check(q.Lower >= 0 && q.Upper <= float64(q.Courses), at+"interval", fmt.Sprintf("%v to %v", q.Lower, q.Upper), "within 0 and the courses assumed")
		}
		e.check(len(q.Quantiles) == 0 || len(q.Quantiles) == levels, at+"quantiles", len(q.Quantiles), "19 values (at 0.05, 0.10 ... 0.95), or none")
		for j, v := range q.Quantiles {
			e.check(math.Abs(v) <= mostValue && (j == 0 || v >= q.Quantiles[j-1]), at+"quantiles", v, "numbers that do not fall")
		}
	}
	for i, r := range s.Sum {
		r.validate(e, fmt.Sprintf("%s, sum[%d]: ", name, i))
	}
}

func (r Range) validate(e *faults, at string) {
	for _, v := range []float64{r.Estimate, r.Lower, r.Upper} {
		e.check(math.Abs(v) <= mostValue, at+"value", v, "a number up to 1e12") // NaN fails
	}
	e.check(r.Lower <= r.Estimate && r.Estimate <= r.Upper, at+"interval", fmt.Sprintf("%v to %v", r.Lower, r.Upper), fmt.Sprintf("one that holds the estimate %v", r.Estimate))
}

// levels is how many quantiles are kept.
const levels = 19
