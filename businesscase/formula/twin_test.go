package formula

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// twin is a formula made at random: its text, and its value worked out in fractions while it is made. It knows nothing
// of the package's tree.
type twin struct {
	src   string
	value func(t int) *big.Rat // nil: cannot be computed
}

// maker makes formulas. Comparisons and rounding get operands without division, whose floating-point
// values are exact: else a last bit would decide, rightly in both.
type maker struct {
	t      *rapid.T
	values map[string][]*big.Rat
	years  []int
	divide bool // by what may be 0
	choose bool // c ? a : b
}

func newMaker(t *rapid.T, divide, choose bool) *maker {
	m := &maker{t: t, values: map[string][]*big.Rat{}, divide: divide, choose: choose}
	first := rapid.IntRange(2020, 2026).Draw(t, "first")
	for i := range rapid.IntRange(1, 5).Draw(t, "years") {
		m.years = append(m.years, first+i)
	}
	for _, name := range []string{"a", "b", "løn"} {
		for range m.years {
			m.values[name] = append(m.values[name], big.NewRat(rapid.Int64Range(-12, 12).Draw(t, name), 4))
		}
	}
	return m
}

func (m *maker) pick(n int) int { return rapid.IntRange(0, n-1).Draw(m.t, "pick") }

func (m *maker) leaf() twin {
	if m.pick(3) == 0 {
		n := rapid.IntRange(0, 40).Draw(m.t, "number")
		x := big.NewRat(int64(n), 4)
		return twin{strconv.FormatFloat(float64(n)/4, 'f', -1, 64), func(int) *big.Rat { return x }}
	}
	name := []string{"a", "b", "løn"}[m.pick(3)]
	return twin{name, func(t int) *big.Rat { return m.values[name][t] }}
}

// both makes an operation on two values; bracket is put round each operand, so that only the meaning that was
// worked out can be read. Text must then take brackets away without changing it.
func both(a, b twin, sign string, f func(x, y *big.Rat) *big.Rat) twin {
	return twin{"(" + a.src + ") " + sign + " (" + b.src + ")", func(t int) *big.Rat {
		x, y := a.value(t), b.value(t)
		if x == nil || y == nil {
			return nil
		}
		return f(x, y)
	}}
}

func call(name string, a twin, f func(x *big.Rat) *big.Rat) twin {
	return twin{name, func(t int) *big.Rat {
		if x := a.value(t); x != nil {
			return f(x)
		}
		return nil
	}}
}

func (m *maker) make(depth int, exact bool) twin {
	if depth == 0 {
		return m.leaf()
	}
	sub := func() twin { return m.make(depth-1, exact) }
	switch m.pick(15) {
	case 0:
		return both(sub(), sub(), "+", func(x, y *big.Rat) *big.Rat { return new(big.Rat).Add(x, y) })
	case 1:
		return both(sub(), sub(), "-", func(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) })
	case 2:
		return both(sub(), sub(), "*", func(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) })
	case 3:
		if exact {
			return m.leaf()
		}
		d := m.make(0, true)
		if !m.divide {
			d = twin{"8", func(int) *big.Rat { return big.NewRat(8, 1) }}
			if m.pick(2) == 0 {
				d = twin{"2.5", func(int) *big.Rat { return big.NewRat(5, 2) }}
			}
		}
		return both(sub(), d, "/", func(x, y *big.Rat) *big.Rat {
			if y.Sign() == 0 {
				return nil
			}
			return new(big.Rat).Quo(x, y)
		})
	case 4:
		a := sub()
		return call("-("+a.src+")", a, func(x *big.Rat) *big.Rat { return new(big.Rat).Neg(x) })
	case 5:
		a := m.leaf()
		return call("("+a.src+")^2", a, func(x *big.Rat) *big.Rat { return new(big.Rat).Mul(x, x) })
	case 6:
		a, b := sub(), sub()
		less := func(x, y *big.Rat) *big.Rat {
			if x.Cmp(y) < 0 {
				return x
			}
			return y
		}
		n := both(a, b, "", less)
		n.src = "min(" + a.src + ", " + b.src + ")"
		return n
	case 7:
		a := sub()
		return call("max("+a.src+", 1, 2)", a, func(x *big.Rat) *big.Rat {
			if two := big.NewRat(2, 1); x.Cmp(two) < 0 {
				return two
			}
			return x
		})
	case 8:
		a := sub()
		return call("abs("+a.src+")", a, func(x *big.Rat) *big.Rat { return new(big.Rat).Abs(x) })
	case 9:
		return m.rounded(depth)
	case 10:
		if !m.choose {
			return m.leaf()
		}
		return m.choice(depth, exact)
	case 11, 12, 13:
		return m.overYears(sub())
	}
	return m.leaf()
}

