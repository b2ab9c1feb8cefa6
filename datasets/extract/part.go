package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/rettidig/rettidig"
)

// origin is where a row was read: enough to count its fate and to show an example.
type origin struct {
	who      int32 // number of the citizen in the delivery's register
	line     int32
	repaired bool

	registered rettidig.Day // when the row says that it was registered; NoDay if it does not say
}

type aidRec struct {
	origin
	iso            int32 // place in the delivery's names, as an interner gives it
	paragraph      int32 // the same; 0: none is told
	lent, returned rettidig.Day
	price          float32 // DKK; 0: none is told
	device         uint64  // hash of the serial number, to find one device at two citizens; 0: none is told
}

type careRec struct {
	origin
	code     int32
	supplier int32 // place in the delivery's names; 0: none is told
	week     rettidig.Day
	minutes  float32
	count    int32
}

type screenRec struct {
	origin
	fact rettidig.Screening
}

type sessionRec struct {
	origin
	fact rettidig.Session
}

type statusRec struct {
	origin
	fact rettidig.StatusChange
}

// part is what is counted while one file is read. Each goroutine that reads rows of the file has a fork of its own; in
// the end the forks are added up.
type part struct {
	report   File
	preamble rettidig.Day
	file     uint16 // the file's number
	hand     *hand  // of the goroutine that reads rows; nil before
	people   *people
	encoding string          // of the file as far as it is read; a cell of text may be in another
	mixed    bool            // such a cell was seen
	named    map[string]bool // names of services, suppliers and classes
	cutOff   int             // line in whose middle the file ends; 0: in none
	bad      bool            // refused for what was quarantined

	aids     aidSink
	care     careSink
	screens  screenSink
	sessions sessionSink
	statuses statusSink

	done, cancelled int64 // sessions

	reading

	// The row being read.
	line     int
	who      int32
	repaired bool
	head     header
}

// count counts a cause on the row being read.
func (p *part) note(cause string)   { p.report.Notes.add(cause, 1) }
func (p *part) repair(cause string) { p.report.Repairs.add(cause, 1); p.repaired = true }

func (p *part) drop(cause string, col int) {
	p.report.Dropped.add(cause, 1)
	p.example(cause, col)
}

func (p *part) quarantine(cause string, col int) {
	p.report.Quarantined.add(cause, 1)
	p.example(cause, col)
}

func (p *part) example(cause string, col int) {
	e := Example{Line: p.line}
	if col >= 0 {
		e.Column = p.head.titles[col]
	}
	if p.who != nobody {
		e.Citizen = p.people.now.id
	}
	p.report.example(cause, e)
}

// cell returns a column of the row, trimmed; nil if the file does not have the column.
func (p *part) cell(fields [][]byte, col int) []byte {
	if i := p.head.at[col]; i >= 0 && i < len(fields) {
		return trim(fields[i])
	}
	return nil
}

// fork is a part of the same file for another goroutine.
func (p *part) fork(h *hand) *part {
	q := &part{report: newFile(), preamble: p.preamble, file: p.file, hand: h, people: h.people, encoding: p.encoding, head: p.head, named: map[string]bool{}}
	q.report.Container = p.report.Container
	q.epoch, q.mapping = p.epoch, p.mapping
	q.aids, q.care, q.screens, q.sessions, q.statuses = aidSink{q}, careSink{q}, screenSink{q}, sessionSink{q}, statusSink{q}
	return q
}

// join adds what a fork has counted.
func (p *part) join(q *part) error {
	p.report.join(&q.report)
	p.reading.join(&q.reading)
	p.mixed = p.mixed || q.mixed
	p.done += q.done
	p.cancelled += q.cancelled
	for name := range q.named {
		p.named[name] = true
	}
	if len(p.named) > mostNames {
		return refusal(0, "too-many-names", fmt.Sprintf("more than %d different names of services, suppliers or classes", mostNames),
			"Check that the columns are what their titles say")
	}
	switch { // only the rows, all of them, tell sessions cancelled from sessions done
	case p.cancelled > p.done:
		p.head.kind = D4
	case p.head.kind == D4:
		p.head.kind = D3
	}
	return nil
}

