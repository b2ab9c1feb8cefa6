package scoring

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRareAndCommonAreToldOutOfAHundred(t *testing.T) {
	for _, c := range []struct {
		p         float64
		count, of int
	}{
		{0.41, 4, 10}, {0.46, 5, 10}, {0.1, 1, 10}, {0.9, 9, 10},
		{0.0999, 10, 100}, {0.034, 3, 100}, {0.004, 0, 100}, {0.97, 97, 100},
	} {
		f := frequency(c.p)
		assert.Equalf(t, []int{c.count, c.of}, []int{f.Count, f.Of}, "p = %v", c.p)
	}
}
