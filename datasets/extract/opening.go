package extract

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// opening reads one file of a delivery: a table, a workbook of several, or an archive of any of them.
type opening struct {
	ctx      context.Context
	in       *intake
	opt      Options
	progress func(rows int64)
	look     *explainer // if set, tables are looked at and not read

	parts   []*part
	ignored []Ignored
	errs    []error

	mu   sync.Mutex
	rows int64
}

func (o *opening) refuse(name string, err error) { o.errs = append(o.errs, named(name, err)) }

func (o *opening) ignore(name, why string) {
	o.ignored = append(o.ignored, Ignored{cpr.Hide(name), why})
}

// An archive may hold archives, but those may not: that is nobody's delivery.
const deepest = 1

// read reads a stream front to back. name is its name within the delivery, member its name within an
// archive.
func (o *opening) read(r io.Reader, name, member string, depth int) {
	err := o.unpack(r, name, member, depth)
	var f *FileError
	if perhaps(name) && errors.As(err, &f) && slices.Contains([]string{"unknown-kind", "empty-file", "binary-file", "line-too-long", "wrong-separator"}, f.Code) {
		o.ignore(name, "by its ending no extract, and nothing in it says otherwise; rename it to .csv if it is one")
		return
	}
	if err != nil {
		o.refuse(name, err)
	}
}

func (o *opening) unpack(r io.Reader, name, member string, depth int) error {
	m := newMeter(o.ctx, r, o.opt.MaxBytes)
	in := bufio.NewReaderSize(m, 64<<10)
	head, err := in.Peek(8)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case len(head) == 0:
		return refusal(0, "empty-file", "the file is empty", "Export it again, or remove it")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return o.zip(r, m, in, name, member, depth)
	case bytes.HasPrefix(head, []byte("\x1F\x8B")):
		return o.gzip(m, in, name, member, depth)
	}
	if err := foreign(head); err != nil {
		return err
	}
	p, err := o.newPart()
	if err != nil {
		return err
	}
	p.report.Name, p.report.Member, p.report.Container = cpr.Hide(name), member, "CSV"
	readIt := p.readCSV
	if isGateway(in) {
		readIt = p.readGateway
	}
	if o.look != nil {
		return o.look.stream(p, in)
	}
	if err := readIt(o.ctx, in, o.in, o.told); err != nil {
		return err
	}
	o.add(p, m.n, m.sum())
	return nil
}

// told adds rows that were read. Many may tell at once.
func (o *opening) told(rows int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows += rows
	o.progress(o.rows)
}

// add takes a table that was read to its end.
func (o *opening) add(p *part, size int64, sum string) {
	p.report.Kind = p.head.kind
	p.report.HeaderLine = p.head.line
	if p.head.kind == A3 || p.head.kind == K1 {
		p.report.HeaderLine = 0
	}
	p.report.Made = p.preamble
	p.report.Bytes, p.report.SHA256 = size, sum
	if p.report.Encoding = p.encoding; p.mixed {
		p.report.Encoding = Mixed
	}
	o.parts = append(o.parts, p)
}

// newPart numbers a table.
func (o *opening) newPart() (*part, error) {
	file := o.in.files.Add(1) - 1
	if file >= mostTables {
		return nil, refusal(0, "too-many-files", fmt.Sprintf("the delivery holds more than %d tables", mostTables), "Is it the folder of one delivery?")
	}
	p := &part{file: uint16(file), report: newFile(), preamble: rettidig.NoDay, encoding: ASCII, named: map[string]bool{}}
	p.epoch, p.mapping = excel1900, o.opt.Mapping
	return p, nil
}

const mostTables = 1 << 15

