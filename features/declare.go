package features

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/datasets/codes"
)

// declaration is what is written once for all columns of one kind. It expands to one column for each pair of a thing
// that it is said of and a window; without either it is a column of its own. In ID, Window and every text, [word] stands
// for a word of the thing or of the window: "[many]" is "ganghjælpemidler" in Danish. What stands in {} is left for the
// sentence, see Forms.
type declaration struct {
	ID      string
	Unit    string
	Window  string // [w] stands for the window's id; empty: "[w]"
	Family  string
	Source  string
	Concept codes.Concept // empty: the thing's own

	NotApplicable bool
	Needs         string
	DA, EN        Text

	Over    []thing
	Windows []window
	Reads   reading
	Weeks   int // how many weeks of services it looks back; 0: the window's if Reads has readWeeks

	value func(v *view, c cell) float64
}

// thing is what a column is said of: the aids of a concept, a kind of help, an area of ability.
type thing struct {
	id      string
	concept codes.Concept
	at      int // where the views keep it
	da, en  wording
}

func (t thing) wording(lang string) wording {
	if lang == "da" {
		return t.da
	}
	return t.en
}

// wording is what a thing or a window is called in a text, by the name between the brackets.
type wording map[string]string

// window is how far back a column looks.
type window struct {
	id     string // as it ends the column's id and is its Window
	n      int    // days or weeks
	da, en wording
}

// cell is the place of a column in its declaration: position of the thing in its view, length of the window.
type cell struct{ at, n int }

// reading says which facts a column is computed from, so that a selection of columns reads no others.
type reading uint16

const (
	readAids     reading = 1 << iota // the totals; what follows of aids goes with it
	readConcepts                     // loans by concept
	readNamed                        // loans of the named classes
	readGrounds                      // why they were made, and their prices
	readClasses                      // the different classes
	readSequence                     // what depends on the order of the loans
	readWeeks                        // the services of the last weeks
	readServices                     // the different services among them; goes with readWeeks
	readSince                        // the first and the latest week of each kind of help, however long ago
	readCourses                      // sessions, and the statuses and screenings that go with them
	readScreenings
	readAbilities
	readCitizen
	readAll reading = 1<<iota - 1
)

// column is an expanded declaration: what is published of it, and how it is computed.
type column struct {
	Feature
	cell  cell
	reads reading
	weeks int
	value func(v *view, c cell) float64
}

// expand writes out every column of the declarations, in order: by declaration, thing, window.
func expand(ds []declaration) []column {
	var out []column
	for i := range ds {
		d := &ds[i]
		things, windows := d.Over, d.Windows
		if things == nil {
			things = []thing{{}}
		}
		if windows == nil {
			windows = []window{{}}
		}
		for _, t := range things {
			for _, w := range windows {
				out = append(out, d.column(t, w))
			}
		}
	}
	return out
}

func (d *declaration) column(t thing, w window) column {
	concept, long, weeks := d.Concept, d.Window, d.Weeks
	if concept == "" {
		concept = t.concept
	}
	if long == "" {
		long = "[w]"
	}
	if weeks == 0 && d.Reads&readWeeks != 0 {
		weeks = w.n
	}
	name := filler(wording{"id": t.id, "w": w.id, "n": strconv.Itoa(w.n)})
	f := Feature{
		ID: name(d.ID), Declaration: d.ID, Unit: d.Unit, Window: name(long), Concept: concept, Family: name(d.Family), Source: d.Source,
		NotApplicable: d.NotApplicable, needs: name(d.Needs),
		DA: d.DA.each(filler(t.da, w.da)), EN: d.EN.each(filler(t.en, w.en)),
	}
	if f.DA.Missing == "" { // of this thing it is always known
		f.NotApplicable = false
	}
	f.LabelDA, f.LabelEN = f.DA.Label, f.EN.Label
	f.SentenceDA, f.SentenceEN = f.DA.Sentence.Any, f.EN.Sentence.Any
	f.MissingDA, f.MissingEN = f.DA.Missing, f.EN.Missing
	return column{Feature: f, cell: cell{t.at, w.n}, reads: d.Reads, weeks: weeks, value: d.value}
}

// filler returns a function that puts words in the place of their bracketed names. It panics if a name has no word: a
// text that says "[many]" to a citizen is a slip of the declaration.
func filler(from ...wording) func(string) string {
	var pairs []string
	for _, ws := range from {
		for name, word := range ws {
			pairs = append(pairs, "["+name+"]", word)
		}
	}
	r := strings.NewReplacer(pairs...)
	return func(s string) string {
		out := r.Replace(s)
		if strings.ContainsAny(out, "[]") {
			panic(fmt.Sprintf("features: no word for what stands in brackets in %q", out))
		}
		return out
	}
}

func (t Text) each(f func(string) string) Text {
	return Text{Label: upperFirst(f(t.Label)), Missing: upperFirst(f(t.Missing)), Sentence: t.Sentence.each(f), Clause: t.Clause.each(f)}
}

func (t Forms) each(f func(string) string) Forms {
	return Forms{Any: f(t.Any), One: f(t.One), Zero: f(t.Zero), Less: f(t.Less), LessOne: f(t.LessOne)}
}

// pick returns the things of the given ids, in the order of the list.
func pick(from []thing, ids ...string) []thing {
	var out []thing
	for _, t := range from {
		if slices.Contains(ids, t.id) {
			out = append(out, t)
		}
	}
	if len(out) != len(ids) {
		panic(fmt.Sprintf("features: %d of the things %v are declared", len(out), ids))
	}
	return out
}

// days and weeksBack are the windows that declarations share.
func days(n int) window {
	da, en := fmt.Sprintf("de seneste %d dage", n), fmt.Sprintf("in the last %d days", n)
	switch n {
	case 365:
		da, en = "det seneste år", "in the last year"
	case 180:
		da, en = "det seneste halve år", "in the last half-year"
	}
	return window{fmt.Sprintf("%dd", n), n, wording{"last": da}, wording{"last": en}}
}

func weeksBack(n int) window {
	da, en := fmt.Sprintf("de seneste %d uger", n), fmt.Sprintf("in the last %d weeks", n)
	return window{fmt.Sprintf("%dw", n), n, wording{"last": da, "recent": da[3:]}, wording{"last": en, "recent": en[len("in the "):], "over": en[len("in "):]}}
}
