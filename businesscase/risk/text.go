package risk

import (
	"fmt"
	"io"
	"math"
	"strings"

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

func thousands(x float64, lang string) string { return businesscase.Number(math.Round(x), 0, lang) }

// Text writes the simulation for a terminal, words first. Amounts are 1,000 kr with savings negative, as in the tables.
func (s *Simulation) Text(w io.Writer, lang string) error { return s.sheet(lang).text(w) }

func (s *Simulation) sheet(lang string) *sheet {
	b := &sheet{}
	b.words(both(lang, s.WordsDA, s.WordsEN))
	b.notes(s.Notes, lang)
	b.draw(s.SVG(lang))
	g := b.table(fmt.Sprintf(both(lang, "Usikkerhed, %s trækninger, frø %d, 1.000 kr. %d p/l", "Uncertainty, %s draws, seed %d, 1,000 kr, %d prices"), businesscase.Number(float64(s.Draws), 0, lang), s.Seed, s.PriceLevel), true)
	g.add("", both(lang, "forslaget (uden afrunding)", "proposal (not rounded)"), "5 %", "50 %", "95 %")
	line := func(name string, x Spread) {
		g.add(name, thousands(x.Value, lang), thousands(x.Lower, lang), thousands(x.Quantiles[len(shares)/2], lang), thousands(x.Upper, lang))
	}
	for k, t := range s.Years {
		line(fmt.Sprintf(both(lang, "Samlet %d", "Overall %d"), t), s.Overall[k])
	}
	line(both(lang, "Varig ændring, sidste år", "Permanent change, last year"), s.Permanent)
	line(both(lang, "Akkumuleret, sidste år", "Accumulated, last year"), s.Accumulated[len(s.Years)-1])
	if len(s.Gains) > 0 {
		g = b.table(both(lang, "Gevinster hver for sig, sidste år", "Gains by kind, last year"), false)
		for _, x := range s.Gains {
			line(gainName(x.Gain, lang), x.Spread)
		}
		line(both(lang, "Varigt, når kun det, et budget kan falde med, tæller", "Lasting, if only what a budget can fall by counts"), s.Cash)
	}
	g = b.table(both(lang, "Mellemregninger, sidste år: forslaget, 5 %, 50 %, 95 %", "Steps, last year: proposal, 5 %, 50 %, 95 %"), false)
	for _, x := range s.Quantities {
		if x.SD > 0 {
			g.add(x.in(lang), quantity(x.Value, x.Unit, lang), quantity(x.Lower, x.Unit, lang), quantity(x.Quantiles[len(shares)/2], x.Unit, lang), quantity(x.Upper, x.Unit, lang))
		}
	}
	if s.Payback.None < 1 {
		g = b.table(both(lang, "Tilbagebetalt (totaløkonomi, service)", "Repaid (total economy, service)"), false)
		for k, y := range s.Payback.ByYear {
			g.add(fmt.Sprint(y.Year), percent(y.Share, lang), percent(s.OnService.ByYear[k].Share, lang))
		}
		g.add(both(lang, "ikke inden for årene", "not within the years"), percent(s.Payback.NotRepaid, lang), percent(s.OnService.NotRepaid, lang))
	}
	if len(s.Inputs) > 0 {
		g = b.table(both(lang, "Usikre parametre", "Uncertain parameters"), false)
		for _, x := range s.Inputs {
			g.add(x.in(lang), quantity(x.Value, x.Unit, lang), quantity(x.Lower, x.Unit, lang), quantity(x.Upper, x.Unit, lang), basis(x.Basis, lang))
		}
	}
	return b
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
func (t *Torn) Text(w io.Writer, lang string) error { return t.sheet(lang).text(w) }

func (t *Torn) sheet(lang string) *sheet {
	b := &sheet{}
	title := fmt.Sprintf(both(lang, "Hvad resultatet hænger på: %s, %s", "What the result hangs on: %s, %s"), both(lang, t.Outcome.LabelDA, t.Outcome.LabelEN), t.Outcome.unit(lang))
	if len(t.Bars) == 0 {
		b.words(title)
		b.notes(t.Notes, lang)
		b.item(both(lang, "Ingen parametre er usikre.", "No parameter is uncertain."))
		return b
	}
	b.draw(t.SVG(lang))
	g := b.table(title, true)
	b.notes(t.Notes, lang)
	g.add("", both(lang, "lav", "low"), both(lang, "høj", "high"), both(lang, "ved lav", "at low"), both(lang, "ved høj", "at high"), both(lang, "af variansen", "of variance"), "")
	for _, x := range t.Bars {
		first := ""
		if x.First != nil {
			first = percent(*x.First, lang)
		}
		g.add(x.in(lang), quantity(x.Low, x.Unit, lang), quantity(x.High, x.Unit, lang), t.Outcome.amount(x.GainLow, lang), t.Outcome.amount(x.GainHigh, lang), first, basis(x.Basis, lang))
	}
	return b
}

// Text writes the break-evens, nearest first; those without bearing are left out and counted.
func (e *Evens) Text(w io.Writer, lang string) error { return e.sheet(lang).text(w) }

func (e *Evens) sheet(lang string) *sheet {
	b := &sheet{}
	b.words(fmt.Sprintf(both(lang, "Hvornår resultatet er 0: %s, nu %s %s", "When the result is 0: %s, now %s %s"), both(lang, e.Outcome.LabelDA, e.Outcome.LabelEN), e.Outcome.amount(e.Gain, lang), e.Outcome.unit(lang)))
	b.notes(e.Notes, lang)
	idle := 0
	for _, v := range e.Evens {
		if v.Outcome == NoBearing {
			idle++
			continue
		}
		line := both(lang, v.WordsDA, v.WordsEN)
		if v.Probability != nil {
			line += fmt.Sprintf(both(lang, " Sandsynlighed for at ligge på den anden side: %s.", " Probability of lying on the other side: %s."), percent(*v.Probability, lang))
		}
		b.item(line)
	}
	switch {
	case idle == 1:
		b.item(both(lang, "1 anden parameter betyder intet for dette resultat.", "1 other parameter has no bearing on this result."))
	case idle > 1:
		b.item(fmt.Sprintf(both(lang, "%d andre parametre betyder intet for dette resultat.", "%d other parameters have no bearing on this result."), idle))
	}
	if len(e.ByYear) > 0 {
		var names []string
		for _, l := range e.ByYear {
			names = append(names, l.in(lang))
		}
		b.item(both(lang, "Udeladt, fordi de har en værdi for hvert år: ", "Left out, since they have a value for each year: ") + strings.Join(names, ", ") + ".")
	}
	return b
}

// Text writes the chain from measured precision: what each way of choosing brings.
func (c *Chain) Text(w io.Writer, lang string) error { return c.sheet(lang).text(w) }

func (c *Chain) sheet(lang string) *sheet {
	b := &sheet{}
	o := c.Outcome
	g := b.table(fmt.Sprintf(both(lang, "Fra målt præcision til kroner: %s, %s (%s, kapacitet %s af kandidaterne)", "From measured precision to kroner: %s, %s (%s, capacity %s of the candidates)"),
		both(lang, o.LabelDA, o.LabelEN), o.unit(lang), c.Source, quantity(c.Share, "share", lang)), true)
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
	b.notes(c.Notes, lang)
	return b
}

// Text writes what more courses are worth.
func (v *CapacityValue) Text(w io.Writer, lang string) error { return v.sheet(lang).text(w) }

func (v *CapacityValue) sheet(lang string) *sheet {
	b := &sheet{}
	b.words(both(lang, v.WordsDA, v.WordsEN))
	b.draw(v.SVG(lang))
	o := Outcome{Unit: "kr", Yearly: true}
	g := b.table(fmt.Sprintf(both(lang, "Værdi af flere forløb, %s", "Value of more courses, %s"), o.unit(lang)), true)
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
	b.notes(v.Notes, lang)
	return b
}

// Text writes what it takes to find citizens in advance.
func (f *Flags) Text(w io.Writer, lang string) error { return f.sheet(lang).text(w) }

func (f *Flags) sheet(lang string) *sheet {
	b := &sheet{}
	b.words(both(lang, f.WordsDA, f.WordsEN))
	return b
}
