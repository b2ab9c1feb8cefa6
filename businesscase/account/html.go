package account

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"
)

//go:embed report.html
var reportHTML string

var reportPage = template.Must(template.New("report").Parse(reportHTML))

// The field of a drawing, in its own units, as report.html has it.
const (
	plotLeft, plotEnd  = 92, 706
	plotTop, plotFloor = 14, 214
	labelRoom          = 62 // that a quarter's name needs
)

// picture is the forecasts of one kind with what was realised.
type picture struct {
	Alt    string
	Zero   string // the height of 0; empty: not in the field
	Ticks  []mark
	Bars   []bar
	Outs   bool // some dot is outside
	Opens  bool // some dot is not judged
	Lates  bool // some forecast was late
	Labels []mark
}

// mark is a text at a place.
type mark struct{ At, Text string }

// bar is one quarter.
type bar struct {
	X, Low, High, Mid string // empty Low: not forecast
	From, To          string // of the line at the estimate
	Dot               string // height; empty: nothing to show
	Judged, Inside    bool
	Late              bool
	Title             string
}

// scale places a value.
func scale(v, low, high, from, to float64) string {
	return strconv.FormatFloat(from+(to-from)*(v-low)/(high-low), 'f', 1, 64)
}

// draw returns the picture, nil if no figure may be drawn.
func (s *SeriesReport) draw(l Language) *picture {
	low, high := math.Inf(1), math.Inf(-1)
	for _, q := range s.Quarters {
		if q.Expected != nil {
			low, high = min(low, q.Expected.Lower), max(high, q.Expected.Upper)
		}
		if q.Realised != nil {
			low, high = min(low, *q.Realised), max(high, *q.Realised)
		}
	}
	if low > high {
		return nil
	}
	if low == high {
		low, high = low-1, high+1
	}
	step := tickStep((high - low) / 5)
	low, high = step*math.Floor(low/step), step*math.Ceil(high/step)
	up := func(v float64) string { return scale(v, low, high, plotFloor, plotTop) }
	p := &picture{Alt: l.Name(s.Kind) + l.pick(": prognose med 90 %-interval og realiseret pr. kvartal; tabellen nedenfor har tallene", ": forecast with its 90 % interval and realised by quarter; the table below has the numbers")}
	if low <= 0 && high >= 0 {
		p.Zero = up(0)
	}
	for k := 0; ; k++ {
		v := low + float64(step*float64(k))
		if v > high+step/2 {
			break
		}
		p.Ticks = append(p.Ticks, mark{up(v), l.Number(v, tickDecimals(step))})
	}
	n := len(s.Quarters)
	room := float64(plotEnd-plotLeft) / float64(n)
	every := max(1, int(math.Ceil(labelRoom/room)))
	half := min(12, room/3)
	for i := range s.Quarters {
		q := &s.Quarters[i]
		x := plotLeft + room*(float64(i)+0.5)
		at := func(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
		b := bar{X: at(x), From: at(x - half), To: at(x + half), Judged: q.State == Judged, Inside: q.Inside != nil && *q.Inside, Late: q.Late, Title: q.title(s.Kind, l)}
		if q.Expected != nil {
			b.Low, b.High, b.Mid = up(q.Expected.Lower), up(q.Expected.Upper), up(q.Expected.Estimate)
			p.Lates = p.Lates || q.Late
		}
		if q.Realised != nil && q.State != NotTold {
			b.Dot = up(*q.Realised)
			p.Opens = p.Opens || !b.Judged
			p.Outs = p.Outs || b.Judged && !b.Inside
		}
		p.Bars = append(p.Bars, b)
		if i%every == 0 {
			p.Labels = append(p.Labels, mark{b.X, q.Quarter.String()})
		}
	}
	return p
}

func (q *QuarterReport) title(k Kind, l Language) string {
	s := q.Quarter.String() + ": "
	if q.Expected != nil {
		s += fmt.Sprintf(l.pick("ventet %s (%s)", "expected %s (%s)"), l.Number(q.Expected.Estimate, k.decimals()), l.between(q.Expected)) + ", "
	}
	if q.Realised != nil {
		s += l.pick("realiseret ", "realised ") + l.Number(*q.Realised, 0) + ", "
	}
	return s + q.status(l)
}

// tickStep is the next of 1, 2, 5, 10 ... from x > 0 on.
func tickStep(x float64) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if x <= m*ten {
			return m * ten
		}
	}
	return 10 * ten
}

