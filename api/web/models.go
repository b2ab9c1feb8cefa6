package web

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rettidig/rettidig/api"
)

type modelsBody struct{ Models []modelView }

// modelView is a model in words.
type modelView struct {
	api.ModelView
	Heading string
	Points  string // "66 ud af 100 (mellem 61 og 71 ud af 100)"
	CardHit string
	Rank    string // what auroc means
	Card    string // the same for the card rule
	Chosen  string // precision at capacity, beside the card's
	Verdict string
	Beats   string // whether it beats the card, in a few words
	Sure    bool   // it does, and is no chance
	IsCard  bool   // the model is the card rule itself
	About   string // how many it was measured on
	Figures []figure
	Plot    calibrationPlot
	Caught  string
	Rule    cardRule
}

// figure is a measured number with its interval and what it means.
type figure struct{ Name, Value, Interval, Meaning string }

func (s *server) models(r *request) error {
	list, err := s.app.Models(r.ctx(), r.who)
	if err != nil {
		return err
	}
	b := modelsBody{}
	for _, m := range list {
		b.Models = append(b.Models, makeModel(r.lang, m))
	}
	return s.render(r, http.StatusOK, "models.html", r.lang.text("models.title"), b)
}

// measured tells whether an estimate was made at all: the zero Estimate stands for "not measured".
func measured(e api.Estimate) bool { return e != (api.Estimate{}) && !math.IsNaN(e.Value) }

// range100 writes a share and its interval on 100: "66 ud af 100 (mellem 61 og 71 ud af 100)".
func range100(l lang, e api.Estimate) string {
	if !measured(e) {
		return l.text("models.unmeasured")
	}
	s := of100(l, e.Value)
	if e.Lower < e.Upper {
		s += " (" + between(l, e.Lower, e.Upper, 100) + ")"
	}
	return s
}

func makeModel(l lang, m api.ModelView) modelView {
	t := string(m.Target)
	v := modelView{ModelView: m, Heading: l.text("tab." + t)}
	v.Points, v.CardHit = range100(l, m.AUROC), range100(l, m.CardAUROC)
	v.Rank, v.Card = l.text("models.rank."+t, v.Points), l.text("models.card", v.CardHit)
	v.IsCard = m.Learner == "card"
	if m.Capacity > 0 && measured(m.Precision) {
		v.Chosen = l.text("models.chosen."+t, of100(l, m.Capacity), range100(l, m.Precision))
		if !v.IsCard {
			v.Chosen += " " + l.text("models.withcard", range100(l, m.CardPrec))
		}
	}
	if v.IsCard { // to compare the card with itself would only look like a comparison
		v.Card, v.CardHit = l.text("models.coin"), l.text("models.self")
	}
	v.Verdict, v.Beats = verdict(l, m)
	v.Sure = m.BeatsCard && v.Beats == l.text("models.yes")
	v.About = l.text("figures.about."+t, number(l, float64(m.N), 0), number(l, float64(m.Positives), 0))
	for _, f := range []struct {
		key string
		e   api.Estimate
		dec int
	}{
		{"auroc", m.AUROC, 3}, {"cardauroc", m.CardAUROC, 3}, {"slope", m.Slope, 2}, {"intercept", m.Intercept, 2},
		{"ece", m.ECE, 3}, {"brier", m.Brier, 3}, {"logloss", m.LogLoss, 3},
	} {
		if f.key == "cardauroc" && v.IsCard {
			continue
		}
		row := figure{Name: l.text("figure." + f.key), Value: l.text("models.unmeasured"), Meaning: l.text("figure." + f.key + ".means")}
		if measured(f.e) {
			row.Value = number(l, f.e.Value, f.dec)
			if f.e.Lower < f.e.Upper {
				row.Interval = l.text("figure.interval", number(l, f.e.Lower, f.dec), number(l, f.e.Upper, f.dec))
			}
		}
		v.Figures = append(v.Figures, row)
	}
	caught := 0
	for _, k := range m.Leaks {
		if k.Caught {
			caught++
		}
	}
	v.Caught = l.text("models.leaks", caught, len(m.Leaks))
	v.Rule = readCard(l, m.CardText)
	v.Plot = drawCalibration(l, m.Calibration, "cal-"+t)
	return v
}

