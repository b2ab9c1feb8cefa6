package extract

import (
	"time"

	"github.com/rettidig/rettidig"
)

// doubts counts citizens of whom the extracts say things that do not fit together.
type doubts struct {
	sexDiffers, birthDiffers int64 // from what the CPR number says, which is believed
	sexUnsure, birthUnsure   int64 // rows contradict each other, and no CPR number decides
	birthImpossible          int64 // neither century gives an age that fits
}

func (d *doubts) add(o doubts) {
	d.sexDiffers += o.sexDiffers
	d.birthDiffers += o.birthDiffers
	d.sexUnsure += o.sexUnsure
	d.birthUnsure += o.birthUnsure
	d.birthImpossible += o.birthImpossible
}

// citizen decides sex and birth: the CPR number's, else what most rows that print them say. said is sorted by year.
func (s *settler) citizen(p *person, said []saidRow) rettidig.Citizen {
	c, doubts := rettidig.Citizen{ID: p.id, Sex: p.sex, Birth: p.birth}, &s.sums.doubts
	var female, male int64
	for _, r := range said {
		female += int64(r.female)
		male += int64(r.male)
	}
	switch {
	case p.sex == rettidig.Female && male > 0, p.sex == rettidig.Male && female > 0:
		doubts.sexDiffers++
	case p.sex != rettidig.SexUnknown:
	case female > 0 && male > 0:
		doubts.sexUnsure++
		fallthrough
	default:
		switch {
		case female > male:
			c.Sex = rettidig.Female
		case male > female:
			c.Sex = rettidig.Male
		}
	}
	// The year that most rows print; of equals the smallest.
	var best, years, rows, most int64
	differs := false
	for i := range said {
		if said[i].years == 0 {
			continue
		}
		year := int64(said[i].year)
		if years == 0 || said[i].year != said[i-1].year || said[i-1].years == 0 {
			years++
			rows = 0
		}
		if rows += int64(said[i].years); rows > most {
			best, most = year, rows
		}
		if p.birth.Valid() {
			born := int64(p.birth.Time().Year())
			differs = differs || year != born && year != born%100
		}
	}
	switch {
	case p.birth.Valid():
		if differs {
			doubts.birthDiffers++
		}
		return c
	case years == 0:
		return c
	case years > 1:
		doubts.birthUnsure++
	}
	year, ok := fullYear(int(best), s.d.extract)
	if !ok {
		doubts.birthImpossible++
		return c
	}
	c.Birth, c.BirthYear = rettidig.DayOf(year, time.July, 1), true
	return c
}

// countPatients notes a citizen's PatientIDs in a file beyond the first: DigiRehab makes a new one when somebody starts
// anew.
func (s *settler) countPatients(said []saidRow) {
	for i := range said {
		if said[i].patient == 0 {
			continue
		}
		others, seen := false, false
		for _, o := range said[:i] {
			if o.file == said[i].file && o.patient != 0 {
				others = true
				seen = seen || o.patient == said[i].patient
			}
		}
		if others && !seen {
			s.note(&stamp{file: said[i].file}, "patient_second_id")
		}
	}
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
