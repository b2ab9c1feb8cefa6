package extract

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
)

const (
	minutesPerWeek = 7 * 24 * 60
	mostNames      = 10000 // distinct service names; a municipality has about a hundred
	mealService    = "H1.11"
)

// careRows reads H1 and H2.
type careRows struct {
	p        *part
	onlyCPR  bool
	minutes  MinutesAre
	names    interner
	services map[string]service // by cell
	supplier map[string]int32   // by cell

	lastName  []byte // the previous row's cell, and what it was
	lastFound service
}

type service struct {
	name              int32
	meals             bool
	unknown, mojibake bool
	series            [2]int // how its name is spelled, and which rules it is of
	text              string // of an unknown one
	refused           string
}

func newCareRows(p *part, o Options) *careRows {
	return &careRows{p: p, onlyCPR: p.onlyCPR(), minutes: o.MinutesAre, names: interner{p, map[string]int32{}},
		services: map[string]service{}, supplier: map[string]int32{}}
}

func (c *careRows) row(fields [][]byte) {
	p := c.p
	if !p.identify(fields, c.onlyCPR) {
		return
	}
	week, ok := c.week(fields)
	if !ok || !p.happened(week.day+6, careWeek) {
		return
	}
	s := c.service(p.cell(fields, careName))
	if s.refused != "" {
		p.quarantine(s.refused, careName)
		return
	}
	month := monthOf(week.day)
	p.series.add(s.series[0], month)
	p.series.add(s.series[1], month)
	minutes, visits, ok := c.amount(fields, s.meals)
	if !ok {
		return
	}
	if week.repaired {
		p.repair("week_53_of_calendar_year")
	}
	if week.contradicts {
		p.note("week_told_twice_differs")
	}
	if s.mojibake {
		p.repair("mojibake")
	}
	if s.unknown {
		p.note("service_unknown")
		count(&p.unknown.services, s.text, 1)
	}
	p.hear(p.cell(fields, careGender), p.cell(fields, careBirth))
	supplier := int32(0)
	if cell := p.cell(fields, careSupplier); len(cell) > 0 {
		supplier = c.supplierOf(cell)
	}
	p.care.add(careRec{p.here(fields, week.day+6, careRegistered), s.name, supplier, week.day, float32(minutes), int32(visits)})
}

// amount reads minutes and visits. A row without minutes is no delivered care, except meals, which are
// delivered and only counted.
func (c *careRows) amount(fields [][]byte, meals bool) (minutes, count float64, ok bool) {
	p := c.p
	cell := p.cell(fields, careMinutes)
	minutes, dottedMinutes, ok := parseWhole(cell)
	if c.minutes == Hours { // 1.500 is an hour and a half
		minutes, ok = parseNumber(cell)
		minutes, dottedMinutes = minutes*60, false
	}
	switch {
	case len(cell) == 0:
		p.quarantine("minutes_missing", careMinutes)
		return 0, 0, false
	case !ok:
		p.quarantine("minutes_unreadable", careMinutes)
		return 0, 0, false
	}
	cell = p.cell(fields, careCount)
	count, dottedCount, ok := parseWhole(cell)
	switch {
	case len(cell) == 0 && c.minutes != PerVisit:
		p.note("visits_missing")
	case len(cell) == 0:
		p.quarantine("visits_missing", careCount)
		return 0, 0, false
	case !ok || count < 0 || count > minutesPerWeek || count != math.Trunc(count):
		p.quarantine("visits_unreadable", careCount)
		return 0, 0, false
	}
	if c.minutes == PerVisit {
		minutes *= count
	}
	switch {
	case minutes < 0:
		p.drop("minutes_negative", careMinutes)
		return 0, 0, false
	case minutes == 0 && !(meals && count > 0):
		p.drop("minutes_zero", careMinutes)
		return 0, 0, false
	case minutes > minutesPerWeek:
		p.quarantine("minutes_over_a_week", careMinutes)
		return 0, 0, false
	}
	if dottedMinutes || dottedCount {
		p.repair("thousands_dot")
	}
	return minutes, count, true
}

// service maps a service's name and remembers it by its cell.
func (c *careRows) service(cell []byte) service {
	if len(cell) > 0 && bytes.Equal(cell, c.lastName) {
		return c.lastFound
	}
	s, ok := c.services[string(cell)]
	if !ok {
		s = c.readService(cell)
		if len(c.services) < mostNames {
			c.services[string(cell)] = s
		}
	}
	c.lastName, c.lastFound = append(c.lastName[:0], cell...), s
	return s
}

func (c *careRows) readService(cell []byte) service {
	if len(cell) == 0 {
		return service{refused: "service_missing"}
	}
	name, mojibake := c.p.text(cell)
	code, known := c.p.mapping.service(name)
	if !known {
		code, known = codes.ServiceByName(name)
	}
	switch {
	case !known && (len(name) > 200 || cpr.MayBeIn(name)):
		return service{refused: "service_unreadable"}
	case len(c.names.seen) > mostNames: // and the file is refused
		return service{refused: "service_unreadable"}
	}
	code = strings.ToValidUTF8(code, "\uFFFD")
	return service{name: c.names.of(code), meals: code == mealService, unknown: !known, mojibake: mojibake,
		series: c.seriesOf(name, code, known), text: strings.TrimPrefix(code, codes.UnknownPrefix)}
}

// seriesOf tells which way of naming services a name belongs to: with FSIII's suffix or without, and of the broad
// ones that the Elderly Act brought in 2025 or unknown.
func (c *careRows) seriesOf(name, code string, known bool) [2]int {
	of := [2]int{noSeries, noSeries}
	if _, ok := codes.FSIIISuffix(name); ok {
		of[0] = c.p.series.of("service:fsiii_suffix")
	} else {
		of[0] = c.p.series.of("service:no_suffix")
	}
	if r := codes.RegimeOf(code).ID; !known || r == codes.ElderlyAct.ID {
		of[1] = c.p.series.of("service:" + r)
	}
	return of
}

// supplierOf numbers a supplier. Its name is not stored: it only keeps suppliers' rows apart.
func (c *careRows) supplierOf(cell []byte) int32 {
	if n, ok := c.supplier[string(cell)]; ok {
		return n
	}
	s, _ := c.p.text(cell)
	n := int32(0)
	if len(c.names.seen) <= mostNames { // and otherwise the file is refused
		n = c.names.of("supplier " + fold(s))
	}
	if len(c.supplier) < mostNames {
		c.supplier[string(cell)] = n
	}
	return n
}

var yearsWithWeek53 = func() (out []int) {
	for y := 1950; y < 2100; y++ {
		if _, ok := mondayOf(y, 53); ok {
			out = append(out, y)
		}
	}
	return out
}()

func hasWeek53(year int) bool { _, ok := slices.BinarySearch(yearsWithWeek53, year); return ok }
