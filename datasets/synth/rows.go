package synth

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/klgateway"
)

// block is what a worker makes of some neighbouring citizens: the finished rows of every table.
type block struct {
	rows   [numTables]int
	raw    [numTables][]byte
	packed [numTables][]byte
	truth  []byte
	sum    Summary
	depot  depot

	reports [2][]klgateway.Report // by whether the citizen has the names of 2025

	suffixed, local, overlap int  // rows, counted too often for a map
	replaced                 bool // the citizen being written stands under a replacement number somewhere
}

// plant counts a fault that was put into a row.
func (b *block) plant(name string, n int) {
	if b.sum.Planted == nil {
		b.sum.Planted = map[string]int{}
	}
	b.sum.Planted[name] += n
}

// bogusIDs stand where a citizen's number was lost.
var bogusIDs = []string{"#VALUE!", " ", "681", "0", "0000000000"}

// chance draws whether a fault of a rate happens; a rate of 0 draws nothing.
func happens(rng *rand.Rand, rate float64) bool { return rate > 0 && rng.Float64() < rate }

// aidRow is one row of the aid export.
type aidRow struct {
	id             string
	digits         bool
	iso            string
	lent, returned rettidig.Day
	lostReturn     string
	registered     rettidig.Day
	class          uint8
	hmi, serial    string
	paragraph      string
	price          string
	blankLent      bool
}

// appendAids writes the citizen's loans to the aid export (A1 or A2), in order of lending.
func (l *life) appendAids(p *plan, n int, id identity, b *block) {
	d, rng := &l.cfg.Dirt, l.dirt
	loans := l.spread(b, l.loans)
	if d.BulkReregister > 0 {
		loans = l.reregistered(b, loans)
	}
	if p.changed.Valid() && rng.Float64() < d.SystemChange {
		loans = l.moved(p, b, loans)
	}
	slices.SortStableFunc(loans, func(x, y loan) int { return cmp.Compare(x.lent, y.lent) })
	t := &p.tables[tblAids]
	var made [64]uint8 // devices bought for this citizen, by class
	for _, a := range loans {
		if a.lent > l.cfg.To {
			continue
		}
		r := l.aidRow(p, id, a, b)
		if p.borger() {
			l.product(p, n, &r, a, &made, b)
		}
		start := len(b.raw[tblAids])
		b.raw[tblAids] = r.append(p, &t.form, b.raw[tblAids])
		b.rows[tblAids]++
		b.sum.Loans++
		if happens(rng, d.Duplicate) {
			b.raw[tblAids] = append(b.raw[tblAids], b.raw[tblAids][start:]...)
			b.rows[tblAids]++
			b.plant("duplicate", 1)
		}
		if p.borger() && happens(rng, d.HMIMisc) {
			misc := r
			misc.hmi, misc.serial = "899999", ""
			b.raw[tblAids] = misc.append(p, &t.form, b.raw[tblAids])
			b.rows[tblAids]++
			b.plant("hmi_misc", 1)
		}
		if p.made.Valid() {
			l.olderAid(p, id, a, b)
		}
	}
}

// aidRow puts a loan into words, with the faults that depots type.
func (l *life) aidRow(p *plan, id identity, a loan, b *block) aidRow {
	d, rng := &l.cfg.Dirt, l.dirt
	r := aidRow{id: id.number, digits: id.digits, class: a.class, lent: a.lent, returned: a.returned, registered: rettidig.NoDay}
	if id.replacement != "" && a.lent < id.until {
		r.id, b.replaced = id.replacement, true
	}
	if id.digits && happens(rng, d.FloatID) {
		r.id, r.digits = floatID(rng, id.number, b), false
	}
	if happens(rng, d.BogusID) {
		r.id, r.digits = bogusIDs[rng.IntN(len(bogusIDs))], false
		b.plant("bogus_id", 1)
	}
	r.iso = l.isoAsTyped(a.class, b)
	l.returning(&r, b)
	if p.late {
		r.registered = l.registered(a.lent, b)
	}
	if happens(rng, d.BlankCells) {
		b.plant("blank_cells", 1)
		switch rng.IntN(3) {
		case 0:
			r.id, r.digits = " ", false
		case 1:
			r.iso = " "
		default:
			r.blankLent = true
		}
	}
	return r
}