func (m *maker) rounded(depth int) twin {
	a := m.make(depth-1, true)
	to := []struct {
		src string
		r   *big.Rat
	}{{"1", big.NewRat(1, 1)}, {"5", big.NewRat(5, 1)}, {"100", big.NewRat(100, 1)}, {"0.5", big.NewRat(1, 2)}}[m.pick(4)]
	half, name := big.NewRat(1, 2), "round"
	if m.pick(2) == 0 {
		half, name = new(big.Rat), "round_down"
	}
	return call(name+"("+a.src+", "+to.src+")", a, func(x *big.Rat) *big.Rat {
		steps := new(big.Rat).Quo(new(big.Rat).Abs(x), to.r)
		steps.Add(steps, half)
		n := new(big.Int).Quo(steps.Num(), steps.Denom())
		y := new(big.Rat).Mul(new(big.Rat).SetInt(n), to.r)
		if x.Sign() < 0 {
			y.Neg(y)
		}
		return y
	})
}

func (m *maker) choice(depth int, exact bool) twin {
	test := func() (string, func(t int) (bool, bool)) {
		a, b := m.make(depth-1, true), m.make(depth-1, true)
		if m.pick(3) == 0 {
			y := m.years[m.pick(len(m.years))]
			a = twin{"year", func(t int) *big.Rat { return big.NewRat(int64(m.years[t]), 1) }}
			b = twin{strconv.Itoa(y), func(int) *big.Rat { return big.NewRat(int64(y), 1) }}
		}
		k := m.pick(6)
		sign := []string{"<", "<=", ">", ">=", "==", "!="}[k]
		return "(" + a.src + ") " + sign + " (" + b.src + ")", func(t int) (bool, bool) {
			x, y := a.value(t), b.value(t)
			if x == nil || y == nil {
				return false, false
			}
			c := x.Cmp(y)
			return []bool{c < 0, c <= 0, c > 0, c >= 0, c == 0, c != 0}[k], true
		}
	}
	src, holds := test()
	if m.pick(2) == 0 {
		src2, holds2 := test()
		first, and := holds, m.pick(2) == 0
		src = "(" + src + ") " + map[bool]string{true: "and", false: "or"}[and] + " (" + src2 + ")"
		holds = func(t int) (bool, bool) {
			p, ok := first(t)
			q, ok2 := holds2(t)
			if and {
				return p && q, ok && ok2
			}
			return p || q, ok && ok2
		}
	}
	yes, no := m.make(depth-1, exact), m.make(depth-1, exact)
	return twin{"((" + src + ") ? (" + yes.src + ") : (" + no.src + "))", func(t int) *big.Rat {
		h, ok := holds(t)
		switch {
		case !ok:
			return nil
		case h:
			return yes.value(t)
		}
		return no.value(t)
	}}
}

func (m *maker) overYears(a twin) twin {
	sum := func(last int) *big.Rat {
		s := new(big.Rat)
		for t := 0; t <= last; t++ {
			x := a.value(t)
			if x == nil {
				return nil
			}
			s.Add(s, x)
		}
		return s
	}
	switch m.pick(4) {
	case 0:
		n := rapid.IntRange(0, 3).Draw(m.t, "lag")
		return twin{fmt.Sprintf("lag(%s, %d)", a.src, n), func(t int) *big.Rat {
			if t < n {
				return new(big.Rat)
			}
			return a.value(t - n)
		}}
	case 1:
		return twin{"cumulative(" + a.src + ")", sum}
	case 2:
		return twin{"total(" + a.src + ")", func(int) *big.Rat { return sum(len(m.years) - 1) }}
	}
	i := m.pick(len(m.years))
	return twin{fmt.Sprintf("at(%s, %d)", a.src, m.years[i]), func(int) *big.Rat { return a.value(i) }}
}

