package extract

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
)

// Dates outside these are slips of the pen: no register here is older, and 2100 is far enough.
var (
	firstDay = rettidig.DayOf(1950, 1, 1)
	lastDay  = rettidig.DayOf(2100, 1, 1)
)

// dateOrder is the order of day, month and year where all are figures and the year does not come first.
type dateOrder string

const (
	dayFirst   dateOrder = "dmy"
	monthFirst dateOrder = "mdy"
)

func (o dateOrder) parse(b []byte) (rettidig.Day, bool) { return parseDateIn(b, o == monthFirst) }

// parseDate reads dates in which the day comes before the month.
func parseDate(b []byte) (rettidig.Day, bool) { return parseDateIn(b, false) }

// parseDateIn reads dd-mm-yyyy, dd/mm/yyyy, dd.mm.yyyy and yyyy-mm-dd, each with or without a time of day
// after it; with monthFirst, mm-dd-yyyy in place of dd-mm-yyyy. Days and months may have one digit, years have four. A date that does not exist is no date.
func parseDateIn(b []byte, monthFirst bool) (rettidig.Day, bool) {
	if i := bytes.IndexAny(b, "T "); i > 0 && clock(b[i+1:]) {
		b = b[:i]
	}
	var part, digits [3]int
	n := 0
	var sep byte
	for _, c := range b {
		switch {
		case '0' <= c && c <= '9':
			if digits[n]++; digits[n] > 4 {
				return rettidig.NoDay, false
			}
			part[n] = part[n]*10 + int(c-'0')
		case (c == '-' || c == '/' || c == '.') && n < 2 && digits[n] > 0 && (sep == 0 || sep == c):
			sep = c
			n++
		default:
			return rettidig.NoDay, false
		}
	}
	if n != 2 {
		return rettidig.NoDay, false
	}
	y, d := 2, 0
	if digits[0] == 4 {
		y, d = 0, 2
	}
	if digits[y] != 4 || digits[1] > 2 || digits[d] > 2 || digits[d] == 0 {
		return rettidig.NoDay, false
	}
	m := 1
	if monthFirst && y == 2 {
		m, d = d, m
	}
	return civil(part[y], part[m], part[d])
}

// clock tells whether b looks like a time of day: 14:30, 00:00:00.000, 09:15Z.
func clock(b []byte) bool {
	if len(b) < 4 || bytes.IndexByte(b, ':') < 1 {
		return false
	}
	for _, c := range b {
		if (c < '0' || c > '9') && c != ':' && c != '.' && c != 'Z' && c != '+' {
			return false
		}
	}
	return true
}

// civil is days from civil date after Howard Hinnant's chrono-compatible algorithm: no allocation, no time
// zone. ok is false for dates that do not exist or lie outside firstDay and lastDay.
func civil(year, month, day int) (d rettidig.Day, ok bool) {
	if year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return rettidig.NoDay, false
	}
	y := year
	if month <= 2 {
		y--
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*((month+9)%12)+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	d = rettidig.Day(era*146097 + doe - 719468)
	return d, d >= firstDay && d < lastDay
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// The first day of Excel's two calendars, counted so that serial + epoch is our day. Excel's 1900 calendar
// has a 29 February 1900 that never was; every serial from 61 on is right with this epoch.
const (
	excel1900 = -25569
	excel1904 = -24107
)

// parseSerial reads an Excel day number, with or without a time of day behind the decimal point: 43028 is
// 2017-10-20. Only days from firstDay to lastDay count, so that small integers are never dates.
func parseSerial(b []byte, epoch int) (rettidig.Day, bool) {
	if len(b) < 5 || b[0] < '1' || b[0] > '9' {
		return rettidig.NoDay, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(f >= 10000 && f < 100000) {
		return rettidig.NoDay, false
	}
	d := rettidig.Day(int(math.Floor(f)) + epoch)
	return d, d >= firstDay && d < lastDay
}

// parseNumber reads a decimal with a comma or a dot. Thousands separators are not guessed here: 4.690 is 4.69.
func parseNumber(b []byte) (float64, bool) {
	if len(b) == 0 || len(b) > 40 {
		return 0, false
	}
	for _, c := range b { // keeps out "inf", "nan", hexadecimal and underscores, which ParseFloat takes
		if (c < '0' || c > '9') && c != '.' && c != ',' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	s := string(b)
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

// parseWhole reads a number from a column of whole numbers, where 1.200 and 1.200.000 can only have a
// thousands dot; dotted says that it had one. Decimals such as 12,5 are let through.
func parseWhole(b []byte) (v float64, dotted, ok bool) {
	if n := len(b); n > 0 && n <= 9 {
		u := 0
		for _, c := range b {
			if c < '0' || c > '9' {
				u = -1
				break
			}
			u = u*10 + int(c-'0')
		}
		if u >= 0 {
			return float64(u), false, true
		}
	}
	if thousands(b) {
		v, ok = parseNumber(bytes.ReplaceAll(b, []byte("."), nil))
		return v, true, ok
	}
	v, ok = parseNumber(b)
	return v, false, ok
}

// thousands tells whether b is digits in groups of three with dots between: 1.200, 12.345.678.
func thousands(b []byte) bool {
	groups := bytes.Split(b, []byte("."))
	if len(groups) < 2 || len(groups[0]) < 1 || len(groups[0]) > 3 || groups[0][0] == '0' {
		return false
	}
	for i, g := range groups {
		if i > 0 && len(g) != 3 {
			return false
		}
		for _, c := range g {
			if c < '0' || c > '9' {
				return false
			}
		}
	}
	return true
}

// mondayOf is the Monday of an ISO week of the years 1949 to 2100.
func mondayOf(year, week int) (rettidig.Day, bool) {
	if year < firstYear || year > lastYear || week < 1 || week > 53 {
		return rettidig.NoDay, false
	}
	d := mondays[year-firstYear][week-1]
	return d, d.Valid()
}

const firstYear, lastYear = 1949, 2100

var mondays = func() (out [lastYear - firstYear + 1][53]rettidig.Day) {
	for y := range out {
		for w := range out[y] {
			var err error
			if out[y][w], err = rettidig.MondayOf(firstYear+y, w+1); err != nil {
				out[y][w] = rettidig.NoDay
			}
		}
	}
	return out
}()
