package web

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/datasets/codes"
)

// widestBand is the widest band of answers whose track record is shown: how often answers of 20 to 80 out of
// 100 came true says nothing about one of 50.
const widestBand = 0.25

func itoa(n int) string { return strconv.Itoa(n) }

// answer is a score in the words and shapes of the screen. Exactly one of Figure and Withheld is set.
type answer struct {
	Figure   string // "4 ud af 10"
	Sentence string // "borgere som denne gennemfører ..."
	Dots     dots
	Interval string // "mellem 3 og 5 ud af 10"
	Percents string // "41 %, mellem 31 % og 52 %"
	Track    string // how often such answers came true here; empty if nobody knows
	Compared string

	Withheld string // why there is no figure

	For, Against   []reasonLine
	Missing        []string // what the register lacks about this citizen
	Unseen         []string // what no register has
	Terms          []term
	Sum            string
	Model          rettidig.ModelRef
	AsOf, DataAsOf rettidig.Day
	ScoreID        string
}

type reasonLine struct{ Concept, Text string }

// dots is the icon array: Count of Of filled, from the left and the top.
type dots struct {
	W, H  px
	Label string
	Dots  []dot
}

type dot struct {
	X, Y, R px
	Full    bool
}

// term is one line of the exact account: what a concept adds to the log odds.
type term struct {
	Label  string
	Value  string
	Bar    px // left end, in a field of 200 with zero in the middle
	Width  px
	Facts  []factLine
	Result bool
}

type factLine struct{ Label, Value, LogOdds string }

// makeAnswer words a score. It trusts the score's figures and adds none of its own.
func makeAnswer(l lang, v api.ScoreView) answer {
	a := answer{Model: v.Model, AsOf: v.AsOf, DataAsOf: v.DataAsOf, ScoreID: v.ScoreID, Unseen: unseen(l, v.Unseen)}
	a.Missing = missing(v.Reasons)
	if v.Status != rettidig.Scored || v.Probability == nil || v.Frequency == nil || v.Frequency.Of <= 0 {
		a.Withheld = withheldText(l, v.WithheldReason)
		a.Dots = makeDots(l, 0, 10, true)
		return a
	}
	f := *v.Frequency
	a.Figure = outOf(l, f.Count, f.Of)
	a.Sentence = l.text("answer." + string(v.Target))
	a.Dots = makeDots(l, f.Count, f.Of, false)
	a.Percents = percent(l, *v.Probability)
	if v.Lower != nil && v.Upper != nil {
		a.Interval = between(l, *v.Lower, *v.Upper, f.Of)
		a.Percents = l.text("answer.percents", percent(l, *v.Probability), percent(l, *v.Lower), percent(l, *v.Upper))
	}
	if r := v.TrackRecord; r != nil && r.N > 0 && r.To-r.From <= widestBand+1e-9 {
		a.Track = l.text("answer.track."+string(v.Target), r.N, int(math.Round(100*r.From)), int(math.Round(100*r.To)), r.Events,
			of100(l, float64(r.Events)/float64(r.N)))
	}
	a.Compared = v.Compared
	a.For, a.Against = sides(l, v.Reasons)
	a.Terms, a.Sum = account(l, v)
	return a
}

// withheldText says why there is no answer; a reason that is no code is already words.
func withheldText(l lang, reason string) string {
	if k := "withheld." + reason; texts[k].da != "" {
		return l.text(k)
	}
	if reason == "" || !strings.Contains(reason, " ") {
		return l.text("withheld.unknown")
	}
	return reason
}

// unseen translates the codes of what no register has; other words are shown as they are.
func unseen(l lang, list []string) []string {
	var out []string
	for _, u := range list {
		if k := "unseen." + u; texts[k].da != "" {
			u = l.text(k)
		}
		out = append(out, u)
	}
	return out
}

// isAccounting tells the lines of the account that are no reason: nobody has them or lacks them.
func isAccounting(r rettidig.Reason) bool {
	return r.Concept == "intercept" || r.Concept == "calibration"
}

