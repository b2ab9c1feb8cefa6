package synth

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
)

// tableID is one table of the delivery.
type tableID int

const (
	tblAids tableID = iota
	tblCare
	tblCareLast     = tblCare + homeCareFiles - 1
	tblAidsOld      = tblCareLast + 1 // of an older delivery
	tblCareOld      = tblAidsOld + 1
	tblScreens      = tblCareOld + 1
	tblScreensOld   = tblScreens + 1 // on an older scale
	tblStatuses     = tblScreensOld + 1
	tblDone         = tblStatuses + 1
	tblOff          = tblDone + 1
	tblClasses      = tblOff + 1
	tblCitizens     = tblClasses + 1
	tblCitizensLast = tblCitizens + citizenSheets - 1
	tblReports      = tblCitizensLast + 1
	numTables       = tblReports + 1
)

// citizenSheets is how many sheets the list of citizens (A4) is spread over.
const citizenSheets = 6

// table is where the rows of one kind go and how they look there.
type table struct {
	on     bool
	form   form
	pack   packing
	file   string // of its own, or the archive's or workbook's
	member string // within it
	head   []byte
	tail   []byte
}

// plan is everything that is decided before the first citizen lives.
type plan struct {
	cfg      *Config
	tables   [numTables]table
	cal      []week
	names    [homeCareFiles + 1]*serviceCells // of the services, by home-care file; the last is the older delivery's
	strange  [homeCareFiles + 1][][]byte
	slots    int          // patient ids are given out of so many
	made     rettidig.Day // of the older delivery; NoDay without one
	since    rettidig.Day // which begins here
	changed  rettidig.Day // of the depot's system; NoDay
	scaleCut rettidig.Day // courses begun before have the older scale; NoDay
	late     bool         // rows say when they were registered
	garbled  int          // headers that are read as Latin-1 once too often
}

func (p *plan) borger() bool { return p.cfg.Format == FormatA2H2 }

// share is the day at which a share of the period is over.
func (c *Config) share(x float64) rettidig.Day {
	return c.From + rettidig.Day(x*float64(c.To-c.From))
}

func newPlan(cfg *Config, citizens int) *plan {
	p := &plan{cfg: cfg, slots: 3 * citizens, made: rettidig.NoDay, since: rettidig.NoDay, changed: rettidig.NoDay, scaleCut: rettidig.NoDay}
	d := &cfg.Dirt
	p.late = d.RegisteredColumn > 0
	if d.Overlap > 0 {
		p.made = cfg.To - 182
		p.since = max(cfg.From, p.made-rettidig.Day(d.Overlap*float64(cfg.To-cfg.From)))
	}
	if d.SystemChange > 0 {
		p.changed = cfg.share(0.4)
	}
	if d.AbilityScale > 0 {
		p.scaleCut = cfg.share(d.AbilityScale)
	}
	p.tables = layout(cfg)
	if p.made.Valid() {
		p.tables[tblAidsOld].on, p.tables[tblCareOld].on = true, true
	}
	p.tables[tblScreensOld].on = p.scaleCut.Valid()
	p.head()
	p.cal = calendar(cfg)
	p.missingMonths()
	for i := range p.names {
		f := &p.tables[careTable(i)].form
		p.names[i] = newServiceCells(f)
		for _, s := range strangeServices {
			p.strange[i] = append(p.strange[i], f.text(nil, s))
		}
	}
	for i := range p.cal {
		p.weekCells(&p.cal[i])
		p.cal[i].reported = cfg.K1 && (p.cal[i].missing || i >= len(p.cal)-4)
	}
	return p
}

// careTable is the table of a home-care file; the last is the older delivery's.
func careTable(i int) tableID {
	if i == homeCareFiles {
		return tblCareOld
	}
	return tblCare + tableID(i)
}

