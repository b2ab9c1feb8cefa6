package proposal

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func computed(t *testing.T, m *Model, o Options) *Result {
	t.Helper()
	r, err := m.Compute(o)
	require.NoError(t, err)
	return r
}

func cells(as []Amount, rounded bool) (out []any) {
	for _, a := range as {
		switch {
		case a.Blank:
			out = append(out, nil)
		case rounded:
			out = append(out, a.Rounded)
		default:
			out = append(out, a.Exact)
		}
	}
	return out
}

// 120 citizens x 2 trips x 52 weeks = 12,480 trips; x 85 kr = 1,060.8 thousand kr; half of it in 2027. The bus costs
// 900 in 2026 and a driver 300 a year: 900, 900 - 530 + 300 = 670, -90, -850.
func TestABusIsComputedByHand(t *testing.T) {
	r := computed(t, compiled(t, bus), Options{})
	assert.Equal(t, []any{nil, -530.4, -1060.8, -1060.8}, cells(r.Rows[0].Values, false))
	assert.Equal(t, []any{nil, -530.0, -1060.0, -1060.0}, cells(r.Rows[0].Values, true))
	assert.Equal(t, []any{nil, -230.0, -760.0, -760.0}, cells(r.Totals.Permanent, true))
	assert.Equal(t, []any{900.0, nil, nil, nil}, cells(r.Totals.Implementation, true))
	assert.Equal(t, []any{900.0, -230.0, -760.0, -760.0}, cells(r.Totals.Overall, true))
	assert.Equal(t, 12480.0, r.Quantities[0].Exact[0])
	assert.Equal(t, 12500.0, r.Quantities[0].Rounded[0])
	assert.True(t, r.Quantities[0].Constant)
	assert.False(t, r.Parameters[3].Constant)
	assert.Equal(t, []float64{0, 0.5, 1, 1}, r.Parameters[3].Exact)
	assert.Equal(t, []float64{900, 670, -90, -850}, r.Payback.Accumulated)
	assert.Equal(t, Payback{Outcome: Repaid, Years: 3, Year: 2028}, r.Payback.Service)
	assert.Equal(t, r.Payback.Service, r.Payback.PlainTotal)
	assert.Empty(t, r.Warnings)
	require.Len(t, r.Areas, 2)
	assert.Equal(t, []any{nil, -230.0, -760.0, -760.0}, cells(r.Areas[0].Overall, true))
	assert.Equal(t, []any{900.0, nil, nil, nil}, cells(r.Areas[1].Overall, true))
}

func TestRoundedQuantitiesAreCarriedWhenAsked(t *testing.T) {
	r := computed(t, compiled(t, strings.Replace(bus, "    round: {to: 100}\n", "    round: {to: 100}\n    carry-rounded: true\n", 1)), Options{})
	assert.Equal(t, 12480.0, r.Quantities[0].Exact[0])
	assert.Equal(t, -1062.5, r.Rows[0].Values[3].Exact, "12,500 x 85")
}

func TestABlankCellIsNotAZero(t *testing.T) {
	text := strings.Replace(bus, "amounts: {2026: 900}", "amounts: {2026: 900, 2027: 0, 2028: null}", 1)
	r := computed(t, compiled(t, text), Options{})
	assert.Equal(t, []any{900.0, 0.0, nil, nil}, cells(r.Rows[2].Values, true))
	b, err := json.Marshal(r.Rows[2].Values)
	require.NoError(t, err)
	assert.JSONEq(t, `[{"exact":900,"rounded":900},{"exact":0,"rounded":0},null,null]`, string(b))
}

func TestARowByYearAndAPart(t *testing.T) {
	text := strings.Replace(bus, "    amounts: {2027: 300, 2028: 300, 2029: 300}\n    why: tilbud fra vognmanden\n", `    by-year:
      2027: trips_a_year * 20 * taxi / 85
      2028: lag(trips_a_year) * 20 * taxi / 85
  - id: wage
    label: heraf løn
    kind: running cost
    part-of: driver
    amounts: {2027: 200}
    why: overenskomst
`, 1)
	r := computed(t, compiled(t, text), Options{})
	assert.Equal(t, []any{nil, 249.6, 249.6, nil}, cells(r.Rows[1].Values, false), "12,480 trips at 20 kr")
	assert.InDelta(t, -530+249.6, r.Totals.Permanent[1].Rounded, 1e-9, "a part is not added again")
}

