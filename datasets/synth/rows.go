package synth

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/rettidig/rettidig"
)

// block is what a worker makes of some neighbouring citizens: finished lines for the text files, and what the
// DigiRehab tables need, which are written in citizen order because patient ids are given out in it.
type block struct {
	aids     []byte
	homeCare [homeCareFiles][]byte
	trained  []trainee
	truth    []byte
	sum      Summary
}

// trainee is a citizen with training courses.
type trainee struct {
	citizen int
	person
	courses []course
}

// bogusIDs stand where a citizen's number was lost.
var bogusIDs = []string{"#VALUE!", " ", "681", "0", "0000000000"}

// number11 is the CPR number as these exports print it, DDMMYY-XXXX.
func number11(p person) string {
	s := p.number.Reveal()
	return s[:6] + "-" + s[6:]
}

// appendDay writes dd-mm-yyyy with a separator of the vendor's.
func appendDay(b []byte, d rettidig.Day, sep byte) []byte {
	y, m, day := d.Time().Date()
	b = append(b, byte('0'+day/10), byte('0'+day%10), sep, byte('0'+int(m)/10), byte('0'+int(m)%10), sep)
	return strconv.AppendInt(b, int64(y), 10)
}

// appendAids writes the citizen's loans to the aid export (A1), in order of lending.
func (l *life) appendAids(b *block) {
	loans := l.loans
	if l.cfg.Dirt.BulkReregister > 0 {
		loans = l.reregistered(loans)
	}
	slices.SortStableFunc(loans, func(x, y loan) int { return cmp.Compare(x.lent, y.lent) })
	id := number11(l.person)
	for _, a := range loans {
		if a.lent > l.cfg.To {
			continue
		}
		start := len(b.aids)
		b.aids = l.appendAid(b.aids, id, a)
		b.sum.Loans++
		if l.dirt.Float64() < l.cfg.Dirt.Duplicate {
			b.aids = append(b.aids, b.aids[start:]...)
		}
	}
}

func (l *life) appendAid(b []byte, id string, a loan) []byte {
	dirt, rng := &l.cfg.Dirt, l.dirt
	if rng.Float64() < dirt.BogusID {
		id = bogusIDs[rng.IntN(len(bogusIDs))]
	}
	b = append(append(b, id...), ',')
	b = append(append(b, l.isoAsTyped(a.class)...), ',')
	b = append(appendDay(b, a.lent, '-'), ',')

	never := dirt.NeverBooked
	if aidClasses[a.class].sticky {
		never = dirt.NeverBookedSticky
	}
	back := a.returned
	if back != rettidig.NoDay && (back > l.cfg.To || rng.Float64() < never) {
		back = rettidig.NoDay
	}
	switch {
	case back == rettidig.NoDay:
	case rng.Float64() < dirt.LostReturn:
		b = append(b, unreadableDates[rng.IntN(len(unreadableDates))]...)
	case rng.Float64() < dirt.ReturnBeforeLend:
		b = appendDay(b, a.lent-1-rettidig.Day(rng.IntN(400)), '-')
	default:
		b = appendDay(b, back, '-')
	}
	return append(b, '\n')
}

var unreadableDates = []string{"31-02-2021", "##########", "ukendt", "00-00-0000"}

// isoAsTyped is the class number with the faults that depots type: old numbers and lost leading zeros.
func (l *life) isoAsTyped(class uint8) string {
	dirt, rng := &l.cfg.Dirt, l.dirt
	c := &aidClasses[class]
	iso := c.iso
	switch {
	case c.group == alarm && rng.Float64() < dirt.OldAlarm:
		iso = "21510303"
	case c.group == cushion && rng.Float64() < dirt.OldCushion:
		iso = "18094226"
	}
	if iso[0] == '0' && rng.Float64() < dirt.LostZeroISO {
		iso = iso[1:]
	}
	return iso
}

// reregistered splits loans that were on loan on one day of the registration event of 2014-15, if the period covers it.
func (l *life) reregistered(loans []loan) []loan {
	first, last := rettidig.DayOf(2014, 2, 1), rettidig.DayOf(2015, 11, 1)
	if l.cfg.From > first || l.cfg.To < last {
		return loans
	}
	day := first + rettidig.Day(l.taste[1]*float64(last-first))
	for i := range len(loans) {
		a := loans[i]
		if a.lent < day && (a.returned == rettidig.NoDay || a.returned > day) && l.dirt.Float64() < l.cfg.Dirt.BulkReregister {
			loans[i].returned = day
			a.lent = day
			loans = append(loans, a)
		}
	}
	return loans
}

// appendHomeCare writes the citizen's weeks to the home-care export (H1).
func (l *life) appendHomeCare(cal []week, b *block) {
	dirt, rng := &l.cfg.Dirt, l.dirt
	id := number11(l.person)
	var local [numServices]int
	for s := range local {
		if rng.Float64() < dirt.LocalName {
			local[s] = 1
		}
	}
	organisation := ",Kommunal\n"
	if l.rng.Float64() < 0.3 {
		organisation = ",Privat\n"
	}
	seen := false
	l.weeks(cal, func(w *week, d delivery) {
		seen = true
		e := homeCareEncoding[w.file]
		buf := b.homeCare[w.file]
		start := len(buf)
		garbled := 0
		// One draw decides about every rare fault of the row.
		u := rng.Float64()
		fault := func(rate float64) bool { u -= rate; return u < 0 && u >= -rate }
		switch {
		case fault(dirt.BogusID):
			buf = append(buf, bogusIDs[rng.IntN(len(bogusIDs))]...)
		case fault(dirt.Mojibake):
			garbled = 1
			fallthrough
		default:
			buf = append(buf, id...)
		}
		buf = append(buf, w.text...)
		buf = append(buf, serviceNames[e][w.era][d.service][local[d.service]][garbled]...)
		buf = append(buf, ',')
		buf = strconv.AppendInt(buf, int64(d.minutes), 10)
		buf = append(buf, ',')
		buf = strconv.AppendInt(buf, int64(d.count), 10)
		buf = append(buf, organisation...)
		b.sum.ServiceRows++
		switch {
		case fault(dirt.Duplicate):
			buf = append(buf, buf[start:]...)
		case fault(dirt.ZeroMinutes):
			buf = append(append(append(buf, id...), w.text...), serviceNames[e][w.era][svcSupervision][0][0]...)
			buf = append(append(buf, ",0,1"...), organisation...)
		case fault(dirt.UnknownService):
			buf = append(append(append(buf, id...), w.text...), strangeNames[e][rng.IntN(len(strangeServices))]...)
			buf = append(append(buf, ",20,1"...), organisation...)
		}
		b.homeCare[w.file] = buf
	})
	if seen {
		b.sum.WithHomeCare++
	}
}

// appendTruth writes the citizen's truth in order of day, then target.
func (l *life) appendTruth(b *block) {
	slices.SortStableFunc(l.truths, func(x, y truthRow) int { return cmp.Compare(x.asOf, y.asOf) })
	id := number11(l.person)
	for _, r := range l.truths {
		b.truth = r.appendTo(b.truth, id)
	}
}
