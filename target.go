package rettidig

import "fmt"

// Target is a question that is asked about one citizen on one date.
type Target string

const (
	Completion Target = "completion" // if offered home training, will the citizen complete the course?
	Effect     Target = "effect"     // if completed, will the citizen get an effect of it?
	Benefit    Target = "benefit"    // will the citizen complete *and* get an effect?
	Decline    Target = "decline"    // is a steep rise in the need for services coming within 26 weeks?
)

// Targets lists every target in the order in which they are shown.
func Targets() []Target { return []Target{Completion, Effect, Benefit, Decline} }

// ParseTarget reads a target's name.
func ParseTarget(s string) (Target, error) {
	for _, t := range Targets() {
		if string(t) == s {
			return t, nil
		}
	}
	return "", fmt.Errorf("target %q is not one of completion, effect, benefit, decline", s)
}
