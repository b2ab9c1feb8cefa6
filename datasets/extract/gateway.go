package extract

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/klgateway"
)

// Reports to KL Gateway (K1) are no table: what they tell is a version of a resource, and klgateway.Settle decides what
// became of it. A row of the report is one thing that an entry tells, or an entry that tells nothing; a visit that
// delivered two services is two rows.

// gatewayRow is a klgateway.Record.
type gatewayRow struct {
	stamp
	resource, updated [2]uint32
	code              int32 // place in the delivery's names
	date, end, known  uint16
	level             int8
	kind              klgateway.Kind
	void              bool
	_                 [3]bool
}

func (r *gatewayRow) record(names []string) klgateway.Record {
	return klgateway.Record{Kind: r.kind, Void: r.void, Code: names[r.code], Level: r.level, Date: dayOf(r.date), End: dayOf(r.end),
		Known: dayOf(r.known), Updated: int64(join64(r.updated)), Resource: join64(r.resource)}
}

// isGateway tells whether a file begins like JSON that holds bundles. A table could begin with a bracket, so a word of
// the format must be there too.
func isGateway(in *bufio.Reader) bool {
	head, _ := in.Peek(32 << 10) // whatever there is
	head = bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[') && bytes.Contains(head, []byte(`"resourceType"`))
}

// readGateway reads a file of delivery reports. One goroutine does: what is slow is the JSON, and a delivery has a file
// a day or a month.
func (p *part) readGateway(ctx context.Context, r *bufio.Reader, in *intake, progress func(int64)) error {
	p.report.Container, p.encoding, p.head.kind = "JSON", UTF8, K1
	var q *part
	var err error
	if undone := in.do(ctx, func(h *hand) {
		q = p.fork(h)
		err = q.readReports(ctx, r, progress)
	}); undone != nil {
		return undone
	}
	if err != nil {
		return err
	}
	return p.join(q)
}

func (p *part) readReports(ctx context.Context, r *bufio.Reader, progress func(int64)) error {
	g := &gatewayRows{p: p, names: interner{p, map[string]int32{}}, series: p.series.of("source:k1")}
	rows := int64(0)
	next := func() error {
		p.report.Rows.Read++
		if rows++; rows == 1<<14 {
			progress(rows)
			rows = 0
			return errors.Join(ctx.Err(), p.hand.fault())
		}
		return nil
	}
	stats, err := klgateway.Read(r, klgateway.Options{Refused: func(fate klgateway.Fate, cause string, at klgateway.Position) {
		_ = next() // the next record will tell
		p.line, p.who, p.repaired = at.Line, nobody, false
		if fate == klgateway.Dropped {
			p.drop(cause, -1)
		} else {
			p.quarantine(cause, -1)
		}
	}}, func(r klgateway.Record) error {
		if err := next(); err != nil {
			return err
		}
		g.row(&r)
		return nil
	})
	progress(rows)
	for note, n := range stats.Notes {
		p.report.Notes.add(note, n)
	}
	for name, n := range stats.Abilities {
		count(&p.unknown.abilities, name[len(codes.UnknownPrefix):], n)
	}
	for name, n := range stats.Services {
		count(&p.unknown.services, name[len(codes.UnknownPrefix):], n)
	}
	var bad *klgateway.SyntaxError
	var refused *FileError
	switch {
	case err == nil:
		return p.hand.fault()
	case errors.As(err, &refused) || !errors.As(err, &bad):
		return err
	}
	f := refusal(bad.At.Line, "json-malformed", bad.Problem, bad.Do)
	f.Err = bad.Err
	return f
}

type gatewayRows struct {
	p      *part
	names  interner
	series int
}

func (g *gatewayRows) row(r *klgateway.Record) {
	p := g.p
	p.line, p.who, p.repaired = r.At.Line, p.people.ofCPR(r.Citizen), false
	if !r.Void && !p.happened(r.Date, -1) {
		return
	}
	p.saw(r.Known)
	row := gatewayRow{stamp: stamp{who: p.who, line: int32(p.line), file: p.file}, kind: r.Kind, void: r.Void, level: r.Level,
		resource: split64(r.Resource), updated: split64(uint64(r.Updated)), date: dayCode(r.Date), end: dayCode(r.End), known: dayCode(r.Known)}
	if !r.Void {
		row.code = g.names.of(r.Code)
		p.series.add(g.series, monthOf(r.Date))
	}
	if !r.Void && r.Kind != klgateway.Planned { // a plan may lie in the future
		p.saw(r.Date)
	}
	push(p.hand, &p.hand.gateway, row)
}

// ofCPR returns the number of a citizen whose number was read already.
func (p *people) ofCPR(n cpr.Number) int32 {
	p.last = p.last[:0] // of a row's cell, which was another
	return p.found(p.reg.number(n))
}

// gatewayTable settles the reports of one partition's citizens.
type gatewayTable struct {
	s       *settler
	rows    []gatewayRow
	start   []int32
	records []klgateway.Record
}

// load brings the partition's rows together by citizen. What lies after the day on which the file was made, or the
// delivery, is set aside.
func (t *gatewayTable) load(partition, citizens int) error {
	var err error
	if t.rows, err = t.s.d.in.gateway.load(partition, t.rows[:0], false); err != nil {
		return err
	}
	files, rank := t.s.d.files, t.s.d.rank
	t.rows = slices.DeleteFunc(t.rows, func(r gatewayRow) bool {
		f := &files[r.file]
		return f.refused || !r.void && r.kind != klgateway.Planned && !t.s.inTime(dayOf(r.date), f, &r.stamp, -1)
	})
	slices.SortFunc(t.rows, func(a, b gatewayRow) int {
		return cmp.Or(cmp.Compare(rank[a.who], rank[b.who]), cmp.Compare(files[a.file].rank, files[b.file].rank), cmp.Compare(a.line, b.line))
	})
	t.start = append(t.start[:0], make([]int32, citizens+1)...)
	for i := range t.rows {
		t.start[rank[t.rows[i].who]+1]++
	}
	for i := range citizens {
		t.start[i+1] += t.start[i]
	}
	return nil
}

// addTo adds what a citizen's reports tell to the history, and gives every row its fate. Visits are counted by week: the
// first of a week and service is the fact, the others are added to it.
func (t *gatewayTable) addTo(h *rettidig.History, who int) {
	rows := t.rows[t.start[who]:t.start[who+1]]
	if len(rows) == 0 {
		return
	}
	t.records = t.records[:0]
	for i := range rows {
		t.records = append(t.records, rows[i].record(t.s.d.in.names.all))
	}
	type week struct {
		monday rettidig.Day
		code   int32
	}
	counted := map[week]bool{}
	fates := klgateway.Settle(t.records)
	for i, fate := range fates {
		r, b := &t.records[i], &rows[i].stamp
		switch {
		case fate == klgateway.Merged:
			t.s.merge(b, "duplicate")
		case fate == klgateway.Dropped:
			t.s.file(b).Dropped.add("entered_in_error", 1)
		case r.Kind == klgateway.Planned:
			t.s.file(b).Dropped.add("planned_intervention", 1)
		case r.Kind == klgateway.Delivered && t.s.d.coveredByCare(r.Date.Monday()):
			t.s.file(b).Dropped.add("covered_by_home_care", 1)
		case r.Kind == klgateway.Delivered && counted[week{r.Date.Monday(), rows[i].code}]:
			t.s.merge(b, "added_up")
		default:
			if r.Kind == klgateway.Delivered {
				counted[week{r.Date.Monday(), rows[i].code}] = true
			}
			if !r.Retracted.Stands() {
				t.s.note(b, "retracted")
			}
			t.s.keep(b)
		}
	}
	klgateway.AddFacts(h, t.records, fates, t.s.d.coveredByCare)
	h.Sort()
}

// coveredByCare tells whether a file of home care tells of a week: it knows the minutes, so the visits of the reports
// are not wanted.
func (d *Delivery) coveredByCare(monday rettidig.Day) bool {
	for i := range d.files {
		f := &d.files[i]
		if !f.refused && (f.kind == H1 || f.kind == H2) && f.first.Valid() && f.first <= monday+6 && monday <= f.last {
			return true
		}
	}
	return false
}
