package render

import (
	"fmt"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Languages of screens and tables.
const (
	Danish  = "da"
	English = "en"
)

// words are the fixed texts, Danish first: the municipality's own where its tables have them.
var words = map[string][2]string{
	"table 1":            {"Forslagets samlede økonomiske konsekvenser", "The proposal's overall economic consequences"},
	"table":              {"Tabel", "Table"},
	"prices":             {"1.000 kr. %d p/l", "1,000 kr, %d prices"},
	"area":               {"Styringsområde", "Steering area"},
	"appropriation":      {"Bevilling", "Appropriation"},
	"permanent":          {"Varige ændringer", "Permanent changes"},
	"permanent total":    {"Samlet varig ændring", "Total permanent change"},
	"one-off":            {"Implementeringsomkostninger", "Implementation costs"},
	"one-off total":      {"Samlede implementeringsomkostninger", "Total implementation costs"},
	"overall":            {"Samlet økonomisk påvirkning", "Overall economic effect"},
	"accumulated":        {"Akkumuleret økonomisk påvirkning", "Accumulated economic effect"},
	"payback service":    {"Tilbagebetalingstid baseret på serviceeffektivisering", "Payback on the service areas"},
	"payback total":      {"Tilbagebetalingstid baseret på totaløkonomi", "Payback on the total economy"},
	"sign":               {"Alle besparelser er angivet med negativt (-) fortegn.", "Savings are negative (-), costs positive."},
	"disbursed":          {"Forslaget er udarbejdet i %d p/l, men udmøntes i %d p/l.", "The proposal is in %d prices and is paid in %d prices."},
	"investments":        {"Investeringer i forslaget", "Investments"},
	"invest service":     {"Serviceinvesteringer i forslaget", "Service investments"},
	"invest anlæg":       {"Anlægsinvesteringer i forslaget", "Construction investments"},
	"invested":           {"Investeringer totalt", "Investments in total"},
	"changes":            {"Varige ændringer", "Permanent changes"},
	"changes in total":   {"Varige ændringer totalt", "Permanent changes in total"},
	"service":            {"service", "service"},
	"anlæg":              {"anlæg", "construction"},
	"of which":           {"heraf ", "of which "},
	"none":               {"(ingen)", "(none)"},
	"year 1":             {"år", "year"},
	"years":              {"år", "years"},
	"repaid":             {"%d %s (%d)", "%d %s (%d)"},
	"not repaid":         {"ikke betalt tilbage inden for årene %d-%d", "not repaid within %d-%d"},
	"no payback":         {"ingen tilbagebetaling: intet ændres varigt", "no payback: nothing permanent is changed"},
	"no investment":      {"intet at betale tilbage", "nothing to pay back"},
	"plain":              {"simpel: %s", "plain: %s"},
	"scenario":           {"Scenarie: %s. Værdier der afviger fra forslaget: %s", "Scenario: %s. Values other than the proposal's: %s"},
	"saves":              {"Sparer %s om året fra %d", "Saves %s a year from %d"},
	"saves in":           {"Sparer %s i %d", "Saves %s in %d"},
	"saves until":        {"Sparer %s om året %d-%d", "Saves %s a year %d-%d"},
	"costs until":        {"Koster %s om året %d-%d", "Costs %s a year %d-%d"},
	"then nothing":       {", derefter intet", ", then nothing"},
	"costs":              {"Koster %s om året fra %d", "Costs %s a year from %d"},
	"costs in":           {"Koster %s i %d", "Costs %s in %d"},
	"changes nothing":    {"Ændrer intet varigt", "Changes nothing for good"},
	"invests":            {"investerer %s", "invests %s"},
	"back in":            {"betalt tilbage i år %d", "paid back in year %d"},
	"not back":           {"ikke betalt tilbage inden udgangen af %d", "not paid back by the end of %d"},
	"freed":              {"Heraf er %s frigjort tid, som ikke i sig selv sænker et budget.", "Of this %s is freed time, which lowers no budget by itself."},
	"innovation":         {"Innovationsforslag: regnestykket er foreløbigt.", "An innovation proposal: its figures are tentative."},
	"formulas":           {"Sådan er tallene beregnet", "How the figures come about"},
	"amounts":            {"angivet beløb", "given amount"},
	"in":                 {"i", "in"},
	"from":               {"fra", "from"},
	"phase-in":           {"indfasning", "phase-in"},
	"rounded":            {"afrundet til %s", "rounded to %s"},
	"rounded down":       {"afrundet nedad til hele %s", "rounded down to whole %s"},
	"rounded up":         {"afrundet opad til hele %s", "rounded up to whole %s"},
	"converted":          {"omregnet fra %d p/l til %d p/l: × %s", "converted from %d prices to %d prices: × %s"},
	"the year":           {"årstallet", "year"},
	"parameters":         {"Forudsætninger", "Parameters"},
	"parameter":          {"Forudsætning", "Parameter"},
	"value":              {"Værdi", "Value"},
	"status":             {"Status", "Status"},
	"source":             {"Kilde", "Source"},
	"changed":            {"ændret af scenariet", "changed by the scenario"},
	"follow-up":          {"Opfølgning", "Follow-up"},
	"goal":               {"Mål", "Goal"},
	"measured by":        {"Måles ved", "Measured by"},
	"responsible":        {"Ansvarlig", "Responsible"},
	"when":               {"Hvornår", "When"},
	"risk":               {"Risiko", "Risk"},
	"mitigation":         {"Imødegåelse", "Mitigation"},
	"effect":             {"Virkning på besparelsen", "Effect on the saving"},
	"hearings":           {"Høring", "Hearings"},
	"body":               {"Part", "Body"},
	"answer":             {"Hørt", "Heard"},
	"date":               {"Dato", "Date"},
	"comment":            {"Bemærkning", "Comment"},
	"time plan":          {"Tidsplan", "Time plan"},
	"step":               {"Skridt", "Step"},
	"variant":            {"Variant", "Variant"},
	"conditions":         {"Forudsætninger der kan vælte forslaget", "What could void the proposal"},
	"see also":           {"Ses sammen med", "To be seen together with"},
	"check":              {"Kontrol af tal og tekst", "Check of figures and text"},
	"warnings":           {"Advarsler", "Warnings"},
	"uncertainty":        {"Hvor sikre er tallene", "How sure the figures are"},
	"chart":              {"Samlet økonomisk påvirkning pr. år (søjler) og akkumuleret (linje), 1.000 kr.", "Overall effect by year (bars) and accumulated (line), 1,000 kr"},
	"chart payback":      {"betalt tilbage", "paid back"},
	"presented by":       {"Fremstillende forvaltning", "Presented by"},
	"affects":            {"Berørte forvaltninger", "Affects"},
	"process":            {"Budgetproces", "Budget process"},
	"type":               {"Type", "Type"},
	"total":              {"I alt", "Total"},
	"not added":          {"Innovationsforslag er foreløbige: de er vist, men ikke lagt til.", "Innovation proposals are tentative: they are shown and not added."},
	"payback":            {"Tilbagebetaling", "Payback"},
	"printed":            {"%s, %d: trykt %s, beregnet %s", "%s, %d: printed %s, computed %s"},
	"printed as":         {"Rækkerne er forslagenes egne tal; trykte tal der afviger:", "The rows are the proposals' own figures; printed figures that differ:"},
	"totals":             {"Varige ændringer pr. forslag", "Permanent changes by proposal"},
	"totals overall":     {"Samlet økonomisk påvirkning pr. forslag", "Overall effect by proposal"},
	"proposal":           {"Forslag", "Proposal"},
	"exact":              {"Uafrundede tal.", "Figures before rounding."},
	"investment type":    {"Investeringsforslag", "Investment proposal"},
	"innovation type":    {"Innovationsforslag", "Innovation proposal"},
	"efficiency type":    {"Effektiviseringsforslag", "Efficiency proposal"},
	"stated":             {"oplyst", "stated"},
	"no source":          {"uden kilde", "no source"},
	"uncertain":          {"Usikkerhed", "Uncertainty"},
	"uniform":            {"%s til %s, alt lige sandsynligt", "%s to %s, all as likely"},
	"triangular":         {"%s til %s, mest sandsynligt %s (trekant)", "%s to %s, most likely %s (triangle)"},
	"pert":               {"%s til %s, mest sandsynligt %s (PERT)", "%s to %s, most likely %s (PERT)"},
	"normal":             {"normalfordelt om %s, standardafvigelse %s", "normal about %s, standard deviation %s"},
	"lognormal":          {"median %s; 5 %% ligger mere end %s gange over, 5 %% lige så langt under", "median %s; 5 %% lie more than %s times above, 5 %% as far below"},
	"counted":            {"talt: %s af %s", "counted: %s of %s"},
	"measured":           {"målt", "measured"},
	"calibrated":         {"afstemt", "calibrated"},
	"from table":         {"aflæst i tabel", "from table"},
	"assumed":            {"antaget", "assumed"},
	"target":             {"mål", "target"},
	"context":            {"baggrund", "context"},
	"stated result":      {"oplyst resultat", "stated result"},
	"low":                {"lav", "low"},
	"medium":             {"mellem", "medium"},
	"high":               {"høj", "high"},
	"not stated":         {"ikke angivet", "not stated"},
	"yes":                {"ja", "yes"},
	"no":                 {"nej", "no"},
	"not relevant":       {"ikke relevant", "not relevant"},
	"covers cost":        {"dækker en udgift", "covers cost"},
	"overlaps":           {"overlapper", "overlaps"},
	"same saving":        {"samme besparelse", "same saving"},
	"builds on":          {"bygger på", "builds on"},
	"shares resources":   {"deler ressourcer", "shares resources"},
	"not rounded":        {"ikke afrundet", "not rounded"},
	"lines":              {"linje", "line"},
	"at least":           {"mindst", "at least"},
	"at most":            {"højst", "at most"},
	"cells of the graph": {"Tallene bag figuren står i tabel 1.", "The figures of the chart are in table 1."},
}

// say gives a fixed text in a language; it panics when there is none, which a test excludes.
func say(language, key string, args ...any) string {
	w, ok := words[key]
	if !ok {
		panic("render: no text " + key)
	}
	s := w[0]
	if language == English {
		s = w[1]
	}
	if len(args) > 0 {
		return fmt.Sprintf(s, args...)
	}
	return s
}

// known gives the language's word for one of a field's values, or the value itself.
func known(language, value string) string {
	if _, ok := words[value]; ok {
		return say(language, value)
	}
	return value
}

// Payback says a payback in words, with the years of the result.
func Payback(p proposal.Payback, years []int, language string) string {
	switch p.Outcome {
	case proposal.Repaid:
		word := "years"
		if p.Years == 1 {
			word = "year 1"
		}
		return say(language, "repaid", p.Years, say(language, word), p.Year)
	case proposal.NoPayback:
		return say(language, "no payback")
	case proposal.NoInvested:
		return say(language, "no investment")
	}
	return say(language, "not repaid", years[0], years[len(years)-1])
}

// Headline says in a sentence or two what the proposal comes to: the permanent level (that of the last year) and since
// when, what is invested, and when that is paid back on the total economy. A level that ends before the last year, and a
// saving that ends in a cost, are said with the years they last.
func Headline(r *proposal.Result, language string) string {
	last := len(r.Years) - 1
	level := func(k int) float64 { return r.Totals.Permanent[k].Rounded }
	var parts []string
	if r.Payback.Total.Outcome == proposal.NoPayback {
		parts = append(parts, say(language, "changes nothing"))
	} else {
		now := sign(level(last))
		end := last // of what was before the last years, if that has to be said
		for end > 0 && now >= 0 && sign(level(end)) == now {
			end--
		}
		if now == 0 {
			parts = append(parts, levelText(r, end, language)+say(language, "then nothing"))
		} else {
			if now > 0 && sign(level(end)) < 0 {
				parts = append(parts, levelText(r, end, language))
			}
			parts = append(parts, levelText(r, last, language))
		}
		for i := 1; i < len(parts); i++ {
			parts[i] = strings.ToLower(parts[i][:1]) + parts[i][1:]
		}
	}
	invested := 0.0
	for _, a := range r.Totals.Implementation {
		invested += a.Rounded
	}
	if invested != 0 {
		parts = append(parts, say(language, "invests", money(invested, language)))
	}
	switch p := r.Payback.Total; p.Outcome {
	case proposal.Repaid:
		parts = append(parts, say(language, "back in", p.Years))
	case proposal.NotRepaid:
		parts = append(parts, say(language, "not back", r.Years[last]))
	}
	text := strings.Join(parts, "; ") + "."
	if strings.HasSuffix(text, "...") || strings.HasSuffix(text, "..") {
		text = strings.TrimRight(text, ".") + "."
	}
	for _, g := range r.Gains {
		if x := g.Values[last].Rounded; g.Gain == proposal.Capacity && x != 0 {
			text += " " + say(language, "freed", money(x, language))
		}
	}
	if r.Type == "innovation" {
		text += " " + say(language, "innovation")
	}
	return text
}

// sign of an amount of 1,000 kr; what no table shows is 0.
func sign(x float64) int {
	switch {
	case x < -1e-6:
		return -1
	case x > 1e-6:
		return 1
	}
	return 0
}

// levelText says the permanent level of the year at place end and the years before it in which it was the same.
func levelText(r *proposal.Result, end int, language string) string {
	level := r.Totals.Permanent[end].Rounded
	from := end
	for from > 0 && r.Totals.Permanent[from-1].Rounded == level {
		from--
	}
	always, in, until := "costs", "costs in", "costs until"
	if level < 0 {
		always, in, until = "saves", "saves in", "saves until"
	}
	ends := end < len(r.Years)-1
	switch amount := money(level, language); {
	case from == end && (end > 0 || ends):
		return say(language, in, amount, r.Years[from])
	case ends:
		return say(language, until, amount, r.Years[from], r.Years[end])
	default:
		return say(language, always, amount, r.Years[from])
	}
}
