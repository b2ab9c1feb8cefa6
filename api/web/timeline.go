package web

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/datasets/codes"
)

// px is a length in a drawing. It is written with at most one decimal, so a drawing has the same bytes
// every time and never an exponent.
type px float64

func (p px) String() string {
	v := math.Round(float64(p)*10) / 10
	if math.IsNaN(v) || math.IsInf(v, 0) {
		panic("web: a drawing has a coordinate that is not a number")
	}
	return strconv.FormatFloat(v+0, 'f', -1, 64) // +0: -0 is written 0
}

// timelineView is the drawn history: two drawings of the same facts, for wide and for narrow screens (the
// stylesheet shows one), and the facts as tables for those who do not see drawings.
type timelineView struct {
	Empty        bool
	Wide, Narrow drawing
	Summary      string // one sentence in words
	Aids         []aidRow
	Weeks        []weekRow
	Marks        []markRow
}

type aidRow struct{ Concept, Name, Lent, Returned string }
type weekRow struct{ Week, Personal, Practical, Nursing, Other string }
type markRow struct{ Date, Kind, Need, Ability string }

// drawing is the geometry of one picture; the template only writes it down.
type drawing struct {
	ID                                string
	W, H                              px
	Left, Right, Top, Bottom          px
	Years                             []tick
	Quarters                          []px
	AsOf                              string
	Lanes                             []lane
	Concepts                          []tick
	Names                             []nameLabel
	Bars                              []bar
	HelpTicks                         []tick
	Areas                             []area
	Needs                             []tick
	NeedLine                          string
	Done, Cancelled, Status, Diamonds string
	Unshown, UnshownY                 px // help is not shown left of Unshown
	HelpFrom                          string
}

type lane struct {
	Title       string
	Top, Bottom px
}
type tick struct {
	X, Y  px
	Label string
}
type nameLabel struct {
	Y     px
	Label string
}
type bar struct {
	X, Y, W, H px
	Open       bool // still on loan
	Arrow      string
	Title      string
}
type area struct{ Class, Path string }

// conceptOf returns the rank and the name of an aid's concept.
func conceptOf(l lang, concept string) (int, string) {
	c := codes.Concept(concept)
	rank := slices.Index(codes.Concepts(), c)
	if rank < 0 {
		rank = len(codes.Concepts())
	}
	return rank, c.Label(string(l))
}

// drawTimeline makes the drawings and tables of a history.
func drawTimeline(l lang, t api.Timeline) timelineView {
	helped := slices.ContainsFunc(t.Weeks, func(w api.TimelineWeek) bool { return w.Personal+w.Practical+w.Nursing+w.Other > 0 })
	v := timelineView{Empty: len(t.Aids) == 0 && !helped && len(t.Train) == 0}
	if v.Empty || !t.From.Valid() || !t.AsOf.Valid() || t.From >= t.AsOf {
		v.Empty = true
		return v
	}
	v.Wide = draw(l, t, "tl-wide", 1136, 236)
	v.Narrow = draw(l, t, "tl-narrow", 704, 172)
	v.Summary = timelineSummary(l, t)
	v.Aids, v.Weeks, v.Marks = aidRows(l, t), weekRows(l, t.Weeks), markRows(l, t.Train)
	return v
}

const (
	rowHeight     = 18
	conceptHeight = 19
	helpHeight    = 132
	trainHeight   = 92
	laneGap       = 38 // room for the lane's title
)

// scale maps days to the horizontal axis.
type scale struct {
	from, to    rettidig.Day
	left, right px
}

func (s scale) x(d rettidig.Day) px {
	d = min(max(d, s.from), s.to)
	return s.left + (s.right-s.left)*px(d-s.from)/px(s.to-s.from)
}

func draw(l lang, t api.Timeline, id string, width, gutter px) drawing {
	d := drawing{ID: id, W: width, Left: gutter, Right: width - 14, Top: 30, AsOf: l.text("timeline.asof", shortDay(l, t.AsOf))}
	s := scale{t.From, t.AsOf, d.Left, d.Right}
	y := d.Top
	y = d.drawAids(l, t.Aids, s, y+laneGap)
	y = d.drawHelp(l, t.Weeks, s, y+laneGap)
	y = d.drawTraining(l, t.Train, s, y+laneGap)
	d.Bottom = y + 4
	d.H = d.Bottom + 26
	d.drawAxis(s)
	return d
}

