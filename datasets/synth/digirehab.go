package synth

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/rettidig/rettidig"
)

// digirehab writes the four training tables: screenings (D1) and statuses (D2) as workbooks, sessions done (D3) and
// cancelled (D4) as text. Patient ids are DigiRehab's own five digits and given out as citizens come.
type digirehab struct {
	cfg      *Config
	screens  *workbook
	statuses *workbook
	done     *csvFile
	off      *csvFile
	patients int
}

var (
	personColumns    = []string{"PatientID", "BorgerID", "Gender", "Birth Year"}
	screeningColumns = append(personColumns[:4:4], "Screeningsdate", "behovforhjælpscore", "behovforhjælpreason",
		"fysiskformåenscore", "fysiskformåenreason", "ExerciseContentID1-9")
	statusColumns = append(personColumns[:4:4], "ChangeDate", "Status", "Ratingcomment")
	doneColumns   = append(append([]string{""}, personColumns...), "RatingDate", "Ratingscore", "Ratingcomment") // column A is empty
	offColumns    = append(personColumns[:4:4], "RatingDate", "RatingScore", "Ratingcomment")
)

func newDigirehab(dir string, cfg *Config) (*digirehab, error) {
	d := &digirehab{cfg: cfg}
	var err error
	if d.screens, err = newWorkbook(dir, "sv", screeningColumns); err != nil {
		return nil, err
	}
	if d.statuses, err = newWorkbook(dir, "sc", statusColumns); err != nil {
		return nil, err
	}
	if d.done, err = newCSVFile(filepath.Join(dir, "td.csv"), ';', utf8Text, doneColumns); err != nil {
		return nil, err
	}
	d.off, err = newCSVFile(filepath.Join(dir, "index.csv"), ',', latin1Text, offColumns)
	return d, err
}

// patientID is the nth id given out: five digits, in no visible order, for the first 90,000.
func patientID(n int) int {
	if n < 90000 {
		return 10000 + n*7919%90000
	}
	return 10000 + n
}

// faults are what happened to a citizen's DigiRehab rows.
type faults struct {
	lostID, lostDate bool
}

// write adds the rows of one citizen.
func (d *digirehab) write(t trainee, sum *Summary) error {
	rng := stream(d.cfg.Seed, uint64(t.citizen), forTraining)
	var f faults
	if rng.Float64() < d.cfg.Dirt.DigiRehabLost {
		f.lostID = rng.Float64() < 0.5
		f.lostDate = !f.lostID
	}
	patient := 0
	for i := range t.courses {
		c := &t.courses[i]
		if i == 0 || c.newID {
			patient = patientID(d.patients)
			d.patients++
		}
		if err := d.writeCourse(rng, patient, t.person, f, c, sum); err != nil {
			return err
		}
	}
	return nil
}