// floatID is a BorgerID after a spreadsheet: most often with its last digits lost.
func floatID(rng *rand.Rand, number string, b *block) string {
	if rng.IntN(2) == 0 {
		b.plant("float_id exact", 1)
		return number[:1] + "." + number[1:] + "E+11"
	}
	b.plant("float_id", 1)
	return number[:1] + "." + number[1:6] + "E+11"
}

// returning decides what the export says about the return.
func (l *life) returning(r *aidRow, b *block) {
	d, rng := &l.cfg.Dirt, l.dirt
	never, name := d.NeverBooked, "never_booked"
	if aidClasses[r.class].sticky {
		never, name = d.NeverBookedSticky, "never_booked_sticky"
	}
	if r.returned == rettidig.NoDay {
		return
	}
	switch {
	case r.returned > l.cfg.To:
		r.returned = rettidig.NoDay
	case happens(rng, never):
		r.returned = rettidig.NoDay
		b.plant(name, 1)
	case happens(rng, d.LostReturn):
		r.returned, r.lostReturn = rettidig.NoDay, unreadableDates[rng.IntN(len(unreadableDates))]
		b.plant("lost_return", 1)
	case happens(rng, d.ReturnBeforeLend):
		r.returned = r.lent - 1 - rettidig.Day(rng.IntN(400))
		b.plant("return_before_lend", 1)
	case happens(rng, d.SameDayReturn):
		r.returned = r.lent
		b.plant("same_day_return", 1)
	}
}

var unreadableDates = []string{"31-02-2021", "##########", "ukendt", "00-00-0000"}

// registered is the day on which a row was written: within days, or weeks late.
func (l *life) registered(happened rettidig.Day, b *block) rettidig.Day {
	day := happened + rettidig.Day(l.dirt.IntN(4))
	if happens(l.dirt, l.cfg.Dirt.RegisteredColumn) {
		day = min(happened+8+rettidig.Day(l.dirt.IntN(110)), l.cfg.To)
		if day > happened+7 {
			b.plant("registered_column", 1)
		}
	}
	return min(day, l.cfg.To)
}

// append writes the row.
func (r *aidRow) append(p *plan, f *form, b []byte) []byte {
	b = f.open(b)
	if r.digits {
		b = f.number(b, r.id)
	} else {
		b = f.text(b, r.id)
	}
	if p.borger() {
		b = r.appendProduct(f, b)
	} else {
		b = f.text(b, r.iso)
		b = r.appendDays(f, b)
	}
	if p.late {
		b = f.day(b, r.registered)
	}
	return f.end(b)
}

func (r *aidRow) appendDays(f *form, b []byte) []byte {
	if r.blankLent {
		b = f.text(b, " ")
	} else {
		b = f.day(b, r.lent)
	}
	switch {
	case r.lostReturn != "":
		return f.text(b, r.lostReturn)
	case r.returned == rettidig.NoDay:
		return f.blank(b)
	}
	return f.day(b, r.returned)
}

// oldNumbers are class numbers of older editions: what a class was called before.
var oldNumbers = []struct {
	iso, old, name string
	rate           func(*Dirt) float64
}{
	{"222718", "21510303", "old_alarm", func(d *Dirt) float64 { return d.OldAlarm }},
	{"043303", "18094226", "old_cushion", func(d *Dirt) float64 { return d.OldCushion }},
	{"093307", "09330330", "old_bath", func(d *Dirt) float64 { return d.OldBath }},
	{"123103", "12300301", "old_turning", func(d *Dirt) float64 { return d.OldTurning }},
	{"043306", "03330601", "old_mattress", func(d *Dirt) float64 { return d.OldMattress }},
	{"120803", "12390303", "old_cane", func(d *Dirt) float64 { return d.OldCane }},
}

// oldNumberOf is the place in oldNumbers of each of aidClasses; -1 for most.
var oldNumberOf = func() (out []int) {
	for _, c := range aidClasses {
		at := -1
		for i, o := range oldNumbers {
			if c.iso[:6] == o.iso {
				at = i
			}
		}
		out = append(out, at)
	}
	return out
}()

// strangeClass is a number that has the form of a class and is none.
const strangeClass = "24999903"

