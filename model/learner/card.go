package learner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/rettidig/rettidig/model/card"
)

// Card is the points rule of at most five lines. A level of a categorical column is a yes-or-no line.
type Card struct{}

func (Card) Name() string  { return "card" }
func (Card) About() string { return "a points rule of at most five yes-or-no lines" }

// OffsetRefused: a card that hung on something beside its points could not be worked by hand.
func (Card) OffsetRefused() string { return "points are all that there is" }

func (Card) Params() []Param {
	return []Param{
		{Name: "candidates", Default: "24", Kind: Whole, Low: 1, High: 256, Help: "lines that cards are made of"},
		{Name: "per_column", Default: "3", Kind: Whole, Low: 1, High: 32, Help: "of them that may come from one column, or one level"},
		{Name: "most", Default: "20000", Kind: Whole, Low: 1, High: 1e12, Help: "sets of lines looked at; the best card is proved only if all were"},
	}
}

func (l Card) Fit(ctx context.Context, t *Table, opt Options) (Model, error) {
	v, err := ReadParams(l, opt.Params)
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	if t.Offset != nil {
		return nil, errors.New("card: an offset is not taken: " + l.OffsetRefused())
	}
	_, levels := named(t.Columns)
	c, proof, err := card.Search(ctx, card.Table{X: t.X, Levels: levels, Y: t.Y, W: t.W, Rows: all(len(t.Y))},
		card.SearchOptions{Candidates: v.Whole("candidates"), PerColumn: v.Whole("per_column"), Most: v.Whole("most")})
	if err != nil {
		return nil, err
	}
	opt.report(1, 1)
	note := fmt.Sprintf("%d lines; no better card of these candidates exists", len(c.Lines))
	if !proof.Optimal {
		note = fmt.Sprintf("%d lines; a better card of these candidates could be better by %.1f at most, in log loss summed over the rows", len(c.Lines), proof.Gap())
	}
	return &cardModel{t.Columns, levelsOf(t.Columns), c, []string{note}}, nil
}

func levelsOf(columns []Column) []int {
	n := make([]int, len(columns))
	for j, c := range columns {
		n[j] = len(c.Levels)
	}
	return n
}

type cardModel struct {
	columns []Column
	levels  []int // of each column; 0: numeric
	card    *card.Card
	notes   []string
}

// WriteText prints the card.
func (m *cardModel) WriteText(w io.Writer) error {
	return m.card.WriteText(w, card.English, func(j int) string { return m.columns[j].ID }, nil)
}

func (m *cardModel) Notes() []string { return m.notes }

// known returns x with NaN for levels that do not exist, which a line that asks for another level would else say
// yes to.
func (m *cardModel) known(j int, x []float64) []float64 {
	unknown := func(v float64) bool { return v < 0 || v >= float64(m.levels[j]) }
	if m.levels[j] == 0 || !slices.ContainsFunc(x, unknown) {
		return x
	}
	x = slices.Clone(x)
	for i, v := range x {
		if unknown(v) {
			x[i] = math.NaN()
		}
	}
	return x
}

func (m *cardModel) LogOdds(dst []float64, x [][]float64) {
	if len(x) != len(m.levels) {
		panic(fmt.Sprintf("learner: %d columns for a card of %d", len(x), len(m.levels)))
	}
	of := make([][]float64, len(x))
	for j := range x {
		of[j] = m.known(j, x[j])
	}
	m.card.Rows(of, all(len(dst)), dst)
}

func (m *cardModel) Contributions(dst []float64, x []float64) bool {
	of := make([]float64, len(x))
	for j := range x {
		of[j] = m.known(j, x[j:j+1])[0]
	}
	m.card.LogOdds(of, dst[:len(x)])
	dst[len(x)] = m.card.Intercept()
	return true
}

func (m *cardModel) Marshal() (json.RawMessage, error) { return json.Marshal(m.card) }

func (Card) Read(raw json.RawMessage, columns []Column) (Model, error) {
	var c card.Card
	if err := strictly(raw, &c); err != nil {
		return nil, err
	}
	if err := c.Check(len(columns)); err != nil {
		return nil, err
	}
	for i, l := range c.Lines {
		if levels := columns[l.Column].Levels; l.Is != (levels != nil) {
			return nil, fmt.Errorf("card.lines[%d] asks for a level of a column of numbers, or the other way round", i)
		} else if l.Is && (l.Threshold < 0 || l.Threshold >= float64(len(levels)) || levels[int(l.Threshold)] != l.Level) {
			return nil, fmt.Errorf("card.lines[%d] asks for the level %q, number %v, which column %s has not", i, l.Level, l.Threshold, columns[l.Column].ID)
		}
	}
	return &cardModel{columns, levelsOf(columns), &c, nil}, nil
}
