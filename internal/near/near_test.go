package near

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// Worked by hand.
func TestDistanceCountsSlips(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"value", "valeu", 1}, {"rate", "rates", 1}, {"kitten", "sitting", 3}, {"år", "ar", 1}, {"ca", "abc", 3}} {
		assert.Equal(t, c.want, Distance(c.a, c.b), "%s %s", c.a, c.b)
		assert.Equal(t, c.want, Distance(c.b, c.a), "%s %s", c.b, c.a)
	}
}

func TestAWordIsFoundWhenItIsNear(t *testing.T) {
	known := []string{"id", "label", "value", "by-year", "unit"}
	for s, want := range map[string]string{"lable": "label", "Value": "value", "byyear": "by-year", "units": "unit", "colour": "", "x": "", "quantity": ""} {
		assert.Equal(t, want, Word(s, known), s)
	}
}

func TestOfEquallyNearTheFirst(t *testing.T) {
	assert.Equal(t, "rate_a", Word("rate_x", []string{"rate_a", "rate_b"}))
}

func TestDistanceIsTheFewestEdits(t *testing.T) {
	var slow func(a, b string) int
	slow = func(a, b string) int {
		if a == "" || b == "" {
			return len(a) + len(b)
		}
		best := 1 + min(slow(a[1:], b), slow(a, b[1:]), slow(a[1:], b[1:]))
		if a[0] == b[0] {
			best = min(best, slow(a[1:], b[1:]))
		}
		if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
			best = min(best, 1+slow(a[2:], b[2:]))
		}
		return best
	}
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.StringMatching("[abc]{0,6}").Draw(rt, "a"), rapid.StringMatching("[abc]{0,6}").Draw(rt, "b")
		assert.Equal(rt, slow(a, b), Distance(a, b))
	})
}