// layout says which tables a format has, what they lie in and how their cells look.
func layout(cfg *Config) (out [numTables]table) {
	dirt := &cfg.Dirt
	csv := func(file string, sep byte, enc encoding) table {
		return table{on: true, file: file, form: form{sep: sep, enc: enc, daySep: '-', decimal: ','}}
	}
	sheet := func(book, name string) table {
		return table{on: true, file: book, member: name, pack: inSheet, form: form{sheet: true, enc: utf8Text, daySep: '/', decimal: '.'}}
	}
	careEnc := [homeCareFiles]encoding{utf8Text, utf8Text, utf8Text}
	if dirt.MixedEncodings > 0 {
		careEnc = [homeCareFiles]encoding{utf8Text, latin1Text, latin1Text}
	}
	borger := cfg.Format == FormatA2H2
	if borger {
		out[tblAids] = sheet("hu.xlsx", "Sheet1")
		for i := range homeCareFiles {
			out[careTable(i)] = csv(fmt.Sprintf("hjemmehjaelp%d.csv", i+1), ';', latin1Text)
			if dirt.MixedEncodings > 0 {
				out[careTable(i)].form.enc = careEnc[i]
			}
		}
		out[tblDone], out[tblOff] = sheet("td.xlsx", "Sheet1"), sheet("index.xlsx", "Sheet1")
		for i := range citizenSheets {
			out[tblCitizens+tableID(i)] = sheet("borgere.xlsx", strconv.Itoa(i))
		}
	} else {
		out[tblAids] = csv("ATS_DATA.csv", ',', latin1Text)
		for i := range homeCareFiles {
			out[careTable(i)] = csv(fmt.Sprintf("HC%d.csv", i+1), ',', careEnc[i])
		}
		out[tblDone], out[tblOff] = csv("td.csv", ';', utf8Text), csv("index.csv", ',', latin1Text)
		out[tblDone].form.daySep, out[tblOff].form.daySep = '/', '/'
	}
	out[tblScreens], out[tblStatuses] = sheet("sv.xlsx", "Sheet1"), sheet("sc.xlsx", "Sheet1")
	out[tblScreensOld] = sheet("sv-tidligere.xlsx", "Sheet1")
	out[tblAidsOld], out[tblCareOld] = csv("ATS_DATA-tidligere.csv", ',', latin1Text), csv("HC-tidligere.csv", ',', utf8Text)
	out[tblScreensOld].on, out[tblAidsOld].on, out[tblCareOld].on = false, false, false
	if cfg.K1 {
		out[tblReports] = table{on: true, file: "klgateway.ndjson"}
	}
	out[tblClasses] = csv("isoall.txt", ',', latin1Text)
	if cfg.Containers == Mixed {
		intoContainers(&out, borger)
	}
	return out
}

// intoContainers puts the tables into other containers.
func intoContainers(out *[numTables]table, borger bool) {
	into := func(id tableID, pack packing, file, member string) {
		out[id].pack, out[id].file, out[id].member = pack, file, member
	}
	tsv := &out[careTable(1)]
	tsv.file, tsv.form.sep = strings.TrimSuffix(tsv.file, ".csv")+".tsv", '\t'
	last := careTable(homeCareFiles - 1)
	into(last, zipped, "hjemmehjaelp.zip", out[last].file)
	if !borger {
		out[tblAids].pack = gzipped
		out[tblAidsOld].pack = gzipped
	}
	for _, s := range []struct {
		id   tableID
		name string
	}{{tblScreens, "Screeninger"}, {tblStatuses, "Status"}, {tblDone, "Udført"}, {tblOff, "Aflyst"}} {
		t := &out[s.id]
		t.form = form{sheet: true, enc: utf8Text, daySep: '/', decimal: '.'}
		t.pack, t.file, t.member = inSheet, "digirehab.xlsx", s.name
	}
}

// missingMonths takes the months of home care that were not delivered out of the calendar.
func (p *plan) missingMonths() {
	rate := p.cfg.Dirt.MissingMonth
	if rate == 0 {
		return
	}
	type month struct{ y, m int }
	of := func(d rettidig.Day) month { t := d.Time(); return month{t.Year(), int(t.Month())} }
	gone := map[month]bool{of(p.cfg.share(0.5)): true}
	first, last := of(p.cfg.From+62), of(p.cfg.To-62) // a month that is missing at an end cannot be told from a shorter period
	for i := range p.cal {
		m := of(p.cal[i].monday)
		inside := (m.y > first.y || m.y == first.y && m.m >= first.m) && (m.y < last.y || m.y == last.y && m.m <= last.m)
		if u := stream1(p.cfg.Seed, uint64(m.y*12+m.m), forPlan); inside && u < rate {
			gone[m] = true
		}
		p.cal[i].missing = gone[m]
	}
}

// weekCells prepares the cells of a week for the file that it goes to, and for the older delivery.
func (p *plan) weekCells(w *week) {
	y, n := w.monday.ISOWeek()
	cells := func(f *form, year int) []byte {
		if p.borger() {
			return f.int(f.int(nil, year), n)
		}
		return f.int(f.text(nil, fmt.Sprintf("%d-%02d", year, n)), n)
	}
	f := &p.tables[careTable(w.file)].form
	w.text, w.old = cells(f, y), cells(&p.tables[tblCareOld].form, y)
	if n == 53 && (w.monday+6).Time().Year() > y {
		w.slipped = cells(f, y+1)
	}
}