func TestAScenarioSetsParameters(t *testing.T) {
	m := compiled(t, bus)
	s, err := ReadScenario(strings.NewReader("rettidig-scenario: 1\nname: færre\nproposal: bus\nset: {passengers: 60}\n"), "few.yaml")
	require.NoError(t, err)
	r := computed(t, m, Options{Scenario: s})
	assert.Equal(t, -530.4, r.Rows[0].Values[3].Exact)
	assert.Equal(t, "færre", r.Scenario)
	assert.True(t, r.Parameters[0].Changed)
	assert.False(t, r.Parameters[1].Changed)
	assert.Equal(t, -1060.8, computed(t, m, Options{}).Rows[0].Values[3].Exact, "the model is not changed")

	for text, want := range map[string]string{
		"rettidig-scenario: 1\nname: x\nset: {pasengers: 60}\n":                 "few.yaml:3: set.pasengers: bus has no parameter pasengers (did you mean passengers?)",
		"rettidig-scenario: 1\nname: x\nset: {trips_a_year: 60}\n":              "only parameters can be set",
		"rettidig-scenario: 1\nname: x\nset: {ramp: 60}\n":                      "few.yaml:3: set.ramp: is 60, outside 0 to 1 (60 % is written with its sign",
		"rettidig-scenario: 1\nname: x\nproposal: taxi\nset: {passengers: 1}\n": "is for taxi, not for bus",
	} {
		s, err := ReadScenario(strings.NewReader(text), "few.yaml")
		require.NoError(t, err)
		_, err = m.Compute(Options{Scenario: s})
		assert.ErrorContains(t, err, want)
	}
	_, err = ReadScenario(strings.NewReader("rettidig-scenario: 1\nname: x\n"), "few.yaml")
	assert.ErrorContains(t, err, "changes nothing")
	_, err = ReadScenario(strings.NewReader("rettidig-scenario: 1\nname: x\nset:\n  passengers: {2026: 2, 2027: 3}\n"), "few.yaml")
	assert.ErrorContains(t, err, "few.yaml:4: set.passengers: a scenario sets one value, and it holds for all years")
}

const prices = "rettidig-price-index: 1\nsource: opdigtet\ntypes:\n  general: {2025: 100, 2026: 103}\n  wages: {2025: 100, 2026: 104}\n"

func TestPriceLevelsAreNotMixedWithoutAnIndex(t *testing.T) {
	text := strings.Replace(bus, "    why: tilbud fra vognmanden\n", "    why: tilbud fra vognmanden\n    price-level: 2025\n    cost-type: wages\n", 1)
	m := compiled(t, text)
	_, err := m.Compute(Options{})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "bus.yaml:")
	assert.Contains(t, err.Error(), "amounts in 2025 prices are not added to amounts in 2026 prices without an index")

	x, err := ReadIndex(strings.NewReader(prices), "prices.yaml")
	require.NoError(t, err)
	r := computed(t, m, Options{Index: x})
	assert.Equal(t, 312.0, r.Rows[1].Values[1].Exact, "300 x 104/100")
	assert.Equal(t, -530.4, r.Rows[0].Values[1].Exact)

	r = computed(t, m, Options{Index: x, PriceLevel: 2025})
	assert.Equal(t, 2025, r.PriceLevel)
	assert.Equal(t, 300.0, r.Rows[1].Values[1].Exact)
	assert.InDelta(t, -530.4/1.03, r.Rows[0].Values[1].Exact, 1e-9)

	_, err = m.Compute(Options{Index: x, PriceLevel: 2024})
	assert.ErrorContains(t, err, "the price index of general has no year 2024, only [2025 2026]")
	_, err = x.Factor("goods", 2025, 2026)
	assert.ErrorContains(t, err, `no cost type "goods", only general, wages`)
	for text, want := range map[string]string{
		"rettidig-price-index: 1\nsource: x\ntypes: {general: {2025: 0}}\n":                      "is 0, want more than 0",
		"rettidig-price-index: 1\ntypes: {general: {2025: 1}}\n":                                 "source: is missing",
		"rettidig-price-index: 1\nsource: x\n":                                                   "types: is missing",
		"rettidig-price-index: 1\nsource: x\ntypes: {general: {2026: 100, 2027: 3.1}}\n":         "prices.yaml:3: types.general.2027: is 3.1: 2027 is 3.1 % of 2026 (each year is a level such as 100 and 103.1, not the change in percent)",
		"rettidig-price-index: 1\nsource: x\ntypes: {general: {2025: 100, 2026: 103_125}}\n":     "2026 is 1.031e+05 % of 2025",
		"rettidig-price-index: 1\nsource: x\ntypes: {general: {2025: 100.000.000, 2026: 103}}\n": "write 100000000",
	} {
		_, err := ReadIndex(strings.NewReader(text), "prices.yaml")
		assert.ErrorContains(t, err, want)
	}
}

