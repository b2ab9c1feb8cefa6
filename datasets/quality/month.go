package quality

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/rettidig/rettidig"
)

// Month is a calendar month: twelve times the year plus the number of the month, January being 0.
type Month int32

// NoMonth is no month at all; as text it is empty.
const NoMonth Month = math.MinInt32

// MonthOf returns a month; January is 1. It panics on a month that is none.
func MonthOf(year, month int) Month {
	if month < 1 || month > 12 {
		panic(fmt.Sprintf("quality: no month %d", month))
	}
	return Month(12*year + month - 1)
}

// ParseMonth reads "2024-03".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return NoMonth, fmt.Errorf("%q is not a month of the form YYYY-MM, such as 2026-06", s)
	}
	return MonthOf(t.Year(), int(t.Month())), nil
}

// Valid tells whether it is a month.
func (m Month) Valid() bool { return m != NoMonth }

// Year returns the calendar year.
func (m Month) Year() int { return int(m) / 12 }

// Number returns 1 for January.
func (m Month) Number() int { return int(m)%12 + 1 }

func (m Month) String() string {
	if !m.Valid() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year(), m.Number())
}

// MarshalText writes "2024-03", or nothing for NoMonth.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Month) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = NoMonth
		return nil
	}
	v, err := ParseMonth(string(b))
	if err != nil {
		return err
	}
	*m = v
	return nil
}

// span writes "2024-03" or "2024-03 to 2024-06".
func span(from, to Month) string {
	if from == to || !to.Valid() {
		return from.String()
	}
	return from.String() + " to " + to.String()
}

// spanDA is span in Danish.
func spanDA(from, to Month) string {
	if from == to || !to.Valid() {
		return from.String()
	}
	return from.String() + " til " + to.String()
}

// Counting is by place in a table of the months that datasets/extract accepts dates from.
const (
	firstYear = 1950
	years     = 150
	months    = 12 * years
	month0    = Month(12 * firstYear)
)

var (
	day0 = rettidig.DayOf(firstYear, time.January, 1)
	days = int(rettidig.DayOf(firstYear+years, time.January, 1) - day0)
)

// places has the place of the month of each day: looking it up is ten times faster than the calendar.
var places = sync.OnceValue(func() []int16 {
	table := make([]int16, days)
	for i := range table {
		t := (day0 + rettidig.Day(i)).Time()
		table[i] = int16(12*(t.Year()-firstYear) + int(t.Month()) - 1)
	}
	return table
})
