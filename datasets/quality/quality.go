package quality

import (
	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
)

// Format is the version of the JSON document.
const Format = "rettidig-quality/1"

// Quality is what there is to know about a delivery before it is used.
type Quality struct {
	Format     string          `json:"format"`
	Verdict    Verdict         `json:"verdict"`
	Ask        []Ask           `json:"ask"`
	Findings   []Finding       `json:"findings"`
	Coverage   []Coverage      `json:"coverage"`
	Regimes    []Regime        `json:"regimes"`
	Returns    Returns         `json:"returns"`
	Minutes    Minutes         `json:"minutes"`
	Overlap    Overlap         `json:"overlap"`
	Services   []Code          `json:"services"` // by rows, at most mostCodes
	Classes    []Code          `json:"classes"`  // the same, by the six international digits
	Comparison *Comparison     `json:"comparison,omitempty"`
	Sample     Sample          `json:"sample"`
	Extract    *extract.Report `json:"extract"`
}

// The verdicts.
const (
	Usable   = "usable"
	Doubts   = "doubts"
	DoNotUse = "do-not-use"
)

// Verdict is the answer to "can we use it?".
type Verdict struct {
	Code string   `json:"code"`
	Why  []string `json:"why"` // one sentence each
}

// Level is how serious a finding is.
type Level string

// The levels. A finding to stop at makes the delivery one not to use, a doubt makes it one with doubts.
const (
	Stop  Level = "stop"
	Doubt Level = "doubt"
	Know  Level = "know"
)

var levelRank = map[Level]int{Stop: 0, Doubt: 1, Know: 2}

// Finding is one thing that was found.
type Finding struct {
	Code   string `json:"code"`
	Level  Level  `json:"level"`
	Text   string `json:"text"`
	TextDA string `json:"text_da,omitempty"`
	N      int64  `json:"n"` // of what Text says
	From   Month  `json:"from"`
	To     Month  `json:"to"` // first and last month concerned; empty if it is about no time
	Do     string `json:"do"`
	DoDA   string `json:"do_da,omitempty"`
	Vendor bool   `json:"vendor"` // the vendor can mend it
}

// Ask is one thing to ask the vendor for.
type Ask struct {
	Code    string  `json:"code"` // of the cause or finding
	Level   Level   `json:"level"`
	N       int64   `json:"n"`
	Where   []Place `json:"where"` // empty if it is about no file's rows
	Wrong   string  `json:"wrong"`
	WrongDA string  `json:"wrong_da"`
	Send    string  `json:"send"`
	SendDA  string  `json:"send_da"`
}

// Place is where in a file something is wrong.
type Place struct {
	File   string  `json:"file"`
	Kind   string  `json:"kind"`
	Column string  `json:"column,omitempty"`
	Lines  []int   `json:"lines"` // the first of them; none of values that were repaired
	N      int64   `json:"n"`     // rows, or values that were repaired
	Share  float64 `json:"share"` // of the file's rows
}

// Coverage is one kind of fact over time.
type Coverage struct {
	Kind     string       `json:"kind"` // see Kinds
	Rows     int64        `json:"rows"`
	Citizens int64        `json:"citizens"`
	Months   []MonthCount `json:"months"` // every month from the first to the last with a fact
}

// MonthCount is a month of a kind.
type MonthCount struct {
	Month    Month `json:"month"`
	Rows     int64 `json:"rows"`
	Citizens int64 `json:"citizens"`
	Minutes  int64 `json:"minutes,omitempty"` // of home care, rounded
}

// Regime is a change of codes that is known to have happened, and when it is found in the delivery.
type Regime struct {
	Code     string `json:"code"`
	Text     string `json:"text"`
	Expected Month  `json:"expected"` // empty if nobody can say: it depends on the municipality
	From     Month  `json:"from"`     // first month found; empty if it was not found
	To       Month  `json:"to"`       // last month, of what ends again
	Rows     int64  `json:"rows"`     // of the new code, or of the old one where that is what is looked for
	Status   string `json:"status"`   // AsExpected, Moved, Found, Absent or Outside
	Ends     bool   `json:"ends"`     // it is something that comes and goes
}

