package features

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

func columnOf(t *testing.T, id string) Feature {
	t.Helper()
	i := Index(id)
	require.GreaterOrEqual(t, i, 0, id)
	return Catalogue()[i]
}

// What a Danish reader expects, written by hand.
func TestSentencesReadAsPeopleSpeak(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		id     string
		value  float64
		da, en string
	}{
		{"age", 82.97, "82 år gammel", "82 years old"},
		{"female", 1, "Kvinde", "Woman"},
		{"female", 0, "Mand", "Man"},
		{"female", nan, "Køn er ikke oplyst", "Sex is not recorded"},
		{"mobility_on_loan", 3, "Tre ganghjælpemidler til låns", "Three walking aids on loan"},
		{"mobility_on_loan", 1, "Ét ganghjælpemiddel til låns", "One walking aid on loan"},
		{"wheelchairs_on_loan", 1, "Én kørestol til låns", "One wheelchair on loan"},
		{"alarms_on_loan", 0, "Ingen nødkald eller alarmer til låns", "No emergency calls or alarms on loan"},
		{"aids_on_loan", 11, "11 hjælpemidler til låns", "11 aids on loan"},
		{"personal_minutes_4w", 95, "Personlig pleje: 95 minutter om ugen de seneste 4 uger", "Personal care: 95 minutes a week in the last 4 weeks"},
		{"personal_minutes_4w", 3.5, "Personlig pleje: 4 minutter om ugen de seneste 4 uger", "Personal care: 4 minutes a week in the last 4 weeks"},
		{"personal_minutes_4w", 0.98, "Personlig pleje: 1 minut om ugen de seneste 4 uger", "Personal care: 1 minute a week in the last 4 weeks"},
		{"personal_minutes_4w", 0.02, "Personlig pleje: under 1 minut om ugen de seneste 4 uger", "Personal care: less than 1 minute a week in the last 4 weeks"},
		{"help_minutes_12w", 1234.4, "Hjælp i hjemmet: 1.234 minutter om ugen de seneste 12 uger", "Help at home: 1,234 minutes a week in the last 12 weeks"},
		{"help_minutes_26w", 0, "Ingen hjælp i hjemmet de seneste 26 uger", "No help at home in the last 26 weeks"},
		{"help_slope_26w", -2.5, "Hjælp i hjemmet: faldet omkring 63 minutter om ugen over de seneste 26 uger", "Help at home: down by about 63 minutes a week over the last 26 weeks"},
		{"help_slope_26w", 1e-14, "Hjælp i hjemmet: stort set uændret over de seneste 26 uger", "Help at home: about unchanged over the last 26 weeks"},
		{"help_slope_26w", 0.039, "Hjælp i hjemmet: stort set uændret over de seneste 26 uger", "Help at home: about unchanged over the last 26 weeks"},
		{"help_slope_26w", 0.05, "Hjælp i hjemmet: steget omkring 1 minut om ugen over de seneste 26 uger", "Help at home: up by about 1 minute a week over the last 26 weeks"},
		{"help_change_4w", -1, "1 minut mindre hjælp i hjemmet om ugen de seneste 4 uger end i de 12 uger før", "1 minute less help at home a week in the last 4 weeks than in the 12 weeks before"},
		{"help_change_4w", -1.1, "1 minut mindre hjælp i hjemmet om ugen de seneste 4 uger end i de 12 uger før", "1 minute less help at home a week in the last 4 weeks than in the 12 weeks before"},
		{"help_change_4w", 12.6, "13 minutter mere hjælp i hjemmet om ugen de seneste 4 uger end i de 12 uger før", "13 minutes more help at home a week in the last 4 weeks than in the 12 weeks before"},
		{"help_change_4w", -0.4, "Hjælp i hjemmet er stort set uændret de seneste 4 uger mod de 12 uger før", "Help at home is about unchanged in the last 4 weeks against the 12 weeks before"},
		{"help_change_4w", 0.96, "Hjælp i hjemmet er stort set uændret de seneste 4 uger mod de 12 uger før", "Help at home is about unchanged in the last 4 weeks against the 12 weeks before"},
		{"personal_share_12w", 0.254, "Personlig pleje er 25 pct. af hjælpen de seneste 12 uger", "Personal care is 25 per cent of the help in the last 12 weeks"},
		{"personal_share_12w", 0.999, "Personlig pleje er over 99 pct. af hjælpen de seneste 12 uger", "Personal care is more than 99 per cent of the help in the last 12 weeks"},
		{"training_best_need_change", -3, "Behovet for hjælp faldt tre point i det bedste tidligere forløb", "Need of help fell by three points in the best earlier course"},
		{"training_best_need_change", 1, "Behovet for hjælp faldt ikke i noget målt tidligere forløb; det steg mindst ét point", "Need of help fell in no measured earlier course; it rose by at least one point"},
		{"aids_acceleration", -1, "Ét nyt hjælpemiddel mindre det seneste halve år end halvåret før", "One new aid fewer in the last half-year than in the one before"},
		{"rollator_days_since_first", nan, "Intet lån af rollator registreret", "No loan of a rollator on record"},
		{"rollator_days_since_first", 1, "Den første rollator er lånt for én dag siden", "The first rollator was borrowed one day ago"},
		{"rollator_days_since_first", 9, "Den første rollator er lånt for ni dage siden", "The first rollator was borrowed nine days ago"},
		{"rollator_days_since_first", 31, "Den første rollator er lånt for fire uger siden", "The first rollator was borrowed four weeks ago"},
		{"rollator_days_since_first", 61, "Den første rollator er lånt for to måneder siden", "The first rollator was borrowed two months ago"},
		{"rollator_days_since_first", 365, "Den første rollator er lånt for 12 måneder siden", "The first rollator was borrowed 12 months ago"},
		{"rollator_days_since_first", 913, "Den første rollator er lånt for 2,5 år siden", "The first rollator was borrowed 2.5 years ago"},
		{"rollator_days_since_first", 3653, "Den første rollator er lånt for ti år siden", "The first rollator was borrowed ten years ago"},
		{"help_weeks_since_first", 1, "Har fået hjælp i hjemmet første gang for én uge siden", "Had help at home for the first time one week ago"},
	} {
		assert.Equal(t, c.da, Sentence(columnOf(t, c.id), c.value, "da"), "%s %v", c.id, c.value)
		assert.Equal(t, c.en, Sentence(columnOf(t, c.id), c.value, "en"), "%s %v", c.id, c.value)
	}
}