func (d *digirehab) writeCourse(rng *rand.Rand, patient int, p person, f faults, c *course, sum *Summary) error {
	sum.Screenings += len(c.screenings)
	sum.Statuses += len(c.statuses)
	for _, r := range c.screenings {
		row := append(d.personCells(rng, patient, p, f), d.dayCell(rng, r.day, f), r.need, reasonCell(r.needReason))
		if r.day != c.start && rng.Float64() < d.cfg.Dirt.BlankAbility {
			r.ability = noScore
		}
		if r.ability == noScore {
			row = append(row, nil)
		} else {
			row = append(row, float64(r.ability)/24)
		}
		row = append(row, reasonCell(r.abilityReason), exercises(rng))
		if err := d.screens.add(row); err != nil {
			return err
		}
	}
	for _, r := range c.statuses {
		row := append(d.personCells(rng, patient, p, f), d.dayCell(rng, r.day, f), d.spell(rng, r.status))
		if err := d.statuses.add(row); err != nil {
			return err
		}
	}
	for _, r := range c.sessions {
		id := d.personCells(rng, patient, p, f)
		cells := []string{strconv.Itoa(patient), fmt.Sprint(id[1]), fmt.Sprint(id[2]), fmt.Sprint(id[3]), "", strconv.Itoa(int(r.rating)), ""}
		if !f.lostDate {
			cells[4] = string(appendDay(nil, r.day, '/'))
		}
		var err error
		if r.rating == 1 {
			sum.Cancelled++
			cells[6] = cancelComments[r.comment]
			err = d.off.add(cells)
		} else {
			sum.Sessions++
			cells[6] = doneComments[r.comment]
			err = d.done.add(append([]string{""}, cells...))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// personCells are the four columns that every table begins with.
func (d *digirehab) personCells(rng *rand.Rand, patient int, p person, f faults) []any {
	id := p.number.Reveal()
	switch u := rng.Float64(); {
	case f.lostID:
		id = [...]string{"", "#VALUE!", "681"}[rng.IntN(3)]
	case u < d.cfg.Dirt.LostZeroCPR && id[0] == '0':
		id = id[1:]
	case rng.IntN(2) == 0:
		id = number11(p)
	}
	gender := "Mand"
	if p.female {
		gender = "Kvinde"
	}
	return []any{patient, id, gender, p.birth.Time().Year() % 100}
}

// dayCell is an Excel serial date.
func (d *digirehab) dayCell(rng *rand.Rand, day rettidig.Day, f faults) any {
	if f.lostDate {
		return nil
	}
	return date(day)
}

func reasonCell(r uint8) any {
	if r == 0 {
		return nil
	}
	return reasonNames[r]
}

// exercises invents the ids of the exercises that the screening chose.
func exercises(rng *rand.Rand) string {
	n := 7 + rng.IntN(3)
	ids := make([]string, n)
	for i := range ids {
		ids[i] = strconv.Itoa(100000 + rng.IntN(900000))
	}
	return strings.Join(ids, ",")
}

// statusNames are the usual spelling and another that the same system has used.
var statusNames = map[rettidig.Status][2]string{
	rettidig.Active:              {"Active", "active "},
	rettidig.Pause:               {"Pause", "PAUSE"},
	rettidig.Reactivated:         {"Re-activated", "Reactivated"},
	rettidig.SignificantProgress: {"SignificantProgress", "Significant progress"},
	rettidig.Monitor:             {"Monitor", "monitor"},
	rettidig.Maintenance:         {"Maintenance", "maintenance"},
	rettidig.Terminated:          {"Terminated", "terminated"},
	rettidig.HasDied:             {"Has died", "HasDied"},
	rettidig.OptedOut:            {"Opted out", "Opted-out"},
	rettidig.ShouldBeScreened:    {"Should be screened", "ShouldBeScreened"},
}

func (d *digirehab) spell(rng *rand.Rand, s rettidig.Status) string {
	names := statusNames[s]
	if rng.Float64() < d.cfg.Dirt.StatusSpelling {
		return names[1]
	}
	return names[0]
}

// release gives back the files of an interrupted run; after close it does nothing that matters.
func (d *digirehab) release() {
	for _, w := range []*workbook{d.screens, d.statuses} {
		_ = w.file.Close()
	}
	for _, c := range []*csvFile{d.done, d.off} {
		_ = c.file.Close()
	}
}

func (d *digirehab) close() error {
	for _, f := range []interface{ close() error }{d.screens, d.statuses, d.done, d.off} {
		if err := f.close(); err != nil {
			return err
		}
	}
	return nil
}

// date is a day that a workbook shows as dd/mm/yyyy.
type date rettidig.Day

// serial is the day in Excel's 1900 system.
func (d date) serial() int { return int(d) + 25569 }

// sheetRows is how many rows go into one workbook; a sheet holds 1,048,576.
const sheetRows = 1_000_000

// workbook streams rows to NAME.xlsx, and on to NAME-2.xlsx when a sheet is full.
type workbook struct {
	dir, name string
	header    []string
	file      *excelize.File
	stream    *excelize.StreamWriter
	style     int
	part, row int
}

func newWorkbook(dir, name string, header []string) (*workbook, error) {
	w := &workbook{dir: dir, name: name, header: header}
	return w, w.open()
}

func (w *workbook) open() error {
	w.part++
	w.row = 1
	w.file = excelize.NewFile()
	format := "dd/mm/yyyy"
	var err error
	if w.style, err = w.file.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
		return fmt.Errorf("workbook %s: %w", w.name, err)
	}
	if w.stream, err = w.file.NewStreamWriter("Sheet1"); err != nil {
		return fmt.Errorf("workbook %s: %w", w.name, err)
	}
	cells := make([]any, len(w.header))
	for i, h := range w.header {
		cells[i] = h
	}
	return w.stream.SetRow("A1", cells)
}

func (w *workbook) add(cells []any) error {
	if w.row == sheetRows {
		if err := w.close(); err != nil {
			return err
		}
		if err := w.open(); err != nil {
			return err
		}
	}
	w.row++
	for i, c := range cells {
		if d, ok := c.(date); ok {
			cells[i] = excelize.Cell{StyleID: w.style, Value: d.serial()}
		}
	}
	return w.stream.SetRow("A"+strconv.Itoa(w.row), cells)
}

func (w *workbook) close() error {
	if err := w.stream.Flush(); err != nil {
		return fmt.Errorf("workbook %s: %w", w.name, err)
	}
	name := w.name + ".xlsx"
	if w.part > 1 {
		name = fmt.Sprintf("%s-%d.xlsx", w.name, w.part)
	}
	if err := w.file.SaveAs(filepath.Join(w.dir, name)); err != nil {
		return fmt.Errorf("workbook %s: %w", w.name, err)
	}
	return w.file.Close()
}

// csvFile is a buffered CSV file in an encoding.
type csvFile struct {
	enc  encoding
	file *os.File
	buf  *bufio.Writer
	csv  *csv.Writer
}

func newCSVFile(path string, sep rune, enc encoding, header []string) (*csvFile, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	c := &csvFile{enc: enc, file: f, buf: bufio.NewWriterSize(f, 1<<16)}
	c.csv = csv.NewWriter(c.buf)
	c.csv.Comma = sep
	return c, c.add(header)
}

func (c *csvFile) add(cells []string) error {
	for i, s := range cells {
		cells[i] = string(c.enc.encode(s))
	}
	return c.csv.Write(cells)
}

func (c *csvFile) close() error {
	c.csv.Flush()
	if err := c.csv.Error(); err != nil {
		return err
	}
	if err := c.buf.Flush(); err != nil {
		return err
	}
	return c.file.Close()
}
