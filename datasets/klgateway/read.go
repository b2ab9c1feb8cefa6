package klgateway

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// Options say how a file is read. The zero value is right for a delivery.
type Options struct {
	// MaxEntries is the largest number of entries in one bundle, which is held until its end; 0: 100,000. A report has
	// one citizen and one day, some ten entries.
	MaxEntries int
	// Made is when the file was made: what has no lastUpdated and no timestamp counts as known on this day. NoDay or 0:
	// such entries are quarantined.
	Made rettidig.Day
	// Refused, if not nil, is told of each entry that is dropped or quarantined.
	Refused func(fate Fate, cause string, at Position)
}

// Fate is what became of an entry or a record.
type Fate uint8

// The fates.
const (
	Kept        Fate = iota // told something
	Merged                  // the same as another version
	Dropped                 // tells nothing that is wanted
	Quarantined             // cannot be trusted
)

// Stats says what was in a file: Entries = Kept + the sums of Dropped and Quarantined.
type Stats struct {
	Bundles     int64
	Entries     int64
	Kept        int64            // entries that gave records
	Records     map[string]int64 // by kind; an encounter may give several
	Dropped     map[string]int64 // by cause, see Meaning
	Quarantined map[string]int64
	Notes       map[string]int64
	Types       map[string]int64 // entries by resource type; "?" after the first forty
	Abilities   map[string]int64 // codes that no table knows
	Services    map[string]int64
	First, Last rettidig.Day // the days of the reports; NoDay if there are none
}

// The causes and notes.
var meanings = map[string]string{
	"citizen_alive":            "says who the report is about",
	"nursing_condition":        "a nursing condition: health data that is not read",
	"condition_unknown":        "a condition without a level that no table knows",
	"follow_up":                "the result of a follow-up",
	"goal":                     "a goal",
	"administrative":           "a 0-ydelse: time about a citizen and not with one",
	"encounter_not_delivery":   "a visit that is planned, cancelled or for another purpose than delivery",
	"intervention_not_done":    "an intervention that was not completed",
	"resource_not_used":        "a resource that nothing here reads",
	"resource_without_type":    "no resource type",
	"resource_missing":         "an entry without a resource",
	"resource_id_missing":      "a resource without an id: its versions cannot be told apart",
	"key_twice":                "one key stands twice in one object",
	"resource_too_large":       "a text or a list longer than any real one",
	"citizen_missing":          "the bundle has no citizen, or the entry refers to another",
	"citizen_number_missing":   "the citizen has no CPR identifier",
	"cpr_length":               "not ten characters",
	"cpr_letters":              "letters or signs, and no replacement number",
	"cpr_date":                 "does not begin with a date",
	"known_missing":            "neither lastUpdated nor a timestamp: nobody can tell when it became known",
	"known_unreadable":         "lastUpdated and the timestamp are no moments",
	"date_missing":             "no date",
	"date_partial":             "a year or a month, not a day",
	"date_unreadable":          "no such date, or none from 1990 to 2099",
	"code_missing":             "no code",
	"level_missing":            "an ability without a level",
	"level_unknown":            "a level that FSIII does not have",
	"nursing_with_level":       "a nursing condition with a level",
	"careplan_missing":         "a visit delivered an intervention that the bundle does not hold",
	"not_a_bundle":             "stands where a bundle should",
	"ability_unknown":          "an ability that no table knows, kept under its own name",
	"service_unknown":          "a service that no table knows, kept under its own name",
	"death_dated_by_report":    "dead, and not told when: the report's day is taken",
	"known_before_it_happened": "dated after the report: counted as known on its day",
	"known_by_report":          "no lastUpdated: the bundle's timestamp is taken",
	"known_by_file":            "no lastUpdated and no timestamp: the day of the file is taken",
	"condition_ended":          "a condition that no longer is active",
	"follow_up_unknown":        "a result of a follow-up that no table knows",
}

// Meaning says in words what a cause or a note is.
func Meaning(cause string) string { return meanings[cause] }

// Causes lists the causes and notes in alphabetical order.
func Causes() []string { return slices.Sorted(maps.Keys(meanings)) }

