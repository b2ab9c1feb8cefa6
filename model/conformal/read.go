package conformal

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/rettidig/rettidig/internal/strictjson"
)

// largest is the most that Read takes in.
const largest = 64 << 20

// Write writes the predictor as indented JSON, the same bytes for the same predictor. It holds the scores of the
// calibration citizens, sorted, and nothing else about them.
func (p *Predictor) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		return fmt.Errorf("conformal: write: %w", err)
	}
	return nil
}

// Read reads what Write wrote and checks everything that answers rely on. Unknown fields and anything behind the
// predictor are errors.
func Read(r io.Reader) (*Predictor, error) {
	p := new(Predictor)
	if err := strictjson.Read(r, largest, "predictor", p); err != nil {
		return nil, fmt.Errorf("conformal: %w", err)
	}
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("conformal: %w", err)
	}
	return p, nil
}

// Check returns what is wrong with a predictor that was read.
func (p *Predictor) Check() error {
	if p.Kind != kind {
		return fmt.Errorf("kind is %q, want %s", p.Kind, kind)
	}
	if p.Least < 1 {
		return fmt.Errorf("least is %d, want 1 or more", p.Least)
	}
	if err := p.Pooled.check(); err != nil {
		return fmt.Errorf("pooled: %w", err)
	}
	for i := range p.Categories {
		c := &p.Categories[i]
		if i > 0 && c.Name <= p.Categories[i-1].Name {
			return fmt.Errorf("categories[%d]: %q is not in rising order", i, c.Name)
		}
		if err := c.check(); err != nil {
			return fmt.Errorf("category %q: %w", c.Name, err)
		}
		if n := len(c.Zero) + len(c.One); n < p.Least {
			return fmt.Errorf("category %q has %d scores, want %d at least", c.Name, n, p.Least)
		}
	}
	for i, f := range p.TooSmall {
		if i > 0 && f.Name <= p.TooSmall[i-1].Name {
			return fmt.Errorf("judged_by_pooled[%d]: %q is not in rising order", i, f.Name)
		}
		if f.Zero < 0 || f.One < 0 {
			return fmt.Errorf("judged_by_pooled[%d]: %q with %d and %d citizens, want 0 or more", i, f.Name, f.Zero, f.One)
		}
	}
	return nil
}

func (c *Cell) check() error {
	for _, s := range []struct {
		name   string
		x      []float64
		strict bool
	}{{"zero", c.Zero, false}, {"one", c.One, false}, {"edges", c.Edges, true}} {
		for i, x := range s.x {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("%s[%d] is not a finite number", s.name, i)
			}
			if i > 0 && (x < s.x[i-1] || s.strict && x == s.x[i-1]) {
				return fmt.Errorf("%s[%d] is not in rising order", s.name, i)
			}
		}
	}
	if len(c.Count) != len(c.Edges)+1 || len(c.Hits) != len(c.Count) {
		return fmt.Errorf("%d counts and %d hits for %d edges, want one more than edges", len(c.Count), len(c.Hits), len(c.Edges))
	}
	n, hits := 0, 0
	for b := range c.Count {
		if c.Hits[b] < 0 || c.Count[b] < c.Hits[b] || c.Count[b] > len(c.Zero)+len(c.One) {
			return fmt.Errorf("bin %d has %d hits of %d", b, c.Hits[b], c.Count[b])
		}
		n, hits = n+c.Count[b], hits+c.Hits[b]
	}
	if hits > len(c.One) || n-hits > len(c.Zero) {
		return fmt.Errorf("bins hold %d and %d citizens, more than there are", n-hits, hits)
	}
	return nil
}
