package synth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/rettidig/rettidig"
)

// Summary counts what was written, before duplicated and invented rows.
type Summary struct {
	Citizens     int      `json:"citizens"` // simulated: 65+ on the first day, and those who turn 65 later
	WithHomeCare int      `json:"with_home_care"`
	WithAids     int      `json:"with_aids"`
	Trained      int      `json:"trained"`
	Loans        int      `json:"loans"`
	ServiceRows  int      `json:"service_rows"`
	Courses      int      `json:"courses"`
	Screenings   int      `json:"screenings"`
	Sessions     int      `json:"sessions"`
	Cancelled    int      `json:"cancelled"`
	Statuses     int      `json:"statuses"`
	Deaths       int      `json:"deaths"`
	NursingHome  int      `json:"nursing_home"`
	Moves        int      `json:"moves"`
	Landmarks    int      `json:"landmarks"` // citizens at risk at a landmark
	Declines     int      `json:"declines"`
	Files        []string `json:"files"`

	Planted map[string]int `json:"planted"` // faults by the name of their rate; rows, unless the rate is of something else
}

func (s *Summary) add(o *Summary) {
	s.WithHomeCare += o.WithHomeCare
	s.WithAids += o.WithAids
	s.Trained += o.Trained
	s.Loans += o.Loans
	s.ServiceRows += o.ServiceRows
	s.Courses += o.Courses
	s.Screenings += o.Screenings
	s.Sessions += o.Sessions
	s.Cancelled += o.Cancelled
	s.Statuses += o.Statuses
	s.Deaths += o.Deaths
	s.NursingHome += o.NursingHome
	s.Moves += o.Moves
	s.Landmarks += o.Landmarks
	s.Declines += o.Declines
	for name, n := range o.Planted {
		s.Planted[name] += n
	}
}

// Write invents the municipality and writes its extracts to dir, which must not exist or be empty. The truth file, if
// asked for, gets every probability that an outcome was drawn from; it belongs outside dir. The folder is written
// beside and renamed when it is complete, so an interrupted run leaves no half folder.
func Write(ctx context.Context, dir string, cfg Config, truth io.Writer, progress func(stage string, done, total int)) (Summary, error) {
	if err := cfg.Validate(); err != nil {
		return Summary{}, fmt.Errorf("synthetic municipality: %w", err)
	}
	if progress == nil {
		progress = func(string, int, int) {}
	}
	if left, err := os.ReadDir(dir); err == nil && len(left) > 0 {
		return Summary{}, fmt.Errorf("synthetic municipality: %s is not empty; give a new folder", dir)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Summary{}, fmt.Errorf("synthetic municipality: %w", err)
	}
	dir = filepath.Clean(dir)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return Summary{}, fmt.Errorf("synthetic municipality: %w", err)
	}
	beside, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".unfinished-")
	if err != nil {
		return Summary{}, fmt.Errorf("synthetic municipality: %w", err)
	}
	defer os.RemoveAll(beside)
	sum, err := writeInto(ctx, beside, &cfg, truth, progress)
	if err != nil {
		return Summary{}, fmt.Errorf("synthetic municipality: %w", err)
	}
	if err := os.Chmod(beside, 0o755); err != nil {
		return Summary{}, fmt.Errorf("synthetic municipality: %w", err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return Summary{}, fmt.Errorf("synthetic municipality: %w", err)
	}
	if err := os.Rename(beside, dir); err != nil {
		return Summary{}, fmt.Errorf("synthetic municipality: %w", err)
	}
	return sum, nil
}

