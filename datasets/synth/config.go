package synth

import (
	"errors"
	"fmt"
	"time"

	"github.com/rettidig/rettidig"
)

// The formats of a delivery.
const (
	FormatA1H1 = "a1h1" // names the citizen by CPR number: A1, H1, D1-D4 and the class list A3
	FormatA2H2 = "a2h2" // by BorgerID: A2, H2, D1-D4, A3, and the citizens' sex and birth year in A4
)

// The containers that the files come in.
const (
	Plain = "plain" // each table as the vendor prints it, CSV or XLSX
	Mixed = "mixed" // zip, gzip, tab separated, several sheets in a workbook, headers in other spellings
)

// Config says which municipality to invent. Two equal configurations give the same bytes, whatever Workers is.
type Config struct {
	Citizens int          `json:"citizens"` // aged 65 or more and living in the municipality on From
	Seed     uint64       `json:"seed"`
	From     rettidig.Day `json:"from"` // first day of home care and training; aids go back further
	To       rettidig.Day `json:"to"`   // the day the extracts were run
	Format   string       `json:"format"`

	Containers string `json:"containers"`
	K1         bool   `json:"k1"` // also the deliveries of KL Gateway: abilities, deaths and delivered services

	Dirt    Dirt   `json:"dirt"`
	Assume  Assume `json:"assume"`
	Workers int    `json:"-"` // goroutines; 0 is one per processor
}

// Assume holds modelling choices that no published figure settles. They can be changed or switched off.
type Assume struct {
	Courses       float64 `json:"courses"`         // multiplies how often assessors offer training; 1 gives about 16 courses a year per 1,000 citizens of 65+
	HomeCareDeath float64 `json:"home_care_death"` // how much likelier somebody with personal care is to die than an independent citizen of the same age
	Unobserved    float64 `json:"unobserved"`      // standard deviation of what the registers cannot see, relative to the default; 0 makes every outcome depend on the record only
}

// Default returns a municipality of 20,000 citizens over the six years that end on 30 June 2026.
func Default() Config {
	return Config{
		Citizens: 20000, Seed: 1,
		From: rettidig.DayOf(2020, time.July, 1), To: rettidig.DayOf(2026, time.June, 30),
		Format: FormatA1H1, Containers: Plain, Dirt: DocumentedDirt(),
		Assume: Assume{Courses: 1, HomeCareDeath: 2, Unobserved: 1},
	}
}

// The first and last From: younger citizens than this would need births from 1960 on, older ones births
// before 1900.
var (
	firstFrom = rettidig.DayOf(2005, time.January, 1)
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
	check(c.Format == FormatA1H1 || c.Format == FormatA2H2, "format", fmt.Sprintf("%q", c.Format), fmt.Sprintf("%q or %q", FormatA1H1, FormatA2H2))
	check(c.Containers == Plain || c.Containers == Mixed, "containers", fmt.Sprintf("%q", c.Containers), fmt.Sprintf("%q or %q", Plain, Mixed))
	check(!c.K1 || c.Format == FormatA1H1, "k1", c.K1, fmt.Sprintf("false in the format %s: reports to KL Gateway name the citizen by CPR number", c.Format))
	check(c.Dirt.Overlap == 0 || c.Format == FormatA1H1, "dirt.overlap", c.Dirt.Overlap,
		fmt.Sprintf("0 in the format %s, whose files do not say when they were made", c.Format))
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
	c.Dirt.each(func(name string, rate *float64) { check(*rate >= 0 && *rate <= 1, "dirt."+name, *rate, "0 to 1") })
	return errors.Join(errs...)
}

// yearsLater returns the same calendar day n years on; 29 February gives 1 March in a common year.
func yearsLater(d rettidig.Day, n int) rettidig.Day {
	t := d.Time()
	return rettidig.DayOfTime(time.Date(t.Year()+n, t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
}
