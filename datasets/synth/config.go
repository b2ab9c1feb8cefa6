package synth

import (
	"errors"
	"fmt"
	"time"

	"github.com/rettidig/rettidig"
)

// FormatA1H1 is the delivery that names the citizen by CPR number: A1 and H1, with D1-D4.
const FormatA1H1 = "a1h1"

// Config says which municipality to invent. Two equal configurations give the same bytes, whatever Workers is.
type Config struct {
	Citizens int          `json:"citizens"` // aged 65 or more and living in the municipality on From
	Seed     uint64       `json:"seed"`
	From     rettidig.Day `json:"from"` // first day of home care and training; aids go back further
	To       rettidig.Day `json:"to"`   // the day the extracts were run
	Format   string       `json:"format"`
	Dirt     Dirt         `json:"dirt"`
	Assume   Assume       `json:"assume"`
	Workers  int          `json:"-"` // goroutines; 0 is one per processor
}

// Assume holds modelling choices that no published figure settles. They can be changed or switched off.
type Assume struct {
	Courses        float64 `json:"courses"`         // multiplies how often assessors offer training; 1 gives about 16 courses a year per 1,000 citizens of 65+
	HomeCareDeath  float64 `json:"home_care_death"` // how much likelier somebody with personal care is to die than an independent citizen of the same age
	Unobserved     float64 `json:"unobserved"`      // standard deviation of what the registers cannot see, relative to the default; 0 makes every outcome depend on the record only
	AeldrelovBreak bool    `json:"aeldrelov_break"` // service names change on 1 July 2025
}

// Dirt holds the rate of each fault that real deliveries have; 0 switches it off. Rates are shares of rows
// unless the comment says otherwise.
type Dirt struct {
	NeverBooked       float64 `json:"never_booked"`        // loans whose return is never booked
	NeverBookedSticky float64 `json:"never_booked_sticky"` // the same for turning aids, bath seats and toilet seats
	LostReturn        float64 `json:"lost_return"`         // return dates that cannot be read
	ReturnBeforeLend  float64 `json:"return_before_lend"`
	BogusID           float64 `json:"bogus_id"`          // #VALUE!, blank, 681, 0 in place of the citizen
	LostZeroISO       float64 `json:"lost_zero_iso"`     // leading zero of class 04 and 09 lost
	OldAlarm          float64 `json:"old_alarm"`         // alarms under their old class number 21 51 03
	OldCushion        float64 `json:"old_cushion"`       // pressure cushions under 18 09 42
	Duplicate         float64 `json:"duplicate"`         // rows that come twice
	Mojibake          float64 `json:"mojibake"`          // service names read as Latin-1 once too often
	ZeroMinutes       float64 `json:"zero_minutes"`      // extra rows with no minutes
	LocalName         float64 `json:"local_name"`        // service names that only this municipality uses
	UnknownService    float64 `json:"unknown_service"`   // extra rows of services that no table knows
	DigiRehabLost     float64 `json:"digirehab_lost"`    // trained citizens whose rows have lost their id or date
	SecondPatientID   float64 `json:"second_patient_id"` // repeated courses that were enrolled as a new patient
	BlankAbility      float64 `json:"blank_ability"`     // intermediate screenings without a physical score
	StatusSpelling    float64 `json:"status_spelling"`   // statuses in another spelling
	LostZeroCPR       float64 `json:"lost_zero_cpr"`     // training rows where a spreadsheet ate the CPR number's leading zero
	BulkReregister    float64 `json:"bulk_reregister"`   // loans returned and lent again on one day of 2014-15, if the period covers it
}

// DocumentedDirt returns the rates that are published or read off published figures, and small rates for
// faults that are documented without one.
func DocumentedDirt() Dirt {
	return Dirt{
		NeverBooked: 0.012, NeverBookedSticky: 0.045, LostReturn: 0.002, ReturnBeforeLend: 0.002, BogusID: 0.001,
		LostZeroISO: 0.03, OldAlarm: 0.3, OldCushion: 0.1, Duplicate: 0.002, Mojibake: 0.01, ZeroMinutes: 0.002,
		LocalName: 0.02, UnknownService: 0.002, DigiRehabLost: 0.046, SecondPatientID: 0.3, BlankAbility: 0.02,
		StatusSpelling: 0.1, LostZeroCPR: 0.003, BulkReregister: 0.45,
	}
}

