package learner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/model/tree"
)

// Naming is what the file of another library may not say.
type Naming struct {
	Columns []string            // of all columns, in the model's order; nil keeps what the file has
	Levels  map[string][]string // by column: of codes 0, 1, ...; see tree.Ensemble.NameLevels
	Trees   int                 // that are taken, the first ones; 0 for all
}

// rename gives columns and levels their names.
func (n Naming) rename(e *tree.Ensemble) error {
	if n.Columns != nil {
		if len(n.Columns) != len(e.Columns) {
			return fmt.Errorf("%d names for the %d columns of the model", len(n.Columns), len(e.Columns))
		}
		for j, name := range n.Columns {
			e.Columns[j].ID = name
		}
	}
	ids := make([]string, len(e.Columns))
	for j, c := range e.Columns {
		ids[j] = c.ID
	}
	var unknown []string
	for column := range n.Levels {
		if !slices.Contains(ids, column) {
			unknown = append(unknown, column)
		}
	}
	if slices.Sort(unknown); unknown != nil {
		return fmt.Errorf("the model has no column %q to name the levels of%s; it has %s", unknown[0], DidYouMean(unknown[0], ids), strings.Join(ids[:min(12, len(ids))], ", "))
	}
	for j, id := range ids {
		if names, ok := n.Levels[id]; ok {
			if err := e.NameLevels(j, names); err != nil {
				return err
			}
		}
	}
	return nil
}

// trimNames takes away the blanks around the names of columns and levels, as they are taken away from a table's.
func trimNames(columns []tree.Column) error {
	for j := range columns {
		c := &columns[j]
		c.ID = strings.TrimSpace(c.ID)
		if _, ok := c.Coded(); ok {
			continue
		}
		seen := make(map[string]string, len(c.Levels))
		for l, name := range c.Levels {
			short := strings.TrimSpace(name)
			if short == "" {
				return fmt.Errorf("column %s: the category %q is what a table has for missing: give it a name and train again, or make it missing there", c.ID, name)
			}
			if other, twice := seen[short]; twice {
				return fmt.Errorf("column %s: the categories %q and %q differ only in the blanks around them, which a table does not keep: rename one and train again", c.ID, other, name)
			}
			seen[short], c.Levels[l] = name, short
		}
	}
	return nil
}
