package risk

import (
	"fmt"
	"math"
	"slices"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/render"
)

const (
	danish  = businesscase.Danish
	english = businesscase.English
)

// amount writes a value of the outcome: kroner as millions where they are large.
func (o Outcome) amount(x float64, lang string) string {
	switch {
	case o.Unit != "kr":
		return businesscase.Number(x, 1, lang)
	case math.Abs(x) >= 1e6 || x == 0:
		return businesscase.Mio(x, lang)
	}
	return businesscase.Number(x/1e6, 2, lang)
}

func (o Outcome) unit(lang string) string {
	s := o.Unit
	switch {
	case o.Unit == "kr" && lang == danish:
		s = "mio. kr."
	case o.Unit == "kr":
		s = "m kr"
	}
	switch {
	case o.Yearly && lang == danish:
		s += " om året"
	case o.Yearly:
		s += " a year"
	}
	return s
}

// percent writes a probability. Draws never prove that something cannot happen or must: below half a per cent and
// above the opposite it says so, unless no draw at all differs.
func percent(p float64, lang string) string {
	switch {
	case p <= 0:
		return "0 %"
	case p >= 1:
		return "100 %"
	case p < 0.005 && lang == danish:
		return "under 0,5 %"
	case p < 0.005:
		return "under 0.5 %"
	case p > 0.995 && lang == danish:
		return "over 99,5 %"
	case p > 0.995:
		return "over 99.5 %"
	}
	return businesscase.Number(100*p, 0, lang) + " %"
}

// say writes the result in words.
func (s *Simulation) say() {
	o := s.Outcome
	if len(s.Inputs) == 0 {
		s.WordsDA = fmt.Sprintf("Ingen parametre er usikre: %s er %s %s. Tallet har ingen usikkerhed, fordi ingen har sagt, hvor sikkert det er.",
			o.LabelDA, o.amount(s.Gain.Value, danish), o.unit(danish))
		s.WordsEN = fmt.Sprintf("No parameter is uncertain: %s is %s %s. The figure has no uncertainty because nobody has said how sure it is.",
			o.LabelEN, o.amount(s.Gain.Value, english), o.unit(english))
		return
	}
	s.WordsDA = fmt.Sprintf("Med 90 %% sikkerhed mellem %s og %s %s (%s); %s risiko for tab.",
		o.amount(s.Gain.Lower, danish), o.amount(s.Gain.Upper, danish), o.unit(danish), o.LabelDA, percent(s.Loses, danish))
	s.WordsEN = fmt.Sprintf("90 %% sure between %s and %s %s (%s); %s risk of a loss.",
		o.amount(s.Gain.Lower, english), o.amount(s.Gain.Upper, english), o.unit(english), o.LabelEN, percent(s.Loses, english))
	if s.Payback.None < 1 {
		last := s.Years[len(s.Years)-1]
		s.WordsDA += fmt.Sprintf(" %s sandsynlighed for, at investeringen er tilbagebetalt senest i %d.", percent(s.Payback.Repaid, danish), last)
		s.WordsEN += fmt.Sprintf(" %s probability that the investment is repaid by %d.", percent(s.Payback.Repaid, english), last)
	}
	s.doubts()
}

// cash says what is left when only savings that a budget can fall by are counted.
func (s *Simulation) cash() (da, en string) {
	o := Outcome{Unit: "kr", Yearly: true}
	low, high := -1000*s.Cash.Upper, -1000*s.Cash.Lower
	return fmt.Sprintf("Kun det, et budget kan falde med, fratrukket varige udgifter: mellem %s og %s %s.", o.amount(low, danish), o.amount(high, danish), o.unit(danish)),
		fmt.Sprintf("Only what a budget can fall by, less lasting costs: between %s and %s %s.", o.amount(low, english), o.amount(high, english), o.unit(english))
}

// doubts are what a reader would otherwise have to find out.
func (s *Simulation) doubts() {
	note := func(id, da, en string) { s.Notes = append(s.Notes, Note{ID: id, DA: da, EN: en}) }
	o := s.Outcome
	if s.Gain.Value < s.Gain.Lower || s.Gain.Value > s.Gain.Upper {
		note("value_outside",
			fmt.Sprintf("Forslagets eget tal, %s %s, ligger uden for 90 %%-intervallet: forslaget regner med bedre eller dårligere end det, dets egen usikkerhed siger.", o.amount(s.Gain.Value, danish), o.unit(danish)),
			fmt.Sprintf("The proposal's own figure, %s %s, lies outside the 90 %% interval: it counts on better or worse than its own uncertainty says.", o.amount(s.Gain.Value, english), o.unit(english)))
	}
	if slices.ContainsFunc(s.Gains, func(g GainSpread) bool { return g.Gain != proposal.Cashable }) {
		da, en := s.cash()
		note("only_cash", da, en)
	}
	for _, g := range s.Gains {
		switch g.Gain {
		case proposal.Capacity:
			note("capacity_not_cash",
				"En del af gevinsten er frigjort kapacitet: tid, ikke penge i kassen. I Viborgs forsøg i 2016 faldt trænede borgeres behov på papiret, men der blev ikke skåret minutter i den daglige hjemmehjælp.",
				"Part of the gain is freed capacity: time, not cash. In Viborg's 2016 pilot the need of trained citizens fell on paper, yet no minutes were cut from daily home care.")
		case proposal.Quality:
			note("quality_not_cash", "En del af gevinsten er kvalitet for borgerne. Den lægges ikke sammen med kroner, som et budget kan falde med.",
				"Part of the gain is quality for citizens. It is not added to kroner that a budget can fall by.")
		}
	}
}

// quantity writes a parameter's value: shares in per cent, others with their unit.
func quantity(x float64, u, lang string) string {
	if render.IsShare(u) {
		return businesscase.Number(100*x, 1, lang) + " %"
	}
	decimals := 0
	if a := math.Abs(x); a > 0 && a < 1000 {
		decimals = min(6, max(0, 3-int(math.Floor(math.Log10(a)))))
	}
	return businesscase.Number(x, decimals, lang) + " " + render.Unit(u, lang)
}
