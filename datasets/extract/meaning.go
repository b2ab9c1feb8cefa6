package extract

import "github.com/rettidig/rettidig/datasets/klgateway"

// meanings says in words what each cause in a report is; klgateway has those of its own entries.
var meanings = map[string]string{
	// merged
	"duplicate":  "the same as another row",
	"superseded": "a newer file tells it differently, and is believed",
	"added_up":   "added to another row of the same citizen, week and service",

	"citizen_told": "tells the sex and year of birth of a citizen; no fact of its own",
	"class_listed": "a class in a list of classes; no fact of its own",

	// dropped
	"row_blank":            "no value in any column",
	"returned_before_lent": "returned before it was lent",
	"minutes_zero":         "no minutes delivered (meals with visits are kept)",
	"minutes_negative":     "negative minutes",
	"hmi_misc":             "HMI number 899,999: in no catalogue, or deleted from it",
	"class_heading":        "a heading in a list of classes",

	// quarantined
	"quotes_malformed":    "something follows a closing quotation mark",
	"row_short":           "fewer columns than the header",
	"row_long":            "more columns than the header",
	"id_missing":          "no citizen id",
	"id_bogus":            "an id that stands for nobody or for many: 0, all zeros, 681, #VALUE!",
	"id_rounded":          "a spreadsheet rounded the id: digits are lost",
	"id_length":           "neither a CPR number nor a BorgerID of 12 digits",
	"cpr_length":          "not ten characters",
	"cpr_letters":         "letters or signs, and no replacement number",
	"cpr_date":            "does not begin with a date",
	"before_birth":        "dated before the citizen was born",
	"after_extract_date":  "dated after the day on which the extract was made",
	"date_missing":        "no date",
	"date_unreadable":     "no such date, or none from 1950 to 2099",
	"iso_missing":         "no ISO class",
	"iso_unreadable":      "the ISO class holds something other than digits",
	"iso_length":          "the ISO class has neither 8 nor 6 digits",
	"iso_no_such_class":   "ISO 9999 has no such top class",
	"week_missing":        "no year or no week",
	"week_unreadable":     "the year or the week is no number",
	"week_no_such":        "the year has no such ISO week",
	"service_missing":     "no service name",
	"service_unreadable":  "longer than a name, or holds something like a CPR number",
	"minutes_missing":     "no minutes",
	"minutes_unreadable":  "minutes are no number",
	"minutes_over_a_week": "more minutes than a week has (10,080)",
	"visits_unreadable":   "the number of visits is no whole number",
	"score_unreadable":    "a score is no number from 0 to 1000",
	"status_missing":      "no status",
	"status_unknown":      "not one of DigiRehab's statuses",
	"rating_missing":      "no rating",
	"rating_unreadable":   "not a whole number from 1 to 6",

	// repairs
	"mojibake":                 "Danish letters restored (Ã¸ to ø)",
	"iso_leading_zero":         "leading zero of the ISO class restored",
	"cpr_leading_zero":         "leading zero of the CPR number restored",
	"id_number_format":         "an id stored as a number made an id again",
	"return_date_unreadable":   "unreadable return date taken as missing",
	"return_after_extract":     "return date after the extract date taken as missing",
	"week_53_of_calendar_year": "week 53 of a year that has none moved to the year before",
	"thousands_dot":            "1.200 read as 1200",
	"date_excel_number":        "a day number from a spreadsheet read as its date",
	"hmi_from_serial":          "HMI number taken from the serial number",
	"paragraph_is_iso":         "an ISO class in the paragraph's place: no paragraph",
	"reason_unknown":           "an unknown reason kept as \"other\"",

	// of reports to KL Gateway
	"planned_intervention": "what was granted, not what was done",
	"entered_in_error":     "says that another entry was wrong",
	"covered_by_home_care": "a visit in a week that a file of home care tells of, which knows the minutes",
	"retracted":            "a later report says that it was wrong: kept as what was known until then",

	// notes
	"last_line_unended":       "the last line of the file has no line end",
	"service_unknown":         "a service that no table knows, kept under its own name",
	"iso_class_unnamed":       "an ISO class that we have no name for, kept",
	"returned_same_day":       "lent and returned on one day: a failed delivery or an exchange",
	"week_told_twice_differs": "\"År uge\" and \"Ugenummer\" name different weeks; the latter is believed",
	"visits_missing":          "no number of visits",
	"gender_unknown":          "the gender is neither Kvinde nor Mand",
	"birth_year_unreadable":   "the birth year is no number",
	"score_missing":           "a screening without the score of the need for help",
	"ability_missing":         "a screening without the score of physical ability",
	"birth_year_two_digits":   "a birth year of two digits; the century is the one that makes the citizen 18 to 110 years old",
	"birth_year_ambiguous":    "of these, another century would make a living age too",
	"patient_second_id":       "a citizen with a second PatientID: enrolled anew",
	"known_late":              "registered more than a week after it happened, or missing in an older delivery; known from then on",
	"corrected":               "a newer delivery tells it differently: the old version is kept as what was known until then",
	"registered_unreadable":   "the day of registration is no date, and taken as missing",
	"class_of_older_edition":  "an ISO class of an older edition, read as today's",
	"iso_class_not_listed":    "an ISO class that is not in the delivered list of classes, kept",
	"paragraph_unknown":       "a law paragraph that no table knows, taken as missing",
	"price_unreadable":        "the price is no number or beyond reason, and taken as missing",
	"hmi_unreadable":          "the HMI number is no number",
}

// Meaning says in words what a cause in a report is.
func Meaning(cause string) string {
	if m, ok := meanings[cause]; ok {
		return m
	}
	return klgateway.Meaning(cause)
}