// verdict says what may be made of a model, and in a few words whether it beats the card. Chance comes first: a
// model that may be no better answers nobody, whatever else it is.
func verdict(l lang, m api.ModelView) (sentence, word string) {
	chance := measured(m.AUROC) && !(m.AUROC.Lower > 0.5) // so too where there is no interval, as in the engine
	switch {
	case m.Learner == "card":
		sentence, word = l.text("models.beats.self"), l.text("models.self")
	case m.BeatsCard:
		sentence, word = l.text("models.beats.yes"), l.text("models.yes")
	default:
		sentence, word = l.text("models.beats.no"), l.text("models.no")
	}
	if chance {
		sentence, word = l.text("models.beats.chance"), l.text("models.chance")
	}
	return sentence, word
}

// calibrationPlot shows, for groups of citizens, what was predicted and what came true, both on 100.
type calibrationPlot struct {
	ID                       string
	W, H                     px
	Left, Right, Top, Bottom px
	XTicks, YTicks           []tick
	Points                   []calPoint
	Rows                     []calRow
}

type calPoint struct {
	X, Y, R, Lo, Hi px
	N               string
	NY              px
}

type calRow struct{ Predicted, Observed, Interval, N string }

func drawCalibration(l lang, points []api.CalibrationPoint, id string) calibrationPlot {
	p := calibrationPlot{ID: id, W: 420, H: 400, Left: 56, Right: 408, Top: 12, Bottom: 348}
	x := func(v float64) px { return p.Left + (p.Right-p.Left)*px(clamp01(v)) }
	y := func(v float64) px { return p.Bottom - (p.Bottom-p.Top)*px(clamp01(v)) }
	for i := 0; i <= 100; i += 20 {
		v := float64(i) / 100
		p.XTicks = append(p.XTicks, tick{x(v), p.Bottom + 18, itoa(i)})
		p.YTicks = append(p.YTicks, tick{p.Left - 8, y(v), itoa(i)})
	}
	most := 1
	for _, c := range points {
		most = max(most, c.N)
	}
	for _, c := range points {
		n := number(l, float64(c.N), 0)
		ny := y(c.Upper) - 5
		if ny < p.Top+10 {
			ny = y(c.Lower) + 14
		}
		p.Points = append(p.Points, calPoint{X: x(c.Predicted), Y: y(c.Observed), R: 4 + 4*px(math.Sqrt(float64(c.N)/float64(most))), Lo: y(c.Lower), Hi: y(c.Upper), N: n, NY: ny})
		p.Rows = append(p.Rows, calRow{of100(l, c.Predicted), of100(l, c.Observed), between(l, c.Lower, c.Upper, 100), n})
	}
	return p
}

func clamp01(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, 0), 1)
}

type savingsBody struct {
	View     api.SavingsView
	Key      []savingsLine // the lines that everything else rests on
	All      []savingsLine
	Checked  string // how many printed figures agree
	Even     []savingsLine
	Cases    []savingsCase
	Headline *savingsCase // the first comparison of training
	Measured string
	Plot     intervalPlot
	Grid     heatGrid
	Caveats  []string
}

// keyLines are the document's figures that a reader knows: 219, 490, 10,8 m, 155, 6,2 m.
var keyLines = []string{"baseline_citizens", "alg1_citizens", "alg1_saving", "alg2_citizens", "alg2_saving"}

// savingsLine is a line of the document in the language of the page.
type savingsLine struct {
	Label, Formula, Printed, Computed string
	Verdict                           string // empty where nothing was printed to compare with
	Mismatch                          bool
}

func makeLine(l lang, v api.SavingsLine) savingsLine {
	s := savingsLine{Label: upperFirst(l.pick(v.LabelDA, v.Label)), Formula: v.Formula, Printed: amountWords(l, l.pick(v.PrintedDA, v.Printed)), Computed: amountWords(l, l.pick(v.ComputedDA, v.Computed))}
	switch {
	case s.Printed == "":
	case v.Match:
		s.Verdict = l.text("savings.match")
	default:
		s.Verdict, s.Mismatch = l.text("savings.nomatch"), true
	}
	return s
}

