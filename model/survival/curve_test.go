package survival

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawn is follow-up on a coarse clock, so that there are ties everywhere.
func drawn(rt *rapid.T, causes int32, late bool) Data {
	var d Data
	for range rapid.IntRange(2, 25).Draw(rt, "rows") {
		end := float64(rapid.IntRange(1, 8).Draw(rt, "time"))
		d.Time = append(d.Time, end)
		d.Cause = append(d.Cause, rapid.Int32Range(0, causes).Draw(rt, "cause"))
		d.W = append(d.W, float64(rapid.IntRange(1, 3).Draw(rt, "weight")))
		if late {
			d.Entry = append(d.Entry, float64(rapid.IntRange(0, int(end)-1).Draw(rt, "entry")))
		}
	}
	return d
}

// copied is d with each row as often as its weight says, and x alike.
func copied(d Data, x []float64) (Data, []float64) {
	var out Data
	var xs []float64
	for i := range d.Time {
		for range int(d.W[i]) {
			out.Time, out.Cause = append(out.Time, d.Time[i]), append(out.Cause, d.Cause[i])
			if d.Entry != nil {
				out.Entry = append(out.Entry, d.Entry[i])
			}
			if x != nil {
				xs = append(xs, x[i])
			}
		}
	}
	return out, xs
}

func TestKaplanMeierByHand(t *testing.T) {
	// At 2 five are at risk and one leaves, one censored at 2 still being there: 4/5. At 4 three are at risk
	// and two leave: 4/5 * 1/3. The last is censored at 6. Greenwood at 4: (4/15)^2 * (1/(5*4) + 2/(3*1)).
	d := Data{Time: []float64{2, 2, 4, 4, 6}, Cause: []int32{1, 0, 2, 1, 0}}
	c, err := KaplanMeier(d)
	require.NoError(t, err)
	assert.Equal(t, 1.0, c.At(1.999))
	assert.Equal(t, 1.0, c.Before(2))
	assert.InDelta(t, 0.8, c.At(2), 1e-15)
	assert.InDelta(t, 0.8, c.Before(4), 1e-15)
	assert.InDelta(t, 4.0/15, c.At(6), 1e-15)
	assert.InDelta(t, 16.0/225*(1.0/20+2.0/3), c.Variance[1], 1e-15)
	assert.Equal(t, 4.0, c.Quantile(0.5))
	assert.True(t, math.IsNaN(c.Quantile(0.9)), "follow-up ends before nine in ten have left")
	assert.True(t, math.IsNaN(c.At(6.5)), "nothing is known after the last follow-up")
	lo, hi := c.Interval(1, 0.95)
	assert.True(t, math.IsNaN(lo) && math.IsNaN(hi), "no event, no spread")

	// Of censoring, at 2 the event has left: one of four is censored. At 6 the last is.
	g, err := Censoring(d)
	require.NoError(t, err)
	assert.InDelta(t, 0.75, g.At(2), 1e-15)
	assert.Equal(t, 1.0, g.Before(2))
	assert.InDelta(t, 0.75, g.Before(6), 1e-15)
	assert.Zero(t, g.At(6))
	assert.Zero(t, g.At(60), "once at 0 it stays there")
}

func TestAalenJohansenByHand(t *testing.T) {
	// As above, with cause 1 at 2 and both causes at 4: F1 = 1/5 + 4/5*1/3, F2 = 4/5*1/3.
	inc, err := AalenJohansen(Data{Time: []float64{2, 2, 4, 4, 6}, Cause: []int32{1, 0, 2, 1, 0}}, 3)
	require.NoError(t, err)
	assert.InDelta(t, 1.0/5+4.0/15, inc.At(1, 5), 1e-15)
	assert.InDelta(t, 4.0/15, inc.At(2, 5), 1e-15)
	assert.Zero(t, inc.At(3, 5), "a cause that nobody had")
	assert.Zero(t, inc.At(2, 3))
	assert.True(t, math.IsNaN(inc.At(1, 7)))
}

func TestLateEntryByHand(t *testing.T) {
	// Who enters at 2 is at risk just after 2: at 2 only the first two are. 1/2, then at 3 one of two.
	d := Data{Entry: []float64{0, 0, 2}, Time: []float64{2, 3, 5}, Cause: []int32{1, 1, 0}}
	c, err := KaplanMeier(d)
	require.NoError(t, err)
	assert.InDelta(t, 0.5, c.At(2), 1e-15)
	assert.InDelta(t, 0.25, c.At(3), 1e-15)

	// The two at the start leave before the third enters: nothing can be said of later.
	d = Data{Entry: []float64{0, 0, 3}, Time: []float64{2, 2, 5}, Cause: []int32{1, 1, 0}}
	c, err = KaplanMeier(d)
	require.NoError(t, err)
	require.Len(t, c.Warnings, 1)
	assert.ErrorContains(t, c.Warnings[0], "nobody is at risk just after 2")
	assert.Equal(t, []float64{2}, c.Time, "the curve ends where it is at 0")
	inc, err := AalenJohansen(d, 1)
	require.NoError(t, err)
	assert.Len(t, inc.Warnings, 1)
}

