package klgateway

import (
	"time"

	"github.com/rettidig/rettidig"
)

// The first and the last year in which anything we read can have happened: FSIII and the gateway are younger.
const firstYear, lastYear = 1990, 2099

// moment reads a FHIR date or instant: "2021-02-10", or with a time and "Z" or an offset. The day is the one in Denmark:
// half past eleven in the evening "Z" is the next day there. cause says why it is none: "missing" (blank), "partial"
// (a year or a month: FHIR allows it, a fact needs a day), "unreadable".
func moment(text string) (day rettidig.Day, seconds int64, cause string) {
	switch {
	case text == "":
		return rettidig.NoDay, 0, "missing"
	case len(text) == 4 || len(text) == 7:
		return rettidig.NoDay, 0, "partial"
	}
	if len(text) == 10 {
		d, err := rettidig.ParseDay(text)
		if err != nil {
			return rettidig.NoDay, 0, "unreadable"
		}
		t := d.Time()
		if t.Year() < firstYear || t.Year() > lastYear {
			return rettidig.NoDay, 0, "unreadable"
		}
		return d, t.Unix(), ""
	}
	t, err := time.Parse(time.RFC3339, text) // takes fractions of a second too
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return rettidig.NoDay, 0, "unreadable"
	}
	return danishDay(t), t.Unix(), ""
}

// danishDay returns the day in Denmark: one hour ahead of UTC, two from the last Sunday of March to the last Sunday of
// October, changing at 01:00 UTC. The rule is that of the European Union since 1996; before, and after its possible
// end, it is off by an hour and so by a day for what happened in that hour before midnight.
func danishDay(t time.Time) rettidig.Day {
	t = t.UTC()
	ahead := time.Hour
	if !t.Before(lastSunday(t.Year(), time.March)) && t.Before(lastSunday(t.Year(), time.October)) {
		ahead = 2 * time.Hour
	}
	return rettidig.DayOfTime(t.Add(ahead))
}

// lastSunday returns 01:00 UTC on the last Sunday of a month of 31 days.
func lastSunday(year int, m time.Month) time.Time {
	last := time.Date(year, m, 31, 1, 0, 0, 0, time.UTC)
	return last.AddDate(0, 0, -int(last.Weekday()))
}
