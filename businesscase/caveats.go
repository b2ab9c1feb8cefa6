package businesscase

import (
	"fmt"
	"slices"
	"strings"
)

// Note is a sentence that must stand beside the figures, in both languages.
type Note struct {
	ID string `json:"id"`
	DA string `json:"da"`
	EN string `json:"en"`
}

type label struct{ da, en string }

var (
	wayLabel = map[string]label{
		ByBenefit: {"gennemfører og får effekt, målt som ét tal", "completes and benefits, measured as one number"},
		ByProduct: {"gennemførelse gange effekt", "completion times effect"},
	}
	baselineLabel = map[string]label{
		SU7Baseline: {"mod SU7's forventning til i dag", "against SU7's expectation for today"},
		OwnBaseline: {"mod kommunens egne målte tal", "against the municipality's own measured rates"},
	}
	rateLabel = map[string]label{
		"completion":      {"Gennemfører, blandt de udvalgte", "Complete, among the selected"},
		"effect":          {"Får effekt, blandt udvalgte der gennemfører", "Get effect, among the selected who complete"},
		"benefit":         {"Gennemfører og får effekt, blandt de udvalgte", "Complete and get effect, among the selected"},
		"decline":         {"Funktionsfald fundet på forhånd", "Declines identified in advance"},
		"base_completion": {"Gennemfører i dag, egne tal", "Complete today, own figures"},
		"base_effect":     {"Får effekt i dag, af dem der gennemfører, egne tal", "Get effect today, of those who complete, own figures"},
		"base_benefit":    {"Gennemfører og får effekt i dag, egne tal", "Complete and get effect today, own figures"},
	}
)

func rateResults(m Measured) []RateResult {
	rs := []RateResult{}
	for _, r := range m.rates() {
		if !r.Given() {
			continue
		}
		q := r.Posterior([]float64{0.05, 0.95})
		e := r.Events / float64(r.N)
		rs = append(rs, RateResult{
			ID: r.name, LabelDA: rateLabel[r.name].da, LabelEN: rateLabel[r.name].en, N: r.N, Events: r.Events,
			Interval: Interval{Estimate: e, Lower: min(e, q[0]), Upper: max(e, q[1])}, Source: r.Source,
		})
	}
	return rs
}

// judge writes what the interval says. An interval with 0 in it never becomes a saving in words.
func (c *Comparison) judge() {
	lo, hi := c.Saving.Lower, c.Saving.Upper
	da := fmt.Sprintf("90 %%-interval fra %s til %s mio. kr. om året", Mio(lo, Danish), Mio(hi, Danish))
	en := fmt.Sprintf("90 %% interval from %s to %s m kr a year", Mio(lo, English), Mio(hi, English))
	switch {
	case c.IncludesZero:
		c.Verdict = Unclear
		c.VerdictDA = "Intervallet rummer 0 (" + da + "). Målingen kan ikke vise, om modellen sparer noget."
		c.VerdictEN = "The interval includes 0 (" + en + "). The measurement cannot show whether the model saves anything."
	case lo > 0:
		c.Verdict = Saves
		c.VerdictDA = "Målingen peger på en besparelse på " + Mio(c.Saving.Estimate, Danish) + " mio. kr. om året (" + da + ")."
		c.VerdictEN = "The measurement points to a saving of " + Mio(c.Saving.Estimate, English) + " m kr a year (" + en + ")."
	default:
		c.Verdict = Loses
		c.VerdictDA = "Målingen peger på et tab på " + Mio(-c.Saving.Estimate, Danish) + " mio. kr. om året (" + da + ")."
		c.VerdictEN = "The measurement points to a loss of " + Mio(-c.Saving.Estimate, English) + " m kr a year (" + en + ")."
	}
}

func declineNotMeasured(p Params) []Note {
	percent := func(x float64, lang string) string { return quantity(x, "share", lang) }
	return []Note{
		{"alg2_postponed", "Andel med udskudt behov: " + percent(p.DeclinePostponed, Danish) + ", SU7's antagelse. Ikke målt.",
			"Share whose need is postponed: " + percent(p.DeclinePostponed, English) + ", assumed by SU7. Not measured."},
		{"alg2_overlap", "Overlap mellem målgrupperne: " + percent(p.DeclineOverlap, Danish) + ", SU7's antagelse. Ikke målt.",
			"Overlap of the target groups: " + percent(p.DeclineOverlap, English) + ", assumed by SU7. Not measured."},
		{"alg2_population", "Borgere om året: " + Number(float64(p.DeclinePopulation), 0, Danish) + ", København ifølge SU7. Ikke målt her.",
			"Citizens a year: " + Number(float64(p.DeclinePopulation), 0, English) + ", Copenhagen according to SU7. Not measured here."},
	}
}

// fewCases is where a rate's interval is wider than about 30 percentage points.
const fewCases = 30