func writeInto(ctx context.Context, dir string, cfg *Config, truth io.Writer, progress func(string, int, int)) (sum Summary, err error) {
	roll, err := makeRoll(ctx, *cfg)
	if err != nil {
		return sum, err
	}
	p := newPlan(cfg, len(roll))
	out, err := newOutput(dir, p, truth)
	defer out.release()
	if err != nil {
		return sum, err
	}
	sum.Planted = map[string]int{}
	done := 0
	spare := sync.Pool{New: func() any { return new(block) }} // their buffers have grown already
	err = eachBlock(ctx, cfg, roll, func(w *worker, first, last int) *block {
		b := spare.Get().(*block)
		b.clear()
		for n := first; n < last; n++ {
			w.simulate(cfg, n, roll[n])
			b.take(&w.life, p, n, len(roll))
		}
		b.finish(p, &w.packer)
		return b
	}, func(b *block, citizens int) error {
		done += citizens
		progress("citizens", done, len(roll))
		sum.add(&b.sum)
		defer spare.Put(b)
		return out.add(b)
	})
	if err != nil {
		return sum, err
	}
	sum.Citizens = len(roll)
	if p.garbled > 0 {
		sum.Planted["mojibake_header"] = p.garbled
	}
	if n := p.missingWeeks(); n > 0 {
		sum.Planted["missing_month"] = n
	}
	if err := out.finish(); err != nil {
		return sum, err
	}
	sum.Files, err = listFiles(dir)
	return sum, err
}

// clear empties a block and keeps its buffers.
func (b *block) clear() {
	old := *b
	*b = block{truth: old.truth[:0]}
	for id := range old.raw {
		b.raw[id] = old.raw[id][:0]
	}
}

// take turns one life into rows.
func (b *block) take(l *life, p *plan, n, citizens int) {
	if l.exit.Valid() && l.exit <= l.cfg.To {
		switch l.how {
		case dies:
			b.sum.Deaths++
		case nursingHome:
			b.sum.NursingHome++
		case movesAway:
			b.sum.Moves++
		}
	}
	for _, r := range l.truths {
		if r.target == rettidig.Decline {
			b.sum.Landmarks++
			if r.outcome == yes {
				b.sum.Declines++
			}
		}
	}
	if len(l.loans) > 0 {
		b.sum.WithAids++
	}
	l.private = l.rng.Float64() < 0.3
	l.printBirthYear(b)
	id := l.identify(p, n, b)
	l.appendTruth(id.training, b)
	l.appendAids(p, n, id, b)
	told := l.appendHomeCare(p, id, b)
	if l.cfg.K1 {
		l.appendReports(p, n, told, b)
	}
	if b.replaced {
		b.plant("replacement_cpr", 1)
		b.replaced = false
	}
	if len(l.courses) > 0 {
		b.sum.Trained++
		l.appendTraining(p, n, id, b)
	}
	if p.borger() {
		l.appendCitizen(p, n, citizens, id, b)
	}
}

// printBirthYear decides how many digits of the birth year the files print.
func (l *life) printBirthYear(b *block) {
	y := l.birth.Time().Year()
	l.birthYear = strconv.Itoa(y)
	if l.dirt.Float64() < l.cfg.Dirt.TwoDigitBirthYear {
		l.birthYear = fmt.Sprintf("%02d", y%100)
		b.plant("two_digit_birth_year", 1)
	}
}

// appendCitizen writes the citizen's line of A4.
func (l *life) appendCitizen(p *plan, n, citizens int, id identity, b *block) {
	to := tblCitizens + tableID(n*citizenSheets/citizens)
	f := &p.tables[to].form
	row := f.int(f.open(b.raw[to]), n)
	if id.digits {
		row = f.number(row, id.number)
	} else {
		row = f.text(row, id.number)
	}
	if l.female {
		row = f.text(row, "Kvinde")
	} else {
		row = f.text(row, "Mand")
	}
	b.raw[to] = f.end(f.number(row, l.birthYear))
	b.rows[to]++
}

// finish counts what was too frequent for a map, and packs.
func (b *block) finish(p *plan, k *packer) {
	for name, n := range map[string]int{"fsiii_suffix": b.suffixed, "local_name": b.local, "overlap": b.overlap} {
		if n > 0 {
			b.plant(name, n)
		}
	}
	b.writeReports()
	for id := range b.raw {
		if p.tables[id].pack != loose {
			b.packed[id] = k.pack(b.raw[id])
		}
	}
}

// blockSize is how many citizens a worker takes at a time.
const blockSize = 64

// worker lives lives, one after the other.
type worker struct {
	life
	packer packer
}