// isoAsTyped is the class number with the faults that depots type: old numbers and lost leading zeros.
func (l *life) isoAsTyped(class uint8, b *block) string {
	d, rng := &l.cfg.Dirt, l.dirt
	iso := aidClasses[class].iso
	if at := oldNumberOf[class]; at >= 0 {
		if o := &oldNumbers[at]; happens(rng, o.rate(d)) {
			iso = o.old
			b.plant(o.name, 1)
		}
	}
	if happens(rng, d.UnknownClass) {
		iso = strangeClass
		b.plant("unknown_class", 1)
	}
	if iso[0] == '0' && happens(rng, d.LostZeroISO) {
		iso = iso[1:]
		b.plant("lost_zero_iso", 1)
	}
	return iso
}

// spread lets the aids of somebody who left come back one by one, unless they came in a batch.
func (l *life) spread(b *block, loans []loan) []loan {
	if !l.exit.Valid() {
		return loans
	}
	batch := l.dirt.Float64() < l.cfg.Dirt.BatchReturn
	n := 0
	for i := range loans {
		if a := &loans[i]; a.returned == l.batch {
			if !batch {
				a.returned += rettidig.Day(l.dirt.IntN(60))
			}
			n++
		}
	}
	if batch && n >= 2 {
		b.plant("batch_return", 1)
	}
	return loans
}

// reregistered splits loans that were on loan on one day of the registration event of 2014-15, if the period covers it.
func (l *life) reregistered(b *block, loans []loan) []loan {
	first, last := rettidig.DayOf(2014, 2, 1), rettidig.DayOf(2015, 11, 1)
	if l.cfg.From > first || l.cfg.To < last {
		return loans
	}
	day := first + rettidig.Day(l.taste[1]*float64(last-first))
	for i := range len(loans) {
		a := loans[i]
		if a.lent < day && (a.returned == rettidig.NoDay || a.returned > day) && happens(l.dirt, l.cfg.Dirt.BulkReregister) && !lentOn(loans, a.class, day) {
			loans[i].returned = day
			a.lent, a.again = day, true
			loans = append(loans, a)
			b.plant("bulk_reregister", 1)
		}
	}
	return loans
}

// moved is what a new system of the depot knows: what was out on the day of the change, as lent on that day, and what
// came later.
func (l *life) moved(p *plan, b *block, loans []loan) []loan {
	kept := loans[:0]
	for _, a := range loans {
		switch {
		case a.lent >= p.changed:
		case a.returned != rettidig.NoDay && a.returned <= p.changed || lentOn(kept, a.class, p.changed):
			continue
		default:
			a.lent, a.again = p.changed, true
			b.plant("system_change", 1)
		}
		kept = append(kept, a)
	}
	return kept
}

func lentOn(loans []loan, class uint8, day rettidig.Day) bool {
	return slices.ContainsFunc(loans, func(a loan) bool { return a.class == class && a.lent == day })
}

// olderAid writes a loan to the older delivery as it was known then.
func (l *life) olderAid(p *plan, id identity, a loan, b *block) {
	d, rng := &l.cfg.Dirt, l.dirt
	if a.lent < p.since || a.lent >= p.made {
		return
	}
	if happens(rng, d.LateRegistration) {
		b.plant("late_registration", 1)
		return
	}
	r := aidRow{id: id.number, iso: aidClasses[a.class].iso, lent: a.lent, returned: a.returned}
	if id.replacement != "" && a.lent < id.until {
		r.id = id.replacement
	}
	overlap := "overlap"
	switch {
	case r.returned == rettidig.NoDay:
	case r.returned >= p.made:
		r.returned = rettidig.NoDay
		if a.returned <= l.cfg.To {
			overlap = "overlap since returned"
		}
	case r.returned > r.lent+25 && happens(rng, d.Corrected):
		r.returned -= 1 + rettidig.Day(rng.IntN(20))
		overlap = "corrected"
	}
	b.plant(overlap, 1)
	b.raw[tblAidsOld] = r.append(&plan{cfg: p.cfg}, &p.tables[tblAidsOld].form, b.raw[tblAidsOld])
	b.rows[tblAidsOld]++
}

// appendHomeCare writes the citizen's weeks to the home-care export (H1 or H2).
func (l *life) appendHomeCare(p *plan, id identity, b *block) (told []delivered) {
	c := careWriter{p: p, l: l, b: b, id: id}
	c.begin()
	l.weeks(p.cal, c.add)
	c.flush()
	if c.seen {
		b.sum.WithHomeCare++
	}
	return c.told
}

