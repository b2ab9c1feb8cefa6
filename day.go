package rettidig

import (
	"fmt"
	"math"
	"time"
)

// Day is a civil date, counted in days since 1970-01-01 (negative before). It has no time zone: the
// registers record dates, not instants.
type Day int32

// NoDay marks a date that is missing, for instance a loan that has not been returned. It is smaller
// than every real day, so a test such as `returned < t` must rule it out first; use Day.Known.
const NoDay Day = math.MinInt32

// DayOf returns the day of a calendar date. It panics if the date does not exist (31 February): dates
// from outside go through ParseDay.
func DayOf(year int, month time.Month, day int) Day {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day {
		panic(fmt.Sprintf("rettidig: no such date %d-%d-%d", year, month, day))
	}
	return fromTime(t)
}

// DayOfTime returns the day on which t falls in t's own location.
func DayOfTime(t time.Time) Day {
	return DayOf(t.Year(), t.Month(), t.Day())
}

// ParseDay reads an ISO date, YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return NoDay, fmt.Errorf("%q is not a date of the form YYYY-MM-DD, such as 2026-06-30", s)
	}
	return fromTime(t), nil
}

func fromTime(t time.Time) Day { return Day(math.Floor(float64(t.Unix()) / 86400)) }

// Valid tells whether d is a date at all, that is, not NoDay.
func (d Day) Valid() bool { return d != NoDay }

// Time returns midnight UTC at the start of d. It panics on NoDay.
func (d Day) Time() time.Time {
	if d == NoDay {
		panic("rettidig: Time of a missing day")
	}
	return time.Unix(int64(d)*86400, 0).UTC()
}

// String returns the ISO date, or the empty string for NoDay.
func (d Day) String() string {
	if d == NoDay {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// MarshalText writes the ISO date; NoDay becomes the empty string.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads an ISO date; the empty string becomes NoDay.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = NoDay
		return nil
	}
	v, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Monday returns the Monday of d's ISO week.
func (d Day) Monday() Day {
	// 1970-01-01 was a Thursday, so day -3 was a Monday.
	return d - Day(((int(d)+3)%7+7)%7)
}

// ISOWeek returns d's ISO 8601 year and week.
func (d Day) ISOWeek() (year, week int) { return d.Time().ISOWeek() }

// MondayOf returns the Monday of an ISO week. It is an error if the year has no such week: week 53
// exists only in long ISO years.
func MondayOf(isoYear, week int) (Day, error) {
	if week < 1 || week > 53 || isoYear < 1800 || isoYear > 2200 {
		return NoDay, fmt.Errorf("no ISO week %d in %d", week, isoYear)
	}
	// 4 January is always in week 1.
	d := DayOf(isoYear, time.January, 4).Monday() + Day(7*(week-1))
	if y, w := d.ISOWeek(); y != isoYear || w != week {
		return NoDay, fmt.Errorf("no ISO week %d in %d", week, isoYear)
	}
	return d, nil
}

// AgeAt returns completed years from birth to d, as a birthday is counted: somebody born on 29 February
// turns a year older on 1 March in a common year. It is -1 if birth is after d.
func AgeAt(birth, d Day) int {
	b, t := birth.Time(), d.Time()
	if d < birth {
		return -1
	}
	age := t.Year() - b.Year()
	if t.Month() < b.Month() || (t.Month() == b.Month() && t.Day() < b.Day()) {
		age--
	}
	return age
}
