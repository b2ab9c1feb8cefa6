package risk

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// both picks a language.
func both(lang, da, en string) string {
	if lang == english {
		return en
	}
	return da
}

func (l Label) in(lang string) string { return both(lang, l.DA, l.EN) }

// grid is a table of a terminal: the first column to the left, the others to the right. Columns are as wide as they
// must be.
type grid struct{ rows [][]string }

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

func (g *grid) write(b *strings.Builder) {
	var wide []int
	for _, r := range g.rows {
		for i, c := range r {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], utf8.RuneCountInString(c))
		}
	}
	for _, r := range g.rows {
		var line strings.Builder
		for i, c := range r {
			gap := strings.Repeat(" ", wide[i]-utf8.RuneCountInString(c))
			if i == 0 {
				line.WriteString("  " + c + gap)
			} else {
				line.WriteString("  " + gap + c)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func heading(b *strings.Builder, text string) {
	fmt.Fprintf(b, "\n%s\n", text)
}

func notes(b *strings.Builder, ns []Note, lang string) {
	for _, n := range ns {
		fmt.Fprintf(b, "  ! %s\n", both(lang, n.DA, n.EN))
	}
}

func thousands(x float64, lang string) string { return businesscase.Number(math.Round(x), 0, lang) }

// Text writes the simulation for a terminal, words first. Amounts are 1,000 kr with savings negative, as in the tables.
func (s *Simulation) Text(w io.Writer, lang string) error {
	var b strings.Builder
	b.WriteString(both(lang, s.WordsDA, s.WordsEN) + "\n")
	notes(&b, s.Notes, lang)
	fmt.Fprintf(&b, both(lang, "\nUsikkerhed, %s trækninger, frø %d, 1.000 kr. %d p/l\n", "\nUncertainty, %s draws, seed %d, 1,000 kr, %d prices\n"), businesscase.Number(float64(s.Draws), 0, lang), s.Seed, s.PriceLevel)
	var g grid
	g.add("", both(lang, "forslaget", "proposal"), "5 %", "50 %", "95 %")
	line := func(name string, x Spread) {
		g.add(name, thousands(x.Value, lang), thousands(x.Lower, lang), thousands(x.Quantiles[len(shares)/2], lang), thousands(x.Upper, lang))
	}
	for k, t := range s.Years {
		line(fmt.Sprintf(both(lang, "Samlet %d", "Overall %d"), t), s.Overall[k])
	}
	line(both(lang, "Varig ændring, sidste år", "Permanent change, last year"), s.Permanent)
	line(both(lang, "Akkumuleret, sidste år", "Accumulated, last year"), s.Accumulated[len(s.Years)-1])
	g.write(&b)
	if len(s.Gains) > 0 {
		heading(&b, both(lang, "Gevinster hver for sig, sidste år", "Gains by kind, last year"))
		g = grid{}
		for _, x := range s.Gains {
			line(gainName(x.Gain, lang), x.Spread)
		}
		line(both(lang, "Varigt, når kun det, et budget kan falde med, tæller", "Lasting, if only what a budget can fall by counts"), s.Cash)
		g.write(&b)
	}
	g = grid{}
	for _, x := range s.Quantities {
		if x.SD > 0 {
			g.add(x.in(lang), quantity(x.Value, x.Unit, lang), quantity(x.Lower, x.Unit, lang), quantity(x.Quantiles[len(shares)/2], x.Unit, lang), quantity(x.Upper, x.Unit, lang))
		}
	}
	if len(g.rows) > 0 {
		heading(&b, both(lang, "Mellemregninger, sidste år: forslaget, 5 %, 50 %, 95 %", "Steps, last year: proposal, 5 %, 50 %, 95 %"))
		g.write(&b)
	}
	if s.Payback.None < 1 {
		heading(&b, both(lang, "Tilbagebetalt (totaløkonomi, service)", "Repaid (total economy, service)"))
		g = grid{}
		for k, y := range s.Payback.ByYear {
			g.add(fmt.Sprint(y.Year), percent(y.Share, lang), percent(s.OnService.ByYear[k].Share, lang))
		}
		g.add(both(lang, "ikke inden for årene", "not within the years"), percent(s.Payback.NotRepaid, lang), percent(s.OnService.NotRepaid, lang))
		g.write(&b)
	}
	if len(s.Inputs) > 0 {
		heading(&b, both(lang, "Usikre parametre", "Uncertain parameters"))
		g = grid{}
		for _, x := range s.Inputs {
			g.add(x.in(lang), quantity(x.Value, x.Unit, lang), quantity(x.Lower, x.Unit, lang), quantity(x.Upper, x.Unit, lang), basis(x.Basis, lang))
		}
		g.write(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func gainName(gain, lang string) string {
	switch gain {
	case proposal.Capacity:
		return both(lang, "Frigjort kapacitet", "Capacity freed")
	case proposal.Quality:
		return both(lang, "Kvalitet", "Quality")
	}
	return both(lang, "Penge, et budget kan falde med", "Cash, which a budget can fall by")
}

func basis(word, lang string) string {
	switch {
	case lang == english:
		return word
	case word == FromMeasured:
		return "målt"
	case word == ByConvention:
		return "vores konvention"
	}
	return "forslaget"
}

// Text writes the tornado, widest bar first.
func (t *Torn) Text(w io.Writer, lang string) error {
	var b strings.Builder
	fmt.Fprintf(&b, both(lang, "Hvad resultatet hænger på: %s, %s\n", "What the result hangs on: %s, %s\n"), both(lang, t.Outcome.LabelDA, t.Outcome.LabelEN), t.Outcome.unit(lang))
	notes(&b, t.Notes, lang)
	if len(t.Bars) == 0 {
		b.WriteString(both(lang, "  Ingen parametre er usikre.\n", "  No parameter is uncertain.\n"))
	}
	var g grid
	g.add("", both(lang, "lav", "low"), both(lang, "høj", "high"), both(lang, "ved lav", "at low"), both(lang, "ved høj", "at high"), both(lang, "af variansen", "of variance"), "")
	for _, x := range t.Bars {
		first := ""
		if x.First != nil {
			first = percent(*x.First, lang)
		}
		g.add(x.in(lang), quantity(x.Low, x.Unit, lang), quantity(x.High, x.Unit, lang), t.Outcome.amount(x.GainLow, lang), t.Outcome.amount(x.GainHigh, lang), first, basis(x.Basis, lang))
	}
	if len(t.Bars) > 0 {
		g.write(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Text writes the break-evens, nearest first; those without bearing are left out and counted.
func (e *Evens) Text(w io.Writer, lang string) error {
	var b strings.Builder
	fmt.Fprintf(&b, both(lang, "Hvornår resultatet er 0: %s, nu %s %s\n", "When the result is 0: %s, now %s %s\n"), both(lang, e.Outcome.LabelDA, e.Outcome.LabelEN), e.Outcome.amount(e.Gain, lang), e.Outcome.unit(lang))
	notes(&b, e.Notes, lang)
	idle := 0
	for _, v := range e.Evens {
		if v.Outcome == NoBearing {
			idle++
			continue
		}
		fmt.Fprintf(&b, "  %s", both(lang, v.WordsDA, v.WordsEN))
		if v.Probability != nil {
			fmt.Fprintf(&b, both(lang, " Sandsynlighed for at ligge på den anden side: %s.", " Probability of lying on the other side: %s."), percent(*v.Probability, lang))
		}
		b.WriteByte('\n')
	}
	if idle > 0 {
		fmt.Fprintf(&b, both(lang, "  %d andre parametre betyder intet for dette resultat.\n", "  %d other parameters have no bearing on this result.\n"), idle)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Text writes the chain from measured precision: what each way of choosing brings.
func (c *Chain) Text(w io.Writer, lang string) error {
	var b strings.Builder
	o := c.Outcome
	fmt.Fprintf(&b, both(lang, "Fra målt præcision til kroner: %s, %s (%s, kapacitet %s af kandidaterne)\n", "From measured precision to kroner: %s, %s (%s, capacity %s of the candidates)\n"),
		both(lang, o.LabelDA, o.LabelEN), o.unit(lang), c.Source, quantity(c.Share, "share", lang))
	var g grid
	g.add("", both(lang, "med effekt", "with effect"), "5 %", "95 %", both(lang, "resultat", "result"), "5 %", "95 %", both(lang, "over i dag", "over today"), "5 %", "95 %", both(lang, "bedre", "better"))
	for _, x := range c.Ways {
		share := func(v float64) string { return quantity(v, "share", lang) }
		over := []string{"", "", "", ""}
		if x.ID != Today && x.ID != Random {
			over = []string{o.amount(x.OverToday.Value, lang), o.amount(x.OverToday.Lower, lang), o.amount(x.OverToday.Upper, lang), percent(x.Better, lang)}
		}
		g.add(append([]string{x.in(lang), share(x.Benefit.Value), share(x.Benefit.Lower), share(x.Benefit.Upper),
			o.amount(x.Gain.Value, lang), o.amount(x.Gain.Lower, lang), o.amount(x.Gain.Upper, lang)}, over...)...)
	}
	g.write(&b)
	notes(&b, c.Notes, lang)
	_, err := io.WriteString(w, b.String())
	return err
}

// Text writes what more courses are worth.
func (v *CapacityValue) Text(w io.Writer, lang string) error {
	var b strings.Builder
	b.WriteString(both(lang, v.WordsDA, v.WordsEN) + "\n")
	o := Outcome{Unit: "kr", Yearly: true}
	fmt.Fprintf(&b, both(lang, "Værdi af flere forløb, %s\n", "Value of more courses, %s\n"), o.unit(lang))
	var g grid
	g.add(both(lang, "Forløb om året", "Courses a year"), both(lang, "med effekt", "with effect"), both(lang, "af de nye", "of the new"), both(lang, "effekternes værdi", "worth of effects"),
		both(lang, "efter drift", "after running"), "5 %", "95 %", both(lang, "ét mere, kr.", "one more, kr"))
	for _, s := range v.Steps {
		mark := ""
		if s.Courses == v.Best {
			mark = " *"
		}
		share := func(x float64) string { return quantity(x, "share", lang) }
		g.add(businesscase.Number(s.Courses, 0, lang)+mark, share(s.Rate.Value), share(s.Last.Value), o.amount(s.Worth.Value, lang), o.amount(s.Net.Value, lang),
			o.amount(s.Net.Lower, lang), o.amount(s.Net.Upper, lang), businesscase.Number(s.OneMore.Value, 0, lang))
	}
	g.write(&b)
	notes(&b, v.Notes, lang)
	_, err := io.WriteString(w, b.String())
	return err
}

// Text writes what it takes to find citizens in advance.
func (f *Flags) Text(w io.Writer, lang string) error {
	_, err := fmt.Fprintln(w, both(lang, f.WordsDA, f.WordsEN))
	return err
}
