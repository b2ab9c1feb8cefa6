package synth

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Dirt holds the rate of each fault that real deliveries have; 0 switches it off. Rates are shares of rows unless
// the comment says otherwise. A fault that the format or the period has no room for (a price in A1, a registration
// event of 2014 in a delivery that begins in 2020) never happens, whatever its rate.
type Dirt struct {
	// Whose row it is.
	BogusID         float64 `yaml:"bogus_id" json:"bogus_id"`                   // #VALUE!, blank, 681, 0 in place of the citizen
	FloatID         float64 `yaml:"float_id" json:"float_id"`                   // a2h2: BorgerID as 9.91234E+11; half of them with all digits, 9.91234567890E+11
	LostZeroCPR     float64 `yaml:"lost_zero_cpr" json:"lost_zero_cpr"`         // a1h1, training rows: a spreadsheet ate the CPR number's leading zero
	ReplacementCPR  float64 `yaml:"replacement_cpr" json:"replacement_cpr"`     // a1h1, citizens under a replacement number until a day in the period
	ReversibleID    float64 `yaml:"reversible_id" json:"reversible_id"`         // a2h2, citizens whose BorgerID is the CPR number times 24 and something
	MixedKeys       float64 `yaml:"mixed_keys" json:"mixed_keys"`               // a1h1, citizens whose training rows have a BorgerID and no CPR number
	CrowdedID       float64 `yaml:"crowded_id" json:"crowded_id"`               // citizens whose aids and home care all stand under one and the same id
	SecondPatientID float64 `yaml:"second_patient_id" json:"second_patient_id"` // repeated courses that were enrolled as a new patient

	// Aids.
	SharedSerial      float64 `yaml:"shared_serial" json:"shared_serial"`               // a2h2: a device that is on loan at another citizen
	LostZeroISO       float64 `yaml:"lost_zero_iso" json:"lost_zero_iso"`               // leading zero of class 04 and 09 lost
	OldAlarm          float64 `yaml:"old_alarm" json:"old_alarm"`                       // alarms under their old class number 21 51 03
	OldCushion        float64 `yaml:"old_cushion" json:"old_cushion"`                   // pressure cushions under 18 09 42
	OldBath           float64 `yaml:"old_bath" json:"old_bath"`                         // bath stools under 09 33 03
	OldTurning        float64 `yaml:"old_turning" json:"old_turning"`                   // turning aids under 12 30
	OldMattress       float64 `yaml:"old_mattress" json:"old_mattress"`                 // pressure mattresses under 03 33
	OldCane           float64 `yaml:"old_cane" json:"old_cane"`                         // white canes under 12 39 03
	UnknownClass      float64 `yaml:"unknown_class" json:"unknown_class"`               // classes that no list knows
	ThousandsDot      float64 `yaml:"thousands_dot" json:"thousands_dot"`               // a2h2: product number and price of 21.970 read as 21,97
	HMIMisc           float64 `yaml:"hmi_misc" json:"hmi_misc"`                         // a2h2: extra rows of the product number 899999
	ISOInParagraph    float64 `yaml:"iso_in_paragraph" json:"iso_in_paragraph"`         // a2h2, loans from 2018 on: a class number in the paragraph field
	Paragraph97       float64 `yaml:"paragraph_97" json:"paragraph_97"`                 // a2h2, loans before 2007 with a paragraph: 97, not 112
	APVJump           float64 `yaml:"apv_jump" json:"apv_jump"`                         // a2h2, loans from 2012 on with a paragraph: APV
	Hoftepakke        float64 `yaml:"hoftepakke" json:"hoftepakke"`                     // a2h2, loans of 2011 with a paragraph: Hoftepakke
	ParagraphSpelling float64 `yaml:"paragraph_spelling" json:"paragraph_spelling"`     // a2h2: "§ 112", "SEL §112", "112.0"
	BulkReregister    float64 `yaml:"bulk_reregister" json:"bulk_reregister"`           // loans returned and lent again on one day of 2014-15
	SystemChange      float64 `yaml:"system_change" json:"system_change"`               // citizens whose open loans were lent again on one day, and earlier ones forgotten
	NeverBooked       float64 `yaml:"never_booked" json:"never_booked"`                 // loans whose return is never booked
	NeverBookedSticky float64 `yaml:"never_booked_sticky" json:"never_booked_sticky"`   // the same for turning aids, bath seats and toilet seats
	LostReturn        float64 `yaml:"lost_return" json:"lost_return"`                   // return dates that cannot be read
	ReturnBeforeLend  float64 `yaml:"return_before_lend" json:"return_before_lend"`     // returned before it was lent
	SameDayReturn     float64 `yaml:"same_day_return" json:"same_day_return"`           // returned on the day it was lent
	BatchReturn       float64 `yaml:"batch_return" json:"batch_return"`                 // citizens who left whose aids all come back on one day
	LateRegistration  float64 `yaml:"late_registration" json:"late_registration"`       // with an older delivery: rows that it did not have yet
	RegisteredColumn  float64 `yaml:"registered_column" json:"registered_column"`       // rows registered more than a week late, in a column that says when
	Overlap           float64 `yaml:"overlap" json:"overlap"`                           // a1h1: share of the period that an older delivery of aids and home care covers too
	Corrected         float64 `yaml:"corrected" json:"corrected"`                       // with an older delivery: rows that it told differently
	Duplicate         float64 `yaml:"duplicate" json:"duplicate"`                       // rows that come twice
	BlankCells        float64 `yaml:"blank_cells" json:"blank_cells"`                   // rows in which a blank stands for a value that must be there
	Mojibake          float64 `yaml:"mojibake" json:"mojibake"`                         // service names read as Latin-1 once too often
	MojibakeHeader    float64 `yaml:"mojibake_header" json:"mojibake_header"`           // files whose header was
	MixedEncodings    float64 `yaml:"mixed_encodings" json:"mixed_encodings"`           // above 0: home-care files in UTF-8, Windows-1252 and ISO-8859-10; otherwise all in UTF-8
	ZeroMinutes       float64 `yaml:"zero_minutes" json:"zero_minutes"`                 // extra rows with no minutes
	MinutesPerVisit   float64 `yaml:"minutes_per_visit" json:"minutes_per_visit"`       // citizens whose minutes are those of one visit
	MinutesInHours    float64 `yaml:"minutes_in_hours" json:"minutes_in_hours"`         // citizens whose minutes are hours with a decimal comma
	Week53            float64 `yaml:"week_53" json:"week_53"`                           // rows of week 53 with the calendar year of its Sunday
	MissingMonth      float64 `yaml:"missing_month" json:"missing_month"`               // months of home care that were not delivered; at least one, if not 0
	LocalName         float64 `yaml:"local_name" json:"local_name"`                     // citizens and services: names that only this municipality uses
	UnknownService    float64 `yaml:"unknown_service" json:"unknown_service"`           // extra rows of services that no table knows
	AeldrelovBreak    float64 `yaml:"aeldrelov_break" json:"aeldrelov_break"`           // citizens whose services have the broad names of the law of 1 July 2025 from then on
	FSIIISuffix       float64 `yaml:"fsiii_suffix" json:"fsiii_suffix"`                 // citizens whose service names end in " (FSIII)" until 1 July 2025
	FSIII2025         float64 `yaml:"fsiii_2025" json:"fsiii_2025"`                     // with K1: citizens whose abilities have the names of the simplification of 2025 from then on
	Covid             float64 `yaml:"covid" json:"covid"`                               // rows of practical help from March to June 2020 that were not delivered
	TwoDigitBirthYear float64 `yaml:"two_digit_birth_year" json:"two_digit_birth_year"` // citizens whose birth year has two digits
	DigiRehabLost     float64 `yaml:"digirehab_lost" json:"digirehab_lost"`             // trained citizens whose rows have lost their id or date
	StatusSpelling    float64 `yaml:"status_spelling" json:"status_spelling"`           // statuses in another spelling
	LateClosing       float64 `yaml:"late_closing" json:"late_closing"`                 // closing statuses that come weeks after the last row
	CancelledMixed    float64 `yaml:"cancelled_mixed" json:"cancelled_mixed"`           // cancelled sessions in the file of those done
	CommentText       float64 `yaml:"comment_text" json:"comment_text"`                 // sessions with a comment about the citizen's health
	BlankAbility      float64 `yaml:"blank_ability" json:"blank_ability"`               // later screenings without a physical score
	AbilityScale      float64 `yaml:"ability_scale" json:"ability_scale"`               // share of the period whose screenings come in a file of their own, on a scale of 1 to 100
}

