package learner

import (
	"context"
	"encoding/json"

	"github.com/rettidig/rettidig/model/card"
)

// Card is the points rule of at most five lines. A level of a categorical column is a yes-or-no line.
type Card struct{}

func (Card) Name() string  { return "card" }
func (Card) About() string { return "a points rule of at most five yes-or-no lines" }

func (Card) Params() []Param {
	return []Param{rareParam}
}

// rareParam is shared by the learners that code levels as 0 and 1.
var rareParam = Param{Name: "rare", Default: "10", Kind: Whole, Low: 1, High: 1e9,
	Help: "levels of a categorical column with fewer rows than this are pooled into one"}

func (l Card) Fit(ctx context.Context, t *Table, opt Options) (Model, error) {
	v, err := ReadParams(l, opt.Params)
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	c := newCoding(t, v.Whole("rare"), false)
	learned, err := card.Learn(ctx, c.expand(t.X), t.Y, t.W, all(len(t.Y)))
	if err != nil {
		return nil, err
	}
	opt.report(1, 1)
	return &cardModel{c, learned}, nil
}

type cardModel struct {
	coding coding
	card   *card.Card
}

type cardJSON struct {
	Coding []coded    `json:"coding"`
	Card   *card.Card `json:"card"`
}

func (m *cardModel) LogOdds(dst []float64, x [][]float64) {
	m.card.Rows(m.coding.expand(x), all(len(dst)), dst)
}

func (m *cardModel) Contributions(dst []float64, x []float64) bool {
	terms := make([]float64, m.coding.wide)
	m.card.LogOdds(m.coding.row(x), terms)
	m.coding.gather(dst, terms)
	dst[len(x)] = m.card.Intercept()
	return true
}

func (m *cardModel) Marshal() (json.RawMessage, error) {
	return json.Marshal(cardJSON{m.coding.columns, m.card})
}

func (Card) Read(raw json.RawMessage, columns []Column) (Model, error) {
	var f cardJSON
	if err := strictly(raw, &f); err != nil {
		return nil, err
	}
	if err := checkCoding(f.Coding, columns); err != nil {
		return nil, err
	}
	c := placed(f.Coding)
	if f.Card == nil {
		return nil, errNothing("card")
	}
	if err := f.Card.Check(c.wide); err != nil {
		return nil, err
	}
	return &cardModel{c, f.Card}, nil
}