func TestAConceptIsSummedUpInOneSentence(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name    string
		concept codes.Concept
		ids     []string
		values  []float64
		da      string
	}{
		{"level and recency", codes.MobilityAids, []string{"mobility_on_loan", "mobility_days_since_latest"}, []float64{3, 61}, "Tre ganghjælpemidler til låns, det seneste lånt for to måneder siden"},
		{"what says the same is passed over", codes.PersonalCare, []string{"personal_minutes_4w", "personal_minutes_12w", "personal_slope_26w"}, []float64{95, 90, 2.5}, "95 minutter om ugen de seneste 4 uger, steget omkring 63 minutter om ugen over de seneste 26 uger"},
		{"the first column leads", codes.PersonalCare, []string{"personal_share_12w", "personal_minutes_4w"}, []float64{0.5, 95}, "50 pct. af hjælpen de seneste 12 uger, 95 minutter om ugen de seneste 4 uger"},
		{"nothing is said once", codes.PersonalCare, []string{"personal_minutes_4w", "personal_slope_26w"}, []float64{0, 0}, "Ingen personlig pleje de seneste 4 uger"},
		{"missing is not added", codes.MobilityAids, []string{"mobility_on_loan", "mobility_days_since_latest"}, []float64{0, nan}, "Ingen ganghjælpemidler til låns"},
		{"after a missing lead comes a full sentence", codes.MobilityAids, []string{"rollator_days_since_first", "mobility_on_loan"}, []float64{nan, 2}, "Intet lån af rollator registreret; to ganghjælpemidler til låns"},
		{"other concepts are passed over", codes.Demography, []string{"mobility_on_loan", "age", "female"}, []float64{2, 82.1, 1}, "82 år gammel, kvinde"},
		{"the name that stands before it is not said again", codes.Nursing, []string{"nursing_minutes_4w"}, []float64{26}, "26 minutter om ugen de seneste 4 uger"},
		{"nor another word for it", codes.ServicesOverall, []string{"help_minutes_12w", "help_visits_4w"}, []float64{26.4, 2}, "26 minutter om ugen de seneste 12 uger, to besøg om ugen de seneste 4 uger"},
		{"a name that is no heading stays", codes.Screening, []string{"screening_need"}, []float64{12}, "Behov for hjælp: 12 point ved seneste screening"},
		{"none is not followed by some", codes.PersonalCare, []string{"personal_share_12w", "personal_minutes_26w", "personal_slope_26w"}, []float64{0, 6.5, -0.5}, "Hjælp i hjemmet uden personlig pleje de seneste 12 uger"},
		{"nor is no help at all", codes.PersonalCare, []string{"personal_share_12w", "personal_minutes_26w"}, []float64{nan, 6.5}, "Ingen hjælp i hjemmet de seneste 12 uger"},
		{"nor by another measure", codes.ServicesOverall, []string{"help_minutes_4w", "help_services_12w", "help_change_4w", "help_weeks_since_latest"}, []float64{0, 3, -40, 5}, "Ingen hjælp i hjemmet de seneste 4 uger, senest for fem uger siden"},
		{"some is not followed by no part", codes.PersonalCare, []string{"personal_minutes_26w", "personal_share_12w"}, []float64{6.5, 0}, "7 minutter om ugen de seneste 26 uger"},
		{"no aids now and no new ones", codes.MobilityAids, []string{"mobility_on_loan", "mobility_new_365", "mobility_days_since_latest"}, []float64{0, 1, 61}, "Ingen ganghjælpemidler til låns, det seneste lånt for to måneder siden"},
		{"medicine is a part of nursing", codes.Nursing, []string{"medicine_12w", "nursing_minutes_4w"}, []float64{0, 26}, "Ingen hjælp til at tage medicin de seneste 12 uger; sygepleje: 26 minutter om ugen de seneste 4 uger"},
		{"nothing is said once, also by a missing value", codes.Training, []string{"training_completed_before", "training_sessions_done"}, []float64{nan, 0}, "Ingen tidligere træningsforløb"},
		{"one is a word in a clause too", codes.MobilityAids, []string{"mobility_days_since_latest", "mobility_on_loan"}, []float64{61, 1}, "Det seneste ganghjælpemiddel er lånt for to måneder siden, ét til låns nu"},
		{"a change says of what", codes.ServicesOverall, []string{"help_gap_weeks_26w", "help_change_4w"}, []float64{0, 23.2}, "Ingen uger uden hjælp i hjemmet de seneste 26 uger, 23 minutter mere om ugen de seneste 4 uger end i de 12 uger før"},
		{"no column at all", codes.Beds, nil, nil, "Plejeseng og sengeudstyr"},
	} {
		fs := make([]Feature, len(c.ids))
		for i, id := range c.ids {
			fs[i] = columnOf(t, id)
		}
		assert.Equal(t, c.da, ConceptSentence(c.concept, fs, c.values, "da"), c.name)
	}
	assert.Panics(t, func() { ConceptSentence(codes.Beds, Catalogue(), nil, "da") })
}

