package extract

import (
	"cmp"
	"slices"
	"time"

	"github.com/rettidig/rettidig"
)

// doubts counts citizens of whom the extracts say things that do not fit together.
type doubts struct {
	sexDiffers, birthDiffers int64 // from what the CPR number says, which is believed
	sexUnsure, birthUnsure   int64 // rows contradict each other, and no CPR number decides
	birthImpossible          int64 // neither century gives an age that fits
}

// citizens keeps the citizens that have a fact, and renumbers the facts.
func (d *delivery) citizens(f *rettidig.Facts) {
	number := make([]int32, len(d.people))
	mark(number, f.Aids)
	mark(number, f.Services)
	mark(number, f.Screenings)
	mark(number, f.Sessions)
	mark(number, f.Statuses)
	f.Citizens = []rettidig.Citizen{}
	for i := range d.people {
		if number[i] == 0 {
			continue
		}
		number[i] = int32(len(f.Citizens))
		f.Citizens = append(f.Citizens, d.citizen(&d.people[i]))
		if d.people[i].cpr {
			d.report.Citizens.ByCPR++
		} else {
			d.report.Citizens.ByBorgerID++
		}
	}
	renumber(number, f.Aids)
	renumber(number, f.Services)
	renumber(number, f.Screenings)
	renumber(number, f.Sessions)
	renumber(number, f.Statuses)
}

func mark[F any](has []int32, rows []rettidig.Row[F]) {
	for i := range rows {
		has[rows[i].Citizen] = 1
	}
}

func renumber[F any](number []int32, rows []rettidig.Row[F]) {
	for i := range rows {
		rows[i].Citizen = number[rows[i].Citizen]
	}
}

// citizen decides sex and birth: the CPR number's, else what most rows of the D-files say.
func (d *delivery) citizen(p *person) rettidig.Citizen {
	c := rettidig.Citizen{ID: p.id, Sex: p.sex, Birth: p.birth}
	said := p.said
	switch {
	case p.sex == rettidig.Female && said.male > 0, p.sex == rettidig.Male && said.female > 0:
		d.doubts.sexDiffers++
	case p.sex != rettidig.SexUnknown:
	case said.female > 0 && said.male > 0:
		d.doubts.sexUnsure++
		fallthrough
	default:
		switch {
		case said.female > said.male:
			c.Sex = rettidig.Female
		case said.male > said.female:
			c.Sex = rettidig.Male
		}
	}
	years := slices.Clone(said.years)
	slices.SortFunc(years, func(a, b yearCount) int { return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.year, b.year)) })
	if p.birth.Valid() {
		born := int16(p.birth.Time().Year())
		if slices.ContainsFunc(years, func(y yearCount) bool { return y.year != born && y.year != born%100 }) {
			d.doubts.birthDiffers++
		}
		return c
	}
	if len(years) == 0 {
		return c
	}
	if len(years) > 1 {
		d.doubts.birthUnsure++
	}
	year, ok := fullYear(int(years[0].year), d.extract)
	if !ok {
		d.doubts.birthImpossible++
		return c
	}
	c.Birth, c.BirthYear = rettidig.DayOf(year, time.July, 1), true
	return c
}

// fullYear finds the century of a birth year of two digits: the one that makes the citizen 18 to 110 years old
// at the extract date. At most one does. Four digits are taken as they are, if the age fits.
func fullYear(year int, extract rettidig.Day) (int, bool) {
	now := extract.Time().Year()
	fits := func(y int) bool { return now-y >= 18 && now-y <= 110 }
	if year >= 100 {
		return year, fits(year)
	}
	for _, century := range []int{1800, 1900, 2000} {
		if fits(century + year) {
			return century + year, true
		}
	}
	return 0, false
}
