package features

import (
	"fmt"

	"github.com/rettidig/rettidig/datasets/codes"
)

// helpNoun is what the help of a group is called.
type helpNoun struct {
	id         string
	group      int
	concept    codes.Concept
	da, en     string
	noDA, noEN string // after "ingen", "no"
}

var helpNouns = []helpNoun{
	{"help", groupTotal, codes.ServicesOverall, "Hjælp i hjemmet", "Help at home", "hjælp i hjemmet", "help at home"},
	{"personal", groupPersonal, codes.PersonalCare, "Personlig pleje", "Personal care", "personlig pleje", "personal care"},
	{"practical", groupPractical, codes.PracticalHelp, "Praktisk hjælp", "Practical help", "praktisk hjælp", "practical help"},
	{"nursing", groupNursing, codes.Nursing, "Sygepleje", "Home nursing", "sygepleje", "home nursing"},
	{"rehabilitation", groupRehabilitation, codes.Rehabilitation, "Rehabilitering", "Rehabilitation", "rehabilitering", "rehabilitation"},
}

func (n helpNoun) name(lang string) string {
	if lang == "da" {
		return n.da
	}
	return n.en
}

func helpColumns() []Feature {
	var out []Feature
	for _, n := range helpNouns {
		for _, w := range []int{4, 12, 26} {
			out = append(out, minutesColumn(n, w))
		}
	}
	out = append(out, slopeColumn(helpNouns[0]), slopeColumn(helpNouns[1]))
	out = append(out, patternColumns()...)
	for i := range out {
		out[i].Source = "H1"
	}
	return out
}

func minutesColumn(n helpNoun, weeks int) Feature {
	lastDA, lastEN := fmt.Sprintf(" de seneste %d uger", weeks), fmt.Sprintf(" in the last %d weeks", weeks)
	return Feature{
		ID: fmt.Sprintf("%s_minutes_%dw", n.id, weeks), Unit: UnitMinutesPerWeek, Window: fmt.Sprintf("%dw", weeks), Concept: n.concept, Family: "level",
		DA: Text{
			Label: n.da + ": minutter om ugen" + lastDA,
			Sentence: Forms{
				Any: n.da + ": {m} minutter om ugen" + lastDA, One: n.da + ": {m} minut om ugen" + lastDA, Zero: "Ingen " + n.noDA + lastDA,
			},
			Clause: Forms{Any: "{m} minutter om ugen" + lastDA, One: "{m} minut om ugen" + lastDA, Zero: "ingen" + lastDA},
		},
		EN: Text{
			Label: n.en + ": minutes a week" + lastEN,
			Sentence: Forms{
				Any: n.en + ": {m} minutes a week" + lastEN, One: n.en + ": {m} minute a week" + lastEN, Zero: "No " + n.noEN + lastEN,
			},
			Clause: Forms{Any: "{m} minutes a week" + lastEN, One: "{m} minute a week" + lastEN, Zero: "none" + lastEN},
		},
		value: func(v *view) float64 { return v.help.mean(n.group, windowWeeks-weeks, windowWeeks) },
	}
}

// slopeColumn's sentence tells what the slope comes to over its window: a minute a week more every week is
// little from week to week and much over half a year.
func slopeColumn(n helpNoun) Feature {
	const overDA, overEN = " om ugen over de seneste 26 uger", " a week over the last 26 weeks"
	return Feature{
		ID: n.id + "_slope_26w", Unit: UnitSlope, Window: "26w", Concept: n.concept, Family: "trend",
		DA: Text{
			Label: n.da + ": stigning i minutter fra uge til uge, seneste 26 uger",
			Sentence: Forms{
				Any: n.da + ": steget omkring {t} minutter" + overDA, One: n.da + ": steget omkring {t} minut" + overDA,
				Zero: n.da + ": stort set uændret over de seneste 26 uger",
				Less: n.da + ": faldet omkring {t} minutter" + overDA, LessOne: n.da + ": faldet omkring {t} minut" + overDA,
			},
			Clause: Forms{
				Any: "steget omkring {t} minutter" + overDA, One: "steget omkring {t} minut" + overDA, Zero: "stort set uændret over de seneste 26 uger",
				Less: "faldet omkring {t} minutter" + overDA, LessOne: "faldet omkring {t} minut" + overDA,
			},
		},
		EN: Text{
			Label: n.en + ": rise in minutes from week to week, last 26 weeks",
			Sentence: Forms{
				Any: n.en + ": up by about {t} minutes" + overEN, One: n.en + ": up by about {t} minute" + overEN,
				Zero: n.en + ": about unchanged over the last 26 weeks",
				Less: n.en + ": down by about {t} minutes" + overEN, LessOne: n.en + ": down by about {t} minute" + overEN,
			},
			Clause: Forms{
				Any: "up by about {t} minutes" + overEN, One: "up by about {t} minute" + overEN, Zero: "about unchanged over the last 26 weeks",
				Less: "down by about {t} minutes" + overEN, LessOne: "down by about {t} minute" + overEN,
			},
		},
		value: func(v *view) float64 { return v.help.slope(n.group) },
	}
}

