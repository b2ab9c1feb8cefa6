package extract

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// cutter cuts a stream into blocks of whole records, which can then be read by many at once: it cuts where a line ends
// and no quotation is open. Where it cuts depends on how the stream comes in; what is read does not.
type cutter struct {
	r    io.Reader
	max  int    // longest record
	rest []byte // what is read and not given out; it starts with a record
	line int    // lines before rest
	err  error  // from r, or a refusal, once rest is used up

	encoding string // ASCII until a line with other characters comes by
}

// next returns the next block and the number of lines before it. Of a stream that goes wrong, what is whole is given
// out first, then the error.
func (c *cutter) next(buf []byte) (block []byte, before int, err error) {
	before = c.line
	buf = append(buf[:0], c.rest...)
	c.rest = c.rest[:0]
	for {
		if c.err == nil {
			buf = c.fill(buf)
		}
		cut := lastEnd(buf)
		switch {
		case errors.Is(c.err, io.EOF):
			if len(buf) == 0 {
				return nil, before, io.EOF
			}
			cut = len(buf)
		case cut == 0 && c.err != nil:
			return nil, before, c.err
		case cut == 0 && len(buf) > c.max:
			c.err = tooLong(buf, c.max, before+1)
			return nil, before, c.err
		case cut == 0:
			buf = append(make([]byte, 0, 2*cap(buf)), buf...)
			continue
		}
		c.rest = append(c.rest, buf[cut:]...)
		block = buf[:cut]
		c.line += bytes.Count(block, lineBreak)
		c.learn(block)
		return block, before, nil
	}
}

// fill reads until buf is full or the stream ends.
func (c *cutter) fill(buf []byte) []byte {
	for empty := 0; len(buf) < cap(buf) && c.err == nil; {
		n, err := c.r.Read(buf[len(buf):cap(buf)])
		fresh := buf[len(buf) : len(buf)+n]
		if i := bytes.IndexByte(fresh, 0); i >= 0 {
			line := c.line + bytes.Count(buf, lineBreak) + bytes.Count(fresh[:i], lineBreak) + 1
			c.err = refusal(line, "binary-file", "holds NUL bytes: it is no text file", "Export it again as CSV or XLSX")
			return buf[:len(buf)+i]
		}
		buf = buf[:len(buf)+n]
		if c.err = err; n > 0 {
			empty = 0
		} else if empty++; empty == 100 { // io.Reader may return nothing and no error, but not forever
			c.err = io.ErrNoProgress
		}
	}
	return buf
}

// learn decides the encoding by the first line that is not ASCII.
func (c *cutter) learn(block []byte) {
	if c.encoding == ASCII {
		c.encoding = encodingOf(block)
	}
}

// encodingOf tells what the first line with other than ASCII characters is written in.
func encodingOf(b []byte) string {
	for i, c := range b {
		if c < utf8.RuneSelf {
			continue
		}
		line, _, _ := bytes.Cut(b[bytes.LastIndexByte(b[:i], '\n')+1:], lineBreak)
		if utf8.Valid(line) {
			return UTF8
		}
		return Windows1252
	}
	return ASCII
}

// lastEnd returns where the last record that is whole ends, 0 if none is.
func lastEnd(b []byte) (end int) {
	if bytes.IndexByte(b, '"') < 0 {
		return bytes.LastIndexByte(b, '\n') + 1
	}
	var q quotes
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return end
		}
		q.step(b[at : at+i])
		if at += i + 1; !q.open {
			end = at
		}
	}
}

// tooLong is what is wrong with a record of more than most bytes: at that place a quotation is open, or it is one line.
func tooLong(rec []byte, most, line int) *FileError {
	var q quotes
	for rec = rec[:most]; ; {
		i := bytes.IndexByte(rec, '\n')
		if i < 0 {
			break
		}
		q.step(rec[:i])
		rec = rec[i+1:]
	}
	if q.step(rec); q.open {
		return unclosed(line)
	}
	return lineTooLong(line, most)
}
