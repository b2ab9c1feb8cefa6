package account

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// grid is a table of text.
type grid struct {
	head []string
	left map[int]bool // columns set to the left; others are numbers
	rows [][]string
}

func (g *grid) write(b *strings.Builder) {
	width := make([]int, len(g.head))
	for _, row := range append([][]string{g.head}, g.rows...) {
		for i, c := range row {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	for _, row := range append([][]string{g.head}, g.rows...) {
		var line strings.Builder
		for i, c := range row {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if g.left[i] {
				line.WriteString(c + pad + "  ")
			} else {
				line.WriteString(pad + c + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// WriteText writes the report for a terminal.
func (r *Report) WriteText(w io.Writer, l Language) error {
	var b strings.Builder
	fmt.Fprintf(&b, l.pick("Prognose mod virkelighed: %s\nData til og med %s, opgjort %s\n", "Forecast and outcome: %s\nData until %s, drawn up %s\n"), r.Proposal, l.Day(r.DataAsOf), l.Day(r.Today))
	for _, n := range r.notes(l) {
		b.WriteString(n + "\n")
	}
	if len(r.Series) == 0 {
		b.WriteString(l.pick("\nDer er hverken prognoser eller realiserede tal endnu.\n", "\nThere are neither forecasts nor realised figures yet.\n"))
	}
	for i := range r.Series {
		s := &r.Series[i]
		b.WriteString("\n" + r.title(s, l) + "\n")
		g := grid{head: s.head(l), left: map[int]bool{0: true, 1: true}}
		for j := range s.Quarters {
			g.rows = append(g.rows, s.Quarters[j].row(s.Kind, l))
		}
		g.write(&b)
		b.WriteString(s.Coverage.Says(l) + "\n")
		if s.Sum != nil {
			b.WriteString(s.Sum.Says(l, s.Kind) + "\n")
		}
	}
	if t := r.together(l); t != "" {
		b.WriteString("\n" + t + "\n")
	}
	if len(r.Forecasts) > 0 {
		b.WriteString("\n" + l.pick("Prognoser", "Forecasts") + "\n")
	}
	for _, f := range r.Forecasts {
		fmt.Fprintf(&b, "%s  %s\n", f.ID, f.says(l))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (f *Cited) says(l Language) string {
	s := fmt.Sprintf(l.pick("lavet %s, gemt %s af %s", "made %s, stored %s by %s"), f.Made, f.Stored, f.By)
	if f.Model != "" {
		s += "; model " + f.Model
		if f.ModelSHA256 != "" {
			s += " (" + f.ModelSHA256[:12] + ")"
		}
	}
	if f.Synthetic {
		s += l.pick("; SYNTETISK", "; SYNTHETIC")
	}
	if f.Basis != "" {
		s += "; " + f.Basis
	}
	return s
}

// title of a series, with what its kroner are.
func (r *Report) title(s *SeriesReport, l Language) string {
	t := l.Name(s.Kind)
	if s.Quantity == Kroner && r.PriceLevel != "" {
		t += ", " + r.PriceLevel + l.pick("-priser", " prices")
	}
	return t
}

// notes stand at the top because they change how everything below is to be read.
func (r *Report) notes(l Language) []string {
	var n []string
	if r.TornBytes > 0 {
		n = append(n, fmt.Sprintf(l.pick("ADVARSEL: de sidste %d bytes i filen er en afbrudt skrivning og er ikke med. verify --repair fjerner dem.", "WARNING: the last %d bytes of the file are a write that was cut off, and are left out. verify --repair removes them."), r.TornBytes))
	}
	if slices.ContainsFunc(r.Forecasts, func(f Cited) bool { return f.Synthetic }) {
		n = append(n, l.pick("SYNTETISK: en prognose er målt på opdigtede borgere og siger intet om en virkelig kommune.", "SYNTHETIC: a forecast was measured on invented citizens and says nothing about a real municipality."))
	}
	if r.Small {
		n = append(n, l.pick("KUN TIL INTERN BRUG: viser også tal under 5.", "FOR INTERNAL USE ONLY: shows counts below 5 too."))
	}
	if r.Hidden > 0 {
		n = append(n, fmt.Sprintf(l.pick("%d kvartal(er) er skjult, fordi et tal eller en forskel er under 5; de tæller hverken med i dækning eller summer, og målene viser kun afgørelsen.", "%d quarter(s) are hidden because a count or a difference is below 5; they count neither in coverage nor in sums, and targets show their verdict only."), r.Hidden))
	}
	return n
}

func (s *SeriesReport) head(l Language) []string {
	return []string{l.pick("Kvartal", "Quarter"), "Status", l.pick("Ventet", "Expected"), l.pick("90 %-interval", "90 % interval"), l.pick("Forløb antaget", "Courses assumed"),
		l.pick("Forløb", "Courses"), l.pick("Realiseret", "Realised"), l.pick("Forskel", "Difference"), l.pick("heraf antal", "by number"), l.pick("heraf andel", "by rate")}
}

func (q *QuarterReport) row(k Kind, l Language) []string {
	d := k.decimals()
	num := func(x *float64, decimals int, write func(float64, int) string) string {
		switch {
		case x != nil:
			return write(*x, decimals)
		case q.Hidden:
			return "<5"
		}
		return "–"
	}
	expected, assumed := "–", "–"
	if q.Expected != nil {
		expected, assumed = l.Number(q.Expected.Estimate, d), l.Number(float64(q.Assumed), 0)
	}
	started := "–"
	if q.Started != nil {
		started = l.Number(float64(*q.Started), 0)
	} else if q.Hidden {
		started = "<5"
	}
	return []string{q.Quarter.String(), q.status(l), expected, l.between(q.Expected), assumed, started, num(q.Realised, 0, l.Number),
		num(q.Difference, d, l.Signed), num(q.ByCourses, d, l.Signed), num(q.ByRate, d, l.Signed)}
}

// status says whether the quarter is judged, and how it came out.
func (q *QuarterReport) status(l Language) string {
	s := l.words(string(q.State))
	switch q.State {
	case Ahead:
		s = fmt.Sprintf(l.pick("moden %s", "mature %s"), q.Matures)
	case Immature:
		s += fmt.Sprintf(l.pick(" før %s", " until %s"), q.Matures)
	}
	if q.Inside != nil {
		s = l.pick("UDENFOR", "OUTSIDE")
		if *q.Inside {
			s = l.pick("indenfor", "inside")
		}
	}
	if q.Hidden {
		s += l.pick(", skjult", ", hidden")
	}
	if q.Late {
		s += l.pick(", for sen prognose: tæller ikke", ", forecast too late: not counted")
	}
	if q.Versions > 1 {
		s += fmt.Sprintf(l.pick(", rettet %d gang(e)", ", corrected %d time(s)"), q.Versions-1)
	}
	return s
}

// WriteTargets writes how the targets stand.
func (r *Report) WriteTargets(w io.Writer, l Language) error {
	var b strings.Builder
	fmt.Fprintf(&b, l.pick("Opfølgningsmål: %s, opgjort %s\n", "Follow-up targets: %s, drawn up %s\n"), r.Proposal, l.Day(r.Today))
	for _, n := range r.notes(l) {
		b.WriteString(n + "\n")
	}
	if len(r.Targets) == 0 {
		b.WriteString(l.pick("\nDer er ingen mål endnu: account targets add sætter et.\n", "\nThere are no targets yet: account targets add sets one.\n"))
	}
	rates := false
	for i := range r.Targets {
		t := &r.Targets[i]
		fmt.Fprintf(&b, "\n%s  [%s]  %s\n", t.ID, strings.ToUpper(l.words(t.Verdict)), t.Goal)
		fmt.Fprintf(&b, l.pick("  %s; ansvarlig %s; frist %s; måles som %s\n", "  %s; owner %s; due %s; measured as %s\n"), l.words(string(t.Kind)), t.Owner, t.Due, l.words(string(t.Measure)))
		if t.MeasuredBy != "" {
			b.WriteString("  " + t.MeasuredBy + "\n")
		}
		b.WriteString("  " + t.Says(l) + "\n")
		if t.N != nil {
			rates = true
			fmt.Fprintf(&b, l.pick("  %s af %s (%s) pr. %s, set %d gang(e)\n", "  %s of %s (%s) as of %s, looked at %d time(s)\n"), l.Number(float64(*t.Good), 0), l.Number(float64(*t.N), 0), l.Percent(*t.Value, 1), t.AsOf, t.Looks)
			fmt.Fprintf(&b, l.pick("  sikkert ved hvert kig:  %s til %s\n  kun ved ét kig:         %s til %s\n", "  safe at every look:  %s to %s\n  for one look only:   %s to %s\n"),
				l.Percent(*t.Lower, 1), l.Percent(*t.Upper, 1), l.Percent(*t.PlainLower, 1), l.Percent(*t.PlainUpper, 1))
		} else if t.Value != nil {
			v := l.Number(*t.Value, 2)
			if t.Measure == ShareOfFull {
				v = l.Percent(*t.Value, 1)
			}
			fmt.Fprintf(&b, l.pick("  tallet er %s\n", "  the number is %s\n"), v)
		}
	}
	if rates {
		b.WriteString("\n" + whyNotPlain(l) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// whyNotPlain is what a reader must know who sees two intervals.
func whyNotPlain(l Language) string {
	return l.pick("Afgørelsen hviler på intervallet, der er sikkert ved hvert kig. Det smallere er kun rigtigt, hvis der ses efter én gang ved et antal, der er valgt på forhånd: ser man hver uge, melder det før eller siden noget forkert langt oftere end 5 %.",
		"The verdict rests on the interval that is safe at every look. The narrower one is right only if it is looked at once, at a number chosen beforehand: looked at every week it sooner or later says something false far more often than 5 %.")
}
