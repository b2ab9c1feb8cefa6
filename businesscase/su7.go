package businesscase

import "strconv"

// place is a spot in the document, in both languages.
type place struct{ en, da string }

func section(n int) place {
	return place{"SU7 section " + strconv.Itoa(n), "SU7 afsnit " + strconv.Itoa(n)}
}

var (
	table1 = place{"SU7 table 1", "SU7 tabel 1"}
	table2 = place{"SU7 table 2", "SU7 tabel 2"}
)

func param(id, da, en string, value float64, unit, status string, at place, quote string) Parameter {
	return Parameter{ID: id, LabelDA: da, LabelEN: en, Value: value, Unit: unit, UnitDA: unitDA[unit], Status: status,
		Source: at.en, SourceDA: at.da, Quote: quote}
}

func (p Parameter) note(da, en string) Parameter {
	p.NoteDA, p.NoteEN = da, en
	return p
}

func derive(id, da, en, unit string, at place, formula Expr) Derivation {
	return Derivation{ID: id, LabelDA: da, LabelEN: en, Unit: unit, UnitDA: unitDA[unit], Formula: formula, Source: at.en, SourceDA: at.da}
}

// prints says what the document prints for the figure and what it rounds to.
func (d Derivation) prints(printed, roundTo float64) Derivation {
	d.Printed, d.RoundTo = &printed, roundTo
	return d
}

func (d Derivation) note(da, en string) Derivation {
	d.NoteDA, d.NoteEN = da, en
	return d
}

// SU7 returns the proposal as the document has it, discrepancies included. Each call returns its own copy.
func SU7() Proposal {
	return Proposal{
		ID:         "su7",
		TitleDA:    "SU7. Kunstig intelligens til beslutningsstøtte",
		TitleEN:    "SU7. Artificial intelligence for decision support",
		PriceLevel: "2023 prices (disbursed in 2022 prices)", PriceLevelDA: "2023 p/l (udmøntes i 2022 p/l)",
		Parameters:  su7Parameters(),
		Derivations: su7Derivations(),
	}
}