// What became of the search for a regime.
const (
	AsExpected = "as-expected" // within regimeSlack months
	Moved      = "moved"
	Found      = "found"   // nothing was expected
	Absent     = "absent"  // expected in months that are delivered, and not there
	Outside    = "outside" // expected in months that are not delivered, or the delivery does not hold such codes
)

// Returns tells how many loans have no return.
type Returns struct {
	Years   []YearReturns  `json:"years"`
	Classes []ClassReturns `json:"classes"` // the ten with the most loans
}

// YearReturns is the loans of one year of lending.
type YearReturns struct {
	Year  int   `json:"year"`
	Loans int64 `json:"loans"`
	Open  int64 `json:"open"` // without a return
}

// ClassReturns is the loans of one class. Old loans are those lent more than floorYears years before the extract date.
type ClassReturns struct {
	ISO     string        `json:"iso"`
	Name    string        `json:"name"`
	NameDA  string        `json:"name_da"`
	Loans   int64         `json:"loans"`
	Open    int64         `json:"open"`
	Old     int64         `json:"old"`
	OldOpen int64         `json:"old_open"`
	Years   []YearReturns `json:"years"`
}

// Minutes compares the citizens' home care with the country's: the median citizen gets under two hours a week, and about
// 2 % get twenty hours or more (Statistics Denmark, 2022). Each citizen counts with the mean over the weeks with any.
type Minutes struct {
	ReadAs   string    `json:"read_as"` // total, per_visit or hours
	Citizens int64     `json:"citizens"`
	Ways     []Reading `json:"ways"` // as read first
}

// Reading is home care under one meaning of the minutes column.
type Reading struct {
	Meaning     string  `json:"meaning"`                 // total, per_visit or hours
	Median      float64 `json:"median_minutes_per_week"` // to a tenth of a minute
	Under2      float64 `json:"share_under_2_hours"`
	From20      float64 `json:"share_20_hours_or_more"`
	Impossible  int64   `json:"citizens_over_a_week"` // whose mean week would have more than 10,080 minutes
	LooksDanish bool    `json:"looks_danish"`
}

// Overlap counts citizens by the sources that know them.
type Overlap struct {
	Aids     int64 `json:"aids"`     // aids only
	Care     int64 `json:"care"`     // home care only
	Training int64 `json:"training"` // DigiRehab only

	AidsCare     int64 `json:"aids_care"`
	AidsTraining int64 `json:"aids_training"`
	CareTraining int64 `json:"care_training"`
	All          int64 `json:"all"`

	AbilitiesOnly int64 `json:"abilities_only"` // in none of the three
}

// Code is one service or class in use.
type Code struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Known    bool   `json:"known"`
	Rows     int64  `json:"rows"`
	Citizens int64  `json:"citizens"`
	First    Month  `json:"first"`
	Last     Month  `json:"last"`
}

// Synthetic tells whether nobody real can be in the delivery.
func (q *Quality) Synthetic() bool { return q.Extract.Synthetic() }

// coverage returns a kind's coverage, nil if the delivery has none of it.
func (q *Quality) coverage(kind string) *Coverage {
	for i := range q.Coverage {
		if q.Coverage[i].Kind == kind {
			return &q.Coverage[i]
		}
	}
	return nil
}

// at returns the count of a month, zero outside.
func (c *Coverage) at(m Month) MonthCount {
	if c == nil || len(c.Months) == 0 {
		return MonthCount{Month: m}
	}
	if i := int(m - c.Months[0].Month); i >= 0 && i < len(c.Months) {
		return c.Months[i]
	}
	return MonthCount{Month: m}
}

// extractMonth is the month of the extract date; it is not over, so its counts are not either.
func (q *Quality) extractMonth() Month { return monthOfDay(q.Extract.ExtractDate) }

// monthOfDay is NoMonth for NoDay.
func monthOfDay(d rettidig.Day) Month {
	if !d.Valid() {
		return NoMonth
	}
	t := d.Time()
	return MonthOf(t.Year(), int(t.Month()))
}
