package cohort

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// Protocol is every number behind a label. The embedded protocol.yaml says what each field means.
type Protocol struct {
	ID      string `yaml:"id" json:"id"`
	Version string `yaml:"version" json:"version"`

	Course          CourseRules     `yaml:"course" json:"course"`
	Completion      CompletionRules `yaml:"completion" json:"completion"`
	Effect          EffectRules     `yaml:"effect" json:"effect"`
	Decline         DeclineRules    `yaml:"decline" json:"decline"`
	Leaving         LeavingRules    `yaml:"leaving" json:"leaving"`
	Population      PopulationRules `yaml:"population" json:"population"`
	LandmarkWeight  float64         `yaml:"landmark_weight" json:"landmark_weight"`
	Estimand        string          `yaml:"estimand" json:"estimand"`
	MinEndedCourses int             `yaml:"min_ended_courses" json:"min_ended_courses"`
}

// CourseRules cut a history into courses. All in days.
type CourseRules struct {
	QuietDays    int `yaml:"quiet_days" json:"quiet_days"`
	SilentDays   int `yaml:"silent_days" json:"silent_days"`
	PauseDays    int `yaml:"pause_days" json:"pause_days"`
	ReopenDays   int `yaml:"reopen_days" json:"reopen_days"`
	BaselineDays int `yaml:"baseline_days" json:"baseline_days"`
	HelperWeeks  int `yaml:"helper_weeks" json:"helper_weeks"` // who may be asked about, not who is in the cohort
}

// CompletionRules say when a course is completed. Days count from the baseline.
type CompletionRules struct {
	FinalFrom   int               `yaml:"final_screening_from_day" json:"final_screening_from_day"`
	FinalTo     int               `yaml:"final_screening_to_day" json:"final_screening_to_day"`
	SessionsMin int               `yaml:"sessions_min" json:"sessions_min"`
	StatusAfter int               `yaml:"status_after_day" json:"status_after_day"`
	Statuses    []rettidig.Status `yaml:"statuses" json:"statuses"`
}

// EffectRules say when a completed course had an effect. Days count from the baseline.
type EffectRules struct {
	From             int     `yaml:"screening_from_day" json:"screening_from_day"`
	To               int     `yaml:"screening_to_day" json:"screening_to_day"`
	NeedFall         float64 `yaml:"need_fall" json:"need_fall"`
	NeedFallShare    float64 `yaml:"need_fall_share" json:"need_fall_share"`
	AbilityRiseShare float64 `yaml:"ability_rise_share" json:"ability_rise_share"`
}

// DeclineRules say who is at risk of decline, when, and what it is.
type DeclineRules struct {
	Landmarks            []string        `yaml:"landmarks" json:"landmarks"`
	HorizonDays          int             `yaml:"horizon_days" json:"horizon_days"`
	MinAge               int             `yaml:"min_age" json:"min_age"`
	MaxAge               int             `yaml:"max_age" json:"max_age"`
	AtRiskWeeks          int             `yaml:"at_risk_weeks" json:"at_risk_weeks"`
	WindowWeeks          int             `yaml:"window_weeks" json:"window_weeks"`
	BeforeWeeks          int             `yaml:"before_weeks" json:"before_weeks"`
	MinutesRiseShare     float64         `yaml:"minutes_rise_share" json:"minutes_rise_share"`
	MinutesRise          float64         `yaml:"minutes_rise" json:"minutes_rise"`
	MinutesConcepts      []codes.Concept `yaml:"minutes_concepts" json:"minutes_concepts"`
	ExcludedServices     []string        `yaml:"excluded_services" json:"excluded_services"`
	DependencyAids       []string        `yaml:"dependency_aids" json:"dependency_aids"`
	PersonalCareWeeksMin int             `yaml:"personal_care_weeks_min" json:"personal_care_weeks_min"`
	Abilities            bool            `yaml:"abilities" json:"abilities"`
	AbilityRise          int             `yaml:"ability_rise" json:"ability_rise"`
	AbilityAreas         int             `yaml:"ability_areas" json:"ability_areas"`
	AbilityRiseOne       int             `yaml:"ability_rise_one" json:"ability_rise_one"`
}

// LeavingRules say when a citizen who falls silent has left.
type LeavingRules struct {
	SilentDays    int     `yaml:"silent_days" json:"silent_days"`
	ReturnedShare float64 `yaml:"returned_share" json:"returned_share"`
	BatchAidsMin  int     `yaml:"batch_aids_min" json:"batch_aids_min"`
	PresumedDays  int     `yaml:"presumed_days" json:"presumed_days"`
}

// The estimands.
const (
	CumulativeIncidence = "cumulative_incidence" // a competing event first: the event did not come first
	CauseSpecific       = "cause_specific"       // a competing event first: the row is not used
)

