package tree

import (
	"fmt"
	"strconv"
)

// Coded tells whether the column is categorical and its levels are named by nothing but their codes "0", "1", ... in
// that order, as those of a model that was learned without names, and how many codes it knows. What Other's level
// stands for is not among them.
func (c *Column) Coded() (known int, ok bool) {
	known = len(c.Levels)
	if c.Other {
		known--
	}
	for l := range known {
		if c.Levels[l] != strconv.Itoa(l) {
			return 0, false
		}
	}
	return known, c.Levels != nil
}

// NameLevels names the codes of column j: code l is names[l] from then on, and what is none of the names is missing.
// There may be more names than codes that the model knows: each is then asked about as any other code that no question
// lists. It returns an error if the column is not Coded, if there are fewer names than known codes, or if a name is
// empty or there twice. Nothing is changed then. It panics if there is no column j.
func (e *Ensemble) NameLevels(j int, names []string) error {
	c := &e.Columns[j]
	known, ok := c.Coded()
	switch {
	case c.Levels == nil:
		return fmt.Errorf("column %s is numeric and has no levels to name", c.ID)
	case !ok:
		return fmt.Errorf("column %s has names already: %q and so on", c.ID, c.Levels[0])
	case len(names) < known:
		return fmt.Errorf("column %s: %d names, want one for each of the codes 0 to %d that the model knows", c.ID, len(names), known-1)
	case len(names) == 0:
		return fmt.Errorf("column %s: no names", c.ID)
	}
	seen := make(map[string]bool, len(names))
	for l, name := range names {
		if name == "" || seen[name] {
			return fmt.Errorf("column %s: the name of code %d, %q, is empty or there twice", c.ID, l, name)
		}
		seen[name] = true
	}
	if c.Other {
		for t := range e.Trees {
			for i := range e.Trees[t].Nodes {
				if n := &e.Trees[t].Nodes[i]; int(n.Column) == j {
					n.Set = spread(n.Set, known, len(names))
				}
			}
		}
	}
	c.Levels, c.Other = append([]string(nil), names...), false
	return nil
}

// spread returns the set in which all levels from other on, up to levels, are where other was.
func spread(set []uint64, other, levels int) []uint64 {
	in := func(l int) bool { return l/64 < len(set) && set[l/64]>>(l%64)&1 == 1 }
	out := make([]uint64, (levels+63)/64)
	for l := range levels {
		if in(min(l, other)) {
			out[l/64] |= 1 << (l % 64)
		}
	}
	return out
}