func TestAPublishedIndexHasThreeDecimals(t *testing.T) {
	x, err := ReadIndex(strings.NewReader("rettidig-price-index: 1\nsource: x\ntypes: {general: {2025: 100.000, 2026: 103.125, 2027: 206}}\n"), "prices.yaml")
	require.NoError(t, err)
	f, err := x.Factor("", 2025, 2026)
	require.NoError(t, err)
	assert.Equal(t, 1.03125, f)
	assert.Equal(t, "103.125", x.Types[General][2026].String())
}

func TestAFigureThatIsNoNumberIsAnError(t *testing.T) {
	text := strings.Replace(bus, "value: 85", "value: 0", 1)
	text = strings.Replace(text, "formula: -trips_a_year * taxi * ramp", "formula: -trips_a_year * taxi * ramp * (taxi / taxi)", 1)
	_, err := compiled(t, text).Compute(Options{})
	assert.ErrorContains(t, err, "is no number in 2027 (it divides by 0")
}

func TestASavingThatCostsIsWarnedOf(t *testing.T) {
	r := computed(t, compiled(t, strings.Replace(bus, "formula: -trips_a_year", "formula: trips_a_year", 1)), Options{})
	assert.Equal(t, []string{"row fewer_taxis is a saving and is positive in 2027: savings are negative"}, r.Warnings)
	assert.Equal(t, NotRepaid, r.Payback.Total.Outcome)
}

// rowsOf makes a result of overall figures: implementation and permanent change by year.
func rowsOf(implementation, permanent []float64) *Result {
	out := &Result{}
	one, two := RowResult{Kind: OneOff, Area: Service}, RowResult{Kind: Saving, Area: Service}
	for k := range implementation {
		out.Years = append(out.Years, 2022+k)
		one.Values = append(one.Values, Amount{Exact: implementation[k], Rounded: implementation[k]})
		two.Values = append(two.Values, Amount{Exact: permanent[k], Rounded: permanent[k]})
	}
	out.Rows = []RowResult{one, two}
	return out
}

// The figures are those that SU1-SU6 print, with their printed paybacks.
func TestPaybackOfTheProposalsOf2022(t *testing.T) {
	for name, c := range map[string]struct {
		implementation, permanent []float64
		want, plain               int
	}{
		"su1": {[]float64{1200, 300, 0, 0, 0, 0}, []float64{0, -1800, -3500, -3500, -3500, -3500}, 2, 2},
		"su2": {[]float64{325, 6250, 6250, 5100, 5100, 0}, []float64{0, -1490, -4465, -5955, -7440, -7440}, 6, 6},
		"su3": {[]float64{1120, 1170, 0, 0, 0, 0}, []float64{0, -1400, -2750, -2750, -2750, -2750}, 3, 3},
		"su4": {[]float64{3050, 5510, 3730, 1375, 0, 0}, []float64{0, -1690, -3380, -5025, -6760, -6760}, 5, 5},
		"su5": {[]float64{490, 340, 0, 0, 0, 0}, []float64{0, -970, -1300, -1300, -1300, -1300}, 2, 2},
		"su6": {[]float64{300, 2100, 1550, 0, 0, 0}, []float64{0, -4900, -9300, -9800, -10200, -10600}, 3, 2},
	} {
		p := paybacks(rowsOf(c.implementation, c.permanent))
		assert.Equal(t, c.want, p.Total.Years, name)
		assert.Equal(t, c.want, p.Service.Years, name)
		assert.Equal(t, c.plain, p.PlainTotal.Years, name)
	}
}

