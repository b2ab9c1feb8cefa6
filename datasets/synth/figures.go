package synth

import (
	"fmt"
	"math"
)

// misses are the figures that are known not to be met.
var misses = map[string]Miss{
	"home_care_dst.hours_distribution_2022 >=20":                    {longTail, 0.5},
	"home_care_dst.mean_minutes_per_week_2019 both_practical":       {"practical help here grows with the first personal care, and little after", 0.4},
	"nursing_home.share_by_age 65-69_2020":                          {"who moves in young mostly has long been ill; nobody here is ill before 60", 0.4},
	"completion_and_effect_baselines.completion_company":            {otherPlace, 0.4},
	"completion_and_effect_baselines.improved_physical_form_viborg": {otherPlace, 0.3},
	"aids_aalborg.share_without_return_date_2005_2018":              {"how long aids outside the fifteen classes are kept is our own guess", 0.25},
	"aids_not_returned_by_lend_year.rollator_4w 2011":               {oneCurve, 0.9},
	"aids_not_returned_by_lend_year.rollator_4w 2010":               {oneCurve, 0.9},
	"aids_top15.shower_stool fraction_not_returned":                 {oneCurve, 0.25},
	"aids_top15.large_turning fraction_not_returned":                {oneCurve, 0.3},
	"aids_not_returned_by_lend_year.large_turning 2016":             {oneCurve, 0.75},
	"aids_not_returned_by_lend_year.raised_toilet_seat_fixed 2014":  {oneCurve, 0.65},
	"aids_top15.high_sling fraction_not_returned":                   {oneCurve, 0.3},
	"aids_top15.foam_cushion_pur fraction_not_returned":             {oneCurve, 0.4},
}

// Reasons why a figure is not met.
const (
	longTail   = "every decline adds at least half of what there was, so a few get very much; the published count is of all ages"
	otherPlace = "other municipalities' own figures; this one is made like the one the system is for, where half complete and half of those have an effect"
	oneCurve   = "one curve for the length of a loan cannot follow both the first year and the long tail"
)

