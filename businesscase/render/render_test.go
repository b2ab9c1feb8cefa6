package render

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

func computed(t testing.TB, name string) (*proposal.Model, *proposal.Result) {
	m, err := cases.MustLoad(name).Compile()
	require.NoError(t, err)
	r, err := m.Compute(proposal.Options{})
	require.NoError(t, err)
	return m, r
}

// short makes a proposal of rows alone.
func short(t testing.TB, rows string) (*proposal.Model, *proposal.Result) {
	p, err := proposal.Read(strings.NewReader("rettidig-proposal: 1\nid: x\ntitle: <b>Kort</b>\ntype: investment\nprice-level: 2026\nyears: 2026-2028\nrows:\n"+rows), "x.yaml")
	require.NoError(t, err)
	m, err := p.Compile()
	require.NoError(t, err)
	r, err := m.Compute(proposal.Options{})
	require.NoError(t, err)
	return m, r
}

// testdata/su1.txt was typed by hand from the printed tables of the proposal: figures, blanks, order and labels are the
// document's. The accumulated line is its running sum: 1,200; 1,200 - 1,500 = -300; -3,800; -7,300; -10,800; -14,300.
// The document prints zeros for the first implementation row in Table 1 and blanks for the same in its Table 2.
func TestSU1IsAsTheDocumentPrintsIt(t *testing.T) {
	want, err := os.ReadFile("testdata/su1.txt")
	require.NoError(t, err)
	_, r := computed(t, "su1")
	var b bytes.Buffer
	require.NoError(t, Text(&b, r, Options{Disbursed: 2022}))
	fields := func(s string) []string { // layout is ours
		var lines []string
		for line := range strings.Lines(s) {
			if f := strings.Join(strings.Fields(line), " "); f != "" && !strings.HasPrefix(f, "---") {
				lines = append(lines, f)
			}
		}
		return lines
	}
	assert.Equal(t, fields(string(want)), fields(b.String()))
}

func TestColumnsStandBelowEachOther(t *testing.T) {
	_, r := computed(t, "su1")
	var b bytes.Buffer
	require.NoError(t, Text(&b, r, Options{}))
	ends := map[int]bool{}
	for line := range strings.Lines(b.String()) {
		runes := []rune(strings.TrimRight(line, "\n"))
		if regexp.MustCompile(`-4\.600$|2027$|-3\.500$|-14\.300$`).MatchString(string(runes)) {
			ends[len(runes)] = true
		}
	}
	assert.Len(t, ends, 1, "the last year's figures and its heading end in one column")
}

func TestNumbersAreDanish(t *testing.T) {
	for _, c := range []struct {
		x      float64
		places int
		da, en string
	}{
		{-3200, 0, "-3.200", "-3,200"}, {0, 0, "0", "0"}, {-0.4, 0, "0", "0"}, {-0.6, 0, "-1", "-1"}, {999, 0, "999", "999"}, {1e6, 0, "1.000.000", "1,000,000"},
		{-14300.5, 1, "-14.300,5", "-14,300.5"}, {-0.04, 1, "0,0", "0.0"}, {123456.789, 2, "123.456,79", "123,456.79"},
	} {
		assert.Equal(t, c.da, Number(c.x, c.places, Danish))
		assert.Equal(t, c.en, Number(c.x, c.places, English))
	}
}

func TestEveryNumberReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := float64(rapid.Int64Range(-1e12, 1e12).Draw(t, "x")) / 100
		s := Number(x, 2, Danish)
		if !strings.Contains(s, ",") {
			t.Fatal(s)
		}
		got, repairs, err := proposal.ParseDanish(s)
		if err != nil || len(repairs) > 0 || got != x {
			t.Fatalf("%v is written %s and read %v %v %v", x, s, got, repairs, err)
		}
	})
}

func TestABlankCellIsBlankAndAZeroIsZero(t *testing.T) {
	_, r := short(t, `  - {id: a, label: A, kind: one-off, amounts: {2026: 100, 2028: 0}, why: givet}
  - {id: b, label: B, kind: saving, amounts: {2027: -50}, why: givet}
`)
	table := Tables(r, Options{})[0]
	i := slices.IndexFunc(table.Lines, func(l Line) bool { return l.ID == "a" })
	assert.Equal(t, []string{"100", "", "0"}, table.texts(table.Lines[i], Danish))
	i = slices.IndexFunc(table.Lines, func(l Line) bool { return l.ID == "b" })
	assert.Equal(t, []string{"", "-50", ""}, table.texts(table.Lines[i], Danish))
}