func su7Parameters() []Parameter {
	return []Parameter{
		param("kit_2022", "Center for Kunstig Intelligens, KIT 2022", "Centre for Artificial Intelligence (KIT) 2022", 215, "1000 kr", Stated, section(3),
			"Der afsættes hhv. 215.000 i 2022 og 300.000 kr. i 2023 til Koncern ITs Center for Kunstig Intelligens"),
		param("kit_2023", "Center for Kunstig Intelligens, KIT 2023", "Centre for Artificial Intelligence (KIT) 2023", 300, "1000 kr", Stated, section(3),
			"300.000 kr. i 2023 til Koncern ITs Center for Kunstig Intelligens"),
		param("digirehab_2022", "DigiRehab 2022", "DigiRehab 2022", 85, "1000 kr", Stated, section(3),
			"Der afsættes hhv. 85.000 i 2022 og 100.000 kr. i 2023 til DigiRehab"),
		param("digirehab_2023", "DigiRehab 2023", "DigiRehab 2023", 100, "1000 kr", Stated, section(3),
			"100.000 kr. i 2023 til DigiRehab, der leverer datatræk til Københavns Kommune"),
		param("legal_2022_text", "Juridisk bistand 2022 (tekst)", "Legal advice 2022 (text)", 150, "1000 kr", Stated, section(3),
			"Der afsættes 150.000 i 2022 og 200.000 kr. i 2023 til at indhente juridisk rådgivning").note("Teksten og tabel 1 siger forskelligt; se også tabel 1.",
			"The text and Table 1 differ; see also Table 1."),
		param("legal_2023_text", "Juridisk bistand 2023 (tekst)", "Legal advice 2023 (text)", 200, "1000 kr", Stated, section(3),
			"200.000 kr. i 2023 til at indhente juridisk rådgivning ift. brug af borgerdata").note("Teksten og tabel 1 siger forskelligt; se også tabel 1.",
			"The text and Table 1 differ; see also Table 1."),
		param("legal_2022_table1", "Juridisk bistand 2022 (Tabel 1)", "Legal advice 2022 (Table 1)", 75, "1000 kr", Table, table1,
			"Juridisk bistand Service 75 100"),
		param("legal_2023_table1", "Juridisk bistand 2023 (Tabel 1)", "Legal advice 2023 (Table 1)", 100, "1000 kr", Table, table1,
			"Juridisk bistand Service 75 100"),
		param("development_2022", "Udvikling og test 2022", "Development and test 2022", 525, "1000 kr", Stated, section(3),
			"Der afsættes hhv. 525.00 i 2022 og 700.000 kr. i 2023 til SUFs Afdeling for Data").note("Trykt som “525.00”.",
			"Printed as “525.00”."),
		param("development_2023", "Udvikling og test 2023", "Development and test 2023", 700, "1000 kr", Stated, section(3),
			"700.000 kr. i 2023 til SUFs Afdeling for Data"),
		param("pm_2022", "Projektledelse og læring 2022", "Project management and learning 2022", 470, "1000 kr", Stated, section(3),
			"Der afsættes hhv. 470.000 og 650.000 kr. i 2022 og 2023 til SUFs Center for Innovation og Evaluering"),
		param("pm_2023", "Projektledelse og læring 2023", "Project management and learning 2023", 650, "1000 kr", Stated, section(3),
			"470.000 og 650.000 kr. i 2022 og 2023"),
		param("courses_per_year", "Træningsforløb pr. år (måltal)", "Training courses per year (target figure)", 875, "courses/year", Stated, section(4),
			"Effektiviseringen er beregnet ved at 875 borgere årligt får et træningsforløb"),
		param("baseline_completion", "Gennemfører i dag (forventet)", "Complete today (expected)", 0.5, "share", Stated, section(2),
			"forventer forvaltningen, at 50% gennemfører forløbet, og at 50% af dem der gennemfører, får effekt af forløbet"),
		param("baseline_effect", "Får effekt i dag, af dem der gennemfører (forventet)", "Get effect today, of those who complete (expected)", 0.5, "share", Stated, section(2),
			"at 50% af dem der gennemfører, får effekt af forløbet"),
		param("algorithm_completion", "Gennemfører med algoritme 1", "Complete with algorithm 1", 0.7, "share", Stated, section(4),
			"algoritmen kan forudsige om en borger gennemfører med 70% nøjagtighed").note("En nøjagtighed brugt som en andel: træfsikkerhed er ikke andelen, der gennemfører, blandt de udvalgte.",
			"An accuracy used as a rate: it is not the share that completes among those selected."),
		param("algorithm_effect", "Får effekt med algoritme 1, af dem der gennemfører", "Get effect with algorithm 1, of those who complete", 0.8, "share", Stated, section(4),
			"den kan forudsige om borgere der gennemfører, får effekt af forløbet med 80% nøjagtighed").note("En nøjagtighed brugt som en andel: træfsikkerhed er ikke andelen, der gennemfører, blandt de udvalgte.",
			"An accuracy used as a rate: it is not the share that completes among those selected."),
		param("value_per_citizen", "Besparelse pr. borger med effekt", "Saving per citizen with effect", 40000, "kr/citizen", Stated, section(4),
			"disse borgere vil få udskudt deres behov for hjælp med 6 måneder, svarende til en besparelse på 40.000 kr. per borger").note("Antagelse i dokumentet, ikke målt.",
			"Assumed by the document, not measured."),
		param("deferral_months", "Udskydelse af behov", "Postponement of need", 6, "months", Stated, section(4),
			"få udskudt deres behov for hjælp med 6 måneder"),
		param("earlier_gross", "Træning ved hjælper, effektivisering", "Earlier case, gross saving", 8728, "1000 kr/year", Stated, section(4),
			"Besparelsen udgøres af en årlig effektivisering på 8.728 t.kr. fratrukket de varige driftsudgifter på 3.854."),
		param("earlier_running", "Træning ved hjælper, varig drift", "Earlier case, running cost", 3854, "1000 kr/year", Stated, section(4),
			"fratrukket de varige driftsudgifter på 3.854"),
		param("alg2_population", "Borgere pr. år fra lidt/ingen hjælp til personlig pleje", "Citizens per year who go from little or no help to personal care", 3100, "citizens/year", Stated, section(4),
			"identificere 25% af de 3100 borgere, som årligt går fra lidt eller ingen hjælp til personlig pleje"),
		param("alg2_identified", "Andel identificeret på forhånd", "Share identified in advance", 0.25, "share", Stated, section(4),
			"algoritmen på forhånd vil kunne identificere 25% af de 3100 borgere").note("Antagelse i dokumentet, ikke målt.",
			"Assumed by the document, not measured."),
		param("alg2_postponed", "Andel med udskudt behov", "Share whose need is postponed", 0.25, "share", Stated, section(4),
			"behovet for personlig pleje vil kunne udskydes 2,9 timer om ugen i et halvt år for 25% af borgerne").note("Antagelse i dokumentet, ikke målt.",
			"Assumed by the document, not measured."),
		param("alg2_hours_per_week", "Udskudte timer pr. uge", "Hours postponed per week", 2.9, "hours/citizen/week", Stated, section(4),
			"vil kunne udskydes 2,9 timer om ugen i et halvt år"),
		param("alg2_weeks", "Udskydelse i uger (et halvt år)", "Postponement in weeks (half a year)", 26, "weeks", Derived, section(4),
			"2,9 timer om ugen i et halvt år").note("Et halvt år læst som 26 uger.",
			"Half a year read as 26 weeks."),
		param("alg2_overlap", "Overlap mellem målgrupperne", "Overlap of the two target groups", 0.2, "share", Stated, section(4),
			"Der forventes dog at være et overlap mellem målgrupperne for de to algoritmer, og derfor nedjusteres antallet af borgere med 20%.").note("Antagelse i dokumentet, ikke målt.",
			"Assumed by the document, not measured."),
		param("future_deploy", "Idriftsættelse af algoritmen (KIT)", "Putting the algorithm into operation (KIT)", 225, "1000 kr", Stated, section(4),
			"har KIT estimeret, at det vil koste 225 t.kr. at sætte algoritmen i drift"),
		param("future_api", "API til dataoverførsel", "Interface for data transfer", 150, "1000 kr", Stated, section(4),
			"der estimeres også med en udgift på 150 t.kr. til udvikling af en API3 til dataoverførsel"),
		param("future_pm_fte", "Projektledere (organisatorisk og teknisk)", "Project leaders (organisational and technical)", 2, "FTE", Stated, section(4),
			"svarende til to årsværk af 650 t.kr. i to år"),
		param("future_pm_fte_cost", "Årsværkspris", "Price of a full-time year", 650, "1000 kr/FTE/year", Stated, section(4),
			"to årsværk af 650 t.kr. i to år"),
		param("future_pm_years", "År med projektledelse", "Years of project leadership", 2, "years", Stated, section(4),
			"650 t.kr. i to år"),
		param("future_legal", "Juridisk bistand over to år", "Legal advice over two years", 200, "1000 kr", Stated, section(4),
			"Der estimeres desuden med 200 t.kr. til juridisk bistand over de to år."),
		param("future_running", "Varig udgift til drift og vedligehold", "Lasting cost of operation and maintenance", 0.7, "mio. kr/year", Stated, section(4),
			"Der er derfor medregnet en varig udgift på 0,7 mio. kr."),
		param("min_courses_for_training", "Minimum antal forløb til gentræning", "Fewest courses for retraining", 800, "courses", Stated, section(9),
			"vurderes det, at der bør være minimum 800 forløb, der enten er afbrudte eller gennemførte"),
		param("target_completion", "Opfølgningsmål: gennemfører", "Follow-up target: complete", 0.7, "share", Goal, section(8),
			"70% af de borgere, algoritmen finder, gennemfører ‘Træning ved hjælper’."),
		param("target_effect", "Opfølgningsmål: effekt", "Follow-up target: effect", 0.8, "share", Goal, section(8),
			"80% af de borgere der gennemfører ‘Træning ved hjælper’ får effekt."),
	}
}