// readRows has one goroutine read the rows of a table whose header is known.
func (p *part) readRows(ctx context.Context, t table, in *intake, progress func(rows int64)) error {
	var q *part
	var err error
	if undone := in.do(ctx, func(h *hand) {
		q = p.fork(h)
		rows := t
		if r, ok := t.(*replay); ok {
			rows = r.rest
		}
		if c, ok := rows.(*csvTable); ok {
			c.encoding = &q.encoding
		}
		err = q.read(ctx, t, q.rowReader(in.opt), progress)
	}); undone != nil {
		return undone
	}
	if err != nil {
		return err
	}
	p.encoding = q.encoding
	return p.join(q)
}

// read reads rows up to the end of t.
func (p *part) read(ctx context.Context, t table, rr rowReader, progress func(rows int64)) error {
	last := p.lastNeeded()
	for rows := int64(0); ; {
		fields, line, err := t.next()
		if errors.Is(err, io.EOF) {
			progress(rows)
			return p.hand.fault()
		}
		if err != nil && !errors.Is(err, errQuotes) {
			return err
		}
		if rows++; rows == 1<<16 {
			progress(rows)
			rows = 0
			if err := errors.Join(ctx.Err(), p.hand.fault()); err != nil {
				return err
			}
		}
		p.report.Rows.Read++
		p.line, p.who, p.repaired = line, nobody, false
		switch {
		case err != nil:
			p.quarantine("quotes_malformed", -1)
		case blank(fields):
			p.drop("row_blank", -1)
		case len(fields) <= p.head.at[last]:
			p.quarantine("row_short", last)
		case len(fields) > p.head.width && !blank(fields[p.head.width:]):
			p.quarantine("row_long", -1)
		default:
			rr.row(fields)
		}
	}
}

// saw notes a day on which something happened.
func (p *part) saw(d rettidig.Day) {
	p.report.saw(d)
	p.hand.onDay[d-firstDay+dayRoom]++
}

func blank(fields [][]byte) bool {
	for _, f := range fields {
		if len(trim(f)) > 0 {
			return false
		}
	}
	return true
}

// identify finds the row's citizen; false when the row is thereby quarantined.
func (p *part) identify(fields [][]byte, onlyCPR bool) bool {
	no, repair, refused := p.people.of(p.cell(fields, colID), onlyCPR)
	if refused != "" {
		p.quarantine(refused, colID)
		return false
	}
	p.who = no
	if repair != "" {
		p.repair(repair)
	}
	return true
}

// happened checks a date against the citizen's own life.
func (p *part) happened(d rettidig.Day, col int) bool {
	if birth := p.people.now.birth; birth.Valid() && d < birth {
		p.quarantine("before_birth", col)
		return false
	}
	return true
}

// text decodes a cell and repairs it. In a file of Windows-1252 a cell of UTF-8 is mojibake.
func (p *part) text(b []byte) (s string, mojibake bool) {
	if ascii(b) {
		return string(b), false
	}
	s, wasUTF8 := decode(b)
	p.mixed = p.mixed || p.encoding == UTF8 && !wasUTF8
	s, more := repairMojibake(s)
	return s, more || wasUTF8 && p.encoding == Windows1252
}

// interner numbers the texts of one file's column, and remembers which it has seen.
type interner struct {
	p    *part
	seen map[string]int32
}

func (n *interner) of(s string) int32 {
	if i, ok := n.seen[s]; ok {
		return i
	}
	i := n.p.hand.names.of(s)
	n.seen[s] = i
	n.p.named[s] = true
	return i
}

// meter counts and hashes what is read, and stops at a limit or when the context ends.
type meter struct {
	ctx context.Context
	r   io.Reader
	h   hash.Hash
	n   int64
	max int64
}

func newMeter(ctx context.Context, r io.Reader, limit int64) *meter {
	return &meter{ctx: ctx, r: r, h: sha256.New(), max: limit}
}

func (m *meter) Read(b []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(b)
	m.h.Write(b[:n])
	if m.n += int64(n); m.n > m.max {
		return n, refusal(0, "file-too-large", fmt.Sprintf("larger than %d bytes", m.max), "Split the file, or raise the limit")
	}
	return n, err
}

func (m *meter) sum() string { return hex.EncodeToString(m.h.Sum(nil)) }
