package extract

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rettidig/rettidig"
)

// ReadDir reads every extract in a folder, as Open and Each do, and returns all facts at once. If any file is refused,
// the facts are nil, and the report covers the files that could be read.
func ReadDir(ctx context.Context, dir string, opt Options) (*rettidig.Facts, *Report, error) {
	d, refused, err := read(ctx, dir, opt.filled())
	if err != nil {
		return nil, nil, err
	}
	defer d.Close()
	if refused != nil && d.report.Files == nil && len(d.parts) == 0 {
		return nil, d.report, refused
	}
	facts, err := collect(ctx, d)
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case refused != nil || err != nil:
		return nil, d.report, errors.Join(refused, err)
	}
	return facts, d.report, nil
}

// Open reads and checks every extract in a folder. Hidden files, folders and files named .md, .json or .txt are not
// read, and the report lists them; any other file must be an extract. The facts and the report (but for the files' names
// in it) depend on nothing but the files' contents and the options: not on names, order or number of workers.
//
// If any file is refused, the error joins one *FileError per refused file. Nothing is written but the spill, see Options.
func Open(ctx context.Context, dir string, opt Options) (*Delivery, error) {
	d, refused, err := read(ctx, dir, opt.filled())
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, errors.Join(refused, d.Close())
	}
	return d, nil
}

// read is Open that gives the delivery of the other files when some are refused.
func read(ctx context.Context, dir string, opt Options) (d *Delivery, refused, err error) {
	names, ignored, err := list(dir)
	if err != nil {
		return nil, nil, err
	}
	d = &Delivery{opt: opt, report: &Report{Format: reportFormat, KeyID: opt.Key.ID(), Ignored: ignored, ExtractDate: rettidig.NoDay}}
	if len(names) == 0 {
		return d, rettidig.E(rettidig.Invalid, "no-extracts", dir+" holds no extract. Put the vendors' CSV or XLSX files there", nil), nil
	}
	if len(names) > mostFiles {
		return d, rettidig.E(rettidig.Invalid, "too-many-files",
			fmt.Sprintf("%s holds %d files, more than %d. Is it the folder of one delivery?", dir, len(names), mostFiles), nil), nil
	}
	parts, refused := readAll(ctx, dir, names, opt)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	d.parts = slices.DeleteFunc(parts, func(p *part) bool { return p == nil })
	return d, refused, nil
}

const mostFiles = 10000

// list finds what to read in a folder.
func list(dir string) (names []string, ignored []Ignored, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, rettidig.E(rettidig.Invalid, "unreadable-folder", "the extracts' folder "+dir+" cannot be read", err)
	}
	ignored = []Ignored{}
	for _, e := range entries {
		name := e.Name()
		info, err := os.Stat(filepath.Join(dir, name)) // follows links
		switch ext := strings.ToLower(filepath.Ext(name)); {
		case strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$"):
			ignored = append(ignored, Ignored{name, "hidden, or a program's own"})
		case err == nil && info.IsDir():
			ignored = append(ignored, Ignored{name, "a folder: extracts are read from the top folder only"})
		case ext == ".md" || ext == ".json" || ext == ".txt":
			ignored = append(ignored, Ignored{name, "by its ending no extract; rename it to .csv if it is one"})
		default:
			names = append(names, name)
		}
	}
	return names, ignored, nil
}

// readAll reads the files, some at once. A refused file leaves a nil part and its error.
func readAll(ctx context.Context, dir string, names []string, opt Options) ([]*part, error) {
	parts, errs := make([]*part, len(names)), make([]error, len(names))
	var telling sync.Mutex
	var g errgroup.Group
	g.SetLimit(opt.Workers)
	for i, name := range names {
		g.Go(func() error {
			progress := func(rows int64) {
				if opt.Progress != nil {
					telling.Lock()
					defer telling.Unlock()
					opt.Progress(name, rows)
				}
			}
			parts[i], errs[i] = readPath(ctx, filepath.Join(dir, name), name, opt, progress)
			return nil
		})
	}
	_ = g.Wait()
	return parts, errors.Join(errs...)
}