func su7Derivations() []Derivation {
	ds := append(algorithm1(), algorithm2()...)
	return append(append(ds, tentativeCost()...), innovationBudget()...)
}

// algorithm1 is the chain courses x completion x effect x value, today and with the algorithm.
func algorithm1() []Derivation {
	today := mul(ref("courses_per_year"), ref("baseline_completion"), ref("baseline_effect"))
	with := mul(ref("courses_per_year"), ref("algorithm_completion"), ref("algorithm_effect"))
	whole := func(id string) Expr { return rounded(ref(id), 1) }
	million := num(1e6)
	return []Derivation{
		derive("baseline_citizens", "Borgere med effekt i dag", "Citizens with effect today", "citizens/year", section(4), today).
			prints(219, 1),
		derive("alg1_citizens", "Borgere med effekt med algoritme 1", "Citizens with effect with algorithm 1", "citizens/year", section(4), with).
			prints(490, 1),
		derive("alg1_extra_citizens", "Flere borgere med effekt", "More citizens with effect", "citizens/year", section(4),
			sub(whole("alg1_citizens"), whole("baseline_citizens"))).
			note("Hele borgere; uafrundet 271,25.", "Whole citizens; 271.25 unrounded."),
		derive("alg1_saving", "Yderligere besparelse, algoritme 1", "Additional saving, algorithm 1", "mio. kr/year", section(4),
			div(mul(sub(whole("alg1_citizens"), whole("baseline_citizens")), ref("value_per_citizen")), million)).
			prints(10.8, 0.1),
		derive("alg1_saving_unrounded", "Samme, uden afrunding af borgere", "The same, citizens not rounded", "mio. kr/year", section(4),
			div(mul(sub(ref("alg1_citizens"), ref("baseline_citizens")), ref("value_per_citizen")), million)).
			note("Ligger på grænsen til 10,9: dokumentet regner med hele borgere.",
				"On the border of 10.9: the document counts whole citizens."),
		derive("earlier_gross_check", "Tidligere forslag, effektivisering", "Earlier case, gross saving", "1000 kr/year", section(4),
			div(mul(ref("baseline_citizens"), ref("value_per_citizen")), num(1000))).prints(8728, 0).
			note("Uoverensstemmelse i dokumentet: 40.000 kr. er en afrundet enhedsværdi.",
				"A discrepancy of the document: 40,000 kr is a rounded unit value."),
		derive("earlier_gross_check_whole", "Samme, med hele borgere", "The same, whole citizens", "1000 kr/year", section(4),
			div(mul(whole("baseline_citizens"), ref("value_per_citizen")), num(1000))).prints(8728, 0).
			note("Heller ikke hele borgere giver 8.728.", "Whole citizens do not give 8,728 either."),
		derive("implied_value_earlier", "Værdi pr. borger, som 8.728 svarer til", "Value per citizen that 8,728 implies", "kr/citizen", section(4),
			div(mul(ref("earlier_gross"), num(1000)), ref("baseline_citizens"))),
		derive("earlier_net_check", "Tidligere forslag, netto", "Earlier case, net saving", "1000 kr/year", section(4),
			sub(ref("earlier_gross"), ref("earlier_running"))).prints(4874, 0),
		derive("implied_running_cost_per_course", "Drift pr. forløb, som 3.854 svarer til", "Running cost per course that 3,854 implies", "kr/course", section(4),
			div(mul(ref("earlier_running"), num(1000)), ref("courses_per_year"))),
	}
}

