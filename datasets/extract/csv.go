package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// table gives the rows of a file one by one. fields is valid until the next call. At the end err is io.EOF; a
// *FileError is a refusal. line is the 1-based line, or sheet row, on which the row starts.
type table interface {
	next() (fields [][]byte, line int, err error)
}

// lines cuts a stream into records: lines, or several lines where a quoted field holds a line break. It
// holds one record in memory and refuses longer ones, so that a stream without line breaks ends early.
type lines struct {
	r     io.Reader
	max   int
	buf   []byte
	start int // of what is unread in buf
	end   int
	err   error // from r, returned once buf is used up
	line  int   // lines seen so far
}

func newLines(r io.Reader, maxLine int) *lines {
	return &lines{r: r, max: maxLine, buf: make([]byte, 256<<10)}
}

// fill reads more, behind what is unread, which starts on a line. It returns false at the end of the stream.
func (l *lines) fill(line int) (bool, error) {
	if l.err != nil {
		if errors.Is(l.err, io.EOF) {
			return false, nil
		}
		return false, l.err
	}
	if l.start > 0 {
		copy(l.buf, l.buf[l.start:l.end])
		l.end -= l.start
		l.start = 0
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	for range 100 { // io.Reader may return nothing and no error, but not forever
		n, err := l.r.Read(l.buf[l.end:])
		if i := bytes.IndexByte(l.buf[l.end:l.end+n], 0); i >= 0 {
			line += bytes.Count(l.buf[l.start:l.end+i], lineBreak)
			return false, refusal(line, "binary-file", "holds NUL bytes: it is no text file", "Export it again as CSV or XLSX")
		}
		l.end += n
		l.err = err
		if n > 0 || err != nil {
			return true, nil
		}
	}
	return false, io.ErrNoProgress
}

// raw returns the next record without its line break; quoted says that it holds a quotation mark.
func (l *lines) raw() (rec []byte, line int, quoted bool, err error) {
	line = l.line + 1
	var q quotes
	for taken, searched := 0, 0; ; {
		have := l.buf[l.start:l.end]
		for {
			i := bytes.IndexByte(have[searched:], '\n')
			if i < 0 {
				searched = len(have)
				break
			}
			i += searched
			q.step(have[taken:i])
			taken, searched = i+1, i+1
			l.line++
			if !q.open {
				if i > l.max {
					return nil, line, false, tooLong(have, l.max, line)
				}
				l.start += taken
				return bytes.TrimSuffix(have[:i], carriageReturn), line, q.any, nil
			}
		}
		if searched > l.max {
			return nil, line, false, tooLong(have, l.max, line)
		}
		more, err := l.fill(line)
		switch {
		case err != nil:
			return nil, line, false, err
		case more:
			continue
		case searched == 0:
			return nil, line, false, io.EOF
		}
		if q.step(have[taken:]); q.open {
			return nil, line, false, unclosed(line)
		}
		l.start = l.end
		l.line++
		return bytes.TrimSuffix(have, carriageReturn), line, q.any, nil
	}
}

var carriageReturn, lineBreak = []byte{'\r'}, []byte{'\n'}

func lineTooLong(line, most int) *FileError {
	return refusal(line, "line-too-long", fmt.Sprintf("the line is longer than %d bytes: this is no table of rows", most),
		"Check that it is an extract and that its lines end in a line break")
}

func unclosed(line int) *FileError {
	return refusal(line, "quote-unclosed", "a quotation mark is opened and never closed", "Mend the line, or export the file again")
}

// quotes follows quotation marks over the lines of a record. A mark opens a field only where a field can
// start, so that the inches in 12" are no quotation.
type quotes struct{ any, open bool }

// step takes the next line of the record.
func (q *quotes) step(b []byte) {
	if bytes.IndexByte(b, '"') < 0 {
		return
	}
	q.any = true
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		switch {
		case !q.open:
			q.open = i == 0 || bytes.IndexByte(separators, b[i-1]) >= 0
		case i+1 < len(b) && b[i+1] == '"':
			i++
		default:
			q.open = false
		}
	}
}

// split cuts a record at sep into fields, reusing fields. A field that starts with a quotation mark ends at
// the next single one; doubled marks inside stand for one. A mark elsewhere is a character like any other.
// ok is false when something else than a separator follows a closing mark.
func split(fields [][]byte, rec []byte, sep byte, quoted bool) (_ [][]byte, ok bool) {
	fields = fields[:0]
	if !quoted {
		for {
			i := bytes.IndexByte(rec, sep)
			if i < 0 {
				return append(fields, rec), true
			}
			fields = append(fields, rec[:i])
			rec = rec[i+1:]
		}
	}
	ok = true
	for {
		if len(rec) == 0 || rec[0] != '"' {
			i := bytes.IndexByte(rec, sep)
			if i < 0 {
				return append(fields, rec), ok
			}
			fields = append(fields, rec[:i])
			rec = rec[i+1:]
			continue
		}
		field, rest := unquote(rec[1:])
		i := bytes.IndexByte(rest, sep)
		if i < 0 {
			return append(fields, field), ok && len(trim(rest)) == 0
		}
		ok = ok && len(trim(rest[:i])) == 0
		fields = append(fields, field)
		rec = rest[i+1:]
	}
}

// unquote reads up to the closing mark. It writes over rec when there are doubled marks.
func unquote(rec []byte) (field, rest []byte) {
	w := 0
	for i := 0; i < len(rec); i++ {
		if rec[i] == '"' {
			if i+1 == len(rec) || rec[i+1] != '"' {
				return rec[:w], rec[i+1:]
			}
			i++
		}
		rec[w] = rec[i]
		w++
	}
	return rec[:w], nil
}

// csvTable gives the rows below the header of a CSV file.
type csvTable struct {
	lines  *lines
	sep    byte
	width  int // columns of the header
	fields [][]byte

	encoding *string // learned on the way; nil: it is known
}

var errQuotes = errors.New("something follows a closing quotation mark")

// next returns the fields of the next line that is not empty. A row that is cut by another separator than
// the header is a refusal, because every value in it would be taken for another.
func (t *csvTable) next() ([][]byte, int, error) {
	for {
		rec, line, quoted, err := t.lines.raw()
		if err != nil {
			return nil, line, err
		}
		if t.encoding != nil && *t.encoding == ASCII {
			*t.encoding = encodingOf(rec)
		}
		if len(trim(rec)) == 0 {
			continue
		}
		var ok bool
		t.fields, ok = split(t.fields, rec, t.sep, quoted)
		if len(t.fields) == 1 && t.width > 2 {
			for _, other := range separators {
				if other != t.sep && bytes.Count(rec, []byte{other})+1 >= t.width-1 {
					return nil, line, refusal(line, "mixed-separator",
						fmt.Sprintf("the row is separated by %s, the header by %s", sepName(other), sepName(t.sep)),
						"Use one separator in the whole file")
				}
			}
		}
		if !ok {
			return t.fields, line, errQuotes
		}
		return t.fields, line, nil
	}
}

var separators = []byte{',', ';', '\t'}

// wrongSeparators are not read, only named in a refusal.
var wrongSeparators = []byte{'|', ':', '^', '~'}

func sepName(c byte) string {
	switch c {
	case ',':
		return "comma"
	case ';':
		return "semicolon"
	case '\t':
		return "tab"
	}
	return fmt.Sprintf("%q", string(rune(c)))
}