func TestOtherOutcomesOfPayback(t *testing.T) {
	zero := []float64{0, 0, 0}
	assert.Equal(t, NoPayback, paybacks(rowsOf([]float64{1370, 1850, 0}, zero)).Total.Outcome)
	assert.Equal(t, NoPayback, paybacks(rowsOf(zero, zero)).Total.Outcome)
	assert.Equal(t, NoInvested, paybacks(rowsOf(zero, []float64{0, -5, -5})).Total.Outcome)
	assert.Equal(t, NotRepaid, paybacks(rowsOf([]float64{10, 0, 0}, []float64{0, -4, -5})).Total.Outcome)
	assert.Equal(t, Payback{Outcome: Repaid, Years: 3, Year: 2024}, paybacks(rowsOf([]float64{10, 0, 0}, []float64{0, -5, -5})).Total, "at 0 it is repaid")
	assert.Equal(t, Payback{Outcome: Repaid, Years: 2, Year: 2024}, paybacks(rowsOf([]float64{0, 10, 0}, []float64{0, 0, -10})).Total, "year 1 is the first with a figure")
	assert.Equal(t, NotRepaid, paybacks(rowsOf([]float64{0, 0, 10}, []float64{-4, -4, 0})).Total.Outcome, "what was saved before counts")
	assert.Equal(t, 3, paybacks(rowsOf([]float64{1, 0, 1}, []float64{0, -9, 0})).Total.Years, "not before the last cost")
	assert.Equal(t, 2, paybacks(rowsOf([]float64{1, 0, 1}, []float64{0, -9, 0})).PlainTotal.Years)
}

// Service sets all implementation cost against service's own permanent change: anlæg's saving does not count.
func TestPaybackOfServiceLeavesOutOtherAreasSavings(t *testing.T) {
	r := rowsOf([]float64{10, 0, 0}, []float64{0, -6, -6})
	r.Rows = append(r.Rows, RowResult{Kind: Saving, Area: Anlaeg, Values: []Amount{{}, {Rounded: -4}, {}}})
	p := paybacks(r)
	assert.Equal(t, 2, p.Total.Years)
	assert.Equal(t, 3, p.Service.Years)
}

// Only anlæg saves: on the service areas nothing permanent is changed, and what is not changed pays nothing back.
func TestServiceThatChangesNothingHasNoPayback(t *testing.T) {
	r := rowsOf([]float64{10, 0, 0}, []float64{0, -6, -6})
	r.Rows[1].Area = Anlaeg
	p := paybacks(r)
	assert.Equal(t, 3, p.Total.Years)
	assert.Equal(t, Payback{Outcome: NoPayback}, p.Service)
	assert.Equal(t, Payback{Outcome: NoPayback}, p.PlainService)
}

// More saving never makes it later, and scaling everything changes nothing.
func TestPaybackIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "years")
		draw := func(name string, lo, hi int) (out []float64) {
			for range n {
				out = append(out, float64(rapid.IntRange(lo, hi).Draw(t, name)))
			}
			return out
		}
		cost, gain := draw("cost", 0, 3), draw("gain", -6, 0)
		more := append([]float64{}, gain...)
		more[rapid.IntRange(0, n-1).Draw(t, "where")] -= 2
		years := func(cost, gain []float64) int {
			switch p := paybacks(rowsOf(cost, gain)).Total; p.Outcome {
			case Repaid:
				return p.Year // year 1 may move; the calendar does not
			case NoInvested:
				return 0
			}
			return math.MaxInt
		}
		if years(cost, more) > years(cost, gain) {
			t.Fatalf("%v %v -> %v: later with more saving", cost, gain, more)
		}
		twice := func(x []float64) (out []float64) {
			for _, v := range x {
				out = append(out, 2*v)
			}
			return out
		}
		if years(twice(cost), twice(gain)) != years(cost, gain) {
			t.Fatal("depends on the unit")
		}
	})
}

// The runner that simulations use gives what Compute gives.
func TestTheRunnerGivesWhatComputeGives(t *testing.T) {
	m := compiled(t, bus)
	r := m.Runner()
	r.Set(0, 77)
	r.Run()
	r.Run()
	want := computed(t, m, Options{Scenario: NewScenario("x", map[string]float64{"passengers": 77})})
	for k := range want.Years {
		assert.InDelta(t, want.Rows[0].Values[k].Exact*1000, r.Value("fewer_taxis", k), 1e-9)
	}
	r.Reset()
	r.Run()
	assert.InDelta(t, -1060.8e3, r.Value("fewer_taxis", 3), 1e-9)
}

