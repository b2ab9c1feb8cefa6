package features

import (
	"github.com/rettidig/rettidig/datasets/codes"
)

func helpThing(id string, group int, da, en wording) thing {
	da["unlike"], en["unlike"] = "", "" // nothing makes its weeks incomparable
	if covidTouches[group] {
		da["unlike"], en["unlike"] = unlikeDA, unlikeEN
	}
	return thing{id: id, concept: groupConcepts[group], at: group, da: da, en: en}
}

// helpThings are the kinds of help: their name, how it follows "ingen" and "mere" (no), with its article (def), and what
// their visits are called.
var helpThings = []thing{
	helpThing("help", groupTotal,
		wording{"name": "Hjælp i hjemmet", "no": "hjælp i hjemmet", "def": "hjælpen i hjemmet", "visits": "besøg"},
		wording{"name": "Help at home", "no": "help at home", "visit": "visit", "visits": "visits"}),
	helpThing("personal", groupPersonal,
		wording{"name": "Personlig pleje", "no": "personlig pleje", "def": "den personlige pleje", "visits": "besøg med personlig pleje"},
		wording{"name": "Personal care", "no": "personal care", "visit": "visit with personal care", "visits": "visits with personal care"}),
	helpThing("practical", groupPractical,
		wording{"name": "Praktisk hjælp", "no": "praktisk hjælp", "def": "den praktiske hjælp", "visits": "besøg med praktisk hjælp"},
		wording{"name": "Practical help", "no": "practical help", "visit": "visit with practical help", "visits": "visits with practical help"}),
	helpThing("nursing", groupNursing,
		wording{"name": "Sygepleje", "no": "sygepleje", "def": "sygeplejen", "visits": "besøg med sygepleje"},
		wording{"name": "Home nursing", "no": "home nursing", "visit": "visit with home nursing", "visits": "visits with home nursing"}),
	helpThing("rehabilitation", groupRehabilitation,
		wording{"name": "Rehabilitering", "no": "rehabilitering", "def": "rehabiliteringen", "visits": "besøg med rehabilitering"},
		wording{"name": "Rehabilitation", "no": "rehabilitation", "visit": "visit with rehabilitation", "visits": "visits with rehabilitation"}),
}

var helpWindows = []window{weeksBack(4), weeksBack(12), weeksBack(26), weeksBack(52)}