func TestTheHeadlineSaysWhatTheTablesSay(t *testing.T) {
	for _, c := range []struct{ name, rows, da, en string }{
		{"repaid", `  - {id: a, label: A, kind: one-off, amounts: {2026: 1200}, why: x}
  - {id: b, label: B, kind: saving, amounts: {2027: -1500, 2028: -1500}, why: x}
`, "Sparer 1,5 mio. kr. om året fra 2027; investerer 1,2 mio. kr.; betalt tilbage i år 2.", "Saves 1.5 million kr a year from 2027; invests 1.2 million kr; paid back in year 2."},
		{"not repaid", `  - {id: a, label: A, kind: one-off, amounts: {2026: 1200}, why: x}
  - {id: b, label: B, kind: saving, amounts: {2027: -200, 2028: -300}, why: x}
`, "Sparer 300.000 kr. i 2028; investerer 1,2 mio. kr.; ikke betalt tilbage inden udgangen af 2028.", "Saves 300,000 kr in 2028; invests 1.2 million kr; not paid back by the end of 2028."},
		{"costs", `  - {id: b, label: B, kind: running cost, amounts: {2026: 10, 2027: 10, 2028: 10}, why: x}
`, "Koster 10.000 kr. om året fra 2026.", "Costs 10,000 kr a year from 2026."},
		{"nothing permanent", `  - {id: a, label: A, kind: one-off, amounts: {2026: 999.4}, why: x}
`, "Ændrer intet varigt; investerer 999.400 kr.", "Changes nothing for good; invests 999,400 kr."},
		{"a saving that ends", `  - {id: a, label: A, kind: one-off, amounts: {2026: 1200}, why: x}
  - {id: b, label: B, kind: saving, amounts: {2026: -1000, 2027: -1000}, why: x}
`, "Sparer 1 mio. kr. om året 2026-2027, derefter intet; investerer 1,2 mio. kr.; betalt tilbage i år 2.", "Saves 1 million kr a year 2026-2027, then nothing; invests 1.2 million kr; paid back in year 2."},
		{"a saving of one year, then 0", `  - {id: b, label: B, kind: saving, amounts: {2026: -700, 2027: 0, 2028: 0}, why: x}
`, "Sparer 700.000 kr. i 2026, derefter intet.", "Saves 700,000 kr in 2026, then nothing."},
		{"a saving that ends in a cost", `  - {id: b, label: B, kind: saving, amounts: {2026: -700, 2027: -700}, why: x}
  - {id: c, label: C, kind: running cost, amounts: {2026: 100, 2027: 100, 2028: 100}, why: x}
`, "Sparer 600.000 kr. om året 2026-2027; koster 100.000 kr. i 2028.", "Saves 600,000 kr a year 2026-2027; costs 100,000 kr in 2028."},
		{"freed time is no money", `  - {id: b, label: B, kind: saving, gain: capacity, amounts: {2026: -2000, 2027: -2000, 2028: -2000}, why: x}
`, "Sparer 2 mio. kr. om året fra 2026. Heraf er 2 mio. kr. frigjort tid, som ikke i sig selv sænker et budget.",
			"Saves 2 million kr a year from 2026. Of this 2 million kr is freed time, which lowers no budget by itself."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, r := short(t, c.rows)
			assert.Equal(t, c.da, Headline(r, Danish))
			assert.Equal(t, c.en, Headline(r, English))
		})
	}
}

func TestAPartIsOfWhichOnce(t *testing.T) {
	_, r := short(t, "  - {id: s, label: S, kind: saving, amounts: {2027: -10}, why: x}\n  - {id: s1, label: heraf S1, kind: saving, amounts: {2027: -6}, why: x, part-of: s}\n  - {id: s2, label: S2, kind: saving, amounts: {2027: -4}, why: x, part-of: s}\n")
	var labels []string
	for _, l := range Tables(r, Options{})[2].Lines {
		labels = append(labels, l.Label)
	}
	assert.Contains(t, labels, "heraf S1")
	assert.Contains(t, labels, "heraf S2")
}