func (d *drawing) drawAxis(s scale) {
	for y := s.from.Time().Year(); y <= s.to.Time().Year(); y++ {
		for m := time.January; m <= time.October; m += 3 {
			q := rettidig.DayOf(y, m, 1)
			if q <= s.from || q >= s.to {
				continue
			}
			if m == time.January {
				d.Years = append(d.Years, tick{X: s.x(q), Y: d.Bottom + 18, Label: strconv.Itoa(y)})
			} else {
				d.Quarters = append(d.Quarters, s.x(q))
			}
		}
	}
	if len(d.Years) == 0 || d.Years[0].X-d.Left > 44 { // the year in which the drawing begins
		d.Years = append([]tick{{X: d.Left, Y: d.Bottom + 18, Label: strconv.Itoa(s.from.Time().Year())}}, d.Years...)
	}
}

// drawAids gives each class a row, under its concept. Loans of one class share the row.
func (d *drawing) drawAids(l lang, aids []api.TimelineAid, s scale, top px) px {
	y := top
	concept, name := "", ""
	fit := int((d.Left - 14) / 6.4) // about 6.4 px to a letter
	for _, a := range sortedAids(l, aids) {
		if a.Concept != concept {
			concept, name = a.Concept, ""
			_, label := conceptOf(l, concept)
			d.Concepts = append(d.Concepts, tick{X: 4, Y: y + 14, Label: shorten(label, fit)})
			y += conceptHeight
		}
		if n := aidName(l, a); n != name {
			name = n
			label := n
			if k := openOf(l, aids, n); k > 1 {
				label = shorten(n, fit-5) + fmt.Sprintf(" (%d)", k)
			}
			d.Names = append(d.Names, nameLabel{Y: y + 13, Label: shorten(label, fit)})
			y += rowHeight
		}
		d.Bars = append(d.Bars, loanBar(l, a, s, y-rowHeight))
	}
	if len(aids) == 0 {
		d.Names = append(d.Names, nameLabel{Y: y + 13, Label: l.text("timeline.none")})
		y += rowHeight
	}
	d.Lanes = append(d.Lanes, lane{l.text("timeline.aids"), top - 8, y + 4})
	return y + 4
}

func loanBar(l lang, a api.TimelineAid, s scale, y px) bar {
	b := bar{X: s.x(a.Lent), Y: y + 4, H: 10, Open: !a.Returned.Valid()}
	end := s.right
	if !b.Open {
		end = s.x(a.Returned)
	}
	b.W = max(end-b.X, 3)
	if b.X+b.W > s.right {
		b.X = s.right - b.W
	}
	until := l.text("timeline.onloan")
	if b.Open {
		b.Arrow = fmt.Sprintf("M%s %sl8 7l-8 7z", b.X+b.W, b.Y-2)
	} else {
		until = l.text("timeline.returned", shortDay(l, a.Returned))
	}
	b.Title = l.text("timeline.loan", aidName(l, a), shortDay(l, a.Lent), until)
	return b
}

func aidName(l lang, a api.TimelineAid) string {
	return strings.TrimSpace(cmp.Or(l.pick(a.NameDA, a.Name), a.ISO))
}

func sortedAids(l lang, aids []api.TimelineAid) []api.TimelineAid {
	first := map[string]rettidig.Day{} // the first loan of a class places its row
	for _, a := range aids {
		k := a.Concept + "|" + aidName(l, a)
		if f, ok := first[k]; !ok || a.Lent < f {
			first[k] = a.Lent
		}
	}
	out := slices.Clone(aids)
	slices.SortStableFunc(out, func(a, b api.TimelineAid) int {
		ra, _ := conceptOf(l, a.Concept)
		rb, _ := conceptOf(l, b.Concept)
		na, nb := aidName(l, a), aidName(l, b)
		return cmp.Or(cmp.Compare(ra, rb), strings.Compare(a.Concept, b.Concept), cmp.Compare(first[a.Concept+"|"+na], first[b.Concept+"|"+nb]),
			strings.Compare(na, nb), cmp.Compare(a.Lent, b.Lent), cmp.Compare(a.Returned, b.Returned))
	})
	return out
}

func openOf(l lang, aids []api.TimelineAid, name string) int {
	n := 0
	for _, a := range aids {
		if !a.Returned.Valid() && aidName(l, a) == name {
			n++
		}
	}
	return n
}

// shorten cuts s to n letters, the last being an ellipsis.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:max(n-1, 1)]), " ,(") + "…"
}

// helpBin is help over two weeks, as minutes a week.
type helpBin struct {
	from, to rettidig.Day
	minutes  [4]float64 // personal, practical, nursing, other
}

func (b helpBin) total() float64 { return b.minutes[0] + b.minutes[1] + b.minutes[2] + b.minutes[3] }

// helpClasses are the layers of the help lane from the axis up.
var helpClasses = [4]string{"help-personal", "help-practical", "help-nursing", "help-other"}

