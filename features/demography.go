package features

import (
	"math"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

func demographyColumns() []declaration {
	return append([]declaration{
		{
			ID: "age", Unit: UnitYears, Window: "now", Concept: codes.Demography, Family: "age", Source: "CPR", Reads: readCitizen,
			DA:    Text{Label: "Alder", Missing: "Alder er ikke oplyst", Sentence: Forms{Any: "{y} år gammel"}, Clause: Forms{Any: "{y} år gammel"}},
			EN:    Text{Label: "Age", Missing: "Age is not recorded", Sentence: Forms{Any: "{y} years old", One: "{y} year old"}, Clause: Forms{Any: "{y} years old", One: "{y} year old"}},
			value: func(v *view, _ cell) float64 { return age(v.citizen.Birth, v.asOf) },
		},
		{
			ID: "female", Unit: UnitFlag, Window: "now", Concept: codes.Demography, Family: "sex", Source: "CPR", Reads: readCitizen,
			DA: Text{Label: "Kvinde", Missing: "Køn er ikke oplyst", Sentence: Forms{Any: "Kvinde", Zero: "Mand"}, Clause: Forms{Any: "kvinde", Zero: "mand"}},
			EN: Text{Label: "Woman", Missing: "Sex is not recorded", Sentence: Forms{Any: "Woman", Zero: "Man"}, Clause: Forms{Any: "woman", Zero: "man"}},
			value: func(v *view, _ cell) float64 {
				switch v.citizen.Sex {
				case rettidig.Female:
					return 1
				case rettidig.Male:
					return 0
				}
				return math.NaN()
			},
		},
	}, seasonColumns()...)
}

// age returns the years from birth to t: completed years as birthdays are counted, plus the share of the
// way from the last birthday to the next. Its floor is therefore rettidig.AgeAt. NaN if birth is missing or
// after t.
func age(birth, t rettidig.Day) float64 {
	if birth == rettidig.NoDay || birth > t {
		return math.NaN()
	}
	years := rettidig.AgeAt(birth, t)
	last, next := birthday(birth, years), birthday(birth, years+1)
	return float64(years) + float64(t-last)/float64(next-last)
}

// birthday returns the day on which somebody turns n. time.Date moves 29 February to 1 March in a common
// year, as AgeAt does.
func birthday(birth rettidig.Day, n int) rettidig.Day {
	return rettidig.DayOfTime(birth.Time().AddDate(n, 0, 0))
}
