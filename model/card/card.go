package card

import (
	"fmt"
	"io"
	"math"

	"github.com/rettidig/rettidig/model/metric"
)

// MaxLines is how many lines a card may have.
const MaxLines = 5

// MaxPoints is the most that one line may be worth.
const MaxPoints = 5

// Line is one question: is the column above (or, if Below, at or below) the threshold? Or, if Is, of a
// column of levels: is it the level whose number is the threshold (or, if Below, another one)? A missing
// value answers no. Yes gives Points.
type Line struct {
	Column    int     `json:"column"`
	Threshold float64 `json:"threshold"`
	Below     bool    `json:"below"`
	Is        bool    `json:"is,omitempty"`
	Level     string  `json:"level,omitempty"` // what that level is called
	Points    int     `json:"points"`          // 1 to MaxPoints
	Rate      float64 `json:"rate"`            // weighted share of yes while learning
}

// Yes answers the line for the value x of its column.
func (l Line) Yes(x float64) bool {
	switch {
	case l.Is && l.Below:
		return x == x && x != l.Threshold
	case l.Is:
		return x == l.Threshold
	case l.Below:
		return x <= l.Threshold
	}
	return x > l.Threshold // false for NaN, as above
}

// Card is a fitted rule. The log odds are Base + PerPoint * sum of points.
type Card struct {
	Lines    []Line  `json:"lines"`
	Base     float64 `json:"base"`
	PerPoint float64 `json:"per_point"`
}

// Intercept returns the log odds of a citizen with the average number of points: what LogOdds adds its
// terms to.
func (c *Card) Intercept() float64 {
	eta := c.Base
	for _, l := range c.Lines {
		eta += c.PerPoint * float64(l.Points) * l.Rate
	}
	return eta
}

func (c *Card) term(l Line, x float64) float64 {
	f := c.PerPoint * float64(l.Points)
	if l.Yes(x) {
		return f * (1 - l.Rate)
	}
	return -f * l.Rate
}

// LogOdds returns Base + PerPoint * points. If terms is not nil, it has an element per column of x, and receives what
// each adds compared with the average: with the intercept they add up to the log odds, but for rounding. The sum is
// not taken over the terms, as citizens with equal points would then differ in the last bit and be ranked by it.
func (c *Card) LogOdds(x, terms []float64) float64 {
	clear(terms)
	points := 0
	for _, l := range c.Lines {
		if l.Yes(x[l.Column]) {
			points += l.Points
		}
		if terms != nil {
			terms[l.Column] += c.term(l, x[l.Column])
		}
	}
	return c.of(points)
}

func (c *Card) of(points int) float64 { return c.Base + float64(c.PerPoint*float64(points)) }

// Rows puts the log odds of the given rows of the columns x into out.
func (c *Card) Rows(x [][]float64, rows []int32, out []float64) {
	for i, r := range rows {
		points := 0
		for _, l := range c.Lines {
			if l.Yes(x[l.Column][r]) {
				points += l.Points
			}
		}
		out[i] = c.of(points)
	}
}

// Points returns the sum for one citizen.
func (c *Card) Points(x []float64) int {
	n := 0
	for _, l := range c.Lines {
		if l.Yes(x[l.Column]) {
			n += l.Points
		}
	}
	return n
}

// Check returns what is wrong with a card that was read for the given number of columns.
func (c *Card) Check(columns int) error {
	if len(c.Lines) > MaxLines {
		return fmt.Errorf("card.lines: %d lines, want at most %d", len(c.Lines), MaxLines)
	}
	if !summable(c.Base) || !summable(c.PerPoint) || c.PerPoint < 0 {
		return fmt.Errorf("card: base %v and per_point %v, want numbers, per_point 0 or more", c.Base, c.PerPoint)
	}
	for i, l := range c.Lines {
		switch {
		case l.Column < 0 || l.Column >= columns:
			return fmt.Errorf("card.lines[%d].column is %d, want 0 to %d", i, l.Column, columns-1)
		case !finite(l.Threshold):
			return fmt.Errorf("card.lines[%d].threshold is not a finite number", i)
		case l.Points < 1 || l.Points > MaxPoints:
			return fmt.Errorf("card.lines[%d].points is %d, want 1 to %d", i, l.Points, MaxPoints)
		case !(l.Rate >= 0 && l.Rate <= 1):
			return fmt.Errorf("card.lines[%d].rate is %v, want in [0, 1]", i, l.Rate)
		}
	}
	return nil
}

// summable leaves room for the sums and products that are made of what was read.
func summable(x float64) bool { return math.Abs(x) <= 1e100 }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Wording is the language of a printed card.
type Wording struct {
	Title, Point, Points, Sum, Probability, Above, AtMost, Is, IsNot string
	Decimal                                                          string // decimal mark
}

// Danish and English are the wordings that are shown.
var (
	Danish  = Wording{"Pointkort", "point", "point", "Point i alt", "Sandsynlighed", "over", "højst", "er", "er ikke", ","}
	English = Wording{"Points card", "point", "points", "Total points", "Probability", "above", "at most", "is", "is not", "."}
)

// Worth words a number of points.
func (w Wording) Worth(points int) string {
	if points == 1 {
		return "1 " + w.Point
	}
	return fmt.Sprintf("%d %s", points, w.Points)
}

// Question words a line. label is its column's name.
func (w Wording) Question(l Line, label string) string {
	how, what := w.Above, number(l.Threshold, w.Decimal)
	switch {
	case l.Is && l.Below:
		how, what = w.IsNot, l.Level
	case l.Is:
		how, what = w.Is, l.Level
	case l.Below:
		how = w.AtMost
	}
	return label + " " + how + " " + what
}

// Chances returns the probability that belongs to each sum of points, from 0 to the most that the lines give. calibrate
// turns the card's log odds into those shown; nil shows them as they are.
func (c *Card) Chances(calibrate func(float64) float64) []float64 {
	most := 0
	for _, l := range c.Lines {
		most += l.Points
	}
	out := make([]float64, most+1)
	for n := range out {
		eta := c.of(n)
		if calibrate != nil {
			eta = calibrate(eta)
		}
		out[n] = metric.Sigmoid(eta)
	}
	return out
}

// WriteText prints the card on one page. label names a column. calibrate is as of Chances.
func (c *Card) WriteText(w io.Writer, word Wording, label func(column int) string, calibrate func(float64) float64) error {
	b := &page{}
	b.printf("%s\n\n", word.Title)
	for i, l := range c.Lines {
		b.printf("%d. [ ] %-58s %s\n", i+1, word.Question(l, label(l.Column)), word.Worth(l.Points))
	}
	b.printf("\n%-14s %s\n", word.Sum, word.Probability)
	for n, p := range c.Chances(calibrate) {
		b.printf("%-14d %.0f %%\n", n, 100*p)
	}
	_, err := w.Write(b.text)
	return err
}