// algorithm2 is the chain population x identified x postponed x (1 - overlap) x value.
func algorithm2() []Derivation {
	citizens := mul(ref("alg2_population"), ref("alg2_identified"), ref("alg2_postponed"), sub(num(1), ref("alg2_overlap")))
	return []Derivation{
		derive("alg2_identified_citizens", "Borgere identificeret på forhånd", "Citizens identified in advance", "citizens/year", section(4),
			mul(ref("alg2_population"), ref("alg2_identified"))),
		derive("alg2_citizens", "Borgere med udskudt behov, algoritme 2", "Citizens whose need is postponed, algorithm 2", "citizens/year", section(4), citizens).
			prints(155, 1),
		derive("alg2_saving", "Årlig besparelse, algoritme 2", "Yearly saving, algorithm 2", "mio. kr/year", section(4),
			div(mul(rounded(ref("alg2_citizens"), 1), ref("value_per_citizen")), num(1e6))).prints(6.2, 0.1),
		derive("alg2_hours_per_citizen", "Udskudte timer pr. borger", "Hours postponed per citizen", "hours/citizen", section(4),
			mul(ref("alg2_hours_per_week"), ref("alg2_weeks"))),
		derive("alg2_hours", "Udskudte timer i alt", "Hours postponed in all", "hours", section(4),
			mul(rounded(ref("alg2_citizens"), 1), ref("alg2_hours_per_week"), ref("alg2_weeks"))),
		derive("implied_hour_price", "Timepris, som 40.000 kr. svarer til", "Price per hour that 40,000 kr implies", "kr/hour", section(4),
			div(ref("value_per_citizen"), mul(ref("alg2_hours_per_week"), ref("alg2_weeks")))).
			note("Dokumentet oplyser ingen timepris.", "The document states no price per hour."),
	}
}