// sides returns the up to three strongest reasons on each side, by falling weight. Both sides get the
// same number of lines and the same words.
func sides(l lang, reasons []rettidig.Reason) (for_, against []reasonLine) {
	sorted := slices.Clone(reasons)
	slices.SortStableFunc(sorted, func(a, b rettidig.Reason) int {
		return -compareAbs(a.LogOdds, b.LogOdds)
	})
	for _, r := range sorted {
		if isAccounting(r) || math.Abs(r.LogOdds) < 0.005 { // 0,00 on screen: speaks for neither
			continue
		}
		line := reasonLine{codes.Concept(r.Concept).Label(string(l)), sentence(r.Text)}
		if r.LogOdds > 0 && len(for_) < 3 {
			for_ = append(for_, line)
		}
		if r.LogOdds < 0 && len(against) < 3 {
			against = append(against, line)
		}
	}
	return for_, against
}

// sentence ends a text with a full stop if it has no end.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

func compareAbs(a, b float64) int {
	switch a, b = math.Abs(a), math.Abs(b); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// missing lists the labels of facts that the register lacks, each once.
func missing(reasons []rettidig.Reason) []string {
	var out []string
	for _, r := range reasons {
		for _, f := range r.Facts {
			if f.Value == nil && !f.NotApplicable && !slices.Contains(out, f.Label) {
				out = append(out, f.Label)
			}
		}
	}
	return out
}

// makeDots lays out an icon array: one row up to ten, else rows of ten. A denominator above 100 has no
// array, as nobody counts a thousand dots.
func makeDots(l lang, count, of int, unknown bool) dots {
	d := dots{Label: l.text("dots.label", count, of)}
	if unknown {
		d.Label = l.text("dots.unknown")
	}
	if of > 100 {
		return d
	}
	pitch, r := px(38), px(15)
	if of > 10 {
		pitch, r = 20, 8
	}
	cols := min(of, 10)
	d.W, d.H = pitch*px(cols), pitch*px((of+cols-1)/cols)
	for i := range of {
		d.Dots = append(d.Dots, dot{X: pitch*px(i%cols) + pitch/2, Y: pitch*px(i/cols) + pitch/2, R: r, Full: i < count})
	}
	return d
}

// account writes the exact sum: each concept, what every citizen starts from, what calibration adds, and
// the log odds they add up to.
func account(l lang, v api.ScoreView) ([]term, string) {
	most, sum := 0.0, 0.0
	for _, r := range v.Reasons {
		most, sum = max(most, math.Abs(r.LogOdds)), sum+r.LogOdds
	}
	most = max(most, math.Abs(sum))
	var terms []term
	add := func(label string, value float64, facts []rettidig.Fact, result bool) {
		t := term{Label: label, Value: signed(l, value, 2), Result: result, Bar: 100}
		if most > 0 {
			t.Width = px(100 * math.Abs(value) / most)
		}
		if value < 0 {
			t.Bar = 100 - t.Width
		}
		for _, f := range facts {
			t.Facts = append(t.Facts, factLine{f.Label, factValue(l, f), signed(l, f.LogOdds, 2)})
		}
		terms = append(terms, t)
	}
	for _, accounting := range []bool{false, true} {
		for _, r := range v.Reasons {
			if isAccounting(r) != accounting {
				continue
			}
			label := codes.Concept(r.Concept).Label(string(l))
			if accounting {
				label = l.text("terms." + r.Concept)
			}
			add(label, r.LogOdds, r.Facts, false)
		}
	}
	add(l.text("terms.sum"), sum, nil, true)
	p := 1 / (1 + math.Exp(-sum))
	return terms, l.text("terms.means", signed(l, sum, 2), of100(l, p), percent(l, p))
}

// factValue writes a fact's value with its unit in words. A share stands as a frequency too, as every per cent
// on the page does. A unit that we have no words for is shown as it is.
func factValue(l lang, f rettidig.Fact) string {
	if f.Value == nil {
		if f.Missing != "" {
			return f.Missing
		}
		return l.text("fact.missing")
	}
	v := *f.Value
	dec := 1
	if v == math.Trunc(v) {
		dec = 0
	}
	switch f.Unit {
	case "flag":
		if v == 0 {
			return l.text("answer.no")
		}
		return l.text("answer.yes")
	case "share":
		return of100(l, v) + " (" + percent(l, v) + ")"
	case "count":
		return number(l, v, dec)
	}
	unit, family := f.Unit, "unit."
	if math.Abs(v) == 1 {
		family = "unit.one."
	}
	if k := family + strings.ReplaceAll(unit, "/", "-"); texts[k].da != "" {
		unit = l.text(k)
	}
	return strings.TrimSpace(number(l, v, dec) + " " + unit)
}