// Read reads bundles and gives sink a record for each version of what a resource tells, in the order of the file. It
// holds one bundle at a time, and of that only what the records need. A record stands unsettled: give all records of a
// citizen, from all files, to Settle. Read stops at the first error of sink, of r, or of the file's syntax, which is a
// *SyntaxError; what was read before it has then been given to sink.
func Read(r io.Reader, o Options, sink func(Record) error) (Stats, error) {
	if o.MaxEntries == 0 {
		o.MaxEntries = 100_000
	}
	if o.Made == 0 {
		o.Made = rettidig.NoDay
	}
	br := bufio.NewReaderSize(r, 1<<16)
	if bom, _ := br.Peek(3); string(bom) == "\xef\xbb\xbf" {
		_, _ = br.Discard(3) // they were peeked at
	}
	f := &file{
		Options: o, sink: sink,
		scan: scanner{r: br, at: Position{Line: 1}, keep: readKeys},
		stats: Stats{
			Records: map[string]int64{}, Dropped: map[string]int64{}, Quarantined: map[string]int64{}, Notes: map[string]int64{},
			Types: map[string]int64{}, Abilities: map[string]int64{}, Services: map[string]int64{},
			First: rettidig.NoDay, Last: rettidig.NoDay,
		},
		dead: map[cpr.Number]bool{},
	}
	err := f.read()
	return f.stats, err
}

// file is a file being read.
type file struct {
	Options
	sink  func(Record) error
	scan  scanner
	stats Stats
	dead  map[cpr.Number]bool // citizens that the file has called dead

	bundle bundle
}

// bundle is what is held of the bundle being read.
type bundle struct {
	isBundle  bool
	timestamp string
	updated   string // meta.lastUpdated
	entries   []entry
	citizens  []citizen
	plans     map[string]string // CarePlan id to the service that it grants; "" if that is administrative
}

type citizen struct {
	id      string // of the resource
	fullURL string
	number  cpr.Number
	refused string // why there is no number
}

func (f *file) read() error {
	c, err := f.scan.next()
	for ; err == nil && c != 0; c, err = f.scan.next() {
		if c == '[' {
			err = f.scan.array(f.readBundle)
		} else {
			err = f.readBundle()
		}
		if err != nil {
			return err
		}
	}
	return err
}

// readBundle takes one bundle and gives its records away.
func (f *file) readBundle() error {
	f.scan.at.Bundle++
	f.scan.at.Entry = 0
	f.stats.Bundles++
	f.bundle = bundle{entries: f.bundle.entries[:0], citizens: f.bundle.citizens[:0], plans: map[string]string{}}
	start := f.scan.at
	c, err := f.scan.next()
	if err != nil {
		return err
	}
	if c != '{' {
		if _, err := f.scan.value(false); err != nil {
			return err
		}
		f.loose(start)
		return nil
	}
	f.scan.values, f.scan.twice, f.scan.overflow = 0, false, false
	seen := map[string]bool{}
	err = f.scan.object(func(key string) error {
		switch key {
		case "resourceType", "timestamp", "meta", "entry":
			if seen[key] {
				return f.scan.fail(fmt.Sprintf("the bundle has %q twice", key))
			}
			seen[key] = true
		}
		if key == "entry" {
			return f.readEntries()
		}
		v, err := f.scan.value(f.scan.keep[key])
		switch key {
		case "resourceType":
			f.bundle.isBundle = v.text == "Bundle"
		case "timestamp":
			f.bundle.timestamp = v.str()
		case "meta":
			f.bundle.updated = v.str("lastUpdated")
		}
		return err
	})
	if err != nil {
		return err
	}
	if !f.bundle.isBundle {
		f.scan.at.Entry = 0
		f.loose(start)
		for _, e := range f.bundle.entries {
			f.loose(e.at)
		}
		return nil
	}
	return f.finishBundle()
}

// loose counts a value that stands where a bundle should.
func (f *file) loose(at Position) {
	f.stats.Entries++
	f.refuse(Quarantined, "not_a_bundle", at)
}

func (f *file) refuse(fate Fate, cause string, at Position) {
	if fate == Dropped {
		f.stats.Dropped[cause]++
	} else {
		f.stats.Quarantined[cause]++
	}
	if f.Refused != nil {
		f.Refused(fate, cause, at)
	}
}

func (f *file) readEntries() error {
	if c, err := f.scan.next(); err != nil || c != '[' {
		if err == nil {
			err = f.scan.fail("\"entry\" is no array")
		}
		return err
	}
	return f.scan.array(func() error {
		f.scan.at.Entry++
		if f.scan.at.Entry > f.MaxEntries {
			return &SyntaxError{At: f.scan.at, Problem: fmt.Sprintf("a bundle of more than %d entries", f.MaxEntries),
				Do: "Ask for one bundle per citizen and day, as the gateway takes them"}
		}
		f.scan.values, f.scan.twice, f.scan.overflow = 0, false, false
		if _, err := f.scan.next(); err != nil { // the line of the entry is that of its first character
			return err
		}
		at := f.scan.at
		v, err := f.scan.value(true)
		if err != nil {
			return err
		}
		e := f.entryOf(&v)
		e.at = at
		f.bundle.entries = append(f.bundle.entries, e)
		return nil
	})
}