func TestPaybackInWords(t *testing.T) {
	years := []int{2026, 2027, 2028}
	assert.Equal(t, "1 år (2026)", Payback(proposal.Payback{Outcome: proposal.Repaid, Years: 1, Year: 2026}, years, Danish))
	assert.Equal(t, "1 year (2026)", Payback(proposal.Payback{Outcome: proposal.Repaid, Years: 1, Year: 2026}, years, English))
	assert.Equal(t, "ikke betalt tilbage inden for årene 2026-2028", Payback(proposal.Payback{Outcome: proposal.NotRepaid}, years, Danish))
	assert.Equal(t, "ingen tilbagebetaling: intet ændres varigt", Payback(proposal.Payback{Outcome: proposal.NoPayback}, years, Danish))
	assert.Equal(t, "intet at betale tilbage", Payback(proposal.Payback{Outcome: proposal.NoInvested}, years, Danish))
}

// SU6 pays for courses in 2024 after the sum has passed 0: three years, and two by the plain rule.
func TestThePlainPaybackStandsBesideWhereItDiffers(t *testing.T) {
	_, r := computed(t, "su6")
	lines := Tables(r, Options{})[0].Lines
	assert.Equal(t, "3 år (2024); simpel: 2 år (2023)", lines[len(lines)-1].Answer)
	_, r = computed(t, "su1")
	lines = Tables(r, Options{})[0].Lines
	assert.Equal(t, "2 år (2023)", lines[len(lines)-1].Answer)
}

// 150 citizens x 90 % x 26 weeks x 1,300 kr = 4,563,000 kr; 70 % of it 3,194.1.
func TestFormulasAreShownWithLabelsAndValues(t *testing.T) {
	m, r := computed(t, "su1")
	all := Calculations(m, r, Options{})
	i := slices.IndexFunc(all, func(c Calculation) bool { return strings.HasPrefix(c.Is, "4.563 t.kr.") })
	require.GreaterOrEqual(t, i, 0)
	assert.Contains(t, all[i].Words[0], "Andel visiteret til hjemmepleje × Udskydelse i uger")
	assert.Contains(t, all[i].Values[0], "150 borgere pr. år × 90 % × 26 uger × 1.300 kr. pr. borger pr. uge")
	i = slices.IndexFunc(all, func(c Calculation) bool {
		return c.Row && strings.HasPrefix(c.Is, "-3.194,1 t.kr. i 2023, -4.563 t.kr. fra 2024")
	})
	require.GreaterOrEqual(t, i, 0)
	assert.Equal(t, "indfasning: 70 % i 2023, 100 % fra 2024", all[i].Then[0])
}

func TestNumbersOfAFormulaHaveTheLanguagesDecimalMark(t *testing.T) {
	m, r := short(t, "  - {id: a, label: A, kind: one-off, amounts: {2026: 100}, why: x}\n  - {id: b, label: B, kind: saving, formula: '-min(0.25 * a, 1000 * a)'}\n")
	assert.Equal(t, "−min(0,25 × A; 1.000 × A)", Calculations(m, r, Options{})[1].Words[0])
	assert.Equal(t, "−min(0.25 × A, 1000 × A)", Calculations(m, r, Options{Language: English})[1].Words[0])
}

func TestExactFiguresAreBeforeRounding(t *testing.T) {
	_, r := computed(t, "su1")
	var b bytes.Buffer
	require.NoError(t, Text(&b, r, Options{Exact: true}))
	assert.Contains(t, b.String(), "-3.194,1")
	assert.Contains(t, b.String(), "Uafrundede tal.")
}