// binWeeks joins the weeks two and two, counted from the newest, as means. Cleaning comes every second week:
// drawn week by week it is a picket fence in which nobody sees a trend. A week whose neighbour is missing
// stands alone.
func binWeeks(weeks []api.TimelineWeek) []helpBin {
	var bins []helpBin
	for i := len(weeks) - 1; i >= 0; i-- {
		w := weeks[i]
		b := helpBin{w.Week, w.Week + 7, [4]float64{w.Personal, w.Practical, w.Nursing, w.Other}}
		if i > 0 && weeks[i-1].Week == w.Week-7 {
			i--
			v := weeks[i]
			b.from = v.Week
			for k, m := range [4]float64{v.Personal, v.Practical, v.Nursing, v.Other} {
				b.minutes[k] = (b.minutes[k] + m) / 2
			}
		}
		bins = append(bins, b)
	}
	slices.Reverse(bins)
	return bins
}

// drawHelp stacks the hours of each kind of help. Weeks that the history lacks are gaps at zero.
func (d *drawing) drawHelp(l lang, weeks []api.TimelineWeek, s scale, top px) px {
	bottom := top + helpHeight
	d.Lanes = append(d.Lanes, lane{l.text("timeline.help.drawn"), top - 8, bottom})
	if len(weeks) > 0 && weeks[0].Week > s.from+7 { // before that nothing was delivered to us: no data is not no help
		d.Unshown, d.UnshownY = s.x(weeks[0].Week), top-8
		d.HelpFrom = l.text("timeline.helpfrom", shortDay(l, weeks[0].Week))
	}
	bins := binWeeks(weeks)
	most := 0.0
	for _, b := range bins {
		most = max(most, b.total())
	}
	if most == 0 {
		d.Needs = append(d.Needs, tick{X: (d.Left + d.Right) / 2, Y: (top + bottom) / 2, Label: l.text("timeline.nohelp")})
		return bottom
	}
	step := niceStep(most / 60)
	ceiling := math.Max(math.Ceil(most/60/step), 1) * step
	yOf := func(minutes float64) px { return bottom - helpHeight*px(minutes/60/ceiling) }
	for h := 0.0; h <= ceiling+1e-9; h += step {
		d.HelpTicks = append(d.HelpTicks, tick{X: d.Left - 6, Y: yOf(h * 60), Label: number(l, h, map[bool]int{true: 1, false: 0}[step < 1])})
	}
	base := make([]float64, len(bins))
	for k, class := range helpClasses {
		var path strings.Builder
		for i := 0; i < len(bins); {
			j := i
			for j < len(bins) && bins[j].minutes[k] > 0 {
				j++
			}
			if j == i {
				i++
				continue
			}
			stepArea(&path, s, bins[i:j], base[i:j], k, yOf)
			i = j
		}
		for i, b := range bins {
			base[i] += max(b.minutes[k], 0)
		}
		if path.Len() > 0 {
			d.Areas = append(d.Areas, area{class, path.String()})
		}
	}
	return bottom
}

// stepArea writes the outline of consecutive bins of one kind: the upper edge forward, the lower edge back.
func stepArea(path *strings.Builder, s scale, bins []helpBin, base []float64, kind int, yOf func(float64) px) {
	fmt.Fprintf(path, "M%s %s", s.x(bins[0].from), yOf(base[0]))
	for i, b := range bins {
		fmt.Fprintf(path, "V%sH%s", yOf(base[i]+b.minutes[kind]), s.x(b.to))
	}
	for i := len(bins) - 1; i >= 0; i-- {
		fmt.Fprintf(path, "V%sH%s", yOf(base[i]), s.x(bins[i].from))
	}
	path.WriteString("Z")
}

// niceStep divides a height of v into two to five round steps.
func niceStep(v float64) float64 {
	for _, s := range []float64{0.5, 1, 2, 5, 10, 20, 50} {
		if v <= 4*s {
			return s
		}
	}
	return 100
}

