package proposal

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/rettidig/rettidig/businesscase/formula"
)

// Index is a table of price indices that the user supplies: by cost type, by year. There is none built in, since the
// municipality's own changes every year.
type Index struct {
	Format int                      `yaml:"rettidig-price-index"` // 1
	Source string                   `yaml:"source"`               // where the figures are from
	Types  map[string]map[int]Level `yaml:"types"`                // general: {2022: 100, 2023: 102.9}
}

// Level is a figure of an index. It is a [Number] that may have three decimals, as published indices have: 103.125
// cannot be 103,125 where the year before is 100.
type Level struct{ Number }

// UnmarshalYAML reads the figure.
func (l *Level) UnmarshalYAML(node *yaml.Node) error {
	if whole, fraction, ok := formula.Thousands(node.Value); ok && fraction != "" && node.Kind == yaml.ScalarNode {
		wide := *node
		wide.Value = node.Value + "0"
		if err := l.Number.UnmarshalYAML(&wide); err != nil {
			return err
		}
		l.text = node.Value
		return nil
	} else if ok {
		return fmt.Errorf("line %d: %s has points between thousands: write %s", node.Line, node.Value, whole)
	}
	return l.Number.UnmarshalYAML(node)
}

// Prices do not halve or double between two figures of an index; changes in percent, 3.1 after 100, do.
const leastFactor, mostFactor = 0.5, 2

// General is the cost type of rows that say none.
const General = "general"

// ReadIndex reads a table of price indices; every figure is above 0 and half to twice the one before it.
func ReadIndex(r io.Reader, name string) (*Index, error) {
	x := &Index{}
	lines, err := readYAML(r, name, "price-index", x)
	if err != nil {
		return nil, err
	}
	c := &checker{}
	if x.Format != 1 {
		c.bad("rettidig-price-index", "the first line is `rettidig-price-index: 1`", "is %d: this program reads version 1", x.Format)
	}
	c.present("source", x.Source)
	if len(x.Types) == 0 {
		c.bad("types", "general: {2022: 100, 2023: 102.9}", "is missing")
	}
	for _, kind := range sortedKeys(x.Types) {
		years := sortedYears(x.Types[kind])
		for k, t := range years {
			level := x.Types[kind][t]
			path := fmt.Sprintf("types.%s.%d", kind, t)
			if !(level.Value > 0) {
				c.bad(path, "", "is %s, want more than 0", level)
			} else if k > 0 && x.Types[kind][years[k-1]].Value > 0 {
				before := years[k-1]
				if f := level.Value / x.Types[kind][before].Value; f < leastFactor || f > mostFactor {
					c.bad(path, "each year is a level such as 100 and 103.1, not the change in percent", "is %s: %d is %.4g %% of %d", level, t, 100*f, before)
				}
			}
		}
	}
	if len(c.list) > 0 {
		return nil, (&Proposal{name: name, lines: lines}).problems(c.list)
	}
	return x, nil
}

// ReadIndexFile reads the table in a file.
func ReadIndexFile(path string) (*Index, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadIndex(f, path)
}

// Factor turns an amount of price level `from` into one of `to` by multiplication. The same level is 1 and needs no
// table; anything else is an error unless the table has the cost type ("" is general) and both years.
func (x *Index) Factor(kind string, from, to int) (float64, error) {
	if from == to {
		return 1, nil
	}
	if kind == "" {
		kind = General
	}
	if x == nil {
		return 0, fmt.Errorf("amounts in %d prices are not added to amounts in %d prices without an index", from, to)
	}
	by, ok := x.Types[kind]
	if !ok {
		return 0, fmt.Errorf("the price index has no cost type %q, only %s", kind, strings.Join(sortedKeys(x.Types), ", "))
	}
	for _, t := range []int{from, to} {
		if _, ok := by[t]; !ok {
			years := sortedYears(by)
			return 0, fmt.Errorf("the price index of %s has no year %d, only %v", kind, t, slices.Compact(years))
		}
	}
	return by[to].Value / by[from].Value, nil
}
