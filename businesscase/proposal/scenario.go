package proposal

import (
	"fmt"
	"io"
	"os"

	"github.com/rettidig/rettidig/internal/near"
)

// Scenario is another set of values for some of a proposal's parameters.
type Scenario struct {
	Format   int               `yaml:"rettidig-scenario"` // 1
	Name     string            `yaml:"name"`
	Proposal string            `yaml:"proposal,omitempty"` // the id it is made for; "" for any that has the parameters
	Set      map[string]Number `yaml:"set"`                // parameter: value in the parameter's unit
	Why      string            `yaml:"why,omitempty"`

	file  string
	lines places
}

// ReadScenario reads a scenario. Whether the proposal has its parameters is found when it is computed.
func ReadScenario(r io.Reader, name string) (*Scenario, error) {
	s := &Scenario{}
	lines, err := readYAML(r, name, "scenario", s)
	if err != nil {
		return nil, err
	}
	s.file, s.lines = name, lines
	c := &checker{}
	if s.Format != 1 {
		c.bad("rettidig-scenario", "the first line is `rettidig-scenario: 1`", "is %d: this program reads version 1", s.Format)
	}
	c.present("name", s.Name)
	if len(s.Set) == 0 {
		c.bad("set", "set: {courses_per_year: 1000}", "changes nothing")
	}
	if len(c.list) > 0 {
		return nil, (&Proposal{name: name, lines: lines}).problems(c.list)
	}
	return s, nil
}

// ReadScenarioFile reads the scenario in a file.
func ReadScenarioFile(path string) (*Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadScenario(f, path)
}

// apply sets the scenario's values and tells which parameters changed.
func (m *Model) apply(r *Runner, s *Scenario) (map[string]bool, error) {
	changed := map[string]bool{}
	if s == nil {
		return changed, nil
	}
	c := &checker{}
	if s.Proposal != "" && s.Proposal != m.p.ID {
		c.bad("proposal", "", "is for %s, not for %s", s.Proposal, m.p.ID)
	}
	for _, id := range sortedKeys(s.Set) {
		i, ok := m.slot[id]
		if !ok || i >= len(m.p.Parameters) {
			hint := "only parameters can be set"
			if word := near.Word(id, m.names[:len(m.p.Parameters)]); word != "" {
				hint = "did you mean " + word + "?"
			}
			c.bad("set."+id, hint, "%s has no parameter %s", m.p.ID, id)
			continue
		}
		if c.number("set."+id, s.Set[id], m.p.Parameters[i].Unit, m.units[i]) {
			continue
		}
		r.Set(i, s.Set[id].Value)
		changed[id] = true
	}
	if len(c.list) > 0 {
		return nil, (&Proposal{name: s.file, lines: s.lines}).problems(c.list)
	}
	return changed, nil
}

// NewScenario makes a scenario in code.
func NewScenario(name string, set map[string]float64) *Scenario {
	s := &Scenario{Format: 1, Name: name, Set: map[string]Number{}, file: fmt.Sprintf("scenario %s", name)}
	for id, x := range set {
		s.Set[id] = Num(x)
	}
	return s
}
