package quality

import (
	"fmt"
	"math"
)

// The pictures are numbers for the template to draw; all lengths are in the units of the drawing.

const (
	drawn      = 1000 // width of a drawing
	nameWidth  = 150  // of it, for the names of rows
	rowHeight  = 40
	stripMost  = 180 // months in the strip, fifteen years; what is before is told in words
	stripAbove = 26
)

// strip is the picture of months by kinds.
type strip struct {
	Height   int
	Rows     []stripRow
	Years    []tick
	Earlier  string // what is not drawn
	Describe string
}

type stripRow struct {
	Name  string
	Y     int
	Cells []stripCell
	Usual int64
}

// stripCell is a month: its height says how much there is against a usual month, and so does its class.
type stripCell struct {
	X, Y, W, H string
	Class      string // none, low, usual, high
	Title      string
	Missing    bool
	Mark       string // the middle, for a sign
	Base       string
}

type tick struct {
	X     string
	Label string
}

func f1(x float64) string { return fmt.Sprintf("%.1f", x) }

func (q *Quality) strip() strip {
	s := strip{}
	first, last := NoMonth, NoMonth
	for _, c := range q.Coverage {
		if m := c.Months[0].Month; !first.Valid() || m < first {
			first = m
		}
		last = max(last, c.Months[len(c.Months)-1].Month)
	}
	if !first.Valid() {
		return s
	}
	if end := q.extractMonth(); end.Valid() && last > end {
		last = end // what lies after is a mistyped date
	}
	if from := last - stripMost + 1; first < from {
		earlier := int64(0)
		for _, c := range q.Coverage {
			for _, m := range c.until(from) {
				earlier += m.Rows
			}
		}
		s.Earlier = fmt.Sprintf("%s rows before %s, back to %s, are not drawn; the tables have them.", num(earlier), from, first)
		first = from
	}
	n := int(last-first) + 1
	width := float64(drawn-nameWidth) / float64(max(n, 12))
	for m := first; m <= last; m++ {
		step := 1
		if n > 130 {
			step = 2
		}
		if m.Number() == 1 && m.Year()%step == 0 && last-m > 5 {
			s.Years = append(s.Years, tick{f1(nameWidth + width*float64(m-first)), fmt.Sprint(m.Year())})
		}
	}
	for i := range q.Coverage {
		c := &q.Coverage[i]
		usual := medianRows(c.steady(last))
		holes := missing(c.steady(q.extractMonth()))
		row := stripRow{Name: kindNames[c.Kind][0], Y: stripAbove + len(s.Rows)*rowHeight, Usual: int64(usual)}
		for m := first; m <= last; m++ {
			row.Cells = append(row.Cells, cell(c, m, usual, holes, nameWidth+width*float64(m-first), width, float64(row.Y)))
		}
		s.Rows = append(s.Rows, row)
	}
	s.Height = stripAbove + len(s.Rows)*rowHeight + 4
	s.Describe = fmt.Sprintf("Rows by month from %s to %s for %d kinds of facts; the tables below hold the numbers", first, last, len(s.Rows))
	return s
}

func cell(c *Coverage, m Month, usual float64, holes []interval, x, width, top float64) stripCell {
	rows := c.at(m).Rows
	level := rows
	if c.Kind == kindKeys[careKind] {
		level = averaged(m, rows)
	}
	ratio := float64(level) / max(usual, 1)
	const most = rowHeight - 8
	h := most * min(ratio, 2) / 2
	if rows > 0 {
		h = max(h, 1.5)
	}
	out := stripCell{X: f1(x), W: f1(max(width-0.6, 0.4)), H: f1(h), Y: f1(top + most - h), Mark: f1(x + width/2), Base: f1(top + most),
		Title: fmt.Sprintf("%s %s: %s rows, %s citizens", kindNames[c.Kind][0], m, num(rows), num(c.at(m).Citizens))}
	switch {
	case rows == 0:
		out.Class = "none"
	case ratio < 0.5:
		out.Class = "low"
	case ratio <= 1.5:
		out.Class = "usual"
	default:
		out.Class = "high"
	}
	for _, hole := range holes {
		out.Missing = out.Missing || rows == 0 && m >= hole.from && m <= hole.to
	}
	return out
}

// monthTable is the strip of one kind as a table: a row for each year.
type monthTable struct {
	Name  string
	Years []yearRow
}

type yearRow struct {
	Year     int
	Rows     [12]string
	Sum      int64
	Citizens int64 // of the largest month
}