// careWriter writes one citizen's rows of home care.
type careWriter struct {
	p    *plan
	l    *life
	b    *block
	id   identity
	seen bool
	told []delivered // in reports

	ways     [numNames]uint8 // how this citizen's services are named
	suffixed bool
	broad    bool // broad names from the law of 2025 on
	perVisit bool
	inHours  bool

	who, tail []byte // the cells before and after the week's, without faults
	oldWho    []byte
	form      *form // of the file that who and tail are for
	replaced  bool

	week    *week // whose broad services are being added up
	pending [2]delivery
}

func (c *careWriter) begin() {
	d, rng := &c.l.cfg.Dirt, c.l.dirt
	c.suffixed = rng.Float64() < d.FSIIISuffix
	c.broad = rng.Float64() < d.AeldrelovBreak
	c.perVisit = happens(rng, d.MinutesPerVisit)
	c.inHours = happens(rng, d.MinutesInHours)
	for s := range numServices {
		if services[s].local != "" && happens(rng, d.LocalName) {
			c.ways[s] = locally
		}
	}
}

// prepare makes the cells that all rows of the citizen in a file have in common.
func (c *careWriter) prepare(f *form, replaced bool) {
	c.form, c.replaced = f, replaced
	number := c.id.number
	if replaced {
		number, c.b.replaced = c.id.replacement, true
	}
	if c.p.borger() {
		c.who = c.person(f, c.who[:0], number)
		c.tail = c.tail[:0]
		return
	}
	c.who = f.text(c.who[:0], number)
	c.tail = f.text(c.tail[:0], c.organisation())
	if c.p.made.Valid() {
		c.oldWho = c.p.tables[tblCareOld].form.text(c.oldWho[:0], number)
	}
}

func (c *careWriter) organisation() string {
	if c.l.private {
		return "Privat"
	}
	return "Kommunal"
}

// person writes an id, sex and birth year as H2 has them.
func (c *careWriter) person(f *form, b []byte, id string) []byte {
	b = f.text(b, id)
	if c.l.female {
		b = f.text(b, "Kvinde")
	} else {
		b = f.text(b, "Mand")
	}
	return f.text(b, c.l.birthYear)
}

// add takes one delivery of one week.
func (c *careWriter) add(w *week, d delivery) {
	if w.reported && d.service < numServices {
		c.told = append(c.told, delivered{w.monday + 2, d.service})
	}
	if w.missing {
		c.seen = true
		return
	}
	if w.covid && d.service >= svcShopping && d.service <= svcCooking && happens(c.l.dirt, c.l.cfg.Dirt.Covid) {
		c.b.plant("covid", 1)
		return
	}
	if !c.broad || !w.law || d.service > svcCooking {
		c.row(w, d)
		return
	}
	if c.week != w {
		c.flush()
		c.week = w
	}
	sum := &c.pending[0]
	sum.service = broadPersonal
	if d.service >= svcShopping {
		sum = &c.pending[1]
		sum.service = broadPractical
	}
	sum.minutes += d.minutes
	sum.count += d.count
}

// flush writes what was added up under the broad names.
func (c *careWriter) flush() {
	for i, d := range c.pending {
		if d.minutes > 0 {
			c.b.plant("aeldrelov_break", 1)
			c.row(c.week, d)
		}
		c.pending[i] = delivery{}
	}
}

