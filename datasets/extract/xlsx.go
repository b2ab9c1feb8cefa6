package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// A workbook is read straight from its zip, one row at a time. Libraries for spreadsheets hold whole sheets
// in memory or lay them out in temporary files; neither should happen with CPR numbers, and neither is
// bounded by what the zip's directory claims. What is needed here is little: the text and numbers of the
// cells. Formats are not, because the column says what is a date.

const (
	mostEntries = 10000   // files in the zip
	mostColumns = 16384   // Excel's own limit
	mostCell    = 1 << 15 // Excel's own limit, in characters
	mostShared  = 1 << 22 // texts that cells share
)

// workbook is an opened XLSX.
type workbook struct {
	zip    *zip.Reader
	shared []string
	epoch  int // of day numbers
	sheets []sheetRef
}

type sheetRef struct{ name, path string }

func truncated(err error) *FileError {
	f := refusal(0, "workbook-damaged", "the XLSX is truncated or damaged", "Copy or export it again")
	f.Err = err
	return f
}

var errTooLarge = refusal(0, "workbook-too-large", "the XLSX is larger, packed or unpacked, than is allowed", "Split it, export it as CSV, or raise the limit")

func openWorkbook(z *zip.Reader, limit int64) (*workbook, error) {
	if len(z.File) > mostEntries {
		return nil, errTooLarge
	}
	total := uint64(0)
	for _, f := range z.File { // what it claims; the zip reader stops where a file is larger than its claim
		if total += f.UncompressedSize64; f.UncompressedSize64 > uint64(limit) || total > uint64(limit) {
			return nil, errTooLarge
		}
	}
	w := &workbook{zip: z, epoch: excel1900}
	if err := w.readBook(); err != nil {
		return nil, err
	}
	return w, w.readShared()
}

// entry opens a file of the zip; nil if there is none.
func (w *workbook) entry(name string) (io.ReadCloser, error) {
	for _, f := range w.zip.File {
		if strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) {
			rc, err := f.Open()
			if err != nil {
				return nil, truncated(err)
			}
			return struct {
				io.Reader
				io.Closer
			}{&bounded{r: rc}, rc}, nil
		}
	}
	return nil, nil
}

// bounded stops at a run of 4 MiB without a "<": the XML decoder holds one token in memory, however long it is.
type bounded struct {
	r   io.Reader
	run int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if i := bytes.LastIndexByte(p[:n], '<'); i >= 0 {
		b.run = n - i
	} else if b.run += n; b.run > 4<<20 {
		return 0, errTooLarge
	}
	return n, err
}

func damaged(err error) error {
	var f *FileError
	if errors.As(err, &f) {
		return err
	}
	return truncated(err)
}

// walk calls visit with every start and end tag and with text, by local name.
func walk(r io.Reader, visit func(xml.Token) error) error {
	d := xml.NewDecoder(r)
	for {
		t, err := d.RawToken() // not Token: it holds every open element, and a hostile file may open millions
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		if err := visit(t); err != nil {
			return err
		}
	}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// readBook lists the sheets in the workbook's order and finds which calendar its day numbers count in.
func (w *workbook) readBook() error {
	target := map[string]string{}
	rels, err := w.entry("xl/_rels/workbook.xml.rels")
	if err != nil {
		return err
	}
	if rels == nil {
		return refusal(0, "unknown-kind", "a zip file, but no XLSX workbook", "Unpack it, or export it as CSV or XLSX")
	}
	defer rels.Close()
	err = walk(rels, func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" && len(target) < mostEntries {
			target[attr(e, "Id")] = attr(e, "Target")
		}
		return nil
	})
	if err != nil {
		return err
	}
	book, err := w.entry("xl/workbook.xml")
	if err != nil {
		return err
	}
	if book == nil {
		return refusal(0, "unknown-kind", "a zip file, but no XLSX workbook", "Unpack it, or export it as CSV or XLSX")
	}
	defer book.Close()
	err = walk(book, func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "workbookPr":
			if v := attr(e, "date1904"); v == "1" || v == "true" {
				w.epoch = excel1904
			}
		case e.Name.Local == "sheet" && len(w.sheets) < mostEntries:
			to := ""
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					to = target[a.Value]
				}
			}
			if strings.HasPrefix(to, "/") {
				to = to[1:]
			} else {
				to = path.Join("xl", to)
			}
			w.sheets = append(w.sheets, sheetRef{attr(e, "name"), to})
		}
		return nil
	})
	if err == nil && len(w.sheets) == 0 {
		err = truncated(errors.New("no sheets"))
	}
	return err
}