// amountWords writes the unit of an amount as it is said: "8.728 1.000 kr./år" reads as two numbers, so it
// becomes "8.728 tusind kr. om året".
func amountWords(l lang, s string) string {
	for _, thousand := range []string{" 1.000 kr.", " 1000 kr"} {
		if before, after, ok := strings.Cut(s, thousand); ok {
			s = before + " " + l.text("savings.thousand") + after
			break
		}
	}
	for _, year := range []string{"/år", "/year"} {
		if before, ok := strings.CutSuffix(s, year); ok {
			s = before + l.text("savings.ayear")
		}
	}
	return s
}

// documentLines returns the key lines and all of them, and counts the printed figures that agree. A document
// without key lines has all of them as such.
func documentLines(l lang, doc []api.SavingsLine) (key, all []savingsLine, checked string) {
	agree, printed := 0, 0
	for _, v := range doc {
		line := makeLine(l, v)
		all = append(all, line)
		if slices.Contains(keyLines, v.ID) {
			key = append(key, line)
		}
		if line.Verdict != "" {
			printed++
			if !line.Mismatch {
				agree++
			}
		}
	}
	if len(key) == 0 {
		key = all
	}
	return key, all, l.text("savings.checked", printed, agree)
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

type savingsCase struct {
	api.SavingsCase
	Name, Says       string
	Zero             string // said first, where the saving may be nothing or a loss
	Range, MayBeZero string
	Assumptions      []string
}

func (s *server) savings(r *request) error {
	v, err := s.app.Savings(r.ctx(), r.who)
	if err != nil {
		return err
	}
	b := savingsBody{View: v, Caveats: pickList(r.lang, v.CaveatsDA, v.Caveats), Measured: measuredOn(r.lang, v.MeasuredOn)}
	var training []api.SavingsCase
	for _, c := range v.Cases {
		b.Cases = append(b.Cases, makeCase(r.lang, c))
		if c.ID != declineCase {
			training = append(training, c)
		}
	}
	if len(training) > 0 {
		b.Headline = headline(r.lang, v, training[0])
	}
	b.Key, b.All, b.Checked = documentLines(r.lang, v.Document)
	for _, e := range v.BreakEven {
		line := makeLine(r.lang, e)
		if e.Value > 0 && e.Value <= 1 {
			line.Computed = of100(r.lang, e.Value) + " (" + line.Computed + ")"
		}
		b.Even = append(b.Even, line)
	}
	b.Plot = drawIntervals(r.lang, training)
	b.Grid = drawGrid(r.lang, v.Grid)
	return s.render(r, http.StatusOK, "savings.html", r.lang.text("savings.title"), b)
}

func pickList(l lang, da, en []string) []string {
	if l == danish && len(da) > 0 || len(en) == 0 {
		return da
	}
	return en
}

// declineCase is the projection of early help. Its share of citizens whose need is postponed is assumed and
// not measured, so its interval says less than it seems to: it is drawn beside nothing measured, and nobody
// may read from it that the saving is not nil.
const declineCase = "decline"

// headline is the first case in one sentence, with what the proposal counted on.
func headline(l lang, v api.SavingsView, c api.SavingsCase) *savingsCase {
	h := makeCase(l, c)
	if v.Synthetic {
		h.Says = l.text("savings.synthetic") + " " + h.Says
	}
	for _, line := range v.Document {
		if printed := l.pick(line.PrintedDA, line.Printed); line.ID == "alg1_saving" && printed != "" {
			h.Says += l.text("savings.proposal", amountWords(l, printed))
		}
	}
	h.Says = sentence(h.Says)
	return &h
}

var measuredForm = regexp.MustCompile(`^(\S+), (\d+)/(\d+)$`)

// measuredOn says how many the rates were measured on; words that are no such count are shown as they are.
func measuredOn(l lang, s string) string {
	m := measuredForm.FindStringSubmatch(s)
	switch {
	case s == "":
		return ""
	case m == nil:
		return l.text("savings.measuredon") + " " + sentence(s)
	}
	count := func(digits string) string {
		n, err := strconv.Atoi(digits)
		if err != nil { // too long for a number: shown as it is
			return digits
		}
		return number(l, float64(n), 0)
	}
	return l.text("savings.measuredof", count(m[2]), count(m[3]), m[1])
}

// makeCase says a projection in plain words, and says first when it may be nothing.
func makeCase(l lang, c api.SavingsCase) savingsCase {
	v := savingsCase{SavingsCase: c, Name: upperFirst(l.pick(c.LabelDA, c.Label)), Assumptions: pickList(l, c.AssumptionDA, c.Assumption)}
	v.Range = kronerRange(l, c.SavingDKK.Lower, c.SavingDKK.Upper)
	v.Says = l.text("savings.says", kroner(l, c.SavingDKK.Value), v.Range)
	v.MayBeZero = l.text("models.no")
	switch {
	case c.ID == declineCase:
		v.CoversZero, v.MayBeZero = true, l.text("savings.maybezero.unmeasured")
	case c.CoversZero:
		v.Zero, v.MayBeZero = l.text("savings.zero"), l.text("models.yes")
	case c.SavingDKK.Upper < 0:
		v.Zero = l.text("savings.loss")
	}
	return v
}

// intervalPlot draws each projection as a dot on its interval, with a line at zero.
type intervalPlot struct {
	W, H, Left, Right, Top, Bottom px
	Zero                           px
	Ticks                          []tick
	Rows                           []intervalRow
}

type intervalRow struct {
	Y, Lo, Hi, X px
	Label, Value string
}

func drawIntervals(l lang, cases []api.SavingsCase) intervalPlot {
	p := intervalPlot{W: 720, Left: 20, Right: 700, Top: 8}
	lo, hi := 0.0, 0.0
	for _, c := range cases {
		lo, hi = min(lo, c.SavingDKK.Lower, c.SavingDKK.Value), max(hi, c.SavingDKK.Upper, c.SavingDKK.Value)
	}
	step := niceStep((hi-lo)/1e6*0.8) * 1e6
	lo, hi = math.Floor(lo/step)*step, math.Ceil(max(hi, step)/step)*step
	x := func(v float64) px { return p.Left + (p.Right-p.Left)*px((v-lo)/(hi-lo)) }
	for i, c := range cases {
		p.Rows = append(p.Rows, intervalRow{Y: p.Top + 44 + 62*px(i), Lo: x(c.SavingDKK.Lower), Hi: x(c.SavingDKK.Upper), X: x(c.SavingDKK.Value),
			Label: upperFirst(l.pick(c.LabelDA, c.Label)), Value: kroner(l, c.SavingDKK.Value)})
	}
	p.Bottom = p.Top + 62*px(len(cases)) + 10
	p.H = p.Bottom + 44
	for v := lo; v <= hi+step/2; v += step {
		p.Ticks = append(p.Ticks, tick{x(v), p.Bottom + 18, number(l, v/1e6, map[bool]int{true: 1, false: 0}[step < 1e6])})
	}
	p.Zero = x(0)
	return p
}

// heatGrid is the saving over completion and effect: one hue, each value printed.
type heatGrid struct {
	Effects []string
	Rows    []heatRow
}

type heatRow struct {
	Completion string
	Cells      []heatCell
}

type heatCell struct {
	Value string
	Level int  // 0 to 6, the shade
	Minus bool // below zero: marked by a border, not only by the shade
	None  bool
}

// drawGrid puts the cells in rows of completion (highest first) and columns of effect.
func drawGrid(l lang, cells []api.SensitivityCell) heatGrid {
	var completions, effects []float64
	values := map[string]float64{}
	key := func(c, e float64) string { return fmt.Sprintf("%.4f|%.4f", c, e) }
	most := 0.0
	for _, c := range cells {
		completions, effects = insert(completions, c.Completion), insert(effects, c.Effect)
		values[key(c.Completion, c.Effect)] = c.SavingDKK
		most = max(most, c.SavingDKK)
	}
	g := heatGrid{}
	for _, e := range effects {
		g.Effects = append(g.Effects, of100(l, e))
	}
	for i := len(completions) - 1; i >= 0; i-- {
		row := heatRow{Completion: of100(l, completions[i])}
		for _, e := range effects {
			v, ok := values[key(completions[i], e)]
			cell := heatCell{None: !ok, Value: number(l, v/1e6, 1), Minus: v < 0}
			if v > 0 && most > 0 {
				cell.Level = int(math.Ceil(6 * v / most))
			}
			row.Cells = append(row.Cells, cell)
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// insert keeps a sorted list of different numbers.
func insert(list []float64, v float64) []float64 {
	for i, have := range list {
		switch {
		case math.Abs(have-v) < 1e-6:
			return list
		case have > v:
			return append(list[:i], append([]float64{v}, list[i:]...)...)
		}
	}
	return append(list, v)
}

// lines splits a text that has one rule to a line.
func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
