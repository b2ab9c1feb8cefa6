package conformal

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/internal/hostile"
)

func TestDamagedPredictorsAreRefusedOrAnswer(t *testing.T) {
	try := func(damage string, b []byte) {
		p, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, place := range []string{"", "north", "island"} {
			for _, x := range []float64{-30, 0, 0.3, 30} {
				s, g := p.Set(x, place, 0.9), p.Range(x, place, 0.9)
				if !(s.PZero > 0 && s.PZero <= 1 && s.POne > 0 && s.POne <= 1 && 0 <= g.Lower && g.Lower <= g.Upper && g.Upper <= 1) {
					t.Fatalf("%s: %v and %v at %v", damage, s, g, x)
				}
			}
		}
		for _, f := range p.TooSmall {
			if f.Zero < 0 || f.One < 0 {
				t.Fatalf("%s: %+v", damage, f)
			}
		}
	}
	good := []byte(`{"kind":"conformal","least":2,"pooled":{"name":"","zero":[-2,-1,1],"one":[0,2],"edges":[0.5],"count":[2,1],"hits":[1,0]},
"categories":[{"name":"north","zero":[-1],"one":[2],"edges":[],"count":[2],"hits":[1]}],"judged_by_pooled":[{"name":"island","zero":1,"one":0}]}`)
	_, err := Read(bytes.NewReader(good))
	require.NoError(t, err)
	hostile.Bytes(good, try)
	hostile.Values(good, try)
}