// dirtRates gives for each fault the rate that DocumentedDirt has and the one that AllDirt has, 0 meaning the same.
// Marked P are published or read off a published figure; the others are documented as existing, without a rate.
var dirtRates = map[string][2]float64{
	"bogus_id":             {0.001, 0},
	"float_id":             {0.002, 0},
	"lost_zero_cpr":        {0.003, 0},
	"replacement_cpr":      {0.002, 0},
	"reversible_id":        {0, 0.5},
	"mixed_keys":           {0, 0.1},
	"crowded_id":           {0, 0.02},
	"second_patient_id":    {0.3, 0},
	"shared_serial":        {0.002, 0},
	"lost_zero_iso":        {0.03, 0},
	"old_alarm":            {0.3, 0},
	"old_cushion":          {0.1, 0},
	"old_bath":             {0.1, 0},
	"old_turning":          {0.05, 0},
	"old_mattress":         {0.05, 0},
	"old_cane":             {0.5, 0},
	"unknown_class":        {0.001, 0},
	"thousands_dot":        {0.05, 0},
	"hmi_misc":             {0.0084, 0}, // P
	"iso_in_paragraph":     {0.01, 0},
	"paragraph_97":         {1, 0},     // P
	"apv_jump":             {0.33, 0},  // P
	"hoftepakke":           {0.049, 0}, // P
	"paragraph_spelling":   {0.05, 0},
	"bulk_reregister":      {0.45, 0},
	"system_change":        {0, 1},
	"never_booked":         {0.012, 0},
	"never_booked_sticky":  {0.045, 0}, // P
	"lost_return":          {0.002, 0},
	"return_before_lend":   {0.002, 0},
	"same_day_return":      {0.01, 0},
	"batch_return":         {1, 0},
	"late_registration":    {0.01, 0.03},
	"registered_column":    {0, 0.05},
	"overlap":              {0, 0.3},
	"corrected":            {0.005, 0.01},
	"duplicate":            {0.002, 0},
	"blank_cells":          {0.0005, 0},
	"mojibake":             {0.01, 0},
	"mojibake_header":      {0, 0.5},
	"mixed_encodings":      {1, 0},
	"zero_minutes":         {0.002, 0},
	"minutes_per_visit":    {0, 0.02},
	"minutes_in_hours":     {0, 0.02},
	"week_53":              {0.1, 0},
	"missing_month":        {0, 0.02},
	"local_name":           {0.02, 0},
	"unknown_service":      {0.002, 0},
	"aeldrelov_break":      {0.1, 0.5},
	"fsiii_suffix":         {1, 0},
	"fsiii_2025":           {0.5, 0},
	"covid":                {0.5, 0},
	"two_digit_birth_year": {1, 0},
	"digirehab_lost":       {0.046, 0}, // P
	"status_spelling":      {0.1, 0},
	"late_closing":         {0.2, 0},
	"cancelled_mixed":      {0, 0.1},
	"comment_text":         {0.02, 0},
	"blank_ability":        {0.02, 0},
	"ability_scale":        {0, 0.4},
}