// readShared reads the table of texts that cells refer to by number.
func (w *workbook) readShared() error {
	r, err := w.entry("xl/sharedStrings.xml")
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	var text []byte
	inText, phonetic := false, false
	return walk(r, func(t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "si":
				text = text[:0]
			case "t":
				inText = true
			case "rPh":
				phonetic = true
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "si":
				if len(w.shared) == mostShared {
					return errTooLarge
				}
				w.shared = append(w.shared, string(text))
			case "t":
				inText = false
			case "rPh":
				phonetic = false
			}
		case xml.CharData:
			if inText && !phonetic {
				text = append(text, e...)
			}
		}
		return nil
	})
}

// sheetTable gives the rows of one sheet.
type sheetTable struct {
	w      *workbook
	d      *xml.Decoder
	close  io.Closer
	line   int
	fields [][]byte
	text   []byte // the cells' texts, one after the other
	ends   []int  // of each cell in text
	value  []byte // of the cell being read
	ended  bool
}

func (w *workbook) open(s sheetRef) (*sheetTable, error) {
	r, err := w.entry(s.path)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, truncated(fmt.Errorf("no %s", s.path))
	}
	return &sheetTable{w: w, d: xml.NewDecoder(r), close: r}, nil
}

// next returns the cells of the next row. Columns that the sheet leaves out are empty.
func (t *sheetTable) next() ([][]byte, int, error) {
	if t.ended {
		return nil, t.line, io.EOF
	}
	inRow := false
	col, kind := 0, ""
	inValue := false
	t.text, t.ends = t.text[:0], t.ends[:0]
	for {
		token, err := t.d.RawToken()
		if errors.Is(err, io.EOF) {
			// A whole sheet says where its rows end; one that stops before was cut short.
			return nil, t.line, truncated(io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, t.line, damaged(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				inRow = true
				t.line++
				if n, err := strconv.Atoi(attr(e, "r")); err == nil && n >= t.line && n <= 1<<20 {
					t.line = n
				}
				col = 0
			case "c":
				if n := columnOf(attr(e, "r")); n >= 0 {
					col = n
				}
				kind = attr(e, "t")
				t.value = t.value[:0]
			case "v", "t":
				inValue = inRow
			case "rPh": // phonetic guides stand beside the text
				if err := t.skipTo("rPh"); err != nil {
					return nil, t.line, err
				}
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v", "t":
				inValue = false
			case "c":
				if err := t.put(col, kind); err != nil {
					return nil, t.line, err
				}
				col++
			case "row":
				return t.cut(), t.line, nil
			case "sheetData":
				t.ended = true
				return nil, t.line, t.finish()
			}
		case xml.CharData:
			if inValue && len(t.value) < 4*mostCell {
				t.value = append(t.value, e...)
			}
		}
	}
}

// finish reads to the end of the sheet, so that the zip's checksum is tested.
func (t *sheetTable) finish() error {
	for {
		_, err := t.d.RawToken()
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		if err != nil {
			return damaged(err)
		}
	}
}

func (t *sheetTable) skipTo(end string) error {
	for {
		token, err := t.d.RawToken()
		if err != nil {
			return damaged(err)
		}
		if e, ok := token.(xml.EndElement); ok && e.Name.Local == end {
			return nil
		}
	}
}

// put stores the cell's value at a column.
func (t *sheetTable) put(col int, kind string) error {
	if col >= mostColumns {
		return truncated(errors.New("more columns than a sheet can have"))
	}
	if col < len(t.ends) { // never written by a spreadsheet program
		return truncated(errors.New("cells out of order"))
	}
	for len(t.ends) <= col {
		t.ends = append(t.ends, len(t.text))
	}
	v := t.value
	if kind == "s" {
		i, err := strconv.Atoi(string(bytes.TrimSpace(v)))
		if err != nil || i < 0 || i >= len(t.w.shared) {
			return truncated(errors.New("a cell refers to a text that is not there"))
		}
		t.text = append(t.text, t.w.shared[i]...)
	} else {
		t.text = append(t.text, v...)
	}
	t.ends[col] = len(t.text)
	return nil
}

func (t *sheetTable) cut() [][]byte {
	t.fields = t.fields[:0]
	from := 0
	for _, end := range t.ends {
		t.fields = append(t.fields, t.text[from:end])
		from = end
	}
	return t.fields
}

// columnOf reads the letters of a cell reference: A1 is 0, AA7 is 26; -1 if there are none.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		n = n*26 + int(ref[i]-'A') + 1
	}
	return n - 1
}