func tickDecimals(step float64) int {
	return max(0, int(-math.Floor(math.Log10(step)+1e-9)))
}

// gauge is a share with its two intervals and the goal, on a line from 0 to 1.
type gauge struct{ Alt, From, Width, PlainFrom, PlainWidth, Share, Goal, GoalText string }

const gaugeLeft, gaugeEnd = 20, 580

func (t *TargetReport) draw(l Language) *gauge {
	if t.N == nil {
		return nil
	}
	at := func(v float64) string { return scale(v, 0, 1, gaugeLeft, gaugeEnd) }
	wide := func(a, b float64) string { return scale(b-a, 0, 1, 0, gaugeEnd-gaugeLeft) }
	return &gauge{
		Alt:  l.pick("Andelen med begge intervaller og målet; tallene står i teksten", "The share with both intervals and the goal; the text has the numbers"),
		From: at(*t.Lower), Width: wide(*t.Lower, *t.Upper), PlainFrom: at(*t.PlainLower), PlainWidth: wide(*t.PlainLower, *t.PlainUpper),
		Share: at(*t.Value), Goal: at(t.AtLeast), GoalText: l.pick("mål ", "goal ") + l.Percent(t.AtLeast, 0),
	}
}

// shown is a series as the page has it.
type shown struct {
	Title, Coverage, Sum string
	Verdict              string
	Picture              *picture
	Head                 []string
	Rows                 []row
}

type row struct {
	Quarter string
	Status  string // with hyphens at which a date is not broken
	Cells   []string
	Out     bool
}

type shownTarget struct {
	*TargetReport
	Word, Kind, Measured, Says string
	Counts, Safe, Plain        string
	Gauge                      *gauge
}

// WriteHTML writes the report as one page that needs nothing else: no script, no style sheet, no picture.
func (r *Report) WriteHTML(w io.Writer, l Language) error {
	if l != Danish && l != English {
		panic("account: language " + string(l))
	}
	var series []shown
	for i := range r.Series {
		s := &r.Series[i]
		x := shown{Title: r.title(s, l), Coverage: s.Coverage.Says(l), Verdict: s.Coverage.Verdict, Picture: s.draw(l), Head: s.head(l)}
		if s.Sum != nil {
			x.Sum = s.Sum.Says(l, s.Kind)
		}
		for j := range s.Quarters {
			cells := s.Quarters[j].row(s.Kind, l)
			x.Rows = append(x.Rows, row{cells[0], strings.ReplaceAll(cells[1], "-", "\u2011"), cells[2:], s.Quarters[j].Inside != nil && !*s.Quarters[j].Inside})
		}
		series = append(series, x)
	}
	var targets []shownTarget
	rates := false
	for i := range r.Targets {
		t := &r.Targets[i]
		x := shownTarget{TargetReport: t, Word: l.words(t.Verdict), Kind: l.words(string(t.Kind)), Measured: l.words(string(t.Measure)), Says: t.Says(l), Gauge: t.draw(l)}
		if t.N != nil {
			rates = true
			x.Counts = fmt.Sprintf(l.pick("%s af %s (%s) pr. %s, set %d gang(e)", "%s of %s (%s) as of %s, looked at %d time(s)"), l.Number(float64(*t.Good), 0), l.Number(float64(*t.N), 0), l.Percent(*t.Value, 1), t.AsOf, t.Looks)
			x.Safe = l.Percent(*t.Lower, 1) + l.pick(" til ", " to ") + l.Percent(*t.Upper, 1)
			x.Plain = l.Percent(*t.PlainLower, 1) + l.pick(" til ", " to ") + l.Percent(*t.PlainUpper, 1)
		}
		targets = append(targets, x)
	}
	var forecasts []mark
	for i := range r.Forecasts {
		forecasts = append(forecasts, mark{r.Forecasts[i].ID, r.Forecasts[i].says(l)})
	}
	page := map[string]any{"R": r, "L": string(l), "EN": l == English, "Notes": r.notes(l), "Together": r.together(l), "Series": series, "Targets": targets, "Forecasts": forecasts,
		"DataAsOf": l.Day(r.DataAsOf), "Today": l.Day(r.Today)}
	if rates {
		page["Why"] = whyNotPlain(l)
	}
	return reportPage.Execute(w, page)
}