// eachBlock lives every citizen of the roll on several goroutines and hands the blocks over in order, so that what is
// written cannot depend on how many there are. Only a few blocks are in memory at a time.
func eachBlock[B any](ctx context.Context, cfg *Config, roll []person, live func(w *worker, first, last int) *B, take func(b *B, citizens int) error) error {
	workers := cfg.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type job struct {
		first, last int
		out         chan *B
	}
	jobs, order := make(chan job), make(chan job, 4*workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		defer close(jobs)
		defer close(order)
		for first := 0; first < len(roll); first += blockSize {
			j := job{first, min(first+blockSize, len(roll)), make(chan *B, 1)}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return
			}
		}
	})
	for range workers {
		wg.Go(func() {
			var w worker
			for j := range jobs {
				j.out <- live(&w, j.first, j.last)
			}
		})
	}
	for j := range order {
		select {
		case b := <-j.out:
			if err := take(b, j.last-j.first); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// output holds the open files of the delivery.
type output struct {
	dir   string
	cfg   *Config
	sinks []*sink // in the order of their tables
	of    [numTables]*sink
	truth *bufio.Writer
}

func newOutput(dir string, p *plan, truth io.Writer) (*output, error) {
	o := &output{dir: dir, cfg: p.cfg}
	for id := range numTables {
		t := &p.tables[id]
		if !t.on {
			continue
		}
		s, err := newSink(dir, t)
		o.sinks, o.of[id] = append(o.sinks, s), s
		if err != nil {
			return o, err
		}
	}
	if truth != nil {
		o.truth = bufio.NewWriterSize(truth, 1<<16)
		if _, err := o.truth.WriteString(truthHeader(p)); err != nil {
			return o, err
		}
	}
	return o, nil
}

// add writes one block to every file.
func (o *output) add(b *block) error {
	for id, s := range o.of {
		if s == nil || len(b.raw[id]) == 0 {
			continue
		}
		if err := s.add(b.rows[id], b.raw[id], b.packed[id]); err != nil {
			return err
		}
	}
	if o.truth != nil {
		if _, err := o.truth.Write(b.truth); err != nil {
			return err
		}
	}
	return nil
}

// finish writes what is still in memory, and the files that are no tables.
func (o *output) finish() error {
	classes := o.of[tblClasses]
	if raw := classList(&classes.table.form); len(raw) > 0 {
		if err := classes.write(raw, nil); err != nil {
			return err
		}
	}
	for _, s := range o.sinks {
		if err := s.endPart(); err != nil {
			return err
		}
	}
	if err := assemble(o.dir, o.sinks); err != nil {
		return err
	}
	if o.truth != nil {
		if err := o.truth.Flush(); err != nil {
			return err
		}
	}
	return writeNotice(o.dir, o.cfg)
}

// release closes what an interrupted run left open.
func (o *output) release() {
	for _, s := range o.sinks {
		s.release()
	}
}

// classList is the list of classes (A3): code, how many aids, and our own name.
func classList(f *form) (b []byte) {
	for i, c := range aidClasses {
		name, _, _ := strings.Cut(productNames[i], "\n")
		b = f.line(b, []string{c.iso, strconv.Itoa(1 + i*7%40), name})
	}
	return b
}

func listFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out, nil
}

// writeNotice says loudly that nothing here is about anybody.
func writeNotice(dir string, cfg *Config) error {
	text := fmt.Sprintf(`SYNTHETIC DATA - SYNTETISKE DATA

Nobody in this folder exists. Every citizen, loan, service, screening and session was invented by
Rettidig's generator. Every CPR number was never issued to anybody: all are of births before 1960 and
fail the modulus 11 check. Every BorgerID is made up too: twelve digits that begin with 99, or undone by
arithmetic to one of those CPR numbers. Replacement numbers have a Z as their first letter. Do not mix these files with a real delivery.

Ingen i denne mappe findes. Alle borgere, udlån, ydelser, screeninger og træninger er opdigtede, og intet
af personnumrene er nogensinde udstedt. Bland ikke filerne med en rigtig leverance.

citizens aged 65+ on the first day: %d
seed: %d
period: %v to %v
`, cfg.Citizens, cfg.Seed, cfg.From, cfg.To)
	return os.WriteFile(filepath.Join(dir, NoticeFile), []byte(text), 0o644)
}

// NoticeFile is the name of the file that says that the folder is synthetic.
const NoticeFile = "SYNTHETIC.txt"