// row writes one row, and the extra ones that its faults bring.
func (c *careWriter) row(w *week, d delivery) {
	l, b := c.l, c.b
	dirt, rng := &l.cfg.Dirt, l.dirt
	id := careTable(w.file)
	f := &c.p.tables[id].form
	if replaced := c.id.replacement != "" && w.monday+6 < c.id.until; c.form != f || replaced != c.replaced {
		c.prepare(f, replaced)
	}
	way := c.ways[d.service]
	if way == asListed && c.suffixed && !w.law {
		way = withSuffix
		if d.service != svcTraining { // a local service has none
			b.suffixed++
		}
	}
	if way == locally {
		b.local++
	}
	names := c.p.names[w.file]
	buf := b.raw[id]
	start := len(buf)
	garbled, minutes, blankAt := 0, "", -1
	who, weekCells := c.who, w.text
	// One draw decides about every rare fault of the row.
	u := rng.Float64()
	fault := func(rate float64) bool { u -= rate; return u < 0 && u >= -rate }
	var strange []byte
	switch {
	case fault(dirt.BogusID):
		strange = c.strangeID(f, bogusIDs[rng.IntN(len(bogusIDs))])
		b.plant("bogus_id", 1)
	case c.id.digits && fault(dirt.FloatID):
		strange = c.strangeID(f, floatID(rng, c.id.number, b))
	case fault(dirt.BlankCells):
		blankAt = rng.IntN(3)
		b.plant("blank_cells", 1)
	case fault(dirt.Mojibake):
		garbled = 1
		if g := &names[d.service][way]; string(g[0]) != string(g[1]) {
			b.plant("mojibake", 1)
		}
	}
	if strange != nil {
		who = strange
	}
	if blankAt == 0 {
		who = c.strangeID(f, " ")
	}
	if w.slipped != nil && happens(rng, dirt.Week53) {
		weekCells = w.slipped
		b.plant("week_53", 1)
	}
	given := d.minutes
	if c.perVisit && d.count > 1 && given > 0 {
		given = max(1, given/d.count)
		b.plant("minutes_per_visit", 1)
	}
	if c.inHours && given > 0 {
		minutes = strconv.FormatFloat(float64(given)/60, 'f', 2, 64)
		b.plant("minutes_in_hours", 1)
	}
	buf = append(append(buf, who...), weekCells...)
	if blankAt == 1 {
		buf = f.text(buf, " ")
	} else {
		buf = append(buf, names[d.service][way][garbled]...)
	}
	switch {
	case blankAt == 2:
		buf = f.text(buf, " ")
	case minutes != "":
		buf = f.number(buf, minutes)
	default:
		buf = f.int(buf, given)
	}
	buf = append(f.int(buf, d.count), c.tail...)
	buf = c.close(f, buf, w)
	b.rows[id]++
	b.sum.ServiceRows++
	c.seen = true
	switch {
	case fault(dirt.Duplicate):
		buf = append(buf, buf[start:]...)
		b.rows[id]++
		b.plant("duplicate", 1)
	case fault(dirt.ZeroMinutes):
		buf = append(append(append(buf, c.who...), w.text...), names[svcSupervision][asListed][0]...)
		buf = c.close(f, append(f.int(f.int(buf, 0), 1), c.tail...), w)
		b.rows[id]++
		b.plant("zero_minutes", 1)
	case fault(dirt.UnknownService):
		buf = append(append(append(buf, c.who...), w.text...), c.p.strange[w.file][rng.IntN(len(strangeServices))]...)
		buf = c.close(f, append(f.int(f.int(buf, 20), 1), c.tail...), w)
		b.rows[id]++
		b.plant("unknown_service", 1)
	}
	b.raw[id] = buf
	if c.p.made.Valid() {
		c.older(w, d)
	}
}

func (c *careWriter) strangeID(f *form, id string) []byte {
	if c.p.borger() {
		return c.person(f, nil, id)
	}
	return f.text(nil, id)
}

func (c *careWriter) close(f *form, b []byte, w *week) []byte {
	if c.p.late {
		b = f.day(b, c.l.registered(w.monday+6, c.b))
	}
	return f.end(b)
}

// older writes the row to the older delivery as it was known then.
func (c *careWriter) older(w *week, d delivery) {
	dirt, rng := &c.l.cfg.Dirt, c.l.dirt
	if w.monday < c.p.since || w.monday+6 >= c.p.made {
		return
	}
	if happens(rng, dirt.LateRegistration) {
		c.b.plant("late_registration", 1)
		return
	}
	planted := "overlap"
	if d.minutes > 0 && happens(rng, dirt.Corrected) {
		planted = "corrected"
		d.minutes += 5 + rng.IntN(20)
	}
	if planted == "overlap" {
		c.b.overlap++
	} else {
		c.b.plant(planted, 1)
	}
	f := &c.p.tables[tblCareOld].form
	buf := append(append(append(c.b.raw[tblCareOld], c.oldWho...), w.old...), c.p.names[homeCareFiles][d.service][asListed][0]...)
	buf = f.text(f.int(f.int(buf, d.minutes), d.count), c.organisation())
	c.b.raw[tblCareOld] = f.end(buf)
	c.b.rows[tblCareOld]++
}

// appendTruth writes the citizen's truth in order of day, then target.
func (l *life) appendTruth(id string, b *block) {
	slices.SortStableFunc(l.truths, func(x, y truthRow) int { return cmp.Compare(x.asOf, y.asOf) })
	for _, r := range l.truths {
		b.truth = r.appendTo(b.truth, id)
	}
}