func BenchmarkRun(b *testing.B) {
	p, err := Read(strings.NewReader(bus), "bus.yaml")
	require.NoError(b, err)
	m, err := p.Compile()
	require.NoError(b, err)
	r := m.Runner()
	b.ReportAllocs()
	for b.Loop() {
		r.Set(0, 100)
		r.Run()
	}
}

// 300.3 less three times 100.1 is 2.8e-14 in floating point, and it is repaid.
func TestPaybackAtZeroDoesNotHangOnTheLastBit(t *testing.T) {
	p := paybacks(rowsOf([]float64{300.3, 0, 0, 0, 0}, []float64{0, -100.1, -100.1, -100.1, -100.1}))
	assert.Equal(t, Payback{Outcome: Repaid, Years: 4, Year: 2025}, p.Total)
	assert.Equal(t, p.Total, p.PlainService)
	p = paybacks(rowsOf([]float64{300.3, 0, 0, 0.1 + 0.2 - 0.3}, []float64{0, -200, -200, 0}))
	assert.Equal(t, 3, p.Total.Years, "a cost that is nothing but the last bit is none")
	assert.Equal(t, NotRepaid, paybacks(rowsOf([]float64{300.3, 0}, []float64{0, -300.29})).Total.Outcome)
}

func TestLargeFiguresAreRoundedToThemselves(t *testing.T) {
	for _, mode := range []string{"", "toward zero", "down", "up"} {
		r := &Rounding{To: 1, Mode: mode}
		for _, x := range []float64{3_200_000, 5e9, 123_456_789_012} {
			assert.Equal(t, x, r.Apply(x), "%s %v", mode, x)
			assert.Equal(t, -x, r.Apply(-x), "%s %v", mode, x)
		}
	}
	assert.Equal(t, 3_200_000.0, (&Rounding{To: 1}).Apply(3_200_000.497))
}

func TestAPercentageIsNotTakenOfAPercentage(t *testing.T) {
	text := strings.Replace(bus, "    by-year: {2027: 50 %, 2028: 1}\n    unit: share\n", "    by-year: {2027: 50, 2028: 70 %}\n    unit: percent\n", 1)
	_, err := read(t, text).Compile()
	assert.ErrorContains(t, err, "parameters.ramp.by-year.2028: is 70 % and its unit is per cent already (write 70, or let the unit be share)")
	text = strings.Replace(text, "70 %", "70", 1)
	m := compiled(t, text)
	assert.InDelta(t, -0.5*1060.8, computed(t, m, Options{}).Rows[0].Values[1].Exact, 1e-9)
	s, err := ReadScenario(strings.NewReader("rettidig-scenario: 1\nname: x\nset: {ramp: 70 %}\n"), "few.yaml")
	require.NoError(t, err)
	_, err = m.Compute(Options{Scenario: s})
	assert.ErrorContains(t, err, "per cent already")
}