// Titles of the columns.
var (
	aidColumnsA1 = []string{"Personnummer", "Kategori ISO nummer", "Leveret dato", "Returneret dato"}
	aidColumnsA2 = []string{"BorgerID", "HJAELPEMIDDELHMINUMMER", "HJAELPEMIDDEL HMINAVN", "HJAELPEMIDDELISOKLASSE", "HJAELPEMIDDELSERIENUMMER",
		"LOV PARAGRAF NAVN", "UDLEVERINGS DATO", "INDLEVERINGS DATO", "PRIS"}
	careColumnsH1 = []string{"Personnummer", "År uge", "Ugenummer", "Ydelse navn", "Leveret tid (minutter)", "Antal ydelser", "Leverandør"}
	careColumnsH2 = []string{"BorgerID", "Køn", "Født", "År", "Kalender Uge Nr", "Ydelse", "Leveret Tid (min)", "Antal leverede ydelser"}

	personColumns    = []string{"PatientID", "BorgerID", "Gender", "Birth Year"}
	screeningColumns = append(personColumns[:4:4], "Screeningsdate", "behovforhjælpscore", "behovforhjælpreason",
		"fysiskformåenscore", "fysiskformåenreason", "ExerciseContentID1-9")
	statusColumns  = append(personColumns[:4:4], "ChangeDate", "Status", "Ratingcomment")
	doneColumns    = append(append([]string{""}, personColumns...), "RatingDate", "Ratingscore", "Ratingcomment") // column A is empty
	offColumns     = append(personColumns[:4:4], "RatingDate", "RatingScore", "Ratingcomment")
	citizenColumns = []string{"", "BorgerID", "Køn", "Fødselsår"} // the first is an index
)

// registeredColumn says when a row was registered, where a delivery tells.
const registeredColumn = "Registreringsdato"

// head writes what stands above the rows.
func (p *plan) head() {
	cfg := p.cfg
	for id := range numTables {
		t := &p.tables[id]
		if !t.on {
			continue
		}
		if t.form.sheet {
			t.head, t.tail = []byte(sheetHead), []byte(sheetTail)
		}
		var above []string
		var titles []string
		made := cfg.To
		switch {
		case id == tblAids || id == tblAidsOld:
			titles, above = aidColumnsA1, []string{"Udtræk hjælpemidler (syntetisk)"}
			if p.borger() {
				titles, above = aidColumnsA2, nil
			}
			if id == tblAidsOld {
				made = p.made
			}
		case id >= tblCare && id <= tblCareLast || id == tblCareOld:
			titles, above = careColumnsH1, []string{"Udtræk leverede ydelser (syntetisk)"}
			if p.borger() {
				titles, above = careColumnsH2, nil
			}
			if id == tblCareOld {
				made = p.made
			}
		case id == tblScreens || id == tblScreensOld:
			titles = screeningColumns
		case id == tblStatuses:
			titles = statusColumns
		case id == tblDone:
			titles = doneColumns
		case id == tblOff:
			titles = offColumns
		case id >= tblCitizens && id <= tblCitizensLast:
			titles = citizenColumns
		default: // A3 has no header
			continue
		}
		if p.late && (id <= tblCareLast) {
			titles = append(titles[:len(titles):len(titles)], registeredColumn)
		}
		if above != nil {
			above = append(above, "Kørt den "+string(appendDay(nil, made, '-')))
			if cfg.Containers == Mixed && id == tblAids {
				above = append(above, "Fortroligt") // the header is on line 4
			}
		}
		for _, line := range above {
			t.head = t.form.line(t.head, append([]string{line}, make([]string, len(titles)-1)...))
		}
		titles = p.spellTitles(titles, id)
		t.head = t.form.line(t.head, titles)
		if cfg.Containers == Mixed && id == tblCare {
			t.tail = []byte("\n\n\n")
		}
	}
}

// spellTitles gives the titles in another spelling, in other containers, or garbled.
func (p *plan) spellTitles(titles []string, id tableID) []string {
	titles = append([]string(nil), titles...)
	if p.garbles(id) {
		touched := false
		for i, s := range titles {
			titles[i] = garble(s)
			touched = touched || titles[i] != s
		}
		if touched {
			p.garbled++
		}
	}
	if p.cfg.Containers != Mixed {
		return titles
	}
	for i, s := range titles {
		switch (i + int(id)) % 3 {
		case 0:
			titles[i] = strings.ToUpper(s)
		case 1:
			if before, after, ok := strings.Cut(s, " "); ok && p.tables[id].form.sheet {
				titles[i] = before + "\n" + after
			}
		case 2:
			if s != "" {
				titles[i] = s + " "
			}
		}
	}
	return titles
}

// garbles tells whether the header of a table is read as Latin-1 once too often.
func (p *plan) garbles(id tableID) bool {
	return stream1(p.cfg.Seed, uint64(id), forHeader) < p.cfg.Dirt.MojibakeHeader
}

// missingWeeks counts the weeks that were not delivered.
func (p *plan) missingWeeks() (n int) {
	for i := range p.cal {
		if p.cal[i].missing {
			n++
		}
	}
	return n
}