// patternColumns are how the help is spread: since when, with which gaps, by how many visits.
func patternColumns() []Feature {
	const neverDA, neverEN = "Ingen hjælp i hjemmet registreret", "No help at home on record"
	return []Feature{
		{
			ID: "help_change_4w", Unit: UnitMinutesPerWeek, Window: "4w against the 12w before", Concept: codes.ServicesOverall, Family: "trend",
			DA: Text{
				Label: "Hjælp i hjemmet: seneste 4 uger mod de 12 uger før, minutter om ugen",
				Sentence: Forms{
					Any: "{m} minutter mere hjælp i hjemmet om ugen de seneste 4 uger end i de 12 uger før", One: "{m} minut mere hjælp i hjemmet om ugen de seneste 4 uger end i de 12 uger før",
					Zero: "Hjælp i hjemmet er stort set uændret de seneste 4 uger mod de 12 uger før",
					Less: "{m} minutter mindre hjælp i hjemmet om ugen de seneste 4 uger end i de 12 uger før", LessOne: "{m} minut mindre hjælp i hjemmet om ugen de seneste 4 uger end i de 12 uger før",
				},
				Clause: Forms{
					Any: "{m} minutter mere om ugen de seneste 4 uger end i de 12 uger før", One: "{m} minut mere om ugen de seneste 4 uger end i de 12 uger før", Zero: "stort set uændret de seneste 4 uger mod de 12 uger før",
					Less: "{m} minutter mindre om ugen de seneste 4 uger end i de 12 uger før", LessOne: "{m} minut mindre om ugen de seneste 4 uger end i de 12 uger før",
				},
			},
			EN: Text{
				Label: "Help at home: last 4 weeks against the 12 weeks before, minutes a week",
				Sentence: Forms{
					Any: "{m} minutes more help at home a week in the last 4 weeks than in the 12 weeks before", One: "{m} minute more help at home a week in the last 4 weeks than in the 12 weeks before",
					Zero: "Help at home is about unchanged in the last 4 weeks against the 12 weeks before",
					Less: "{m} minutes less help at home a week in the last 4 weeks than in the 12 weeks before", LessOne: "{m} minute less help at home a week in the last 4 weeks than in the 12 weeks before",
				},
				Clause: Forms{
					Any: "{m} minutes more a week in the last 4 weeks than in the 12 weeks before", One: "{m} minute more a week in the last 4 weeks than in the 12 weeks before", Zero: "about unchanged in the last 4 weeks against the 12 weeks before",
					Less: "{m} minutes less a week in the last 4 weeks than in the 12 weeks before", LessOne: "{m} minute less a week in the last 4 weeks than in the 12 weeks before",
				},
			},
			value: func(v *view) float64 {
				return v.help.mean(groupTotal, windowWeeks-4, windowWeeks) - v.help.mean(groupTotal, windowWeeks-16, windowWeeks-4)
			},
		},
		{
			ID: "help_weeks_since_first", Unit: UnitWeeks, Window: "ever", Concept: codes.ServicesOverall, Family: "first", NotApplicable: true,
			DA: Text{
				Label: "Uger siden første uge med hjælp i hjemmet", Missing: neverDA,
				Sentence: Forms{Any: "Har fået hjælp i hjemmet første gang for {w} siden", Zero: "Har fået hjælp i hjemmet første gang i den seneste uge"},
				Clause:   Forms{Any: "første gang for {w} siden", Zero: "første gang i den seneste uge"},
			},
			EN: Text{
				Label: "Weeks since the first week with help at home", Missing: neverEN,
				Sentence: Forms{Any: "Had help at home for the first time {w} ago", Zero: "Had help at home for the first time in the latest week"},
				Clause:   Forms{Any: "for the first time {w} ago", Zero: "for the first time in the latest week"},
			},
			value: func(v *view) float64 { return v.help.weeksSince(v.help.first) },
		},
		{
			ID: "help_weeks_since_latest", Unit: UnitWeeks, Window: "ever", Concept: codes.ServicesOverall, Family: "recency", NotApplicable: true,
			DA: Text{
				Label: "Uger siden seneste uge med hjælp i hjemmet", Missing: neverDA,
				Sentence: Forms{Any: "Har senest fået hjælp i hjemmet for {w} siden", Zero: "Har fået hjælp i hjemmet i den seneste uge"},
				Clause:   Forms{Any: "senest for {w} siden", Zero: "også i den seneste uge"},
			},
			EN: Text{
				Label: "Weeks since the latest week with help at home", Missing: neverEN,
				Sentence: Forms{Any: "Last had help at home {w} ago", Zero: "Had help at home in the latest week"},
				Clause:   Forms{Any: "most recently {w} ago", Zero: "also in the latest week"},
			},
			value: func(v *view) float64 { return v.help.weeksSince(v.help.latest) },
		},
		{
			ID: "help_gap_weeks_26w", Unit: UnitCount, Window: "26w", Concept: codes.ServicesOverall, Family: "gaps", NotApplicable: true,
			DA: Text{
				Label: "Uger uden hjælp i hjemmet, seneste 26 uger", Missing: neverDA,
				Sentence: Forms{Any: "{n} uger uden hjælp i hjemmet de seneste 26 uger", One: "Én uge uden hjælp i hjemmet de seneste 26 uger", Zero: "Ingen uger uden hjælp i hjemmet de seneste 26 uger"},
				Clause:   Forms{Any: "{n} uger uden de seneste 26 uger", One: "én uge uden de seneste 26 uger", Zero: "ingen uger uden de seneste 26 uger"},
			},
			EN: Text{
				Label: "Weeks without help at home, last 26 weeks", Missing: neverEN,
				Sentence: Forms{Any: "{n} weeks without help at home in the last 26 weeks", One: "One week without help at home in the last 26 weeks", Zero: "No weeks without help at home in the last 26 weeks"},
				Clause:   Forms{Any: "{n} weeks without in the last 26 weeks", One: "one week without in the last 26 weeks", Zero: "no weeks without in the last 26 weeks"},
			},
			value: func(v *view) float64 { w, _ := v.help.gaps(); return w },
		},
		{
			ID: "help_gaps_26w", Unit: UnitCount, Window: "26w", Concept: codes.ServicesOverall, Family: "gaps", NotApplicable: true,
			DA: Text{
				Label: "Afbrydelser i hjælpen, seneste 26 uger", Missing: neverDA,
				Sentence: Forms{Any: "{n} afbrydelser i hjælpen de seneste 26 uger", One: "Én afbrydelse i hjælpen de seneste 26 uger", Zero: "Ingen afbrydelser i hjælpen de seneste 26 uger"},
				Clause:   Forms{Any: "{n} afbrydelser de seneste 26 uger", One: "én afbrydelse de seneste 26 uger", Zero: "ingen afbrydelser de seneste 26 uger"},
			},
			EN: Text{
				Label: "Breaks in the help, last 26 weeks", Missing: neverEN,
				Sentence: Forms{Any: "{n} breaks in the help in the last 26 weeks", One: "One break in the help in the last 26 weeks", Zero: "No breaks in the help in the last 26 weeks"},
				Clause:   Forms{Any: "{n} breaks in the last 26 weeks", One: "one break in the last 26 weeks", Zero: "no breaks in the last 26 weeks"},
			},
			value: func(v *view) float64 { _, n := v.help.gaps(); return n },
		},
		{
			ID: "help_services_12w", Unit: UnitCount, Window: "12w", Concept: codes.ServicesOverall, Family: "variety",
			DA: Text{
				Label:    "Forskellige ydelser, seneste 12 uger",
				Sentence: Forms{Any: "{n} forskellige ydelser de seneste 12 uger", One: "Én slags ydelse de seneste 12 uger", Zero: "Ingen ydelser de seneste 12 uger"},
				Clause:   Forms{Any: "{n} forskellige ydelser", One: "én slags ydelse", Zero: "ingen ydelser de seneste 12 uger"},
			},
			EN: Text{
				Label:    "Different services, last 12 weeks",
				Sentence: Forms{Any: "{n} different services in the last 12 weeks", One: "One kind of service in the last 12 weeks", Zero: "No services in the last 12 weeks"},
				Clause:   Forms{Any: "{n} different services", One: "one kind of service", Zero: "no services in the last 12 weeks"},
			},
			value: func(v *view) float64 { return v.help.distinct() },
		},
		{
			ID: "help_visits_4w", Unit: UnitVisitsPerWeek, Window: "4w", Concept: codes.ServicesOverall, Family: "visits",
			DA: Text{
				Label:    "Besøg om ugen, seneste 4 uger",
				Sentence: Forms{Any: "{n} besøg om ugen de seneste 4 uger", One: "Ét besøg om ugen de seneste 4 uger", Zero: "Ingen besøg de seneste 4 uger"},
				Clause:   Forms{Any: "{n} besøg om ugen", One: "ét besøg om ugen", Zero: "ingen besøg de seneste 4 uger"},
			},
			EN: Text{
				Label:    "Visits a week, last 4 weeks",
				Sentence: Forms{Any: "{n} visits a week in the last 4 weeks", One: "One visit a week in the last 4 weeks", Zero: "No visits in the last 4 weeks"},
				Clause:   Forms{Any: "{n} visits a week", One: "one visit a week", Zero: "no visits in the last 4 weeks"},
			},
			value: func(v *view) float64 { return float64(v.help.visits) / 4 },
		},
		{
			ID: "personal_share_12w", Unit: UnitShare, Window: "12w", Concept: codes.PersonalCare, Family: "share", NotApplicable: true,
			DA: Text{
				Label: "Personlig plejes andel af hjælpen, seneste 12 uger", Missing: "Ingen hjælp i hjemmet de seneste 12 uger",
				Sentence: Forms{Any: "Personlig pleje er {p} af hjælpen de seneste 12 uger", Zero: "Hjælp i hjemmet uden personlig pleje de seneste 12 uger"},
				Clause:   Forms{Any: "{p} af hjælpen", Zero: "ingen del af hjælpen de seneste 12 uger"},
			},
			EN: Text{
				Label: "Share of personal care in the help, last 12 weeks", Missing: "No help at home in the last 12 weeks",
				Sentence: Forms{Any: "Personal care is {p} of the help in the last 12 weeks", Zero: "Help at home without personal care in the last 12 weeks"},
				Clause:   Forms{Any: "{p} of the help", Zero: "no part of the help in the last 12 weeks"},
			},
			value: func(v *view) float64 { return v.help.personalShare() },
		},
		{
			ID: "medicine_12w", Unit: UnitFlag, Window: "12w", Concept: codes.Nursing, Family: "medicine",
			DA: Text{
				Label:    "Hjælp til at tage medicin, seneste 12 uger",
				Sentence: Forms{Any: "Hjælp til at tage medicin de seneste 12 uger", Zero: "Ingen hjælp til at tage medicin de seneste 12 uger"},
				Clause:   Forms{Any: "hjælp til at tage medicin", Zero: "ingen hjælp til at tage medicin"},
			},
			EN: Text{
				Label:    "Medicine administration, last 12 weeks",
				Sentence: Forms{Any: "Help with taking medicine in the last 12 weeks", Zero: "No help with taking medicine in the last 12 weeks"},
				Clause:   Forms{Any: "help with taking medicine", Zero: "no help with taking medicine"},
			},
			value: func(v *view) float64 { return flag(v.help.medicine) },
		},
	}
}