func (q *Quality) monthTables() (out []monthTable) {
	for _, c := range q.Coverage {
		t := monthTable{Name: kindNames[c.Kind][0]}
		for _, m := range c.Months {
			if n := len(t.Years); n == 0 || t.Years[n-1].Year != m.Month.Year() {
				t.Years = append(t.Years, yearRow{Year: m.Month.Year()})
			}
			y := &t.Years[len(t.Years)-1]
			y.Rows[m.Month.Number()-1] = num(m.Rows)
			y.Sum += m.Rows
			y.Citizens = max(y.Citizens, m.Citizens)
		}
		out = append(out, t)
	}
	return out
}

// returnsPicture is the share of loans without a return, by year of lending.
type returnsPicture struct {
	Name, ISO    string
	Bars         []bar
	Old, OldOpen int64
	Floor        bool
	Years        []YearReturns
	Describe     string
}

type bar struct {
	X, Y, W, H string
	Title      string
	Label      string // the year, where it is written
	LabelX     string
	Few        bool // too few loans for a share
}

const (
	returnsYears  = 30 // at most drawn
	returnsWidth  = 480
	returnsHeight = 120
)

// pictureOf draws the last returnsYears years up to the year of the extract.
func pictureOf(name, iso string, all []YearReturns, extract int) returnsPicture {
	p := returnsPicture{Name: name, ISO: iso, Years: all}
	shown := make([]YearReturns, 0, len(all))
	for _, y := range all {
		if y.Year <= extract && y.Year > extract-returnsYears {
			shown = append(shown, y)
		}
	}
	if len(shown) == 0 {
		return p
	}
	first, last := shown[0].Year, shown[len(shown)-1].Year
	width := float64(returnsWidth) / float64(max(last-first+1, 8))
	step := 1
	for step*8 < last-first+1 {
		step++
	}
	for _, y := range shown {
		s := share(y.Open, y.Loans)
		h := returnsHeight * s
		x := width * float64(y.Year-first)
		b := bar{X: f1(x), W: f1(max(width-2, 1)), H: f1(h), Y: f1(returnsHeight - h), Few: y.Loans < fewLoans, LabelX: f1(x + (width-2)/2),
			Title: fmt.Sprintf("%d: %s of %s loans without a return (%s)", y.Year, num(y.Open), num(y.Loans), pct(s))}
		if (y.Year-first)%step == 0 {
			b.Label = fmt.Sprint(y.Year)
		}
		p.Bars = append(p.Bars, b)
	}
	p.Describe = fmt.Sprintf("Share of loans without a return by year of lending, %d to %d: %s", first, last, name)
	return p
}

// timeline is the picture of the code regimes.
type timeline struct {
	Height int
	Bottom int
	Years  []tick
	Rows   []timelineRow

	Outside []string // what cannot be seen in the delivery
}

type timelineRow struct {
	Text, Says string
	Y          int
	Expected   string // x, empty if none
	From, To   string // x, empty if not found
	Width      string
	Diamond    string // points
}

func (q *Quality) timeline() timeline {
	t := timeline{}
	first, last := math.Inf(1), math.Inf(-1)
	see := func(m Month) {
		if m.Valid() {
			first, last = min(first, float64(m)), max(last, float64(m))
		}
	}
	for _, g := range q.Regimes {
		if g.Status != Outside {
			see(g.Expected)
			see(g.From)
			see(g.To)
		}
	}
	see(q.extractMonth())
	if first > last {
		return t
	}
	start, end := 12*math.Floor(first/12), 12*math.Floor(last/12)+12
	at := func(m Month) float64 { return 20 + (drawn-40)*(float64(m)-start)/(end-start) }
	step := 1
	for float64(step)*12*14 < end-start {
		step++
	}
	for y := int(start) / 12; y <= int(end)/12; y += step {
		t.Years = append(t.Years, tick{f1(at(MonthOf(y, 1))), fmt.Sprint(y)})
	}
	for _, g := range q.Regimes {
		if g.Status == Outside {
			text := g.Text
			if g.Expected.Valid() {
				text += " (" + g.Expected.String() + ")"
			}
			t.Outside = append(t.Outside, text)
			continue
		}
		row := timelineRow{Text: g.Text, Says: g.says(), Y: 24 + len(t.Rows)*44}
		if g.Expected.Valid() {
			x, y := at(g.Expected), float64(row.Y+26)
			row.Expected = f1(x)
			row.Diamond = fmt.Sprintf("%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f", x, y-7, x+7, y, x, y+7, x-7, y)
		}
		if g.From.Valid() {
			row.From = f1(at(g.From))
			if g.Ends && g.To.Valid() {
				row.To, row.Width = f1(at(g.To+1)), f1(max(at(g.To+1)-at(g.From), 3))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	t.Bottom = 24 + len(t.Rows)*44
	t.Height = t.Bottom + 6
	return t
}