// 70 where 70 % is meant makes a saving a hundred times too large, and 25 % of nothing in particular one of a quarter of a citizen.
func TestANumberFitsWhatAShareCanBe(t *testing.T) {
	const value, unit, after = "    value: 120\n", "    unit: citizens\n", "[90, 120, 140]"
	require.Contains(t, bus, value+unit)
	for _, c := range []struct{ name, value, unit, dist, want string }{
		{"a percentage without its sign", "70", "share", "[60, 70, 80]", "parameters.passengers.value: is 70, outside 0 to 1 (70 % is written with its sign"},
		{"more than the whole", "120 %", "andel af borgere", "[1, 1.2, 1.4]", "value: is 120 %, outside 0 to 1 (a share: 0.7 or 70 %; what may be less"},
		{"less than nothing", "-0.1", "share", "[-0.2, -0.1, 0]", "value: is -0.1, outside 0 to 1"},
		{"a distribution that reaches above the whole", "0.9", "share", "[0.8, 0.9, 1.1]", "parameters.passengers.uncertain: is 1.1, outside 0 to 1"},
		{"a percentage of citizens", "25 %", "citizens", "[0.2, 0.25, 0.3]", "value: is 25 % and its unit is citizens (write a number of citizens; or let the unit be share, and multiply by it)"},
		{"a percentage of a price", "25 %", "kr/trip", "[0.2, 0.25, 0.3]", "value: is 25 % and its unit is kr/trip"},
		{"a percentage of thousands", "25 %", "thousand", "[0.2, 0.25, 0.3]", "value: is 25 % and its unit is thousand"},
		{"a percentage in percent a year", "2 %", "percent/year", "[0.01, 0.02, 0.03]", "its unit is per cent already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(strings.Replace(bus, value+unit, "    value: "+c.value+"\n    unit: "+c.unit+"\n", 1), after, c.dist, 1)
			_, err := read(t, text).Compile()
			require.ErrorContains(t, err, c.want)
			line := lineOfText(text, "    value: "+c.value)
			if strings.Contains(c.want, "uncertain") {
				line = lineOfText(text, c.dist)
			}
			assert.Contains(t, err.Error(), fmt.Sprintf("bus.yaml:%d: ", line))
		})
	}
	for _, year := range []string{"2028: 1", "2028: 110"} {
		_, err := read(t, strings.Replace(bus, "2028: 1}", year+"}", 1)).Compile()
		if year == "2028: 1" {
			require.NoError(t, err, "the whole is a share")
		} else {
			require.ErrorContains(t, err, "parameters.ramp.by-year.2028: is 110, outside 0 to 1")
		}
	}
	for _, unit := range []string{"factor", "1", "share/year", "factor/year"} {
		_, err := read(t, "rettidig-proposal: 1\nid: x\ntitle: X\ntype: investment\nprice-level: 2026\nyears: 2026-2027\nparameters:\n  - {id: a, label: A, value: 120 %, unit: "+unit+"}\n").Compile()
		assert.NoError(t, err, unit)
	}
}

func TestAFactorMayBeAboveOne(t *testing.T) {
	m := compiled(t, strings.Replace(bus, "    by-year: {2027: 50 %, 2028: 1}\n    unit: share\n", "    value: 0.9\n    unit: factor\n", 1))
	r := computed(t, m, Options{Scenario: NewScenario("x", map[string]float64{"ramp": 1.5})})
	assert.InDelta(t, -1.5*1060.8, r.Rows[0].Values[3].Exact, 1e-9)
}

func TestDoubtIsSaid(t *testing.T) {
	r := computed(t, compiled(t, strings.Replace(bus, "passengers * trips * weeks_per_year", "passengers * trips * 52 * weeks_per_year / 52", 1)), Options{})
	require.Len(t, r.Warnings, 1)
	assert.Contains(t, r.Warnings[0], "quantities.trips_a_year.formula, column 22: 52 beside")
	r = computed(t, compiled(t, bus), Options{Scenario: NewScenario("x", map[string]float64{"ramp": 0.5})})
	assert.Equal(t, []string{"parameter ramp is given by year, and the scenario gives it one value in all years"}, r.Warnings)
}

func TestAPartIsOfItsRowsAreaAndGain(t *testing.T) {
	part := "  - id: heraf\n    label: heraf taxa\n    kind: saving\n    part-of: fewer_taxis\n    %s\n    amounts: {2027: -1}\n    why: en del\n  - id: driver\n"
	for with, want := range map[string]string{
		"area: anlæg":    "rows.heraf.area: is anlæg, and fewer_taxis is service",
		"gain: capacity": "rows.heraf.gain: is capacity, and fewer_taxis is cashable",
	} {
		_, err := Read(strings.NewReader(strings.Replace(bus, "  - id: driver\n", strings.Replace(part, "%s", with, 1), 1)), "bus.yaml")
		assert.ErrorContains(t, err, want)
	}
	read(t, strings.Replace(bus, "  - id: driver\n", strings.Replace(part, "%s", "gain: cashable", 1), 1))
}

// A parameter of such a name would never be looked at: the constant stands in its place.
func TestNoParameterHasTheNameOfAConstant(t *testing.T) {
	for _, name := range []string{"minutes_per_hour", "weeks_per_year", "year", "and"} {
		_, err := Read(strings.NewReader(strings.Replace(bus, "  - id: taxi\n", "  - id: "+name+"\n", 1)), "bus.yaml")
		assert.ErrorContains(t, err, "is a word of the formulas", name)
	}
}

