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
	"slices"
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
}

func (s *Summary) add(o *Summary) {
	s.WithHomeCare += o.WithHomeCare
	s.WithAids += o.WithAids
	s.Trained += o.Trained
	s.Loans += o.Loans
	s.ServiceRows += o.ServiceRows
	s.Courses += o.Courses
	s.Deaths += o.Deaths
	s.NursingHome += o.NursingHome
	s.Moves += o.Moves
	s.Landmarks += o.Landmarks
	s.Declines += o.Declines
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
	out, err := newOutput(dir, cfg, truth)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, out.closeFiles()) }()

	cal := calendar(cfg)
	done := 0
	err = eachBlock(ctx, cfg, roll, func(l *life, n int, b *block) {
		l.simulate(cfg, n, roll[n])
		b.take(l, n, cal)
	}, func(b *block, citizens int) error {
		done += citizens
		progress("citizens", done, len(roll))
		sum.add(&b.sum)
		return out.add(b, &sum)
	})
	if err != nil {
		return sum, err
	}
	sum.Citizens = len(roll)
	if err := out.finish(); err != nil {
		return sum, err
	}
	sum.Files, err = listFiles(dir)
	return sum, err
}

// take turns one life into lines.
func (b *block) take(l *life, n int, cal []week) {
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
	l.appendTruth(b)
	l.appendAids(b)
	l.appendHomeCare(cal, b)
	if len(l.courses) > 0 {
		b.sum.Trained++
		b.sum.Courses += len(l.courses)
		b.trained = append(b.trained, trainee{n, l.person, slices.Clone(l.courses)})
	}
}

// blockSize is how many citizens a worker takes at a time.
const blockSize = 64

// eachBlock lives every citizen of the roll on several goroutines and hands the blocks over in order, so that what is
// written cannot depend on how many there are. Only a few blocks are in memory at a time.
func eachBlock[B any](ctx context.Context, cfg *Config, roll []person, live func(l *life, n int, b *B), take func(b *B, citizens int) error) error {
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
			var l life
			for j := range jobs {
				b := new(B)
				for n := j.first; n < j.last; n++ {
					live(&l, n, b)
				}
				j.out <- b
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
	aids     *textFile
	homeCare [homeCareFiles]*textFile
	training *digirehab
	truth    *bufio.Writer
}

// textFile is a buffered file of finished lines.
type textFile struct {
	file *os.File
	buf  *bufio.Writer
}

func newTextFile(path string, head []byte) (*textFile, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	t := &textFile{f, bufio.NewWriterSize(f, 1<<18)}
	_, err = t.buf.Write(head)
	return t, err
}

func newOutput(dir string, cfg *Config, truth io.Writer) (*output, error) {
	o := &output{}
	run := string(appendDay(nil, cfg.To, '-'))
	head := latin1Text.encode("Udtræk hjælpemidler (syntetisk),,,\nKørt den " + run + ",,,\n" +
		"Personnummer,Kategori ISO nummer,Leveret dato,Returneret dato\n")
	var err error
	if o.aids, err = newTextFile(filepath.Join(dir, "ATS_DATA.csv"), head); err != nil {
		return nil, err
	}
	for i := range o.homeCare {
		head := homeCareEncoding[i].encode("Udtræk leverede ydelser (syntetisk),,,,,,\nKørt den " + run + ",,,,,,\n" +
			"Personnummer,År uge,Ugenummer,Ydelse navn,Leveret tid (minutter),Antal ydelser,Leverandør\n")
		if o.homeCare[i], err = newTextFile(filepath.Join(dir, fmt.Sprintf("HC%d.csv", i+1)), head); err != nil {
			return nil, err
		}
	}
	if o.training, err = newDigirehab(dir, cfg); err != nil {
		return nil, err
	}
	if truth != nil {
		o.truth = bufio.NewWriterSize(truth, 1<<16)
		if _, err := o.truth.WriteString(truthHeader); err != nil {
			return nil, err
		}
	}
	return o, writeNotice(dir, cfg)
}

// add writes one block to every file.
func (o *output) add(b *block, sum *Summary) error {
	if _, err := o.aids.buf.Write(b.aids); err != nil {
		return err
	}
	for i, h := range b.homeCare {
		if _, err := o.homeCare[i].buf.Write(h); err != nil {
			return err
		}
	}
	for _, t := range b.trained {
		if err := o.training.write(t, sum); err != nil {
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

// finish writes what is still in memory.
func (o *output) finish() error {
	if err := o.aids.buf.Flush(); err != nil {
		return err
	}
	for _, h := range o.homeCare {
		if err := h.buf.Flush(); err != nil {
			return err
		}
	}
	if err := o.training.close(); err != nil {
		return err
	}
	if o.truth != nil {
		return o.truth.Flush()
	}
	return nil
}

// closeFiles closes the text files, and what an interrupted run left open.
func (o *output) closeFiles() error {
	o.training.release()
	err := o.aids.file.Close()
	for _, h := range o.homeCare {
		err = errors.Join(err, h.file.Close())
	}
	return err
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
fail the modulus 11 check. Do not mix these files with a real delivery.

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