//go:embed protocol.yaml
var defaultYAML []byte

// Default returns the embedded protocol.
func Default() Protocol {
	var p Protocol
	if err := decodeStrictly(defaultYAML, &p); err != nil {
		panic("cohort: embedded protocol: " + err.Error())
	}
	return p
}

// DefaultYAML returns the embedded protocol as it is written, for printing.
func DefaultYAML() string { return string(defaultYAML) }

// ReadProtocol reads a protocol file. A field that is not in it keeps the default's value; an unknown field is
// an error. All bad fields are reported at once.
func ReadProtocol(path string) (Protocol, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Protocol{}, fmt.Errorf("read protocol: %w", err)
	}
	p, err := ParseProtocol(b)
	if err != nil {
		return Protocol{}, fmt.Errorf("protocol %s: %w", path, err)
	}
	return p, nil
}

// ParseProtocol is ReadProtocol for bytes.
func ParseProtocol(b []byte) (Protocol, error) {
	p := Default()
	if err := errors.Join(decodeStrictly(b, &p), p.Validate()); err != nil {
		return Protocol{}, err
	}
	if d := Default(); p.Name() == d.Name() && p.SHA256() != d.SHA256() {
		return Protocol{}, fmt.Errorf("values differ from those of %s: give the file an id or a version of its own", d.Name())
	}
	return p, nil
}

func decodeStrictly(b []byte, p *Protocol) error {
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(p); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("has more than one YAML document")
	}
	return nil
}

// Name is the id and the version, as printed on reports.
func (p Protocol) Name() string { return p.ID + "-" + p.Version }

// SHA256 identifies the values, not the layout of the file they came from.
func (p Protocol) SHA256() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic("cohort: protocol: " + err.Error()) // NaN and the like: Validate refuses them
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Variant returns the protocol with the strict (80 % of the sessions) or the lenient (final screening only)
// rule of completion, under an id that says so; "default" returns p.
func (p Protocol) Variant(name string) (Protocol, error) {
	switch name {
	case "default":
		return p, nil
	case "strict":
		p.Completion.SessionsMin = 19
	case "lenient":
		p.Completion.SessionsMin = 0
	default:
		return p, fmt.Errorf("protocol variant %q is not one of default, strict, lenient", name)
	}
	p.ID += "-" + name
	return p, nil
}