// foreign knows some files that are often delivered by mistake.
func foreign(head []byte) error {
	for _, f := range []struct{ magic, what, do string }{
		{"\xD0\xCF\x11\xE0", "an old Excel file (.xls) or one with a password", "Save it as XLSX without a password, or as CSV"},
		{"\xFF\xFE", "text in UTF-16", "Save it as CSV in UTF-8"},
		{"\xFE\xFF", "text in UTF-16", "Save it as CSV in UTF-8"},
		{"7z\xBC\xAF", "a 7z archive", "Unpack it, or pack it as ZIP"},
		{"Rar!", "a RAR archive", "Unpack it, or pack it as ZIP"},
		{"BZh", "a bzip2 archive", "Unpack it, or pack it as ZIP"},
		{"\xFD7zXZ", "an xz archive", "Unpack it, or pack it as ZIP"},
		{"(\xB5/\xFD", "a zstd archive", "Unpack it, or pack it as ZIP"},
		{"%PDF", "a PDF", "Export the data as CSV or XLSX"},
		{"PAR1", "a Parquet file", "Export the data as CSV or XLSX"},
	} {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return refusal(0, "unknown-kind", "this is "+f.what, f.do)
		}
	}
	return nil
}

// gzip reads what is packed; its name is the archive's without .gz.
func (o *opening) gzip(m *meter, in *bufio.Reader, name, member string, depth int) error {
	if depth > deepest {
		return tooDeep()
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return archiveDamaged(err)
	}
	inner := &unpacked{r: z, packed: func() int64 { return m.n }}
	before := len(o.errs)
	o.read(inner, name, member, depth+1)
	if inner.err != nil { // what the table's reader made of it says less
		o.errs = o.errs[:before]
		return inner.err
	}
	return nil
}

func tooDeep() error {
	return refusal(0, "archive-nested", "an archive in an archive in an archive", "Unpack it")
}

func archiveDamaged(err error) error {
	f := refusal(0, "archive-damaged", "the archive is truncated or damaged", "Copy or pack it again")
	f.Err = err
	return f
}

var errBomb = refusal(0, "archive-too-large", "the archive unpacks to far more than any table would", "Unpack it and look what it holds")

// Tables pack to a tenth, repetitive ones to a fiftieth; what packs to less is made to fill a disk.
const (
	mostRatio   = 250
	fewUnpacked = 64 << 20 // of less, the ratio says nothing
)

// unpacked watches what comes out of an archive.
type unpacked struct {
	r      io.Reader
	packed func() int64
	n      int64
	err    error // why it stopped, if the archive is to blame
}

func (u *unpacked) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	u.n += int64(n)
	var f *FileError
	switch {
	case u.n > fewUnpacked && u.n/mostRatio > u.packed():
		u.err = errBomb
	case err == nil || errors.Is(err, io.EOF) || errors.As(err, &f) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return n, err
	default:
		u.err = archiveDamaged(err)
	}
	return n, u.err
}

// zip reads a workbook or an archive. Its directory stands at its end: a file on disk is read where it is, and
// anything else is held in memory, up to a quarter of what a workbook may unpack to.
func (o *opening) zip(r io.Reader, m *meter, in io.Reader, name, member string, depth int) error {
	if f, ok := r.(*os.File); ok {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		if info.Mode().IsRegular() {
			if info.Size() > o.opt.MaxBytes {
				return refusal(0, "file-too-large", fmt.Sprintf("larger than %d bytes", o.opt.MaxBytes), "Split the file, or raise the limit")
			}
			if z, err := zip.NewReader(f, info.Size()); err == nil && !isWorkbook(z) {
				return o.archive(z, name, member, depth)
			}
		}
	}
	limit := min(o.opt.MaxWorkbook, o.opt.MaxBytes)
	packed := max(limit/4, 1)
	raw, err := io.ReadAll(io.LimitReader(in, packed+1))
	switch {
	case err != nil:
		return err
	case int64(len(raw)) > packed:
		return errTooLarge
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	switch {
	case err != nil && bytes.Contains(raw[:min(len(raw), 4096)], []byte("[Content_Types].xml")), err != nil && bytes.Contains(raw[:min(len(raw), 4096)], []byte("xl/")):
		return truncated(err)
	case err != nil:
		return archiveDamaged(err)
	case isWorkbook(z):
		return o.workbook(z, name, member, m)
	}
	return o.archive(z, name, member, depth)
}

func isWorkbook(z *zip.Reader) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool {
		return strings.EqualFold(strings.TrimPrefix(f.Name, "/"), "xl/workbook.xml")
	})
}

