package features

import (
	"math"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// Feature is the declaration of one column.
type Feature struct {
	ID          string `json:"id"`
	Declaration string `json:"declaration"` // the pattern that the id was expanded from; an id without variants is its own

	LabelDA string        `json:"label_da"`
	LabelEN string        `json:"label_en"`
	Unit    string        `json:"unit"`    // one of the Unit constants
	Window  string        `json:"window"`  // how far back it looks: "now", "ever", "90d", "26w", ...
	Concept codes.Concept `json:"concept"` // what a caregiver would call it; reasons are grouped by it
	Family  string        `json:"family"`  // columns of one family say nearly the same; a sentence takes one of them
	Source  string        `json:"source"`  // the extract the facts come from: CPR, A1, H1, D1-D4

	SentenceDA string `json:"sentence_da"` // the general form of the sentence; Sentence picks among all forms
	SentenceEN string `json:"sentence_en"`
	MissingDA  string `json:"missing_da,omitempty"` // what NaN means; empty: the column is never missing
	MissingEN  string `json:"missing_en,omitempty"`

	// NaN means that there was nothing to record ("no loan on record"), not that the register lacks something.
	NotApplicable bool `json:"not_applicable,omitempty"`

	DA Text `json:"da"`
	EN Text `json:"en"`

	needs string // a count column; while it is 0, NaN means that there was nothing to record
}

// CanMiss tells whether the column can be NaN.
func (f Feature) CanMiss() bool { return f.MissingDA != "" }

// Lacking tells whether the register lacks this fact about a citizen: its value is NaN, and there was
// something to record. row is what Compute wrote.
func (f Feature) Lacking(row []float64) bool {
	if !math.IsNaN(row[index[f.ID]]) || f.NotApplicable {
		return false
	}
	return f.needs == "" || row[index[f.needs]] > 0
}

// Label returns the column's name in Danish ("da") or English (anything else).
func (f Feature) Label(lang string) string {
	if lang == "da" {
		return f.LabelDA
	}
	return f.LabelEN
}

// The units.
const (
	UnitYears          = "years"
	UnitFlag           = "flag" // 1 yes, 0 no
	UnitCount          = "count"
	UnitDays           = "days"
	UnitWeeks          = "weeks"
	UnitMinutesPerWeek = "minutes/week"
	UnitSlope          = "minutes/week/week"
	UnitVisitsPerWeek  = "visits/week"
	UnitShare          = "share" // 0 to 1
	UnitPoints         = "points"
	UnitPerYear        = "per year"
	UnitMinutes        = "minutes" // a visit
	UnitKroner         = "DKK"
	UnitPosition       = "position" // 1 is the first
	UnitLevel          = "level"    // FSIII: 0 (none or slight) to 4 (total)
	UnitWeighted       = "weighted number"
)

var unitNames = map[string][2]string{
	UnitYears:          {"år", "years"},
	UnitFlag:           {"ja/nej", "yes/no"},
	UnitCount:          {"antal", "number"},
	UnitDays:           {"dage", "days"},
	UnitWeeks:          {"uger", "weeks"},
	UnitMinutesPerWeek: {"minutter pr. uge", "minutes a week"},
	UnitSlope:          {"minutter pr. uge, ændring pr. uge", "minutes a week, change per week"},
	UnitVisitsPerWeek:  {"besøg pr. uge", "visits a week"},
	UnitShare:          {"andel", "share"},
	UnitPoints:         {"point", "points"},
	UnitPerYear:        {"om året", "a year"},
	UnitMinutes:        {"minutter", "minutes"},
	UnitKroner:         {"kr.", "DKK"},
	UnitPosition:       {"nummer i rækken", "place in the order"},
	UnitLevel:          {"niveau (0 til 4)", "level (0 to 4)"},
	UnitWeighted:       {"vægtet antal", "weighted number"},
}

// UnitLabel returns the unit in words in Danish ("da") or English (anything else).
func (f Feature) UnitLabel(lang string) string {
	if lang == "da" {
		return unitNames[f.Unit][0]
	}
	return unitNames[f.Unit][1]
}

// Text is what a column is called and how its value is said, in one language.
type Text struct {
	Label    string `json:"label"`
	Missing  string `json:"missing,omitempty"` // the whole sentence for NaN
	Sentence Forms  `json:"sentence"`
	Clause   Forms  `json:"clause"` // the same as the second half of a sentence about the concept; empty: it has none
}

// Forms are the forms of one sentence. One is for a value shown as 1, Zero for one shown as 0, Less and
// LessOne for falls, whose amount is said without a sign. An empty form falls back on Any.
//
// In a form, {n} is the number with words up to ten, {v} the number in digits, {p} a share as per cent,
// {y} completed years, {d} a length of time given in days, {w} one given in weeks, {m} whole minutes and
// {t} the whole minutes that a slope comes to over the window, {o} a place in an order as a word and {l}
// what a level of ability is called. Help is planned in minutes, so a decimal of
// one would only look exact; a change of less than one counts as Zero.
type Forms struct {
	Any     string `json:"any,omitempty"`
	One     string `json:"one,omitempty"`
	Zero    string `json:"zero,omitempty"`
	Less    string `json:"less,omitempty"`
	LessOne string `json:"less_one,omitempty"`
}

var (
	columns   = expand(declarations())
	catalogue = published(columns)
	index     = indexOf(catalogue)
)

// declarations are all of them, in the order of the catalogue.
func declarations() []declaration {
	return slices.Concat(
		demographyColumns(), aidColumns(), rhythmColumns(), conceptColumns(), classColumns(), lawColumns(),
		helpColumns(), trendColumns(), gapColumns(), trainingColumns(), screeningColumns(), abilityColumns(),
	)
}

func published(cs []column) []Feature {
	out := make([]Feature, len(cs))
	for i := range cs {
		out[i] = cs[i].Feature
	}
	return out
}

func indexOf(fs []Feature) map[string]int {
	m := make(map[string]int, len(fs))
	for i, f := range fs {
		if _, twice := m[f.ID]; twice {
			panic("features: column " + f.ID + " is declared twice")
		}
		m[f.ID] = i
	}
	return m
}

// Catalogue lists every column in the order of Compute's output. The order is fixed: new columns come
// last in their group, and a model keeps the ids of its columns.
func Catalogue() []Feature { return slices.Clone(catalogue) }

// Count returns the number of columns, len(Catalogue()) without the copy.
func Count() int { return len(catalogue) }

// Index returns the position of a column, or -1 if there is none of that id.
func Index(id string) int {
	if i, ok := index[id]; ok {
		return i
	}
	return -1
}

// seen tells whether a fact that happened on one day and became known on another counts as of t: both before t, and
// not known before t to be wrong.
func seen(happened, known rettidig.Day, retracted rettidig.Retraction, t rettidig.Day) bool {
	return happened < t && known < t && happened != rettidig.NoDay && known != rettidig.NoDay && !retracted.Before(t)
}

// since returns the days from d to t, NaN if d is missing.
func since(d, t rettidig.Day) float64 {
	if d == rettidig.NoDay {
		return math.NaN()
	}
	return float64(t - d)
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
