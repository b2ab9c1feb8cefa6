package extract

import (
	"bytes"
	"io"
)

// ending watches how a text file ends: a copy that was cut off ends in the middle of a line.
type ending struct {
	r     io.Reader
	head  []byte // the first bytes, for what lines look like
	tail  []byte // the last line, as far as it is short
	lines int    // that ended
	n     int64
}

const (
	endingHead = 64 << 10
	endingTail = 4 << 10
	endingRows = 20 // fewer say nothing about what the last column looks like
)

func (e *ending) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	got := b[:n]
	e.n += int64(n)
	e.head = append(e.head, got[:min(n, endingHead-len(e.head))]...)
	if i := bytes.LastIndexByte(got, '\n'); i >= 0 {
		e.lines += bytes.Count(got[:i+1], lineBreak)
		e.tail = e.tail[:0]
		got = got[i+1:]
	}
	e.tail = append(e.tail, got[:min(len(got), endingTail-len(e.tail))]...)
	return n, err
}

// unended tells whether the last line has no end though others have.
func (e *ending) unended() bool { return e.lines > 0 && len(trim(e.tail)) > 0 }

// cut tells whether an unended file was most likely cut off: it is large, so that a program wrote it; or its last line
// has fewer fields than the others, or a last field that is shorter than all others or only the beginning of one of them.
func (e *ending) cut(sep byte, headerLine int) bool {
	if e.n > endingHead {
		return true
	}
	fields := func(line []byte) (n int, last string) {
		list, _ := split(nil, bytes.Clone(bytes.TrimSuffix(line, carriageReturn)), sep, bytes.IndexByte(line, '"') >= 0)
		return len(list), string(trim(list[len(list)-1]))
	}
	rows, width, shortest := 0, 0, 0
	seen := map[string]bool{}
	all := bytes.Split(e.head, lineBreak)
	for _, line := range all[min(headerLine, len(all)-1) : len(all)-1] {
		if len(trim(line)) == 0 {
			continue
		}
		n, last := fields(line)
		if rows == 0 || n < width {
			width = n
		}
		if rows == 0 || len(last) < shortest {
			shortest = len(last)
		}
		rows++
		seen[last] = true
	}
	n, last := fields(e.tail)
	switch {
	case rows == 0:
		return false
	case n < width:
		return true
	case rows < endingRows || seen[last]:
		return false
	case len(last) < shortest:
		return true
	}
	for value := range seen {
		if len(value) > len(last) && value[:len(last)] == last {
			return true
		}
	}
	return false
}