func TestJSONHasTheFigures(t *testing.T) {
	_, r := computed(t, "su1")
	b, err := json.Marshal(r)
	require.NoError(t, err)
	var v struct {
		Unit   string `json:"unit"`
		Years  []int  `json:"years"`
		Totals struct {
			Permanent []*struct{ Exact, Rounded float64 } `json:"permanent"`
		} `json:"totals"`
		Payback struct {
			Service struct{ Years, Year int } `json:"service"`
			Sum     []float64                 `json:"accumulated"`
		} `json:"payback"`
	}
	require.NoError(t, json.Unmarshal(b, &v))
	assert.Equal(t, "1000 kr", v.Unit)
	assert.Nil(t, v.Totals.Permanent[0], "blank, not 0")
	assert.Equal(t, -1800.0, v.Totals.Permanent[1].Rounded)
	assert.Equal(t, 2, v.Payback.Service.Years)
	assert.Equal(t, []float64{1200, -300, -3800, -7300, -10800, -14300}, v.Payback.Sum)
}

// elements collects the names of a page's elements.
func elements(n *html.Node, into map[string]int) {
	if n.Type == html.ElementNode {
		into[n.Data]++
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		elements(c, into)
	}
}

func TestThePageStandsAlone(t *testing.T) {
	for _, name := range cases.Names() {
		t.Run(name, func(t *testing.T) {
			m, r := computed(t, name)
			report, err := check.Run(m, r)
			require.NoError(t, err)
			for _, lang := range []string{Danish, English} {
				var b bytes.Buffer
				require.NoError(t, HTML(&b, m, r, report, Options{Language: lang}))
				page := b.String()
				assert.Empty(t, regexp.MustCompile(`<script|<link|src=|href=|url\(|@import|NaN|%!|<no value>`).FindString(page))
				assert.True(t, strings.Contains(page, Headline(r, lang)), "the headline")
				root, err := html.Parse(strings.NewReader(page))
				require.NoError(t, err)
				found := map[string]int{}
				elements(root, found)
				assert.Equal(t, 1, found["svg"])
				assert.Equal(t, len(r.Years), found["circle"])
				assert.GreaterOrEqual(t, found["table"], 4)
				var again bytes.Buffer
				require.NoError(t, HTML(&again, m, r, report, Options{Language: lang}))
				assert.True(t, page == again.String(), "same input, same bytes")
			}
		})
	}
}

func TestTheAuthorsWordsAreTextOnThePage(t *testing.T) {
	m, r := short(t, "  - {id: a, label: \"<script>alert(1)</script>\", kind: one-off, amounts: {2026: 1}, why: \"<img src=x>\"}\n")
	var b bytes.Buffer
	require.NoError(t, HTML(&b, m, r, nil, Options{}))
	assert.NotContains(t, b.String(), "<script>")
	assert.NotContains(t, b.String(), "<img")
	assert.Contains(t, b.String(), "&lt;b&gt;Kort&lt;/b&gt;")
}

// Bars and line must be where the figures are: the field is 234 high, for -5,000 to 2,000 in steps of 1,000.
func TestTheChartIsToScale(t *testing.T) {
	_, r := short(t, `  - {id: a, label: A, kind: one-off, amounts: {2026: 2000}, why: x}
  - {id: b, label: B, kind: saving, amounts: {2027: -3000, 2028: -4000}, why: x}
`)
	c := newChart(r, Options{})
	assert.Equal(t, "385.0,28.0", strings.Fields(strings.Replace(c.Points, "175.0,", "385.0,", 1))[0], "2,000 is at the top")
	require.Len(t, c.Bars, 3)
	assert.Equal(t, c.Zero, c.Bars[1].Y, "a saving hangs from 0")
	assert.Equal(t, "100.3", c.Bars[1].Height, "3,000 of 7,000 of 234")
	assert.Equal(t, "betalt tilbage 2027", c.PaidText)
	assert.Equal(t, c.Years[1].X, c.Paid)
}

func TestASumRefusesNothingItCanAdd(t *testing.T) {
	_, one := computed(t, "su1")
	_, innovation := computed(t, "su7")
	_, later := short(t, "  - {id: a, label: A, kind: saving, amounts: {2026: -10, 2028: -20}, why: x}\n")
	later.PriceLevel = 2023
	s := Add([]*proposal.Result{one, innovation, later})
	assert.Equal(t, []int{2022, 2023, 2024, 2025, 2026, 2027, 2028}, s.Years)
	assert.Equal(t, []string{"su7"}, s.NotAdded)
	assert.True(t, s.Permanent[0].Blank)
	assert.Equal(t, -3510.0, s.Permanent[4].Rounded, "su1 -3,500 and -10")
	assert.Equal(t, -20.0, s.Permanent[6].Rounded, "su1 has no 2028")
	later.PriceLevel = 2026
	assert.PanicsWithValue(t, "render: different price levels", func() { Add([]*proposal.Result{one, later}) })
}