// warnings are about the figures at hand.
func warnings(m Measured, out Projection) []Note {
	ns := []Note{}
	warn := func(id, da, en string) { ns = append(ns, Note{id, da, en}) }
	for _, r := range m.rates() {
		if r.Given() && r.N < fewCases {
			l := rateLabel[r.name]
			warn("few_cases_"+r.name, fmt.Sprintf("%s er målt på kun %d borgere.", l.da, r.N),
				fmt.Sprintf("%s: measured on only %d citizens.", l.en, r.N))
		}
	}
	if m.Completion.Given() && m.Effect.Given() && float64(m.Effect.N) > m.Completion.Events+0.5 {
		warn("effect_other_group", "Effekten er målt på flere borgere end de udvalgte, der gennemførte: det er to forskellige grupper.",
			"Effect was measured on more citizens than the selected who completed: these are two different groups.")
	}
	base := m.BaseBenefit.Given() || (m.BaseCompletion.Given() && m.BaseEffect.Given())
	if !base {
		warn("no_own_baseline", "Kommunens egne tal for i dag er ikke målt. Forskellen til forslagets forventning kan skyldes kommunen og ikke modellen.",
			"The municipality's own rates today were not measured. The difference from the proposal's expectation may be the municipality's and not the model's.")
	}
	for _, c := range out.Comparisons {
		su7 := out.Params.BaselineCompletion * out.Params.BaselineEffect
		if c.Baseline == OwnBaseline && c.Way == out.Comparisons[0].Way && !c.BaselineRate.Includes(su7) {
			warn("baseline_differs", fmt.Sprintf("I kommunen får %s effekt i dag, ikke %s som i SU7. Sammenlign med kommunens egne tal.",
				quantity(HalfUp(c.BaselineRate.Estimate, 0.001), "share", Danish), quantity(su7, "share", Danish)),
				fmt.Sprintf("In the municipality %s get effect today, not %s as in SU7. Compare with the municipality's own rates.",
					quantity(HalfUp(c.BaselineRate.Estimate, 0.001), "share", English), quantity(su7, "share", English)))
		}
	}
	if d := out.Decline; d != nil {
		declineWarnings(m, d, warn)
	}
	return ns
}

func declineWarnings(m Measured, d *DeclineProjection, warn func(id, da, en string)) {
	switch random := m.DeclineSelectedShare; {
	case random == 0:
		warn("decline_share_unknown", "Andelen, der udvælges til opfølgning på funktionsfald, er ikke oplyst: tilfældig udvælgelse finder lige så stor en andel.",
			"The share selected for decline is not told: selecting at random identifies just as large a share.")
	case d.Identified.Lower <= random:
		warn("decline_not_better_than_random", fmt.Sprintf("Målingen kan ikke vise, at modellen finder flere end de %s, som tilfældig udvælgelse finder.", quantity(random, "share", Danish)),
			fmt.Sprintf("The measurement cannot show that the model identifies more than the %s that random selection does.", quantity(random, "share", English)))
	}
}

// Synthetic tells whether the rates were measured on invented citizens.
func (p Projection) Synthetic() bool {
	return slices.ContainsFunc(p.Caveats, func(n Note) bool { return n.ID == syntheticNote })
}

const syntheticNote = "synthetic"

// caveats hold for every projection of this kind.
func caveats(p Params, m Measured) []Note {
	ns := []Note{}
	say := func(id string, da, en []string) {
		ns = append(ns, Note{id, strings.Join(da, " "), strings.Join(en, " ")})
	}
	if m.Synthetic {
		say(syntheticNote, []string{"Tallene er målt på opdigtede borgere. De siger intet om en virkelig kommune."},
			[]string{"The rates were measured on invented citizens. They say nothing about a real municipality."})
	}
	say("capacity_not_cash", []string{
		"Beløbet er frigjort kapacitet på papiret, ikke penge i kassen.",
		"I Viborgs forsøg i 2016 faldt trænede borgeres behov 47 minutter om ugen, mens en utrænet gruppes steg 20, men der blev ikke skåret minutter i den daglige hjemmehjælp."},
		[]string{"The amount is capacity freed on paper, not cash.",
			"In Viborg's 2016 pilot the need of trained citizens fell by 47 minutes a week while an untrained group's rose by 20, yet no minutes were cut from daily home care."})
	say("selection_not_causal", []string{
		"Modellen finder borgere, som det går godt. Den viser ikke, at træningen er årsagen: nogle af de udvalgte kunne have klaret sig lige så godt uden."},
		[]string{"The model picks those who do well. It does not show that training is why: some of the selected might have done as well without."})
	say("measured_on_less", []string{
		"Andelene er målt på modeller, der lærte af færre forløb end den, der tages i brug. Er der få forløb at lære af, er beløbet derfor snarere for lavt end for højt."},
		[]string{"The rates were measured on models that learned from fewer courses than the one in use. Where there are few courses to learn from, the amount is therefore too low rather than too high."})
	say("rate_not_accuracy", []string{
		"SU7 bruger en nøjagtighed på 70 % og 80 % som andele. Her regnes med andelen blandt dem, modellen ville udvælge ved den faktiske kapacitet."},
		[]string{"SU7 uses accuracies of 70 % and 80 % as rates. Here the rate among those whom the model would select at the real capacity is used."})
	say("assumed_value", []string{
		quantity(p.ValuePerCitizen, "kr/citizen", Danish) + " kr. pr. borger er forslagets antagelse (SU7: 2023 p/l). Kun de målte andele er usikre i intervallet; værdi, antal forløb og driftsudgift er taget for givet."},
		[]string{quantity(p.ValuePerCitizen, "kr/citizen", English) + " kr per citizen is the proposal's assumption (SU7: 2023 prices). Only the measured rates are uncertain in the interval; value, number of courses and running cost are taken as given."})
	say("enough_candidates", []string{
		"Det forudsættes, at der er nok egnede borgere til at fylde forløbene med udvalgte."},
		[]string{"There must be enough suitable citizens to fill the courses with selected ones."})
	if m.Decline.Given() {
		say("decline_costs", []string{
			"SU7 regner ikke med udgifter til de forløb, som algoritme 2 udløser, eller med borgere, der udpeges uden at få funktionsfald, og går ud fra, at ingen af dem findes i dag."},
			[]string{"SU7 has no cost for the courses that algorithm 2 leads to, nor for citizens selected who do not decline, and assumes that none of them are found today."})
	}
	return ns
}
