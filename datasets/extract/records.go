package extract

import (
	"math"

	"github.com/rettidig/rettidig"
)

// Row readers make records as the vendors' rows tell them, such as careRec. What is kept until all rows are settled is
// smaller: rows of a fixed size without pointers, such as careRow, of 32 bytes for the millions of weeks of care. They
// lie in memory and in the spill alike. Citizens and texts are numbers in the delivery's own tables, so that a spill
// tells nobody anything without the memory of the process that wrote it.

// stamp is what every row has.
type stamp struct {
	who      int32  // number of the citizen in the register
	line     int32  // of the file
	file     uint16 // number of the file
	lag      uint16 // days from when it happened until it was registered; 0: at once, or not told
	repaired bool
	_        [3]bool
}

// dayCode is a day in 16 bits; 0 is no day. Days outside those that parseDate lets through are moved to its ends.
func dayCode(d rettidig.Day) uint16 {
	if !d.Valid() {
		return 0
	}
	return uint16(min(max(d-firstDay, -dayRoom), lastDay-firstDay+dayRoom) + dayRoom + 1)
}

const dayRoom = 14 // a week may begin or end a few days outside

func dayOf(code uint16) rettidig.Day {
	if code == 0 {
		return rettidig.NoDay
	}
	return rettidig.Day(code) - 1 - dayRoom + firstDay
}

const mostDays = math.MaxUint16

// stamp packs an origin; happened is the day on which the row's fact happened or was over.
func (p *part) stamp(o *origin, happened rettidig.Day) stamp {
	s := stamp{who: o.who, line: o.line, file: p.file, repaired: o.repaired}
	if o.registered.Valid() && o.registered > happened {
		s.lag = uint16(min(int64(o.registered)-int64(happened), mostDays))
	}
	return s
}

func (s *stamp) known(happened rettidig.Day) rettidig.Day { return happened + rettidig.Day(s.lag) }

type aidRow struct {
	stamp
	iso, paragraph int32 // places in the delivery's names
	lent, returned uint16
	price          float32
	device         [2]uint32
}

type careRow struct {
	stamp
	code, supplier int32
	week           uint16 // dayCode of the Monday
	count          uint16
	minutes        float32
}

type screenRow struct {
	stamp
	need, ability       [2]uint32 // float64
	needWhy, abilityWhy int32
	date                uint16
	_                   uint16
}

type sessionRow struct {
	stamp
	date      uint16
	rating    int8
	cancelled bool
}

type statusRow struct {
	stamp
	status int32
	date   uint16
	_      uint16
}

// saidRow is what rows print about a citizen beside the id. It is no fact and has no fate.
type saidRow struct {
	who          int32
	female, male int32  // rows
	years        int32  // rows with this year
	patient      uint32 // hash of DigiRehab's own id; 0: none is told
	year         int16
	file         uint16
}

func split64(v uint64) [2]uint32 { return [2]uint32{uint32(v), uint32(v >> 32)} }
func join64(v [2]uint32) uint64  { return uint64(v[0]) | uint64(v[1])<<32 }

func floatOf(v [2]uint32) float64  { return math.Float64frombits(join64(v)) }
func bitsOf(f float64) [2]uint32   { return split64(math.Float64bits(f)) }
func (r *aidRow) base() *stamp     { return &r.stamp }
func (r *careRow) base() *stamp    { return &r.stamp }
func (r *screenRow) base() *stamp  { return &r.stamp }
func (r *sessionRow) base() *stamp { return &r.stamp }
func (r *statusRow) base() *stamp  { return &r.stamp }

// The sinks take what row readers made.

type aidSink struct{ p *part }

func (k aidSink) add(r aidRec) {
	p := k.p
	p.saw(r.lent)
	if r.returned.Valid() {
		p.saw(r.returned)
	}
	push(p.hand, &p.hand.aids, aidRow{stamp: p.stamp(&r.origin, r.lent), iso: r.iso, paragraph: r.paragraph, lent: dayCode(r.lent),
		returned: dayCode(r.returned), price: r.price, device: split64(r.device)})
}

type careSink struct{ p *part }

func (k careSink) add(r careRec) {
	p := k.p
	p.saw(r.week + 6)
	push(p.hand, &p.hand.care, careRow{stamp: p.stamp(&r.origin, r.week+6), code: r.code, supplier: r.supplier, week: dayCode(r.week),
		count: uint16(min(max(r.count, 0), math.MaxUint16)), minutes: r.minutes})
}

type screenSink struct{ p *part }

func (k screenSink) add(r screenRec) {
	p, f := k.p, &r.fact
	p.saw(f.Date)
	push(p.hand, &p.hand.screens, screenRow{stamp: p.stamp(&r.origin, f.Date), need: bitsOf(f.Need), ability: bitsOf(f.Ability),
		needWhy: p.hand.names.of(f.NeedReason), abilityWhy: p.hand.names.of(f.AbilityReason), date: dayCode(f.Date)})
}

type sessionSink struct{ p *part }

func (k sessionSink) add(r sessionRec) {
	p := k.p
	p.saw(r.fact.Date)
	push(p.hand, &p.hand.sessions, sessionRow{stamp: p.stamp(&r.origin, r.fact.Date), date: dayCode(r.fact.Date), rating: r.fact.Rating, cancelled: r.fact.Cancelled})
}

type statusSink struct{ p *part }

func (k statusSink) add(r statusRec) {
	p := k.p
	p.saw(r.fact.Date)
	push(p.hand, &p.hand.statuses, statusRow{stamp: p.stamp(&r.origin, r.fact.Date), status: p.hand.names.of(string(r.fact.Status)), date: dayCode(r.fact.Date)})
}

// push files a row under its citizen's partition.
func push[T any](h *hand, s *stack[T], r T) { s.push(h.people.shelf, r) }