// Every fixed text exists in both languages, and every text that is asked for exists.
func TestEveryTextIsThere(t *testing.T) {
	used := map[string]bool{}
	for _, file := range []string{"words.go", "table.go", "text.go", "html.go", "chart.go", "formulas.go", "sum.go", "overview.go", "source.go", "uncertain.go", "page.html"} {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		for key := range words {
			if strings.Contains(string(b), `"`+key+`"`) && (file != "words.go" || strings.Count(string(b), `"`+key+`"`) > 1) {
				used[key] = true
			}
		}
		for _, m := range regexp.MustCompile(`say\((?:lang, |language, |c\.lang, |o\.language\(\), )?"([^"]+)"\)|\{say "([^"]+)"`).FindAllStringSubmatch(string(b), -1) {
			key := m[1] + m[2]
			if strings.HasSuffix(key, " ") {
				continue // made of two
			}
			assert.Contains(t, words, key, file)
		}
	}
	values := []string{proposal.Stated, proposal.Measured, proposal.Calibrated, proposal.FromTable, proposal.Assumed, proposal.Goal, proposal.Context, proposal.Outcome,
		"low", "medium", "high", "not stated", "yes", "no", "not relevant", "covers cost", "overlaps", "same saving", "builds on", "shares resources",
		"investment type", "innovation type", "efficiency type", "invest service", "invest anlæg", "service", "anlæg", "saves in", "costs in"}
	for key, w := range words {
		assert.NotEmpty(t, w[0], key)
		assert.NotEmpty(t, w[1], key)
		assert.Equal(t, strings.Count(w[0], "%"), strings.Count(w[1], "%"), key)
		assert.True(t, used[key] || slices.Contains(values, key), "%q is used nowhere", key)
	}
	for _, v := range values {
		assert.Contains(t, words, v)
	}
}

