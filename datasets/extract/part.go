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

// origin is where a fact was read: enough to count its fate and to show an example.
type origin struct {
	who      int32 // number of the citizen, within the file until settle makes it one of the delivery
	line     int32
	file     int16
	repaired bool
	gone     bool // already has another fate

	registered rettidig.Day // when the row says that it was registered; NoDay if it does not say
}

type aidRec struct {
	origin
	iso            int32 // place in part.names, then in the delivery's
	paragraph      int32 // the same; 0 or the place of "": none is told
	lent, returned rettidig.Day
	price          float32 // DKK; 0: none is told
	device         uint64  // hash of the serial number, to find one device at two citizens; 0: none is told
}

type careRec struct {
	origin
	code     int32
	supplier int32 // place in part.names; 0: none is told
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

type conditionRec struct {
	origin
	code  int32 // place in part.names
	level int8
	date  rettidig.Day
}

// part is what one file holds.
type part struct {
	report   File
	preamble rettidig.Day
	people   *people
	names    []string // codes and classes, by the number that records hold

	aids      chunks[aidRec]
	care      chunks[careRec]
	screens   chunks[screenRec]
	sessions  chunks[sessionRec]
	statuses  chunks[statusRec]
	abilities chunks[conditionRec]

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
		e.Citizen = p.people.all[p.who].id
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

// readRows reads the rows of a table whose header is known.
func (p *part) readRows(t table, rr rowReader, progress func(rows int64)) error {
	last := p.lastNeeded()
	rows := int64(0)
	for {
		fields, line, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, errQuotes) {
			return err
		}
		if rows++; rows%(1<<16) == 0 {
			progress(rows)
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
	progress(rows)
	if p.cancelled > p.done { // only the rows tell sessions cancelled from sessions done
		p.head.kind = D4
	}
	return nil
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
	if birth := p.people.all[p.who].birth; birth.Valid() && d < birth {
		p.quarantine("before_birth", col)
		return false
	}
	return true
}

// text decodes a cell and repairs it. It also learns the file's encoding.
func (p *part) text(b []byte) (s string, mojibake bool) {
	if ascii(b) {
		return string(b), false
	}
	s, wasUTF8 := decode(b)
	mojibake = p.report.sawEncoding(wasUTF8)
	s, more := repairMojibake(s)
	return s, mojibake || more
}

// names numbers distinct texts.
type interner struct {
	p    *part
	seen map[string]int32
}

func (n *interner) of(s string) int32 {
	if i, ok := n.seen[s]; ok {
		return i
	}
	i := int32(len(n.p.names))
	n.p.names = append(n.p.names, s)
	n.seen[s] = i
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