// archive reads the members of a zip, in the order of their names.
func (o *opening) archive(z *zip.Reader, name, member string, depth int) error {
	if depth > deepest {
		return tooDeep()
	}
	members := slices.DeleteFunc(slices.Clone(z.File), func(f *zip.File) bool { return strings.HasSuffix(f.Name, "/") })
	switch {
	case len(members) == 0:
		return refusal(0, "empty-file", "the archive is empty", "Pack it again, or remove it")
	case len(members) > mostFiles:
		return refusal(0, "too-many-files", fmt.Sprintf("the archive holds more than %d files", mostFiles), "Pack one delivery")
	case members[0].Name == "mimetype":
		return refusal(0, "unknown-kind", "this is an OpenDocument file", "Save it as XLSX or CSV")
	}
	slices.SortStableFunc(members, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	total := int64(0)
	for _, f := range members {
		inside := shown(memberName(f))
		full := name + "/" + inside
		switch why := notRead(path.Base(inside), full, o.opt.Mapping); {
		case why != "":
			o.ignore(full, why)
			continue
		case strings.HasPrefix(inside, "__MACOSX/"):
			o.ignore(full, "hidden, or a program's own")
			continue
		case f.Flags&1 != 0:
			o.refuse(full, refusal(0, "archive-encrypted", "the archive has a password", "Unpack it with its password, and deliver what is in it"))
			continue
		case f.Method != zip.Store && f.Method != zip.Deflate:
			o.refuse(full, refusal(0, "archive-damaged", fmt.Sprintf("packed by method %d, which is not read", f.Method), "Pack it again as an ordinary ZIP"))
			continue
		}
		rc, err := f.Open()
		if err != nil {
			o.refuse(full, archiveDamaged(err))
			continue
		}
		size := int64(min(f.CompressedSize64, 1<<62))
		inner := &unpacked{r: rc, packed: func() int64 { return size }}
		before := len(o.errs)
		if member != "" {
			inside = member + "/" + inside
		}
		o.read(inner, full, inside, depth+1)
		rc.Close()
		if inner.err != nil {
			o.errs = o.errs[:before]
			o.refuse(full, inner.err)
		}
		if total += inner.n; total > o.opt.MaxBytes {
			return errBomb
		}
	}
	return nil
}

// memberName is a member's path with slashes and without steps up. Old programs do not say how they write
// letters; what is no UTF-8 is read as Windows-1252.
func memberName(f *zip.File) string {
	s, _ := decode([]byte(f.Name))
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(s, "\\", "/")), "/")
}

// workbook reads every sheet that is a table.
func (o *opening) workbook(z *zip.Reader, name, member string, m *meter) error {
	w, err := openWorkbook(z, min(o.opt.MaxWorkbook, o.opt.MaxBytes))
	if err != nil {
		return err
	}
	first, before := len(o.parts), len(o.ignored)
	var miss error
	looked := false
	for _, s := range w.sheets {
		full := name + "/" + shown(s.name)
		if o.opt.Mapping.leavesOut(full) {
			o.ignore(full, "mapping.yaml leaves it out")
			continue
		}
		p, err := o.sheet(w, s, full, member)
		var f *FileError
		switch {
		case err == nil && o.look != nil:
			looked = true
		case err == nil:
			p.report.Name = cpr.Hide(full)
			o.add(p, m.n, m.sum())
		case errors.Is(err, io.EOF):
			o.ignore(full, "an empty sheet")
		case errors.As(err, &f) && (f.Code == "unknown-kind" || f.Code == "column-missing"):
			o.ignore(full, f.Problem)
			if miss == nil || f.Code == "column-missing" {
				miss = err
			}
		default:
			return err
		}
	}
	switch found := o.parts[first:]; {
	case looked:
	case len(found) == 0:
		o.ignored = o.ignored[:before]
		if miss == nil {
			miss = unknownKind()
		}
		return miss
	case len(found) == 1:
		found[0].report.Name = cpr.Hide(name)
	}
	return nil
}