func (m *maker) eval(t require.TestingT, src string) []float64 {
	f, err := Parse(src)
	require.NoError(t, err, src)
	var values [][]float64
	p := f.Compile(func(name string) int {
		row := make([]float64, len(m.years))
		for i, v := range m.values[name] {
			row[i], _ = v.Float64()
		}
		values = append(values, row)
		return len(values) - 1
	})
	out := make([]float64, len(m.years))
	p.Eval(m.years, values, out)
	return out
}

func near(want *big.Rat, got float64) bool {
	if want == nil {
		return math.IsNaN(got)
	}
	w, _ := want.Float64()
	return math.Abs(w-got) <= 1e-9*math.Max(1, math.Abs(w))
}

func TestEvaluationEqualsFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMaker(t, true, true)
		tw := m.make(4, false)
		if len(tw.src) > maxBytes {
			return
		}
		for i, got := range m.eval(t, tw.src) {
			want := tw.value(i)
			require.True(t, near(want, got), "%s in %d: %v, want %v", tw.src, m.years[i], got, want)
		}
	})
}

func TestTextReadsBackAsTheSameValue(t *testing.T) {
	same := func(n string) string { return n }
	rapid.Check(t, func(t *rapid.T) {
		m := newMaker(t, true, true)
		tw := m.make(4, false)
		if len(tw.src) > maxBytes {
			return
		}
		f, err := Parse(tw.src)
		require.NoError(t, err)
		text := f.Text(same)
		for i, got := range m.eval(t, text) {
			want := tw.value(i)
			require.True(t, near(want, got), "%s, written %s, in %d: %v, want %v", tw.src, text, m.years[i], got, want)
		}
		again, err := Parse(text)
		require.NoError(t, err)
		require.Equal(t, text, again.Text(same))
		require.LessOrEqual(t, strings.Count(text, "("), strings.Count(tw.src, "("))
	})
}

// TestTheSpreadsheetComputesTheSame leaves choices to TestLibreOfficeComputesTheSame: excelize takes the outcome of
// an IF for a text and cannot read an AND in an IF in a MAX.
func TestTheSpreadsheetComputesTheSame(t *testing.T) {
	book := excelize.NewFile()
	defer func() { assert.NoError(t, book.Close()) }()
	column := map[string]int{"a": 1, "b": 2, "løn": 3}
	cell := func(name string, t int) string {
		c, err := excelize.CoordinatesToCellName(column[name], t+1)
		if err != nil {
			panic(err)
		}
		return c
	}
	rapid.Check(t, func(t *rapid.T) {
		m := newMaker(t, false, false)
		tw := m.make(3, false)
		if len(tw.src) > maxBytes {
			return
		}
		for name, vs := range m.values {
			for i, v := range vs {
				x, _ := v.Float64()
				require.NoError(t, book.SetCellValue("Sheet1", cell(name, i), x))
			}
		}
		f, err := Parse(tw.src)
		require.NoError(t, err)
		want := m.eval(t, tw.src)
		for i := range m.years {
			text, err := f.Excel(cell, m.years, i)
			if err != nil {
				require.ErrorIs(t, err, errTooLong)
				return
			}
			require.NoError(t, book.SetCellFormula("Sheet1", "H1", "="+text))
			s, err := book.CalcCellValue("Sheet1", "H1", excelize.Options{RawCellValue: true})
			require.NoError(t, err, "%s as %s", tw.src, text)
			got, err := strconv.ParseFloat(s, 64)
			require.NoError(t, err, "%s as %s", tw.src, text)
			require.InDelta(t, want[i], got, 1e-9*math.Max(1, math.Abs(want[i])), "%s as %s", tw.src, text)
		}
	})
}