// drawTraining puts the need score of each screening over a line of sessions.
func (d *drawing) drawTraining(l lang, marks []api.TimelineMark, s scale, top px) px {
	bottom := top + trainHeight
	d.Lanes = append(d.Lanes, lane{l.text("timeline.training"), top - 8, bottom})
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, m := range marks {
		if m.Need != nil {
			lo, hi = min(lo, *m.Need), max(hi, *m.Need)
		}
	}
	needY := func(v float64) px { return top + 46 - 26*px((v-lo)/max(hi-lo, 1)) }
	last := px(math.Inf(-1))
	for _, m := range marks {
		x := s.x(m.Date)
		switch {
		case m.Kind == "screening" && m.Need != nil:
			y := needY(*m.Need)
			if d.NeedLine == "" {
				d.NeedLine = fmt.Sprintf("M%s %s", x, y)
			} else {
				d.NeedLine += fmt.Sprintf("L%s %s", x, y)
			}
			d.Diamonds += fmt.Sprintf("M%s %sl5 5l-5 5l-5 -5z", x, y-5)
			if x-last >= 26 { // numbers must not run into each other; all of them are in the table
				d.Needs = append(d.Needs, tick{X: x, Y: y - 9, Label: number(l, *m.Need, 0)})
				last = x
			}
		case m.Kind == "screening":
			d.Diamonds += fmt.Sprintf("M%s %sl5 5l-5 5l-5 -5z", x, top+41)
		case m.Kind == "session":
			d.Done += fmt.Sprintf("M%s %sv14", x, top+62)
		case m.Kind == "cancelled":
			d.Cancelled += fmt.Sprintf("M%s %sl5 5m0 -5l-5 5", x-2.5, top+81)
		case m.Kind == "status":
			d.Status += fmt.Sprintf("M%s %sv30", x, top+58)
		}
	}
	if len(marks) == 0 {
		d.Needs = append(d.Needs, tick{X: (d.Left + d.Right) / 2, Y: top + 50, Label: l.text("timeline.notraining")})
	}
	return bottom
}

// timelineSummary says the drawing in one sentence.
func timelineSummary(l lang, t api.Timeline) string {
	on := 0
	for _, a := range t.Aids {
		if !a.Returned.Valid() {
			on++
		}
	}
	var recent, before float64
	n := len(t.Weeks)
	for i, w := range t.Weeks {
		sum := w.Personal + w.Practical + w.Nursing + w.Other
		switch {
		case i >= n-4:
			recent += sum / 4
		case i >= n-56 && i < n-52:
			before += sum / 4
		}
	}
	done, cancelled := 0, 0
	for _, m := range t.Train {
		switch m.Kind {
		case "session":
			done++
		case "cancelled":
			cancelled++
		}
	}
	return l.text("timeline.summary", on, len(t.Aids), hours(l, recent), hours(l, before), done, cancelled)
}

func aidRows(l lang, t api.Timeline) []aidRow {
	rows := make([]aidRow, 0, len(t.Aids))
	for _, a := range sortedAids(l, t.Aids) {
		_, concept := conceptOf(l, a.Concept)
		returned := l.text("timeline.onloan")
		if a.Returned.Valid() {
			returned = shortDay(l, a.Returned)
		}
		rows = append(rows, aidRow{concept, aidName(l, a), shortDay(l, a.Lent), returned})
	}
	return rows
}

// weekRows lists the weeks, newest first; consecutive weeks with the same hours are one row.
func weekRows(l lang, weeks []api.TimelineWeek) []weekRow {
	var rows []weekRow
	for i := len(weeks) - 1; i >= 0; {
		j, w := i, weeks[i]
		for j > 0 && weeks[j-1].Personal == w.Personal && weeks[j-1].Practical == w.Practical && weeks[j-1].Nursing == w.Nursing && weeks[j-1].Other == w.Other {
			j--
		}
		_, last := w.Week.ISOWeek()
		year, first := weeks[j].Week.ISOWeek()
		lastYear, _ := w.Week.ISOWeek()
		label := l.text("timeline.week", last, lastYear)
		if j < i {
			label = l.text("timeline.weeks", first, year, last, lastYear)
		}
		h := func(minutes float64) string { return number(l, minutes/60, 1) }
		rows = append(rows, weekRow{label, h(w.Personal), h(w.Practical), h(w.Nursing), h(w.Other)})
		i = j - 1
	}
	return rows
}

func markRows(l lang, marks []api.TimelineMark) []markRow {
	rows := make([]markRow, 0, len(marks))
	score := func(v *float64) string {
		if v == nil {
			return ""
		}
		return number(l, *v, 1)
	}
	for i := len(marks) - 1; i >= 0; i-- {
		m := marks[i]
		rows = append(rows, markRow{shortDay(l, m.Date), markText(l, m), score(m.Need), score(m.Abil)})
	}
	return rows
}

// markText names a training event; a status that we have no word for keeps its own.
func markText(l lang, m api.TimelineMark) string {
	if m.Kind == "status" {
		if k := "status." + strings.ToLower(m.Text); texts[k].da != "" {
			return l.text(k)
		}
		return l.text("mark.status", m.Text)
	}
	if k := "mark." + m.Kind; texts[k].da != "" {
		return l.text(k)
	}
	return m.Text
}