func TestNothingFitsEveryUnit(t *testing.T) {
	text := strings.Replace(bus, "    amounts: {2027: 300, 2028: 300, 2029: 300}\n    why: tilbud fra vognmanden\n", "    by-year: {2027: 0, 2028: taxi * trips_a_year * 0.1}\n", 1)
	assert.Equal(t, []any{nil, 0.0, 106.08, nil}, cells(computed(t, compiled(t, text), Options{}).Rows[1].Values, false))
	_, err := read(t, strings.Replace(text, "2027: 0,", "2027: 1,", 1)).Compile()
	assert.ErrorContains(t, err, "gives 1, want kr or kr/year")
}

func TestACommaInBracesIsExplained(t *testing.T) {
	_, err := Read(strings.NewReader(strings.Replace(bus, "  - id: driver\n", "  - {id: less, label: Less, kind: saving, formula: -min(taxi, taxi)}\n  - id: driver\n", 1)), "bus.yaml")
	assert.ErrorContains(t, err, "inside { } a comma begins the next field")
}

func TestAtAsksForAYearOfTheAxis(t *testing.T) {
	_, err := read(t, strings.Replace(bus, "formula: passengers * trips * weeks_per_year", "formula: at(passengers, 2031) * trips * weeks_per_year", 1)).Compile()
	assert.ErrorContains(t, err, "quantities.trips_a_year.formula: at() asks for 2031, which is not among the years 2026-2029")
}

// 12,480 trips at 85 kr are 1.0608 mio. kr, carried on as 1.1.
func TestARoundingIsInTheQuantitysOwnUnit(t *testing.T) {
	text := strings.Replace(bus, "rows:\n", "  - {id: cost, label: Pris, formula: trips_a_year * taxi, unit: mio. kr/year, round: {to: 0.1}, carry-rounded: true}\nrows:\n", 1)
	text = strings.Replace(text, "formula: -trips_a_year * taxi * ramp", "formula: -cost * ramp", 1)
	r := computed(t, compiled(t, text), Options{})
	assert.Equal(t, 1.0608, r.Quantities[1].Exact[0])
	assert.Equal(t, 1.1, r.Quantities[1].Rounded[0])
	assert.InDelta(t, -1100, r.Rows[0].Values[3].Exact, 1e-9)
}

func TestARowBeginsWithItsPhaseIn(t *testing.T) {
	text := strings.Replace(bus, "    formula: -trips_a_year * taxi * ramp\n    from: 2027\n", "    formula: -trips_a_year * taxi\n    phase-in: {2027: 50 %, 2029: 1}\n", 1)
	assert.Equal(t, []any{nil, -530.4, -530.4, -1060.8}, cells(computed(t, compiled(t, text), Options{}).Rows[0].Values, false))
}

func TestTheLastYearOfARowIsOneOfItsYears(t *testing.T) {
	text := strings.Replace(bus, "    from: 2027\n", "    from: 2027\n    to: 2028\n", 1)
	assert.Equal(t, []any{nil, -530.4, -1060.8, nil}, cells(computed(t, compiled(t, text), Options{}).Rows[0].Values, false))
}

func TestOneYearMayBeRoundedInAnotherWay(t *testing.T) {
	text := strings.Replace(bus, "    round: {to: 10}\n", "    round: {to: 10}\n    round-in: {2028: {to: 100, mode: up}}\n", 1)
	assert.Equal(t, []any{nil, -530.0, -1000.0, -1060.0}, cells(computed(t, compiled(t, text), Options{}).Rows[0].Values, true))
}

// 0.29 x 100 is 28.999999999999996 and 0.07 x 100 is 7.000000000000001.
func TestTheLastBitDoesNotMoveAFigureAStep(t *testing.T) {
	hundred := 100.0
	assert.Equal(t, 29.0, (&Rounding{To: 1, Mode: "down"}).Apply(0.29*hundred))
	assert.Equal(t, 29.0, (&Rounding{To: 1, Mode: "toward zero"}).Apply(0.29*hundred))
	assert.Equal(t, 7.0, (&Rounding{To: 1, Mode: "up"}).Apply(0.07*hundred))
	assert.Equal(t, 28.0, (&Rounding{To: 1, Mode: "down"}).Apply(28.99999))
}
