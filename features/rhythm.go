package features

import (
	"math"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

const burstDays = 30 // loans within so many days of each other are a burst

// betweenLoans returns how many days lie between one day on which something was lent and the next: the latest such
// pause, the mean and the shortest. Several loans on a day are one visit to the depot. NaN before there are two days.
func (a *aidView) betweenLoans() (latest, mean, shortest float64) {
	latest, mean, shortest = math.NaN(), math.NaN(), math.NaN()
	n := 0
	for i := 1; i < len(a.lent); i++ {
		d := float64(a.lent[i] - a.lent[i-1])
		if d == 0 {
			continue
		}
		n++
		latest = d
		if !(shortest <= d) {
			shortest = d
		}
	}
	if n > 0 {
		mean = float64(a.latest-a.first) / float64(n)
	}
	return latest, mean, shortest
}

// rateChange returns the loans a year in the last 180 days less those a year before that, since the first loan. NaN
// unless the first loan lies at least a year back: a rate over fewer days than 185 is mostly chance.
func (a *aidView) rateChange() float64 {
	if a.first == rettidig.NoDay || a.asOf-a.first < 365 {
		return math.NaN()
	}
	before := float64(a.asOf-a.first) - 180
	return float64(a.last180)*365/180 - float64(a.beforeHalf)*365/before
}

// burst returns the most loans within burstDays days, of the loans of the last n days; 0 means of all.
func (a *aidView) burst(n int) float64 {
	most, from := 0, 0
	for i, d := range a.lent {
		for d-a.lent[from] >= burstDays || n > 0 && a.asOf-a.lent[from] > rettidig.Day(n) {
			if from == i {
				break
			}
			from++
		}
		if n > 0 && a.asOf-d > rettidig.Day(n) {
			continue
		}
		most = max(most, i-from+1)
	}
	return float64(most)
}

// mostLentOnADay returns the most loans on one day of the last year.
func (a *aidView) mostLentOnADay() float64 {
	most, run := 0, 0
	for i, d := range a.lent {
		if a.asOf-d > 365 {
			continue
		}
		if i > 0 && a.lent[i-1] == d {
			run++
		} else {
			run = 1
		}
		most = max(most, run)
	}
	return float64(most)
}

// mostReturnedOnADay returns the most returns on one day of the last year.
func (a *aidView) mostReturnedOnADay() float64 {
	slices.Sort(a.returnedDays)
	most, run := 0, 0
	for i, d := range a.returnedDays {
		if i > 0 && a.returnedDays[i-1] == d {
			run++
		} else {
			run = 1
		}
		most = max(most, run)
	}
	return float64(most)
}

// rhythmColumns say in which rhythm aids are borrowed and handed back.
func rhythmColumns() []declaration {
	between := []thing{
		{id: "latest", at: 0,
			da: wording{"label": "Dage mellem de to seneste dage med lån", "sentence": "Der gik {d} mellem de to seneste dage med lån af hjælpemidler"},
			en: wording{"label": "Days between the two latest days with loans", "sentence": "There were {d} between the two latest days with loans of aids"}},
		{id: "mean", at: 1,
			da: wording{"label": "Gennemsnitligt antal dage fra en dag med lån til den næste", "sentence": "Der går i gennemsnit {d} fra en dag med lån af hjælpemidler til den næste"},
			en: wording{"label": "Days from one day with loans to the next on average", "sentence": "On average {d} from one day with loans of aids to the next"}},
		{id: "shortest", at: 2,
			da: wording{"label": "Færrest dage fra en dag med lån til den næste", "sentence": "Der er mindst gået {d} fra en dag med lån af hjælpemidler til den næste"},
			en: wording{"label": "Fewest days from one day with loans to the next", "sentence": "At least {d} from one day with loans of aids to the next"}},
	}
	out := []declaration{
		{
			ID: "aids_between_[id]", Unit: UnitDays, Window: "ever", Family: "rhythm", NotApplicable: true, Over: between,
			DA: Text{
				Label: "[label]", Missing: "Der er ikke lånt hjælpemidler på to forskellige dage",
				Sentence: Forms{Any: "[sentence]"},
			},
			EN: Text{
				Label: "[label]", Missing: "No aids were borrowed on two different days",
				Sentence: Forms{Any: "[sentence]"},
			},
			value: func(v *view, c cell) float64 {
				latest, mean, shortest := v.aids.betweenLoans()
				return [3]float64{latest, mean, shortest}[c.at]
			},
		},
		{
			ID: "aids_rate_change", Unit: UnitPerYear, Window: "180d against all before", Family: "new", NotApplicable: true,
			DA: Text{
				Label: "Lån om året: det seneste halve år mod tiden før", Missing: "Det første lån ligger mindre end et år tilbage",
				Sentence: Forms{
					Any: "{n} flere lån om året det seneste halve år end i tiden før", One: "Ét lån mere om året det seneste halve år end i tiden før",
					Zero: "Lånene kommer lige så tæt det seneste halve år som i tiden før",
					Less: "{n} færre lån om året det seneste halve år end i tiden før", LessOne: "Ét lån mindre om året det seneste halve år end i tiden før",
				},
			},
			EN: Text{
				Label: "Loans a year: the last half-year against the time before", Missing: "The first loan was less than a year ago",
				Sentence: Forms{
					Any: "{n} more loans a year in the last half-year than before", One: "One more loan a year in the last half-year than before",
					Zero: "Loans come as often in the last half-year as before",
					Less: "{n} fewer loans a year in the last half-year than before", LessOne: "One loan a year fewer in the last half-year than before",
				},
			},
			value: func(v *view, _ cell) float64 { return v.aids.rateChange() },
		},
		{
			ID: "aids_burst_30_[w]", Unit: UnitCount, Family: "burst", Windows: []window{{id: "365d", n: 365, da: wording{"last": "det seneste år", "none": "det seneste år"}, en: wording{"last": "in the last year", "none": "in the last year"}}, {id: "ever", da: wording{"last": "i alle årene", "none": "registreret"}, en: wording{"last": "in all the years", "none": "on record"}}},
			DA: Text{
				Label:    "Flest lån inden for 30 dage [last]",
				Sentence: Forms{Any: "Op til {n} lån inden for 30 dage [last]", One: "Højst ét lån inden for 30 dage [last]", Zero: "Ingen lån [none]"},
			},
			EN: Text{
				Label:    "Most loans within 30 days [last]",
				Sentence: Forms{Any: "Up to {n} loans within 30 days [last]", One: "At most one loan within 30 days [last]", Zero: "No loans [none]"},
			},
			value: func(v *view, c cell) float64 { return v.aids.burst(c.n) },
		},
		{
			ID: "aids_relent", Unit: UnitCount, Window: "ever", Family: "relent",
			DA: Text{
				Label:    "Slags hjælpemidler, der er lånt igen efter aflevering",
				Sentence: Forms{Any: "{n} slags hjælpemidler er afleveret og lånt igen", One: "Én slags hjælpemiddel er afleveret og lånt igen", Zero: "Ingen hjælpemidler er lånt igen efter aflevering"},
				Clause:   Forms{Any: "{n} slags lånt igen efter aflevering", One: "én slags lånt igen efter aflevering", Zero: "ingen lånt igen efter aflevering"},
			},
			EN: Text{
				Label:    "Kinds of aids borrowed again after they were returned",
				Sentence: Forms{Any: "{n} kinds of aids returned and borrowed again", One: "One kind of aid returned and borrowed again", Zero: "No aids borrowed again after they were returned"},
				Clause:   Forms{Any: "{n} kinds borrowed again", One: "one kind borrowed again", Zero: "none borrowed again"},
			},
			value: func(v *view, _ cell) float64 { return float64(v.aids.relent) },
		},
		{
			ID: "aids_most_lent_on_a_day_365", Unit: UnitCount, Window: "365d", Family: "burst",
			DA: Text{
				Label:    "Flest lån på én dag det seneste år",
				Sentence: Forms{Any: "Op til {n} lån på én dag det seneste år", One: "Højst ét lån på én dag det seneste år", Zero: "Ingen dage med lån det seneste år"},
			},
			EN: Text{
				Label:    "Most loans on one day in the last year",
				Sentence: Forms{Any: "Up to {n} loans on one day in the last year", One: "At most one loan on a day in the last year", Zero: "No days with loans in the last year"},
			},
			value: func(v *view, _ cell) float64 { return v.aids.mostLentOnADay() },
		},
		{
			ID: "aids_most_returned_on_a_day_365", Unit: UnitCount, Window: "365d", Family: "returned",
			DA: Text{
				Label:    "Flest afleveringer på én dag det seneste år",
				Sentence: Forms{Any: "Op til {n} hjælpemidler afleveret på én dag det seneste år", One: "Højst ét hjælpemiddel afleveret på én dag det seneste år", Zero: "Ingen dage med aflevering det seneste år"},
			},
			EN: Text{
				Label:    "Most returns on one day in the last year",
				Sentence: Forms{Any: "Up to {n} aids returned on one day in the last year", One: "At most one aid returned on a day in the last year", Zero: "No days with returns in the last year"},
			},
			value: func(v *view, _ cell) float64 { return v.aids.mostReturnedOnADay() },
		},
	}
	for i := range out {
		out[i].Concept, out[i].Source, out[i].Reads = codes.AidsOverall, "A1", readAids|readSequence
	}
	return out
}