func (o *opening) sheet(w *workbook, s sheetRef, full, member string) (*part, error) {
	t, err := w.open(s)
	if err != nil {
		return nil, err
	}
	defer t.close.Close()
	p, err := o.newPart()
	if err != nil {
		return nil, err
	}
	p.encoding = UTF8
	p.report.Container, p.report.Sheet, p.report.Member = "XLSX", shown(s.name), member
	p.epoch = w.epoch
	if o.look != nil {
		p.report.Name = cpr.Hide(full)
		return p, o.look.sheet(p, t)
	}
	h, cut, seen, err := findHeader(t.words, o.opt.Mapping)
	if err != nil {
		return nil, err
	}
	p.adopt(h)
	p.preamble = seen.preamble(h).date()
	return p, p.readRows(o.ctx, seen.below(h, cut, t), o.in, o.told)
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

// skipBOM drops the mark with which some programs begin UTF-8.
func (p *part) skipBOM(r *bufio.Reader) {
	if head, _ := r.Peek(len(bom)); bytes.Equal(head, bom) {
		_, _ = r.Discard(len(bom))
		p.encoding = UTF8
	}
}

func (p *part) readCSV(ctx context.Context, r *bufio.Reader, in *intake, progress func(int64)) error {
	p.skipBOM(r)
	end := &ending{r: r}
	l := newLines(end, in.opt.MaxLine)
	something, ended := false, false
	h, cut, seen, err := findHeader(func() ([][]string, int, error) {
		rec, line, quoted, err := l.raw()
		if err != nil {
			ended = errors.Is(err, io.EOF)
			return nil, line, err
		}
		something = something || len(trim(rec)) > 0
		if p.encoding == ASCII {
			p.encoding = encodingOf(rec)
		}
		return p.cuts(rec, quoted), line, nil
	}, in.opt.Mapping)
	switch {
	case err != nil && !something && ended:
		return refusal(0, "empty-file", "the file holds only blank lines", "Export it again, or remove it")
	case err != nil:
		return err
	}
	if cut >= len(separators) {
		return refusal(h.line, "wrong-separator", "the columns are separated by "+sepName(wrongSeparators[cut-len(separators)]),
			"Export it again with comma, semicolon or tab")
	}
	p.adopt(h)
	p.preamble = seen.preamble(h).date()
	sep := separators[cut]
	p.report.Separator = sepName(sep)
	if h.kind == A3 || in.opt.inOrder { // A3 has no header, so the lines that were looked at are rows
		err = p.readRows(ctx, seen.below(h, cut, &csvTable{lines: l, sep: sep, width: h.width}), in, progress)
	} else {
		err = p.readBlocks(ctx, l, sep, in, progress)
	}
	if err == nil && end.unended() {
		p.report.Notes.add("last_line_unended", 1)
		if end.cut(sep, h.line) {
			p.cutOff = end.lines + 1
		}
	}
	return err
}

// cuts cuts a line at every separator, those that are not read last.
func (p *part) cuts(rec []byte, quoted bool) [][]string {
	ways := make([][]string, len(separators)+len(wrongSeparators))
	for i, sep := range append(slices.Clone(separators), wrongSeparators...) {
		fields, _ := split(nil, bytes.Clone(rec), sep, quoted)
		for _, f := range fields {
			s, _ := p.text(trim(f))
			ways[i] = append(ways[i], s)
		}
	}
	return ways
}