func TestDigitsNeverShowSomethingAsNothing(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.04: "under 0,1", 0.05: "0,1", 9.96: "10", 9.94: "9,9", 999.5: "1.000", 1234567: "1.234.567", -3.25: "−3,3", 1e15: "1.000.000.000.000.000"} {
		assert.Equal(t, want, digits(v, "da"), "%v", v)
	}
	assert.Equal(t, "2.5", digits(2.5, "en"))
	assert.Equal(t, "under 1 pct.", percent(0.001, "da"))
	assert.Equal(t, "0 pct.", percent(0, "da"))
	assert.Equal(t, "100 pct.", percent(1, "da"))
}

// Less need of help is better; the sentences must not turn that round.
func TestAnEarlierCourseIsToldTheRightWayRound(t *testing.T) {
	f, day := columnOf(t, "training_best_need_change"), rettidig.DayOf(2023, 6, 1)
	for follow, want := range map[float64]string{
		7:  "Behovet for hjælp faldt tre point i det bedste tidligere forløb",
		10: "Behovet for hjælp var uændret i det bedste tidligere forløb",
		11: "Behovet for hjælp faldt ikke i noget målt tidligere forløb; det steg mindst ét point",
	} {
		var h rettidig.History
		for i := range 12 {
			d := day + rettidig.Day(7*i)
			h.Sessions = append(h.Sessions, rettidig.Session{Date: d, Known: d, Rating: 3})
		}
		for d, need := range map[rettidig.Day]float64{day: 10, day + 84: follow} {
			h.Screenings = append(h.Screenings, rettidig.Screening{Date: d, Known: d, Need: need, Ability: math.NaN()})
		}
		h.Sort()
		row := make([]float64, Count())
		Compute(row, &h, day+365)
		assert.Equal(t, want, Sentence(f, row[Index(f.ID)], "da"), "from 10 to %v", follow)
	}
}