func BenchmarkHTML(b *testing.B) {
	m, r := computed(b, "su7")
	var w bytes.Buffer
	for b.Loop() {
		w.Reset()
		if err := HTML(&w, m, r, nil, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Two thirds of 100 citizens are 66.67; carried on they are 67, and 67 x 1,000 kr is what the row is made of.
func TestACarriedRoundingIsShownAsLaterFormulasSeeIt(t *testing.T) {
	p, err := proposal.Read(strings.NewReader(`rettidig-proposal: 1
id: x
title: X
type: investment
price-level: 2026
years: 2026-2027
parameters:
  - {id: citizens, label: Borgere, value: 100, unit: citizens/year}
  - {id: each, label: Sparet, value: 1000, unit: kr/citizen}
quantities:
  - {id: helped, label: Hjulpne, label-en: Helped, formula: citizens * 2 / 3, unit: citizens/year, round: {to: 1}, carry-rounded: true}
rows:
  - {id: saving, label: Besparelse, kind: saving, formula: -helped * each}
`), "x.yaml")
	require.NoError(t, err)
	m, err := p.Compile()
	require.NoError(t, err)
	r, err := m.Compute(proposal.Options{})
	require.NoError(t, err)
	all := Calculations(m, r, Options{})
	assert.Equal(t, "66,6667 borgere pr. år", all[0].Is)
	assert.Equal(t, []string{"afrundet til 1: 67 borgere pr. år"}, all[0].Then)
	assert.Equal(t, "−67 borgere pr. år × 1.000 kr. pr. borger", all[1].Values[0])
	assert.Equal(t, "-67 t.kr. fra 2026", all[1].Is)
	assert.Equal(t, "−Helped × Sparet", Calculations(m, r, Options{Language: English})[1].Words[0])
}

// 10 trips a week are 520 a year at 95 kr, in 2027 10 % dearer: -54.34, and in 2028 prices 5 % more.
func TestACalculationCanBeFollowedWithWhatIsShown(t *testing.T) {
	p, err := proposal.Read(strings.NewReader(`rettidig-proposal: 1
id: x
title: X
type: investment
price-level: 2026
years: 2026-2027
parameters:
  - {id: trips, label: Ture, value: 10, unit: trips/week}
  - {id: price, label: Takst, by-year: {2026: 95, 2027: 104.5}, unit: kr/trip}
quantities:
  - {id: moved, label: Flyttet, formula: trips * weeks_per_year, unit: trips/year}
  - {id: dear, label: Dyre ture, formula: 'year >= 2027 ? moved : 0 * moved', unit: trips/year}
rows:
  - {id: taxis, label: Taxa, kind: saving, formula: -moved * price}
  - {id: fee, label: Gebyr, kind: running cost, formula: -taxis * 0.1}
`), "x.yaml")
	require.NoError(t, err)
	m, err := p.Compile()
	require.NoError(t, err)
	index, err := proposal.ReadIndex(strings.NewReader("rettidig-price-index: 1\nsource: x\ntypes: {general: {2026: 100, 2028: 105}}\n"), "pl.yaml")
	require.NoError(t, err)
	r, err := m.Compute(proposal.Options{Index: index, PriceLevel: 2028})
	require.NoError(t, err)
	all := Calculations(m, r, Options{})
	assert.Equal(t, []string{"Ture × uger pr. år"}, all[0].Words)
	assert.Equal(t, []string{"10 ture pr. uge × 52 uger pr. år"}, all[0].Values)
	assert.Equal(t, []string{"årstallet ≥ 2027 ? Flyttet : 0 × Flyttet"}, all[1].Words)
	assert.Equal(t, []string{"2027: 2027 ≥ 2027 ? 520 ture pr. år : 0 × 520 ture pr. år"}, all[1].Values)
	assert.Equal(t, "-51,87 t.kr. i 2026, -57,057 t.kr. i 2027", all[2].Is)
	assert.Equal(t, []string{"2027: −520 ture pr. år × 104,5 kr. pr. tur"}, all[2].Values)
	assert.Equal(t, []string{"omregnet fra 2026 p/l til 2028 p/l: × 1,05"}, all[2].Then)
	assert.Equal(t, []string{"2027: −(-54,34 t.kr.) × 0,1"}, all[3].Values, "formulas see the amount before it is converted")
	english := Calculations(m, r, Options{Language: English})
	assert.Equal(t, []string{"10 trips per week × 52 weeks per year"}, english[0].Values)
	assert.Equal(t, []string{"converted from 2026 prices to 2028 prices: × 1.05"}, english[2].Then)
	own, err := m.Compute(proposal.Options{})
	require.NoError(t, err)
	assert.Empty(t, Calculations(m, own, Options{})[2].Then)
}

func TestThePageSaysWhatAValueRestsOn(t *testing.T) {
	parameters := []struct{ fields, da, en string }{
		{"unit: share, value: 70 %", "<td>uden kilde</td><td></td>", "<td>no source</td><td></td>"},
		{"unit: share, value: 70 %, status: stated, note: Et skøn", "<td>uden kilde</td><td>Et skøn</td>", "<td>no source</td><td>Et skøn</td>"},
		{"unit: share, value: 70 %, source: {where: Kontoret}", "<td>oplyst</td><td>Kontoret</td>", "<td>stated</td><td>Kontoret</td>"},
		{"unit: share, value: 70 %, status: assumed", "<td>antaget</td><td></td>", "<td>assumed</td><td></td>"},
		{"unit: share, value: 70 %, uncertain: {pert: [60 %, 70 %, 75 %], why: Målt i 2024}", "Usikkerhed: 60 % til 75 %, mest sandsynligt 70 % (PERT). Målt i 2024<", "Uncertainty: 60 % to 75 %, most likely 70 % (PERT). Målt i 2024<"},
		{"unit: citizens, value: 1200, uncertain: {uniform: [900, 1500]}", "Usikkerhed: 900 borgere til 1.500 borgere, alt lige sandsynligt<", "900 citizens to 1,500 citizens, all as likely<"},
		{"unit: kr, value: 5, uncertain: {triangular: [4, 5, 7.5]}", "4 kr. til 7,5 kr., mest sandsynligt 5 kr. (trekant)<", "4 kr to 7.5 kr, most likely 5 kr (triangle)<"},
		{"unit: kr, value: 5, uncertain: {normal: [5, 0.5]}", "normalfordelt om 5 kr., standardafvigelse 0,5 kr.<", "normal about 5 kr, standard deviation 0.5 kr<"},
		{"unit: kr, value: 5, uncertain: {lognormal: [5, 1.5]}", "median 5 kr.; 5 % ligger mere end 1,5 gange over, 5 % lige så langt under<", "median 5 kr; 5 % lie more than 1.5 times above, 5 % as far below<"},
		{"unit: share, value: 0.7, uncertain: {counted: [70, 100]}", "Usikkerhed: talt: 70 af 100<", "counted: 70 of 100<"},
	}
	for _, c := range parameters {
		p, err := proposal.Read(strings.NewReader("rettidig-proposal: 1\nid: x\ntitle: X\ntype: investment\nprice-level: 2026\nyears: 2026-2027\nparameters:\n  - {id: a, label: A, "+c.fields+"}\n"), "x.yaml")
		require.NoError(t, err, c.fields)
		m, err := p.Compile()
		require.NoError(t, err)
		r, err := m.Compute(proposal.Options{})
		require.NoError(t, err)
		for lang, want := range map[string]string{Danish: c.da, English: c.en} {
			var b bytes.Buffer
			require.NoError(t, HTML(&b, m, r, nil, Options{Language: lang}))
			assert.True(t, strings.Contains(b.String(), want), "%s: want %s in %s", c.fields, want, b.String()[strings.Index(b.String(), `class="id"`):])
		}
	}
}

// No label may stand where the line goes, however the figures fall; the line is walked in small steps.
func TestNoLabelOfTheChartLiesOnALine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(t, "years")
		r := &proposal.Result{}
		for k := range n {
			r.Years = append(r.Years, 2026+k)
			x := float64(rapid.IntRange(-600, 300).Draw(t, "figure")) * 10
			r.Totals.Overall = append(r.Totals.Overall, proposal.Amount{Exact: x, Rounded: x})
		}
		r.Payback.Total = proposal.Payback{Outcome: proposal.Repaid, Year: r.Years[rapid.IntRange(0, n-1).Draw(t, "paid")]}
		c := newChart(r, Options{})
		number := func(s string) float64 {
			x, err := strconv.ParseFloat(s, 64)
			require.NoError(t, err)
			return x
		}
		var xs, ys []float64
		for _, p := range strings.Fields(c.Points) {
			x, y, _ := strings.Cut(p, ",")
			xs, ys = append(xs, number(x)), append(ys, number(y))
		}
		for _, b := range c.Bars {
			x, y := number(b.Label.X), number(b.Label.Y)
			if zero := number(c.Zero); y+1 > zero && y-9 < zero {
				t.Fatalf("the label %s lies on the line of zero", b.Label.Text)
			}
			half := 3.4 * float64(len(b.Label.Text)) // a digit of 12 is 6.7 wide
			if y-9 < 18 || y+1 > 272 {
				t.Fatalf("the label %s at %v lies outside the field", b.Label.Text, y)
			}
			steep := false // from top to bottom within the label: nowhere is free
			low, high := math.Inf(1), math.Inf(-1)
			for k := 1; k < n; k++ {
				for s := range 201 {
					px, py := xs[k-1]+float64(s)/200*(xs[k]-xs[k-1]), ys[k-1]+float64(s)/200*(ys[k]-ys[k-1])
					if math.Abs(px-x) <= half {
						low, high = min(low, py), max(high, py)
					}
				}
			}
			steep = low < 45 && high > 245
			if !steep && low < y+1 && high > y-9 {
				t.Fatalf("the label %s at %v,%v lies on the line, which goes from %v to %v there", b.Label.Text, x, y, low, high)
			}
			if b.Label.X == c.Paid {
				for _, p := range c.PaidParts {
					if number(p.From) < y+1 && number(p.To) > y-9 {
						t.Fatalf("the line of payback goes through the label %s", b.Label.Text)
					}
				}
			}
		}
	})
}
