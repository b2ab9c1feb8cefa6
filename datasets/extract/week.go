package extract

import (
	"bytes"

	"github.com/rettidig/rettidig"
)

// weekRead is the ISO week of a row, as read.
type weekRead struct {
	day         rettidig.Day // Monday
	repaired    bool
	contradicts bool // "År uge" names another week than "Ugenummer", which is believed
}

// week reads the year before the first hyphen of "År uge" and the week of "Ugenummer".
//
// Some exports pair the ISO week with the calendar year, so that 1 to 3 January 2021, which belong to
// 2020's week 53, stand as 2021 week 53. In a year that has no week 53 that is what happened, if the year
// before has one. The same slip in week 52 or 1 cannot be seen.
func (c *careRows) week(fields [][]byte) (w weekRead, ok bool) {
	p := c.p
	yearCell, weekCell := p.cell(fields, careYear), p.cell(fields, careWeek)
	if len(yearCell) == 0 {
		p.quarantine("week_missing", careYear)
		return w, false
	}
	if len(weekCell) == 0 {
		p.quarantine("week_missing", careWeek)
		return w, false
	}
	text, after, _ := bytes.Cut(yearCell, hyphen)
	year, ok := smallInt(trim(text))
	if !ok || year < 1950 || year >= 2100 {
		p.quarantine("week_unreadable", careYear)
		return w, false
	}
	week, ok := smallInt(weekCell)
	if !ok {
		p.quarantine("week_unreadable", careWeek)
		return w, false
	}
	if told, ok := smallInt(trim(after)); ok && told != week {
		w.contradicts = true
	}
	if week == 53 && !hasWeek53(year) {
		year--
		w.repaired = true
	}
	if w.day, ok = mondayOf(year, week); !ok {
		p.quarantine("week_no_such", careWeek)
		return w, false
	}
	return w, true
}

var hyphen = []byte{'-'}

// smallInt reads one to four digits, with or without ".0" behind them.
func smallInt(b []byte) (int, bool) {
	if len(b) > 2 && b[len(b)-1] == '0' && b[len(b)-2] == '.' {
		b = b[:len(b)-2]
	}
	if len(b) == 0 || len(b) > 4 {
		return 0, false
	}
	v := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return v, true
}