// DocumentedDirt returns the rates that are published or read off published figures, and small rates for faults
// that are documented without one. Faults that change what a whole delivery means are off.
func DocumentedDirt() (d Dirt) {
	d.each(func(name string, rate *float64) { *rate = dirtRates[name][0] })
	return d
}

// AllDirt returns every fault at once.
func AllDirt() (d Dirt) {
	d.each(func(name string, rate *float64) {
		*rate = dirtRates[name][0]
		if all := dirtRates[name][1]; all > 0 {
			*rate = all
		}
	})
	return d
}

// each visits the rates in the order of the fields, by name.
func (d *Dirt) each(visit func(name string, rate *float64)) {
	v := reflect.ValueOf(d).Elem()
	for i := range v.NumField() {
		visit(v.Type().Field(i).Tag.Get("yaml"), v.Field(i).Addr().Interface().(*float64))
	}
}

// Rate is one fault's rate by name.
type Rate struct {
	Name string
	Rate float64
}

// Rates lists the rates in the order of the fields.
func (d Dirt) Rates() (out []Rate) {
	d.each(func(name string, rate *float64) { out = append(out, Rate{name, *rate}) })
	return out
}

// DirtNames lists the faults in the order of the fields.
func DirtNames() (names []string) {
	new(Dirt).each(func(name string, _ *float64) { names = append(names, name) })
	return names
}