// Validate reports every field that cannot be used. It changes nothing.
func (p Protocol) Validate() error {
	var errs []error
	check := func(ok bool, field string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s is %v, want %s", field, got, want))
		}
	}
	days := func(field string, n int) { check(n >= 1 && n <= 3660, field, n, "1 to 3660 days") }
	share := func(field string, x float64) { check(x >= 0 && x <= 100, field, x, "in [0, 100]") } // NaN fails

	check(p.ID != "", "id", "empty", "a name")
	check(p.Version != "", "version", "empty", "a version")
	days("course.quiet_days", p.Course.QuietDays)
	days("course.silent_days", p.Course.SilentDays)
	days("course.pause_days", p.Course.PauseDays)
	days("course.reopen_days", p.Course.ReopenDays)
	days("course.baseline_days", p.Course.BaselineDays)
	check(p.Course.HelperWeeks >= 1 && p.Course.HelperWeeks <= 520, "course.helper_weeks", p.Course.HelperWeeks, "1 to 520 weeks")

	c := p.Completion
	days("completion.final_screening_from_day", c.FinalFrom)
	days("completion.final_screening_to_day", c.FinalTo)
	check(c.FinalFrom <= c.FinalTo, "completion.final_screening_from_day", c.FinalFrom, "at most final_screening_to_day")
	check(c.SessionsMin >= 0 && c.SessionsMin <= 1000, "completion.sessions_min", c.SessionsMin, "0 to 1000")
	check(c.StatusAfter >= 0 && c.StatusAfter < c.FinalTo, "completion.status_after_day", c.StatusAfter, "0 or more and before final_screening_to_day")
	for _, s := range c.Statuses {
		check(knownStatus(s), "completion.statuses", s, "canonical statuses")
	}

	e := p.Effect
	days("effect.screening_from_day", e.From)
	check(e.From <= e.To, "effect.screening_from_day", e.From, "at most screening_to_day")
	check(e.To >= c.FinalTo && e.To <= 3660, "effect.screening_to_day", e.To, "at least completion.final_screening_to_day, at most 3660")
	check(e.NeedFall >= 0 && e.NeedFall <= 1e6, "effect.need_fall", e.NeedFall, "in [0, 1000000]")
	share("effect.need_fall_share", e.NeedFallShare)
	share("effect.ability_rise_share", e.AbilityRiseShare)

	d := p.Decline
	check(len(d.Landmarks) > 0, "decline.landmarks", "empty", "month-day dates")
	for _, m := range d.Landmarks {
		_, _, ok := monthDay(m)
		check(ok, "decline.landmarks", fmt.Sprintf("%q", m), "month-day dates such as 07-01, not 02-29")
	}
	check(d.WindowWeeks >= 1 && d.WindowWeeks <= 26, "decline.window_weeks", d.WindowWeeks, "1 to 26")
	check(d.HorizonDays >= 7*(d.WindowWeeks+1) && d.HorizonDays <= 3660, "decline.horizon_days", d.HorizonDays, "room for a window, at most 3660 days")
	check(d.MinAge >= 0 && d.MinAge <= d.MaxAge, "decline.min_age", d.MinAge, "0 to max_age")
	check(d.MaxAge <= 130, "decline.max_age", d.MaxAge, "at most 130")
	check(d.AtRiskWeeks >= 1 && d.AtRiskWeeks <= 52, "decline.at_risk_weeks", d.AtRiskWeeks, "1 to 52")
	check(d.BeforeWeeks >= d.WindowWeeks && d.BeforeWeeks <= 104, "decline.before_weeks", d.BeforeWeeks, "window_weeks to 104")
	share("decline.minutes_rise_share", d.MinutesRiseShare)
	check(d.MinutesRise > 0 && d.MinutesRise <= 10080, "decline.minutes_rise", d.MinutesRise, "in (0, 10080] minutes")
	for _, c := range d.MinutesConcepts {
		check(slices.Contains(codes.Concepts(), c), "decline.minutes_concepts", c, "care concepts")
	}
	for _, a := range d.DependencyAids {
		check(len(a) >= 2 && len(a) <= 6 && strings.Trim(a, "0123456789") == "", "decline.dependency_aids", fmt.Sprintf("%q", a), "2 to 6 digits")
	}
	check(d.PersonalCareWeeksMin >= 1 && d.PersonalCareWeeksMin <= d.WindowWeeks, "decline.personal_care_weeks_min", d.PersonalCareWeeksMin, "1 to window_weeks")
	check(d.AbilityRise >= 1 && d.AbilityRise <= 4, "decline.ability_rise", d.AbilityRise, "1 to 4 levels")
	check(d.AbilityAreas >= 1 && d.AbilityAreas <= 5, "decline.ability_areas", d.AbilityAreas, "1 to 5 areas")
	check(d.AbilityRiseOne >= d.AbilityRise && d.AbilityRiseOne <= 4, "decline.ability_rise_one", d.AbilityRiseOne, "ability_rise to 4 levels")

	days("leaving.silent_days", p.Leaving.SilentDays)
	check(p.Leaving.ReturnedShare >= 0 && p.Leaving.ReturnedShare <= 1, "leaving.returned_share", p.Leaving.ReturnedShare, "in [0, 1]")
	check(p.Leaving.BatchAidsMin >= 1, "leaving.batch_aids_min", p.Leaving.BatchAidsMin, "at least 1")
	check(p.Leaving.PresumedDays >= 0 && p.Leaving.PresumedDays <= p.Leaving.SilentDays, "leaving.presumed_days", p.Leaving.PresumedDays, "0 to silent_days")
	check(p.Population.MonthDay >= 1 && p.Population.MonthDay <= 28, "population.month_day", p.Population.MonthDay, "1 to 28")
	check(p.Population.EveryMonths >= 1 && 12%p.Population.EveryMonths == 0, "population.every_months", p.Population.EveryMonths, "1, 2, 3, 4, 6 or 12")
	days("population.offered_days", p.Population.OfferedDays)
	check(p.LandmarkWeight > 0 && p.LandmarkWeight <= 1, "landmark_weight", p.LandmarkWeight, "in (0, 1]")
	check(p.Estimand == CumulativeIncidence || p.Estimand == CauseSpecific, "estimand", fmt.Sprintf("%q", p.Estimand), "cumulative_incidence or cause_specific")
	check(p.MinEndedCourses >= 0, "min_ended_courses", p.MinEndedCourses, "0 or more")
	return errors.Join(errs...)
}

func knownStatus(s rettidig.Status) bool {
	return slices.Contains([]rettidig.Status{rettidig.Active, rettidig.Pause, rettidig.Reactivated, rettidig.SignificantProgress,
		rettidig.Monitor, rettidig.Maintenance, rettidig.Terminated, rettidig.HasDied, rettidig.OptedOut, rettidig.ShouldBeScreened}, s)
}

// monthDay reads "07-01". A day that not every year has is refused.
func monthDay(s string) (time.Month, int, bool) {
	t, err := time.Parse("2006-01-02", "2001-"+s)
	return t.Month(), t.Day(), err == nil
}
