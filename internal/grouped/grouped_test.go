package grouped

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestThousandsAreGroupedFromTheRight(t *testing.T) {
	for s, want := range map[string][2]string{"0": {"0", "0"}, "999": {"999", "999"}, "1000": {"1.000", "1,000"}, "1234567.50": {"1.234.567,50", "1,234,567.50"}, "0.125": {"0,125", "0.125"}, "12345": {"12.345", "12,345"}} {
		assert.Equal(t, want, [2]string{Digits(s, true), Digits(s, false)}, s)
	}
}