// Default returns a municipality of 20,000 citizens over the six years that end on 30 June 2026.
func Default() Config {
	return Config{
		Citizens: 20000, Seed: 1,
		From: rettidig.DayOf(2020, time.July, 1), To: rettidig.DayOf(2026, time.June, 30),
		Format: FormatA1H1, Dirt: DocumentedDirt(),
		Assume: Assume{Courses: 1, HomeCareDeath: 2, Unobserved: 1, AeldrelovBreak: true},
	}
}

// The first and last From: younger citizens than this would need births from 1960 on, older ones births
// before 1900.
var (
	firstFrom = rettidig.DayOf(2008, time.January, 1)
	lastFrom  = rettidig.DayOf(2024, time.December, 31)
)

// Validate lists every field that is out of range.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, field string, got any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s is %v, want %s", field, got, want))
		}
	}
	check(c.Citizens >= 1 && c.Citizens <= 5_000_000, "citizens", c.Citizens, "1 to 5,000,000")
	check(c.Format == FormatA1H1, "format", fmt.Sprintf("%q", c.Format), fmt.Sprintf("%q, the only format this generator writes", FormatA1H1))
	check(c.From.Valid() && c.From >= firstFrom && c.From <= lastFrom, "from", c.From,
		fmt.Sprintf("%v to %v, so that everybody aged 65 was born from 1900 to 1959", firstFrom, lastFrom))
	if c.From.Valid() {
		check(c.To.Valid() && c.To >= yearsLater(c.From, 5)-1, "to", c.To, "at least five years after from")
		check(!c.To.Valid() || c.To <= yearsLater(c.From, 20), "to", c.To, "at most twenty years after from")
	}
	check(c.Workers >= 0 && c.Workers <= 1024, "workers", c.Workers, "0 to 1024")
	check(c.Assume.Courses >= 0 && c.Assume.Courses <= 5, "assume.courses", c.Assume.Courses, "0 to 5")
	check(c.Assume.HomeCareDeath >= 1 && c.Assume.HomeCareDeath <= 5, "assume.home_care_death", c.Assume.HomeCareDeath, "1 to 5")
	check(c.Assume.Unobserved >= 0 && c.Assume.Unobserved <= 3, "assume.unobserved", c.Assume.Unobserved, "0 to 3")
	for _, r := range c.Dirt.rates() {
		check(r.rate >= 0 && r.rate <= 1, "dirt."+r.name, r.rate, "0 to 1")
	}
	return errors.Join(errs...)
}

type namedRate struct {
	name string
	rate float64
}

func (d Dirt) rates() []namedRate {
	return []namedRate{
		{"never_booked", d.NeverBooked}, {"never_booked_sticky", d.NeverBookedSticky}, {"lost_return", d.LostReturn},
		{"return_before_lend", d.ReturnBeforeLend}, {"bogus_id", d.BogusID}, {"lost_zero_iso", d.LostZeroISO},
		{"old_alarm", d.OldAlarm}, {"old_cushion", d.OldCushion}, {"duplicate", d.Duplicate}, {"mojibake", d.Mojibake},
		{"zero_minutes", d.ZeroMinutes}, {"local_name", d.LocalName}, {"unknown_service", d.UnknownService},
		{"digirehab_lost", d.DigiRehabLost}, {"second_patient_id", d.SecondPatientID}, {"blank_ability", d.BlankAbility},
		{"status_spelling", d.StatusSpelling}, {"lost_zero_cpr", d.LostZeroCPR}, {"bulk_reregister", d.BulkReregister},
	}
}

// yearsLater returns the same calendar day n years on; 29 February gives 1 March in a common year.
func yearsLater(d rettidig.Day, n int) rettidig.Day {
	t := d.Time()
	return rettidig.DayOfTime(time.Date(t.Year()+n, t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
}
