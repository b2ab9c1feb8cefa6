package learner

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Options of a fit. The zero value is usable: every parameter at its default, seed 0, all processors.
type Options struct {
	Params   map[string]string     // by name; see Learner.Params
	Seed     uint64                // decides everything that is drawn
	Workers  int                   // goroutines; 0 is as many as there are processors. The answer does not depend on it
	Progress func(done, total int) // may be nil, and may be called from any goroutine
}

func (o Options) report(done, total int) {
	if o.Progress != nil {
		o.Progress(done, total)
	}
}

// Learner turns a table into a model. The same table and options give the same model.
type Learner interface {
	Name() string
	About() string   // one line
	Params() []Param // in the order in which help shows them
	Fit(ctx context.Context, t *Table, opt Options) (Model, error)
	// Read checks a model that Marshal of the same learner wrote, for a table with these columns.
	Read(raw json.RawMessage, columns []Column) (Model, error)
}

// Model is fitted. It is immutable and may be used from several goroutines.
type Model interface {
	// LogOdds puts the log odds of each row of the columns x into dst; categorical columns hold the numbers
	// of the levels that the table learned from had. A level that is none of these is taken as missing.
	LogOdds(dst []float64, x [][]float64)
	// Contributions puts what each column adds to the log odds of the one row x into dst, and behind them the
	// base, so that dst, one longer than x, adds up to the log odds but for rounding. It is false, and dst
	// untouched, if the model has no such parts.
	Contributions(dst []float64, x []float64) bool
	// Marshal writes the model as JSON for Learner.Read.
	Marshal() (json.RawMessage, error)
}

// LabelsOnly is implemented by models that say yes or no and no probability. Their log odds are +1 and -1:
// they order the rows in two heaps, and no figure that needs a probability may be made of them.
type LabelsOnly interface{ LabelsOnly() bool }

// Doubtful is implemented by models with something to say about their fit: what early stopping or the
// choice of a penalty came to, and what to be wary of.
type Doubtful interface{ Notes() []string }

// Printed is implemented by models that a person can work by hand.
type Printed interface{ WriteText(w io.Writer) error }

// Notes returns what the model has to say about its fit.
func Notes(m Model) []string {
	if d, ok := m.(Doubtful); ok {
		return d.Notes()
	}
	return nil
}

func labelsOnly(m Model) bool {
	l, ok := m.(LabelsOnly)
	return ok && l.LabelsOnly()
}

// Set is the learners that a program knows, by rising complexity.
type Set []Learner

// Builtin returns the learners of this module, simplest first, and "auto" among them.
func Builtin() Set {
	s := Set{Card{}, GLM{}, GAM{}, Boost{}}
	return append(s, Auto{Among: s})
}

// Names lists the learners.
func (s Set) Names() []string {
	names := make([]string, len(s))
	for i, l := range s {
		names[i] = l.Name()
	}
	return names
}

// Find returns the learner of this name. The error names the nearest and lists all.
func (s Set) Find(name string) (Learner, error) {
	for _, l := range s {
		if l.Name() == name {
			return l, nil
		}
	}
	return nil, fmt.Errorf("learner %q is not known%s; there are %s", name, DidYouMean(name, s.Names()), strings.Join(s.Names(), ", "))
}

// Unwritten is implemented by learners whose models cannot be written; it says why.
type Unwritten interface{ Unwritten() string }

// OffsetRefused is implemented by learners that refuse a table with an offset; it says why.
type OffsetRefused interface{ OffsetRefused() string }