func readPath(ctx context.Context, path, name string, opt Options, progress func(int64)) (*part, error) {
	f, err := open(ctx, path)
	if err != nil {
		return nil, named(name, unreadable(err))
	}
	defer f.Close()
	stop := context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) }) // wakes a read from a silent pipe
	defer stop()
	p, err := readStream(ctx, f, opt, progress)
	if err != nil {
		return nil, named(name, err)
	}
	p.report.Name = name
	return p, nil
}

// open opens a file. Opening a named pipe waits for its writer, so it can be given up.
func open(ctx context.Context, path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode()&os.ModeNamedPipe == 0 {
		return os.Open(path)
	}
	type opened struct {
		f   *os.File
		err error
	}
	c := make(chan opened, 1)
	go func() {
		f, err := os.Open(path)
		c <- opened{f, err}
	}()
	select {
	case o := <-c:
		return o.f, o.err
	case <-ctx.Done():
		go func() { // when a writer comes after all
			if o := <-c; o.f != nil {
				_ = o.f.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

func unreadable(err error) error {
	f := refusal(0, "unreadable", "cannot be read", "Check the file and its permissions")
	f.Err = err
	var p *os.PathError
	if errors.As(err, &p) {
		f.Err = p.Err // the path is the message's first word already
	}
	return f
}

// named completes an error with the file it is about.
func named(name string, err error) error {
	var f *FileError
	if !errors.As(err, &f) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		errors.As(unreadable(err), &f)
	}
	own := *f // refusals such as errTooLarge are shared
	own.File = name
	return &own
}

// readStream reads one file, whatever it is, front to back.
func readStream(ctx context.Context, r io.Reader, opt Options, progress func(int64)) (*part, error) {
	m := newMeter(ctx, r, opt.MaxBytes)
	in := bufio.NewReaderSize(m, 64<<10)
	head, err := in.Peek(8)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	p := &part{people: newPeople(opt.Key), preamble: rettidig.NoDay}
	p.report = File{Encoding: ASCII, Made: rettidig.NoDay, First: rettidig.NoDay, Last: rettidig.NoDay,
		Merged: Causes{}, Dropped: Causes{}, Quarantined: Causes{}, Repairs: Causes{}, Notes: Causes{}, Examples: map[string][]Example{}}
	switch {
	case len(head) == 0:
		return nil, refusal(0, "empty-file", "the file is empty", "Export it again, or remove it")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		err = p.readWorkbook(in, opt, progress)
	default:
		if err := foreign(head); err != nil {
			return nil, err
		}
		err = p.readCSV(in, opt, progress)
	}
	if err != nil {
		return nil, err
	}
	p.report.Kind = p.head.kind
	p.report.HeaderLine = p.head.line
	p.report.Made = p.preamble
	p.report.Bytes = m.n
	p.report.SHA256 = m.sum()
	return p, nil
}

// foreign knows some files that are often delivered by mistake.
func foreign(head []byte) error {
	for _, f := range []struct{ magic, what, do string }{
		{"\xD0\xCF\x11\xE0", "an old Excel file (.xls) or one with a password", "Save it as XLSX without a password, or as CSV"},
		{"\xFF\xFE", "text in UTF-16", "Save it as CSV in UTF-8"},
		{"\xFE\xFF", "text in UTF-16", "Save it as CSV in UTF-8"},
		{"\x1F\x8B", "a gzip archive", "Unpack it"},
		{"%PDF", "a PDF", "Export the data as CSV or XLSX"},
		{"PAR1", "a Parquet file", "Export the data as CSV or XLSX"},
	} {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return refusal(0, "unknown-kind", "this is "+f.what, f.do)
		}
	}
	return nil
}

func (p *part) readCSV(in *bufio.Reader, opt Options, progress func(int64)) error {
	p.report.Container = "CSV"
	if head, _ := in.Peek(len(bom)); bytes.Equal(head, bom) {
		_, _ = in.Discard(len(bom))
		p.report.sawEncoding(true)
	}
	l := newLines(in, opt.MaxLine)
	something := false
	h, cut, pre, err := findHeader(func() ([][]string, int, error) {
		rec, line, quoted, err := l.raw()
		if err != nil {
			return nil, line, err
		}
		something = something || len(trim(rec)) > 0
		ways := make([][]string, len(separators)+len(wrongSeparators))
		for i, sep := range append(slices.Clone(separators), wrongSeparators...) {
			fields, _ := split(nil, bytes.Clone(rec), sep, quoted)
			for _, f := range fields {
				s, _ := p.text(trim(f))
				ways[i] = append(ways[i], s)
			}
		}
		return ways, line, nil
	})
	switch {
	case errors.Is(err, io.EOF) && !something:
		return refusal(0, "empty-file", "the file holds only blank lines", "Export it again, or remove it")
	case errors.Is(err, io.EOF):
		return unknownKind()
	case err != nil:
		return err
	}
	if cut >= len(separators) {
		return refusal(h.line, "wrong-separator", "the columns are separated by "+sepName(wrongSeparators[cut-len(separators)]),
			"Export it again with comma, semicolon or tab")
	}
	p.head, p.preamble = h, pre.date()
	sep := separators[cut]
	p.report.Separator = sepName(sep)
	return p.readRows(&csvTable{lines: l, sep: sep, width: h.width}, p.rowReader(excel1900, opt), progress)
}

// readWorkbook reads the one sheet of a workbook that has a known header. A zip's directory stands at its
// end, so the file is held in memory; a quarter of what it may unpack to is the most that it may be packed.
func (p *part) readWorkbook(in io.Reader, opt Options, progress func(int64)) error {
	p.report.Container = "XLSX"
	p.report.Encoding = UTF8
	limit := min(opt.MaxWorkbook, opt.MaxBytes)
	packed := max(limit/4, 1)
	raw, err := io.ReadAll(io.LimitReader(in, packed+1))
	switch {
	case err != nil:
		return err
	case int64(len(raw)) > packed:
		return errTooLarge
	}
	w, err := openWorkbook(bytes.NewReader(raw), int64(len(raw)), limit)
	if err != nil {
		return err
	}
	var found *sheetTable
	var firstErr error
	for _, s := range w.sheets {
		t, err := w.open(s)
		if err != nil {
			return err
		}
		defer t.close.Close()
		h, _, pre, err := findHeader(t.words)
		switch {
		case err != nil:
			if firstErr == nil || errors.Is(firstErr, io.EOF) {
				firstErr = err
			}
		case found != nil:
			return refusal(0, "two-sheets", fmt.Sprintf("both the sheet %q and the sheet %q are tables", p.report.Sheet, s.name), "Save each as a file of its own")
		default:
			found, p.report.Sheet = t, s.name
			p.head, p.preamble = h, pre.date()
		}
	}
	switch {
	case found != nil:
		return p.readRows(found, p.rowReader(w.epoch, opt), progress)
	case errors.Is(firstErr, io.EOF):
		return unknownKind()
	}
	return firstErr
}

// words gives the next row as text, for finding the header. The line after a header must not be lost, so it
// reads exactly one.
func (t *sheetTable) words() ([][]string, int, error) {
	fields, line, err := t.next()
	if err != nil {
		return nil, line, err
	}
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = string(f)
	}
	return [][]string{out}, line, nil
}

// tooBad refuses a file of which too much had to be set aside: that is a misunderstanding, not dirt.
func tooBad(f File, most float64) error {
	q, read := f.Rows.Quarantined, f.Rows.Read
	if read == 0 || (q < read && (q < fewQuarantined || float64(q) <= most*float64(read))) {
		return nil
	}
	why := ""
	for i, cause := range f.Quarantined.sorted() {
		if i == 3 {
			break
		}
		why += fmt.Sprintf("; %d: %s", f.Quarantined[cause], Meaning(cause))
		if e := f.Examples[cause]; len(e) > 0 {
			why += fmt.Sprintf(" (first on line %d", e[0].Line)
			if e[0].Column != "" {
				why += ", column " + e[0].Column
			}
			why += ")"
		}
	}
	return &FileError{File: f.Name, Code: "too-many-quarantined",
		Problem: fmt.Sprintf("%d of %d rows cannot be trusted%s", q, read, why),
		Do:      "Look at these lines in the file. Export it again, or raise the limit if they are right to be left out"}
}
