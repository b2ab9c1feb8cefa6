package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/pflag"
)

// takes refuses flags that would change nothing: whoever gave one believes that it did.
func (b *businesscaseFlags) takes(f *pflag.FlagSet) error {
	given := func(names ...string) string {
		for _, n := range names {
			if f.Changed(n) {
				return "--" + n
			}
		}
		return ""
	}
	for _, m := range []struct {
		on   bool
		name string
		with []string
	}{
		{b.newFile != "", "new", []string{"kind"}},
		{b.list, "list", []string{"json", "language"}},
		{b.schema, "schema", nil},
		{b.catalogue, "catalogue", []string{"check", "strict", "json", "language", "exact", "rounded"}},
	} {
		if !m.on {
			continue
		}
		var other string
		f.Visit(func(x *pflag.Flag) {
			if other == "" && x.Name != m.name && !slices.Contains(m.with, x.Name) {
				other = x.Name
			}
		})
		if b.strict && !b.check {
			other = "strict"
		}
		if other != "" {
			return fmt.Errorf("--%s does nothing with --%s: leave one of them out", other, m.name)
		}
		return nil
	}
	r := b.risk
	switch {
	case b.strict && !b.check:
		return errors.New("--strict goes with --check")
	case f.Changed("kind"):
		return errors.New("--kind goes with --new FILE.yaml")
	case given("seed", "outcome") != "" && !r.asked():
		return fmt.Errorf("%s goes with --simulate N, --tornado, --break-even or --registry DIR", given("seed", "outcome"))
	case r.convention && !r.tornado:
		return errors.New("--all-parameters goes with --tornado")
	case given("target-capacity", "course-cost", "capacity-parameter") != "" && r.registry == "":
		return errors.New("--target-capacity, --course-cost and --capacity-parameter go with --registry DIR")
	case f.Changed("target-capacity") && !(r.target > 0 && r.target <= 1e9):
		return fmt.Errorf("--target-capacity is %v, want courses a year, more than 0", r.target)
	case f.Changed("course-cost") && !(r.price >= 0 && r.price <= 1e9):
		return fmt.Errorf("--course-cost is %v, want kr a course, 0 or more", r.price)
	case f.Changed("simulate") && r.draws == 0:
		return errors.New("--simulate is 0, want how many draws, such as 10000")
	case given("exact", "rounded") != "" && r.asked():
		return fmt.Errorf("%s is about the tables: uncertainty is computed before rounding, and payback after it", given("exact", "rounded"))
	}
	return nil
}