// figures turns the counts of a municipality of our days into the table.
func (t *tally) figures(cfg *Config) []Figure {
	var out []Figure
	add := func(id, kind, unit string, target float64, m mean) {
		out = append(out, Figure{ID: id, Kind: kind, Unit: unit, Target: target, Measured: m.value(), N: m.n, Sampling: m.err()})
	}
	share := func(id, kind string, target float64, i int) { add(id, kind, "share", target, t.means[i]) }
	minutes := func(id, kind string, target float64, i int) { add(id, kind, "min/week", target, t.means[i]) }

	share("population.denmark_2025_65plus women", "derived", 0.538, femaleShare)
	share("population.female_share_by_age_2025 85+", "derived", 0.624, female85)
	for i, target := range []float64{0.2636, 0.2364, 0.2286, 0.1542, 0.1173} {
		share(fmt.Sprintf("population.denmark_2025_65plus %s", []string{"65-69", "70-74", "75-79", "80-84", "85+"}[i]), "derived", target, age65+i)
	}
	for _, d := range []struct {
		id, kind string
		sex, age int
		target   float64
	}{
		{"mortality.women_2019_per1000 65-69", "derived", 1, 0, 10.5}, {"mortality.women_2019_per1000 70-74", "derived", 1, 1, 15.8},
		{"mortality.women_2019_per1000 75-79", "derived", 1, 2, 27.0}, {"mortality.women_2019_per1000 80-84", "derived", 1, 3, 50.8},
		{"mortality.women_2019_per1000 85-89", "derived", 1, 4, 98.4}, {"mortality.women_2019_per1000 90-94", "derived", 1, 5, 177.8},
		{"mortality.men_2020_per1000 65-69", "published", 0, 0, 16.4}, {"mortality.men_2020_per1000 70-74", "published", 0, 1, 24.4},
		{"mortality.men_2020_per1000 75-79", "published", 0, 2, 39.5}, {"mortality.men_2020_per1000 80-84", "published", 0, 3, 69.2},
		{"mortality.men_85plus_split 85-89", "derived", 0, 4, 140}, {"mortality.men_85plus_split 90-94", "derived", 0, 5, 232},
	} {
		n, k := t.years[d.sex][d.age], t.deaths[d.sex][d.age]
		out = append(out, Figure{ID: d.id, Kind: d.kind, Unit: "deaths per 1,000 a year", Target: d.target,
			Measured: 1000 * k / n, N: int(n), Sampling: 1000 * math.Sqrt(k) / n})
	}

	share("home_care_dst.coverage_65plus_2019", "derived", 0.111, cover65)
	share("home_care_dst.coverage 67plus_2022", "published", 0.12, cover67)
	share("home_care_dst.coverage 80plus_2022", "published", 0.28, cover80)
	share("home_care_dst.coverage_67_79_2022", "derived", 0.057, cover6779)
	share("home_care_dst.hours_distribution_2022 <2", "published", 0.67, under2h)
	share("home_care_dst.hours_distribution_2022 2-8", "published", 0.22, from2to8h)
	share("home_care_dst.hours_distribution_2022 8-20", "published", 0.09, from8to20h)
	share("home_care_dst.hours_distribution_2022 >=20", "published", 0.02, over20h)
	minutes("home_care_dst.mean_minutes_per_week_2019 all", "derived", 194.9, careMinutes)
	minutes("home_care_dst.hours_80plus 2022", "published", 192, minutes80)
	share("home_care_dst.types_65plus_2019 practical_only", "published", 0.476, practicalOnly)
	share("home_care_dst.types_65plus_2019 personal_only", "published", 0.120, personalOnly)
	share("home_care_dst.types_65plus_2019 both", "published", 0.405, bothTypes)
	minutes("home_care_dst.mean_minutes_per_week_2019 practical_only", "derived", 26.9, minutesPractical)
	minutes("home_care_dst.mean_minutes_per_week_2019 personal_only", "derived", 247.5, minutesPersonal)
	minutes("home_care_dst.mean_minutes_per_week_2019 both_total", "derived", 376.8, minutesBoth)
	minutes("home_care_dst.mean_minutes_per_week_2019 both_personal", "derived", 297.8, bothPersonal)
	minutes("home_care_dst.mean_minutes_per_week_2019 both_practical", "derived", 79.0, bothPractical)

	share("nursing_home.share_65plus denmark_2019", "published", 0.033, homeShare65)
	share("nursing_home.share_by_age 65-69_2020", "published", 0.006, homeShare6569)
	share("nursing_home.share_by_age 85plus_2020", "published", 0.161, homeShare85)
	share("nursing_home.share_by_age 90plus_women_2019", "published", 0.289, homeWomen90)
	share("nursing_home.share_by_age 90plus_men_2019", "published", 0.201, homeMen90)
	share("nursing_home.women_share", "published", 0.65, homeWomen)
	add("nursing_home.mean_age_moving_in", "published", "years", 81.4, t.means[homeEntryAge])
	share("nursing_home.die_or_leave_within_1y_of_entry", "published", 0.33, homeGoneInYear)
	add("nursing_home.mean_stay all", "published", "years", 2.5, t.means[homeStay])

	add("air_fall_dataset.mean_age", "published", "years", 83.1, t.means[trainedAge])
	share("air_fall_dataset.female", "published", 0.636, trainedFemale)
	add("air_fall_dataset.mean_number_of_aids", "published", "loans", 11, t.means[trainedAids])
	spread := t.means[trainedAids]
	out = append(out, Figure{ID: "air_fall_dataset.boxplots number_of_aids median", Kind: "read_from_figure", Unit: "loans", Target: 8,
		Measured: median(t.aids), N: len(t.aids), ReadError: 0.5, Sampling: medianError * spread.err()})
	share("air_fall_dataset.share_with_no_aid", "published", 0.06, trainedNone)
	share("air_fall_dataset.aid_prevalence_all walker", "derived", 0.801, trainedRollator)
	share("air_fall_dataset.aid_prevalence_all shower_chair", "derived", 0.725, trainedStool)
	share("air_fall_dataset.aid_prevalence_all emergency_alarm", "derived", 0.545, trainedAlarm)
	share("air_fall_dataset.aid_prevalence_all toilet_seat_riser", "derived", 0.499, trainedToilet)
	share("air_fall_dataset.aid_prevalence_all bedsore_prevention", "derived", 0.399, trainedPressure)

	add("course_structure.weeks", "published", "days to the last screening", 84, t.means[finalDay])
	add("course_structure.sessions_per_week", "published", "sessions planned a week", 2, t.means[sessionsAWeek])
	add("course_structure.screening_interval", "published", "weeks", 4, t.means[screeningGap])
	minutes("completion_and_effect_baselines.home_help_change_viborg_completers", "published", -47, changeCompleters)
	minutes("completion_and_effect_baselines.home_help_change_viborg_controls", "published", 20, changeControls)
	share("completion_and_effect_baselines.completion_company", "published", 0.70, completed)
	share("completion_and_effect_baselines.improved_physical_form_viborg", "published", 0.58, effective)

	share("assumption: decline in a half-year, of those at risk", "assumption", 0.115, declined)
	years := float64(cfg.To-cfg.From) / year
	courses := t.means[coursesAYear].sum / years / float64(cfg.Citizens) * 1000
	out = append(out, Figure{ID: "assumption: courses a year per 1,000 citizens", Kind: "assumption", Unit: "courses", Target: 16,
		Measured: courses, N: t.means[coursesAYear].n, Sampling: courses / math.Sqrt(t.means[coursesAYear].sum)})
	return known(out)
}