// tentativeCost is what a later investment case is expected to cost.
func tentativeCost() []Derivation {
	leaders := mul(ref("future_pm_fte"), ref("future_pm_fte_cost"), ref("future_pm_years"))
	return []Derivation{
		derive("future_implementation", "Implementeringsudgifter i alt", "Implementation cost in all", "mio. kr", section(4),
			div(add(ref("future_deploy"), ref("future_api"), leaders, ref("future_legal")), num(1000))).prints(3.2, 0.1),
		derive("tentative_net_per_year", "Begge algoritmer minus varig drift", "Both algorithms less running cost", "mio. kr/year", section(4),
			sub(add(rounded(ref("alg1_saving"), 0.1), rounded(ref("alg2_saving"), 0.1)), ref("future_running"))),
	}
}

// innovationBudget is Tables 1 and 2: what trying it out costs. Its rows do not add up to its totals,
// because legal advice is counted in two places and with two amounts.
func innovationBudget() []Derivation {
	var ds []Derivation
	budget := []struct{ year, advice, total, development, pm, legal float64 }{
		{2022, 450, 1370, 525, 470, 75},
		{2023, 600, 1850, 700, 650, 100},
	}
	for _, b := range budget {
		y := strconv.Itoa(int(b.year))
		name := func(id string) string { return id + "_" + y }
		parts := func(ids ...string) Expr {
			var es []Expr
			for _, id := range ids {
				es = append(es, ref(id))
			}
			return add(es...)
		}
		kit, digi, dev, pm := name("kit"), name("digirehab"), name("development"), name("pm")
		inText, inTable := "legal_"+y+"_text", "legal_"+y+"_table1"
		ds = append(ds,
			derive(name("advice"), "Rådgivning "+y+", juridisk bistand medregnet", "Advice "+y+", legal advice included", "1000 kr", table1,
				parts(kit, digi, inText)).prints(b.advice, 0),
			derive(name("legal_text_against_table"), "Juridisk bistand "+y+", tekst mod tabel 1", "Legal advice "+y+", text against Table 1", "1000 kr", table1,
				ref(inText)).prints(b.legal, 0).
				note("Uoverensstemmelse i dokumentet: teksten siger det dobbelte.", "A discrepancy of the document: the text says twice as much."),
			derive(name("development_text_against_table"), "Udvikling og test "+y+", tekst mod tabel 1", "Development and test "+y+", text against Table 1", "1000 kr", table1,
				ref(dev)).prints(b.development, 0),
			derive(name("pm_text_against_table"), "Projektledelse "+y+", tekst mod tabel 1", "Project management "+y+", text against Table 1", "1000 kr", table1,
				ref(pm)).prints(b.pm, 0),
			derive(name("total_table1_rows"), "Rækkerne i tabel 1 lagt sammen, "+y, "Rows of Table 1 added, "+y, "1000 kr", table1,
				parts(name("advice"), inTable, dev, pm)).prints(b.total, 0).
				note("Uoverensstemmelse i dokumentet: juridisk bistand indgår også i rådgivning.", "A discrepancy of the document: legal advice is in the advice row as well."),
			derive(name("total_table2_rows"), "Rækkerne i tabel 2 lagt sammen, "+y, "Rows of Table 2 added, "+y, "1000 kr", table2,
				parts(name("advice"), dev, pm)).prints(b.total, 0).
				note("Uoverensstemmelse i dokumentet: totalen er regnet med det halve til juridisk bistand.", "A discrepancy of the document: the total was computed with half the legal advice."),
			derive(name("total_reconciled"), "Total "+y+" uden dobbelt juridisk bistand", "Total "+y+", legal advice once", "1000 kr", table1,
				parts(kit, digi, inTable, dev, pm)).prints(b.total, 0).
				note("Denne læsning giver den trykte total.", "This reading gives the printed total."),
		)
	}
	return ds
}