// ParseDirt reads "none", "documented", "all", or rates to set: "bogus_id=0.01,duplicate=0". Rates are set on top of
// the documented ones; "none,bogus_id=0.01" sets one on top of nothing.
func ParseDirt(text string) (Dirt, error) {
	d := DocumentedDirt()
	var errs []error
	for i, item := range strings.Split(text, ",") {
		item = strings.TrimSpace(item)
		name, value, isRate := strings.Cut(item, "=")
		if !isRate {
			whole, ok := map[string]Dirt{"none": {}, "documented": DocumentedDirt(), "all": AllDirt()}[item]
			if !ok || i > 0 {
				errs = append(errs, fmt.Errorf("%q: want none, documented or all, once and first, or NAME=RATE", item))
				continue
			}
			d = whole
			continue
		}
		rate, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		switch at := d.rate(strings.TrimSpace(name)); {
		case at == nil:
			errs = append(errs, unknownDirt(name))
		case err != nil || !(rate >= 0 && rate <= 1):
			errs = append(errs, fmt.Errorf("%s is %s, want a rate from 0 to 1", name, value))
		default:
			*at = rate
		}
	}
	return d, errors.Join(errs...)
}

func (d *Dirt) rate(name string) (at *float64) {
	d.each(func(n string, r *float64) {
		if n == name {
			at = r
		}
	})
	return at
}

func unknownDirt(name string) error {
	return fmt.Errorf("%q is no fault; the faults are %s", name, strings.Join(DirtNames(), ", "))
}

// ReadDirt reads rates from YAML: one "name: rate" a line, on top of the documented rates unless the file says
// "base: none" or "base: all". A name that is no fault, one that stands twice, and a rate out of range are errors
// with their line.
func ReadDirt(r io.Reader) (Dirt, error) {
	text, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return Dirt{}, err
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&doc); errors.Is(err, io.EOF) {
		return DocumentedDirt(), nil
	} else if err != nil {
		return Dirt{}, err
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return Dirt{}, fmt.Errorf("line %d: want NAME: RATE", root.Line)
	}
	d, seen := DocumentedDirt(), map[string]bool{}
	var errs []error
	bad := func(n *yaml.Node, err error) { errs = append(errs, fmt.Errorf("line %d: %w", n.Line, err)) }
	for pass := range 2 { // the base first, wherever it stands
		for i := 0; i+1 < len(root.Content); i += 2 {
			name, value := root.Content[i], root.Content[i+1]
			switch isBase := name.Value == "base"; {
			case isBase && pass == 0:
				var err error
				if d, err = ParseDirt(value.Value); err != nil || strings.Contains(value.Value, "=") {
					bad(value, fmt.Errorf("base is %q, want none, documented or all", value.Value))
				}
			case isBase || pass == 0:
			case seen[name.Value]:
				bad(name, fmt.Errorf("%s stands twice", name.Value))
			case d.rate(name.Value) == nil:
				bad(name, unknownDirt(name.Value))
			default:
				seen[name.Value] = true
				var rate float64
				if err := value.Decode(&rate); err != nil || !(rate >= 0 && rate <= 1) {
					bad(value, fmt.Errorf("%s is %s, want a rate from 0 to 1", name.Value, value.Value))
					continue
				}
				*d.rate(name.Value) = rate
			}
		}
	}
	return d, errors.Join(errs...)
}