// medianError is how much larger the standard error of a median is than that of a mean, for a bell-shaped spread.
const medianError = 1.2533

// aidFigures turns the counts of a municipality in the years of the source into the table.
func (t *tally) aidFigures() []Figure {
	const read = 0.004
	var out []Figure
	add := func(id, kind, unit string, target, readError float64, m mean) {
		out = append(out, Figure{ID: id, Kind: kind, Unit: unit, Target: target, ReadError: readError, Measured: m.value(), N: m.n, Sampling: m.err()})
	}
	add("aids_aalborg.share_without_return_date_2005_2018", "derived", "share of loans", 0.191, 0, asLent(t.allOut))
	add("aids_aalborg.top15_share_of_rows", "derived", "share of loans", 0.529, 0, t.topLent)
	for i, c := range topClasses {
		if c.share > 0 {
			add("aids_top15."+c.key+" share of rows", "published", "share of loans", c.share, 0, t.lent[i])
			add("aids_top15."+c.key+" fraction_not_returned", "read_from_figure", "share of loans", c.out, read, asLent(t.byYear[i]))
			var spread mean
			for _, d := range t.days[i] {
				spread.add(d)
			}
			out = append(out, Figure{ID: "aids_top15." + c.key + " median days returned", Kind: "read_from_figure", Unit: "days", Target: c.median,
				ReadError: 4, Measured: median(t.days[i]), N: len(t.days[i]), Sampling: medianError * spread.err()})
		}
		for y, target := range c.byYear {
			add(fmt.Sprintf("aids_not_returned_by_lend_year.%s %d", c.key, 2018-y), "read_from_figure", "share of loans", target, 0.01, t.byYear[i][y])
		}
	}
	return known(out)
}

// loansByYear are the source's rows by year of lending, from 2018 back (aids_by_year): the depots' business grew, and in
// 2014-15 loans were registered anew.
var loansByYear = [numYears]float64{35174, 36939, 36217, 59639, 50174, 27072, 25628, 25548, 23944, 23302, 21939, 27072, 25548, 22500}

// asLent is the mean over years of lending when each has the source's weight.
func asLent(years [numYears]mean) (m mean) {
	total, value, variance := 0.0, 0.0, 0.0
	for _, w := range loansByYear {
		total += w
	}
	for y, w := range loansByYear {
		w /= total
		value += w * years[y].value()
		variance += w * w * years[y].err() * years[y].err()
		m.n += years[y].n
	}
	n := float64(m.n)
	m.sum, m.squares = n*value, n*(value*value+n*variance)
	return m
}

// known adds what is known about the figures that are not met.
func known(figures []Figure) []Figure {
	for i := range figures {
		if m, ok := misses[figures[i].ID]; ok {
			figures[i].Miss = &m
		}
	}
	return figures
}