// helpColumns say how much help there is and since when, by its kind.
func helpColumns() []declaration {
	const neverDA, neverEN = "Ingen [no] registreret", "No [no] on record"
	out := []declaration{
		{
			ID: "[id]_minutes_[w]", Unit: UnitMinutesPerWeek, Family: "level", Over: helpThings, Windows: helpWindows, Reads: readWeeks,
			DA: Text{
				Label:    "[name]: minutter om ugen [last]",
				Sentence: Forms{Any: "[name]: {m} minutter om ugen [last]", One: "[name]: {m} minut om ugen [last]", Zero: "Ingen [no] [last]"},
				Clause:   Forms{Any: "{m} minutter om ugen [last]", One: "{m} minut om ugen [last]", Zero: "ingen [last]"},
			},
			EN: Text{
				Label:    "[name]: minutes a week [last]",
				Sentence: Forms{Any: "[name]: {m} minutes a week [last]", One: "[name]: {m} minute a week [last]", Zero: "No [no] [last]"},
				Clause:   Forms{Any: "{m} minutes a week [last]", One: "{m} minute a week [last]", Zero: "none [last]"},
			},
			value: func(v *view, c cell) float64 { return mean(&v.help.minutes[c.at], -c.n, 0) },
		},
		{
			ID: "[id]_visits_[w]", Unit: UnitVisitsPerWeek, Family: "visits", Over: helpThings, Windows: helpWindows, Reads: readWeeks,
			DA: Text{
				Label:    "[name]: besøg om ugen [last]",
				Sentence: Forms{Any: "{n} [visits] om ugen [last]", One: "Ét [visits] om ugen [last]", Zero: "Ingen [visits] [last]"},
				Clause:   Forms{Any: "{n} besøg om ugen [last]", One: "ét besøg om ugen [last]", Zero: "ingen besøg [last]"},
			},
			EN: Text{
				Label:    "[name]: visits a week [last]",
				Sentence: Forms{Any: "{n} [visits] a week [last]", One: "One [visit] a week [last]", Zero: "No [visits] [last]"},
				Clause:   Forms{Any: "{n} visits a week [last]", One: "one visit a week [last]", Zero: "no visits [last]"},
			},
			value: func(v *view, c cell) float64 { return mean(&v.help.visits[c.at], -c.n, 0) },
		},
		{
			ID: "[id]_weeks_since_first", Unit: UnitWeeks, Window: "ever", Family: "first", NotApplicable: true, Over: helpThings, Reads: readSince,
			DA: Text{
				Label: "[name]: uger siden første uge", Missing: neverDA,
				Sentence: Forms{Any: "Har fået [no] første gang for {w} siden", Zero: "Har fået [no] første gang i den seneste uge"},
				Clause:   Forms{Any: "første gang for {w} siden", Zero: "første gang i den seneste uge"},
			},
			EN: Text{
				Label: "[name]: weeks since the first week", Missing: neverEN,
				Sentence: Forms{Any: "Had [no] for the first time {w} ago", Zero: "Had [no] for the first time in the latest week"},
				Clause:   Forms{Any: "for the first time {w} ago", Zero: "for the first time in the latest week"},
			},
			value: func(v *view, c cell) float64 { return v.help.weeksSince(v.help.firstBy[c.at]) },
		},
		{
			ID: "[id]_weeks_since_latest", Unit: UnitWeeks, Window: "ever", Family: "recency", NotApplicable: true, Over: helpThings, Reads: readSince,
			DA: Text{
				Label: "[name]: uger siden seneste uge", Missing: neverDA,
				Sentence: Forms{Any: "Har senest fået [no] for {w} siden", Zero: "Har fået [no] i den seneste uge"},
				Clause:   Forms{Any: "senest for {w} siden", Zero: "også i den seneste uge"},
			},
			EN: Text{
				Label: "[name]: weeks since the latest week", Missing: neverEN,
				Sentence: Forms{Any: "Last had [no] {w} ago", Zero: "Had [no] in the latest week"},
				Clause:   Forms{Any: "most recently {w} ago", Zero: "also in the latest week"},
			},
			value: func(v *view, c cell) float64 { return v.help.weeksSince(v.help.latestBy[c.at]) },
		},
		{
			ID: "[id]_share_12w", Unit: UnitShare, Window: "12w", Family: "share", NotApplicable: true, Over: helpThings[1:], Reads: readWeeks, Weeks: 12,
			DA: Text{
				Label: "[name]: andel af hjælpen, seneste 12 uger", Missing: "Ingen hjælp i hjemmet de seneste 12 uger",
				Sentence: Forms{Any: "[name] er {p} af hjælpen de seneste 12 uger", Zero: "Hjælp i hjemmet uden [no] de seneste 12 uger"},
				Clause:   Forms{Any: "{p} af hjælpen", Zero: "ingen del af hjælpen de seneste 12 uger"},
			},
			EN: Text{
				Label: "[name]: share of the help, last 12 weeks", Missing: "No help at home in the last 12 weeks",
				Sentence: Forms{Any: "[name] is {p} of the help in the last 12 weeks", Zero: "Help at home without [no] in the last 12 weeks"},
				Clause:   Forms{Any: "{p} of the help", Zero: "no part of the help in the last 12 weeks"},
			},
			value: func(v *view, c cell) float64 { return v.help.share(c.at, 12) },
		},
		{
			ID: "help_services_[w]", Unit: UnitCount, Concept: codes.ServicesOverall, Family: "variety", Windows: []window{weeksBack(4), weeksBack(12), weeksBack(52)}, Reads: readWeeks | readServices,
			DA: Text{
				Label:    "Forskellige ydelser [last]",
				Sentence: Forms{Any: "{n} forskellige ydelser [last]", One: "Én slags ydelse [last]", Zero: "Ingen ydelser [last]"},
				Clause:   Forms{Any: "{n} forskellige ydelser [last]", One: "én slags ydelse [last]", Zero: "ingen ydelser [last]"},
			},
			EN: Text{
				Label:    "Different services [last]",
				Sentence: Forms{Any: "{n} different services [last]", One: "One kind of service [last]", Zero: "No services [last]"},
				Clause:   Forms{Any: "{n} different services [last]", One: "one kind of service [last]", Zero: "no services [last]"},
			},
			value: func(v *view, c cell) float64 { return v.help.distinct(c.n) },
		},
		{
			ID: "help_new_services_12w", Unit: UnitCount, Window: "12w against the 40w before", Concept: codes.ServicesOverall, Family: "variety_new", Reads: readWeeks | readServices, Weeks: 52,
			DA: Text{
				Label:    "Nye ydelser de seneste 12 uger",
				Sentence: Forms{Any: "{n} ydelser de seneste 12 uger er nye i forhold til året før", One: "Én ydelse de seneste 12 uger er ny i forhold til året før", Zero: "Ingen nye ydelser de seneste 12 uger"},
				Clause:   Forms{Any: "{n} af dem nye", One: "én af dem ny", Zero: "ingen af dem nye"},
			},
			EN: Text{
				Label:    "New services in the last 12 weeks",
				Sentence: Forms{Any: "{n} services in the last 12 weeks are new against the year before", One: "One service in the last 12 weeks is new against the year before", Zero: "No new services in the last 12 weeks"},
				Clause:   Forms{Any: "{n} of them new", One: "one of them new", Zero: "none of them new"},
			},
			value: func(v *view, _ cell) float64 { return v.help.newServices() },
		},
		{
			ID: "medicine_[w]", Unit: UnitFlag, Concept: codes.Nursing, Family: "medicine", Windows: []window{weeksBack(4), weeksBack(12)}, Reads: readWeeks | readServices,
			DA: Text{
				Label:    "Hjælp til at tage medicin, [recent]",
				Sentence: Forms{Any: "Hjælp til at tage medicin [last]", Zero: "Ingen hjælp til at tage medicin [last]"},
				Clause:   Forms{Any: "hjælp til at tage medicin", Zero: "ingen hjælp til at tage medicin"},
			},
			EN: Text{
				Label:    "Medicine administration, [recent]",
				Sentence: Forms{Any: "Help with taking medicine [last]", Zero: "No help with taking medicine [last]"},
				Clause:   Forms{Any: "help with taking medicine", Zero: "no help with taking medicine"},
			},
			value: func(v *view, c cell) float64 { return flag(v.help.hadMedicine(c.n)) },
		},
	}
	for i := range out {
		out[i].Source = "H1"
	}
	return out
}
