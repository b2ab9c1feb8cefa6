package synth

import "fmt"

// Reasons why a figure is not met.
const (
	allAges     = "the published mean is over all ages, with some who move in young; nobody here is under 60"
	shortWindow = "the source covers 14 years of lending; a delivery of six years holds more loans that are still running (see the rows by years since lending)"
	otherPlace  = "other municipalities' own figures; this municipality is made like the one the system is for, where half complete and half of those have an effect"
)

// figures turns the counts into the table.
func (t *tally) figures(cfg *Config) []Figure {
	var out []Figure
	add := func(id, kind, unit string, target, tolerance float64, m mean, reason string) {
		out = append(out, Figure{id, kind, unit, target, tolerance, m.value(), m.n, reason})
	}
	at := func(i int) mean { return t.means[i] }
	years := float64(cfg.To-cfg.From) / year

	add("population.denmark_2025_65plus female", "derived", "share", 0.538, 0.01, at(femaleShare), "")
	for _, d := range []struct {
		id       string
		kind     string
		sex, age int
		target   float64
	}{
		{"mortality.women_2019_per1000 75-79", "derived", 1, 2, 27.0}, {"mortality.women_2019_per1000 80-84", "derived", 1, 3, 50.8},
		{"mortality.women_2019_per1000 85-89", "derived", 1, 4, 98.4}, {"mortality.men_2020_per1000 75-79", "published", 0, 2, 39.5},
		{"mortality.men_2020_per1000 80-84", "published", 0, 3, 69.2}, {"mortality.men_85plus_split 85-89", "derived", 0, 4, 140},
	} {
		n := t.years[d.sex][d.age]
		out = append(out, Figure{d.id, d.kind, "deaths per 1000 a year", d.target, 0.15 * d.target, 1000 * t.deaths[d.sex][d.age] / n, int(n), ""})
	}

	add("home_care_dst.coverage_65plus_2019", "derived", "share", 0.111, 0.012, at(cover65), "")
	add("home_care_dst.coverage 67plus_2022", "published", "share", 0.12, 0.015, at(cover67), "")
	add("home_care_dst.coverage 80plus_2022", "published", "share", 0.28, 0.03, at(cover80), "")
	add("home_care_dst.coverage_67_79_2022", "derived", "share", 0.057, 0.012, at(cover6779), "")
	add("home_care_dst.hours_distribution_2022 <2", "published", "share", 0.67, 0.05, at(under2h), "")
	add("home_care_dst.hours_distribution_2022 2-8", "published", "share", 0.22, 0.05, at(from2to8h), "")
	add("home_care_dst.hours_distribution_2022 8-20", "published", "share", 0.09, 0.03, at(from8to20h), "")
	add("home_care_dst.hours_distribution_2022 >=20", "published", "share", 0.02, 0.012, at(over20h), "")
	add("home_care_dst.mean_minutes_per_week_2019 all", "derived", "min/week", 194.9, 25, at(careMinutes), "")
	add("home_care_dst.types_65plus_2019 practical_only", "derived", "share", 0.476, 0.05, at(practicalOnly), "")
	add("home_care_dst.types_65plus_2019 personal_only", "derived", "share", 0.120, 0.04, at(personalOnly), "")
	add("home_care_dst.types_65plus_2019 both", "derived", "share", 0.405, 0.05, at(bothTypes), "")
	add("home_care_dst.mean_minutes_per_week_2019 practical_only", "derived", "min/week", 26.9, 4, at(minutesPractical), "")
	add("home_care_dst.mean_minutes_per_week_2019 personal_only", "derived", "min/week", 247.5, 60, at(minutesPersonal), "")
	add("home_care_dst.mean_minutes_per_week_2019 both_total", "derived", "min/week", 376.8, 60, at(minutesBoth), "")

	add("nursing_home.share_65plus", "published", "share", 0.033, 0.008, at(homeShare65), "")
	add("nursing_home.share_by_age 85plus_2020", "published", "share", 0.161, 0.04, at(homeShare85), "")
	add("nursing_home.women_share", "published", "share", 0.65, 0.06, at(homeWomen), "")
	add("nursing_home.mean_age_moving_in", "published", "years", 81.4, 2, at(homeEntryAge), allAges)
	add("nursing_home.die_or_leave_within_1y_of_entry", "published", "share", 0.33, 0.06, at(homeGoneInYear), "")

	for i, c := range topClasses {
		out = append(out, Figure{"aids_top15." + c.key + " share of rows", "published", "share", c.share, c.tolerance,
			float64(t.rows[i]) / float64(t.allRows), t.allRows, ""})
	}
	for i, c := range topClasses {
		out = append(out, Figure{"aids_top15." + c.key + " median days returned", "read_from_figure", "days", c.median, 0.3 * c.median,
			median(t.days[i]), len(t.days[i]), ""})
	}
	for i, want := range notReturned {
		add(fmt.Sprintf("aids_not_returned_by_lend_year.rollator_4w %d", 2018-i), "read_from_figure", "share", want, 0.08, t.stillOut[i], "")
	}
	add("pitfall_rates.missing_return_date", "derived", "share of loans", 0.191, 0.03, at(noReturn), shortWindow)

	add("air_fall_dataset.mean_age", "published", "years", 83.1, 1.5, at(trainedAge), "")
	add("air_fall_dataset.female", "published", "share", 0.636, 0.04, at(trainedFemale), "")
	add("air_fall_dataset.mean_number_of_aids", "published", "loans", 11, 1.5, at(trainedAids), "")
	out = append(out, Figure{"air_fall_dataset.boxplots number_of_aids median", "read_from_figure", "loans", 8, 2, median(t.aids), len(t.aids), ""})
	add("air_fall_dataset.share_with_no_aid", "published", "share", 0.06, 0.03, at(trainedNone), "")
	add("air_fall_dataset.aid_prevalence_all walker", "derived", "share", 0.801, 0.06, at(trainedRollator), "")
	add("air_fall_dataset.aid_prevalence_all shower_chair", "derived", "share", 0.725, 0.06, at(trainedStool), "")
	add("air_fall_dataset.aid_prevalence_all emergency_alarm", "derived", "share", 0.545, 0.06, at(trainedAlarm), "")
	add("air_fall_dataset.aid_prevalence_all toilet_seat_riser", "derived", "share", 0.499, 0.06, at(trainedToilet), "")
	add("air_fall_dataset.aid_prevalence_all bedsore_prevention", "derived", "share", 0.399, 0.08, at(trainedPressure), "")

	add("course_structure.weeks", "published", "days to the last screening", 84, 5, at(finalDay), "")
	add("course_structure.planned_sessions", "derived", "sessions done by completers, of 24", 20, 4, at(doneOfCompleted), "")
	add("completion_and_effect_baselines.home_help_change_viborg_completers", "published", "min/week", -47, 25, at(changeCompleters), "")
	add("completion_and_effect_baselines.completion_company", "published", "share", 0.70, 0.05, at(completed), otherPlace)
	add("completion_and_effect_baselines.improved_physical_form_viborg", "published", "share", 0.58, 0.05, at(effective), otherPlace)
	add("pitfall_rates.digirehab_citizens_lost", "derived", "share", 0.046, 0.015, at(lostDigirehab), "")

	add("design.completion", "design", "share of courses", 0.50, 0.04, at(completed), "")
	add("design.effect_given_completion", "design", "share of completed", 0.50, 0.05, at(effective), "")
	add("design.decline_in_half_year", "design", "share at risk", 0.115, 0.035, at(declined), "")
	perYear := t.means[coursesAYear].sum / years / float64(cfg.Citizens) * 20000
	out = append(out, Figure{"design.courses_a_year per 20,000", "design", "courses", 325, 45, perYear, int(t.means[coursesAYear].sum), ""})
	return out
}