func TestWeightsAreCopiesAlsoInTheVariance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 2, rapid.Bool().Draw(rt, "late"))
		many, _ := copied(d, nil)
		for _, curve := range []func(Data) (*Curve, error){KaplanMeier, Censoring} {
			a, err := curve(d)
			require.NoError(rt, err)
			b, err := curve(many)
			require.NoError(rt, err)
			assert.Equal(rt, a.Time, b.Time)
			assert.InDeltaSlice(rt, a.Survival, b.Survival, 1e-12)
			assert.InDeltaSlice(rt, a.Variance, b.Variance, 1e-12)
		}
		a, err := AalenJohansen(d, 2)
		require.NoError(rt, err)
		b, err := AalenJohansen(many, 2)
		require.NoError(rt, err)
		for c := range 2 {
			assert.InDeltaSlice(rt, a.Of[c], b.Of[c], 1e-12)
			assert.InDeltaSlice(rt, a.Variance[c], b.Variance[c], 1e-12)
		}
	})
}

func TestIncidenceAndFreeAddUpToOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 3, rapid.Bool().Draw(rt, "late"))
		inc, err := AalenJohansen(d, 3)
		require.NoError(rt, err)
		km, err := KaplanMeier(d)
		require.NoError(rt, err)
		for i, at := range inc.Time {
			assert.InDelta(rt, 1, inc.Free[i]+inc.Of[0][i]+inc.Of[1][i]+inc.Of[2][i], 1e-12)
			assert.Equal(rt, km.At(at), inc.Free[i])
		}
	})
}

func TestOneCauseIsKaplanMeierWithGreenwood(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 1, rapid.Bool().Draw(rt, "late"))
		inc, err := AalenJohansen(d, 1)
		require.NoError(rt, err)
		km, err := KaplanMeier(d)
		require.NoError(rt, err)
		for i := range inc.Time {
			assert.InDelta(rt, 1-km.Survival[i], inc.Of[0][i], 1e-12)
			assert.InDelta(rt, km.Variance[i], inc.Variance[0][i], 1e-12)
		}
	})
}

// slowVariance is the sum over times written out, at time k.
func slowVariance(inc *Incidence, moments []moment, c, k int) float64 {
	sum, free := 0.0, 1.0
	for j, m := range moments[:k+1] {
		n, dc, d := m.all+m.events[0]+m.rest, 0.0, m.all
		if c+1 < len(m.events) {
			dc = m.events[c+1]
		}
		ahead := inc.Of[c][k] - inc.Of[c][j]
		if ahead != 0 {
			sum += ahead * ahead * d / (n * (n - d))
		}
		sum += free * free * dc * (n - dc) / (n * n * n)
		sum -= 2 * ahead * free * dc / (n * n)
		free = inc.Free[j]
	}
	return sum
}

func TestVarianceIsTheSumOverTimesWrittenOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 2, rapid.Bool().Draw(rt, "late"))
		inc, err := AalenJohansen(d, 2)
		require.NoError(rt, err)
		for c := range 2 {
			for k := range inc.Time {
				assert.InDelta(rt, slowVariance(inc, d.moments(), c, k), inc.Variance[c][k], 1e-12)
			}
		}
	})
}

func TestOrderOfRowsAndRowsWithoutWeightDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt, 2, true)
		order := make([]int, len(d.Time))
		for i := range order {
			order[i] = i
		}
		other := d.pick(rapid.Permutation(order).Draw(rt, "order"))
		other.Time, other.Entry = append(other.Time, 3.5, 90), append(other.Entry, 0, 1)
		other.Cause, other.W = append(other.Cause, 1, 2), append(other.W, 0, 0)
		a, err := AalenJohansen(d, 2)
		require.NoError(rt, err)
		b, err := AalenJohansen(other, 2)
		require.NoError(rt, err)
		assert.Equal(rt, a, b)
	})
}

func TestBadRowsAreNamed(t *testing.T) {
	good := func() Data {
		return Data{Entry: []float64{0, 1}, Time: []float64{3, 4}, Cause: []int32{1, 0}, W: []float64{1, 2}}
	}
	for name, c := range map[string]struct {
		edit func(*Data)
		want string
	}{
		"time not a number": {func(d *Data) { d.Time[1] = math.NaN() }, "row 1 is followed from 1 to NaN"},
		"no follow-up":      {func(d *Data) { d.Time[1] = 1 }, "row 1 is followed from 1 to 1"},
		"endless":           {func(d *Data) { d.Time[0] = math.Inf(1) }, "row 0 is followed"},
		"before the origin": {func(d *Data) { d.Entry[0] = -1 }, "row 0 is followed from -1"},
		"negative cause":    {func(d *Data) { d.Cause[0] = -1 }, "row 0 has cause -1"},
		"negative weight":   {func(d *Data) { d.W[0] = -1 }, "row 0 has weight -1"},
		"endless weight":    {func(d *Data) { d.W[1] = math.Inf(1) }, "row 1 has weight +Inf"},
		"weight no number":  {func(d *Data) { d.W[1] = math.NaN() }, "row 1 has weight NaN"},
		"no weight at all":  {func(d *Data) { d.W = []float64{0, 0} }, "no rows with any weight"},
		"unknown cause":     {func(d *Data) { d.Cause[0] = 3 }, "cause 3 among the rows, want at most 2"},
	} {
		d := good()
		c.edit(&d)
		_, err := AalenJohansen(d, 2)
		assert.ErrorContains(t, err, c.want, name)
	}
	_, err := AalenJohansen(good(), 2)
	assert.NoError(t, err)
	assert.Panics(t, func() { _, _ = KaplanMeier(Data{Time: []float64{1}, Cause: nil}) })
}
