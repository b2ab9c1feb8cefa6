package account

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/internal/filelock"
	"github.com/rettidig/rettidig/internal/strictjson"
)

// Format is what the first line says.
const Format = "rettidig-account/1"

// largest bounds an account in bytes, and a line of it.
const largest = 64 << 20

// Header opens an account: one proposal, whose follow-up it is.
type Header struct {
	Format   string `json:"format"`
	Proposal string `json:"proposal"`
}

// Record is one line. Exactly one of the bodies is there.
type Record struct {
	N        int       `json:"n"`    // 1 for the first line
	Prev     string    `json:"prev"` // the hash of the line before; 64 zeros in the first
	At       time.Time `json:"at"`   // when it was written, UTC, whole seconds
	Account  *Header   `json:"account,omitempty"`
	Forecast *Forecast `json:"forecast,omitempty"`
	Realised *Realised `json:"realised,omitempty"`
	Looks    *Looks    `json:"looks,omitempty"`
	Target   *Target   `json:"target,omitempty"`
	Status   *Status   `json:"status,omitempty"`
	// Hash is the SHA-256 of the line up to the comma before it.
	Hash string `json:"hash"`
}

// body is what a record says.
type body interface{ Validate() error }

// Validate reports every fault of h in one error.
func (h *Header) Validate() error {
	var e faults
	e.check(h.Format == Format, "format", fmt.Sprintf("%q", h.Format), fmt.Sprintf("%q: this program knows no other", Format))
	e.check(idForm.MatchString(h.Proposal), "proposal", fmt.Sprintf("%q", h.Proposal), "1 to 40 of a-z, 0-9, - and _, such as su7")
	return e.err("header")
}

func (r *Record) bodies() []body {
	var all []body
	if r.Account != nil {
		all = append(all, r.Account)
	}
	if r.Forecast != nil {
		all = append(all, r.Forecast)
	}
	if r.Realised != nil {
		all = append(all, r.Realised)
	}
	if r.Looks != nil {
		all = append(all, r.Looks)
	}
	if r.Target != nil {
		all = append(all, r.Target)
	}
	if r.Status != nil {
		all = append(all, r.Status)
	}
	return all
}

// Account is what a file holds.
type Account struct {
	Proposal string
	Records  []Record
	Torn     int // bytes at the end that are no whole line: a write that was cut off and never confirmed
	whole    int // bytes before them
}

var genesis = strings.Repeat("0", 64)

// Head names the newest record as "n:hash". Written down elsewhere it shows that nothing was cut off or rewritten since.
func (a *Account) Head() string {
	if len(a.Records) == 0 {
		return "0:" + genesis
	}
	last := &a.Records[len(a.Records)-1]
	return fmt.Sprintf("%d:%s", last.N, last.Hash)
}

// Has tells whether the record that a head names is in the account.
func (a *Account) Has(head string) error {
	n, hash, found := strings.Cut(head, ":")
	if !found || !sha256Form.MatchString(hash) {
		return fmt.Errorf("%q is no head, want one such as 7:<64 hex digits>, as verify prints it", head)
	}
	for i := range a.Records {
		if r := &a.Records[i]; fmt.Sprint(r.N) == n {
			if r.Hash != hash {
				return fmt.Errorf("record %s is not the one that was written down: the account was rewritten from there or from before", n)
			}
			return nil
		}
	}
	return fmt.Errorf("record %s is gone: the account has %d and was cut short", n, len(a.Records))
}

// Read reads the account in a file. A missing file is an error that fs.ErrNotExist matches. Errors name file and line.
func Read(path string) (*Account, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := strictjson.All(f, largest, "account")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return Parse(b, path)
}

// Parse reads an account. Every whole line must be one that this package writes, with the right hash, in the right
// place; what follows the last line end is counted in Torn. name stands in errors.
func Parse(b []byte, name string) (*Account, error) {
	a := &Account{}
	for at := 0; at < len(b); {
		end := bytes.IndexByte(b[at:], '\n')
		if end < 0 {
			a.Torn = len(b) - at
			break
		}
		r, err := parseLine(b[at : at+end])
		if err == nil {
			err = a.add(r)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, len(a.Records)+1, err)
		}
		at += end + 1
		a.whole = at
	}
	return a, nil
}

func parseLine(line []byte) (*Record, error) {
	var r Record
	if err := strictjson.Decode(line, "record", &r); err != nil {
		return nil, err
	}
	// The same record has one form only, so that nothing can hide in another spelling of it.
	if again := r.line(); !bytes.Equal(line, again[:len(again)-1]) {
		return nil, errors.New("is not written as this program writes: it was changed with another one. Take the file from a backup")
	}
	if r.Hash != r.sum() {
		return nil, errors.New("was changed after it was written: its hash does not fit. Take the file from a backup")
	}
	return &r, nil
}

// line returns r as it stands in the file, with the line end.
func (r *Record) line() []byte {
	b, err := json.Marshal(r)
	if err != nil {
		panic("account: a record that cannot be written: " + err.Error()) // it was validated
	}
	return append(b, '\n')
}

// sum returns the hash that r should have.
func (r *Record) sum() string {
	b := r.line()
	sum := sha256.Sum256(b[:bytes.LastIndex(b, []byte(`,"hash":`))])
	return hex.EncodeToString(sum[:])
}

// add checks that r is sound and may follow, and appends it.
func (a *Account) add(r *Record) error {
	prev, n := genesis, len(a.Records)
	if n > 0 {
		prev = a.Records[n-1].Hash
	}
	switch {
	case r.N != n+1:
		return fmt.Errorf("is record %d, want %d: a line is missing, or there twice", r.N, n+1)
	case r.Prev != prev:
		return errors.New("does not follow the line before: one of them was put in or taken out. Take the file from a backup")
	case r.At.Location() != time.UTC || r.At.Nanosecond() != 0 || r.At.Year() < 2000 || r.At.Year() > 2099:
		return fmt.Errorf("at is %v, want UTC in whole seconds, from 2000 to 2099", r.At)
	case n > 0 && r.At.Before(a.Records[n-1].At):
		return fmt.Errorf("was written at %s, before the record before it (%s): set the clock right", r.At.Format(time.RFC3339), a.Records[n-1].At.Format(time.RFC3339))
	}
	all := r.bodies()
	if len(all) != 1 || (r.Account != nil) != (n == 0) {
		return errors.New("want the header in the first line, and one forecast, realised, looks, target or status in each other")
	}
	if err := all[0].Validate(); err != nil {
		return err
	}
	if err := a.may(r); err != nil {
		return rettidig.E(rettidig.Conflict, "account-order", err.Error(), nil)
	}
	if r.Account != nil {
		a.Proposal = r.Account.Proposal
	}
	a.Records = append(a.Records, *r)
	return nil
}

// may checks r against what is there.
func (a *Account) may(r *Record) error {
	day := rettidig.DayOfTime(r.At)
	switch {
	case r.Forecast != nil:
		if r.Forecast.Made > day {
			return fmt.Errorf("made is %s, which is to come (it is %s)", r.Forecast.Made, day)
		}
		for _, f := range a.Forecasts() {
			if f.ID() == r.Forecast.ID() {
				return fmt.Errorf("forecast %s is there already", f.ID())
			}
		}
	case r.Realised != nil:
		now := a.Latest()
		for i := range r.Realised.Quarters {
			q := &r.Realised.Quarters[i]
			if q.DataAsOf > day {
				return fmt.Errorf("%s: data_as_of is %s, which is to come (it is %s)", q.Quarter, q.DataAsOf, day)
			}
			if have, ok := now[q.Quarter]; ok && q.DataAsOf < have.DataAsOf {
				return fmt.Errorf("%s: data_as_of is %s, but figures of %s are there already; give the day of the correction", q.Quarter, q.DataAsOf, have.DataAsOf)
			}
		}
	case r.Looks != nil:
		have := a.Looks()
		first, last := r.Looks.Looks[0], r.Looks.Looks[len(r.Looks.Looks)-1]
		if last.AsOf > day {
			return fmt.Errorf("as_of is %s, which is to come (it is %s)", last.AsOf, day)
		}
		if len(have) > 0 {
			var e faults
			before := have[len(have)-1]
			e.check(first.AsOf > before.AsOf, "as_of", first.AsOf, "a day after "+before.AsOf.String()+", the last look: looks are not taken back")
			grows(&e, before, first)
			return e.err("looks")
		}
	case r.Target != nil:
		if t := a.target(r.Target.ID); t != nil {
			return fmt.Errorf("target %s is there already and is not changed afterwards; withdraw it and set another", t.ID)
		}
	case r.Status != nil:
		t := a.target(r.Status.Target)
		if t == nil {
			return fmt.Errorf("there is no target %s", r.Status.Target)
		}
		if r.Status.On > day {
			return fmt.Errorf("on is %s, which is to come (it is %s)", r.Status.On, day)
		}
		return r.Status.fits(t)
	}
	return nil
}

// Append writes one record at the end of the account in path and returns it as it was stored; a file that is not there is
// begun, for proposal. It is on the disk when Append returns. Two writers are kept apart by a lock on the file; a reader
// needs none. proposal may be empty if the account is there. A write that is cut off leaves a torn line, which every
// reader leaves out and Repair removes: nothing before it is touched.
func Append(path, proposal string, now time.Time, content any) (*Record, error) {
	if proposal == "" {
		if _, err := Read(path); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				err = fmt.Errorf("%s is not there: name the proposal to begin it, such as --proposal su7", path)
			}
			return nil, err
		}
	}
	r := Record{At: now.UTC().Truncate(time.Second)}
	switch b := content.(type) {
	case *Forecast:
		r.Forecast = b
	case *Realised:
		r.Realised = b
	case *Looks:
		r.Looks = b
	case *Target:
		r.Target = b
	case *Status:
		r.Status = b
	default:
		panic(fmt.Sprintf("account: Append of a %T", content))
	}
	if err := r.bodies()[0].Validate(); err != nil { // before a file is made
		return nil, err
	}
	if err := (&Header{Format, proposal}).Validate(); proposal != "" && err != nil {
		return nil, err
	}
	unlock, err := filelock.Lock(path)
	if errors.Is(err, filelock.ErrLocked) {
		return nil, rettidig.E(rettidig.Conflict, "account-locked", path+" is being written by another program; try again in a moment", nil)
	} else if err != nil {
		return nil, err
	}
	defer unlock()
	a, err := Read(path)
	if err != nil {
		return nil, err
	}
	return a.append(path, proposal, r)
}

func (a *Account) append(path, proposal string, r Record) (*Record, error) {
	if a.Torn > 0 {
		return nil, fmt.Errorf("%s:%d: the last line is torn (%d bytes), a write was cut off: repair it first with verify --repair", path, len(a.Records)+1, a.Torn)
	}
	if len(a.Records) > 0 && proposal != "" && proposal != a.Proposal {
		return nil, fmt.Errorf("%s is the account of %s, not of %s", path, a.Proposal, proposal)
	}
	var lines []byte
	write := func(r *Record) error {
		r.N, r.Prev = len(a.Records)+1, genesis
		if r.N > 1 {
			r.Prev = a.Records[r.N-2].Hash
		}
		r.Hash = r.sum()
		if err := a.add(r); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		lines = append(lines, r.line()...)
		return nil
	}
	if len(a.Records) == 0 {
		if err := write(&Record{At: r.At, Account: &Header{Format, proposal}}); err != nil {
			return nil, err
		}
	}
	if err := write(&r); err != nil {
		return nil, err
	}
	if a.whole+len(lines) > largest {
		return nil, fmt.Errorf("%s: would be larger than %d MB; begin another account", path, largest>>20)
	}
	if err := appendBytes(path, lines, int64(a.whole)); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return &r, nil
}

// appendBytes writes at the end and waits for the disk. What fails half-way is taken back if that can be done.
func appendBytes(path string, b []byte, size int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err != nil {
		return errors.Join(err, f.Truncate(size), f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return syncFolder(path)
}

// syncFolder makes sure that a file that was begun is found after a power cut.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Repair takes a torn last line off the account in path, after it was copied to path + ".torn", and returns how many
// bytes it was; 0 if there was none. A line that is whole but for its line end gets that instead: it was written to the last byte.
func Repair(path string) (int, error) {
	if _, err := os.Stat(path); err != nil {
		return 0, err
	}
	unlock, err := filelock.Lock(path)
	if err != nil {
		return 0, err
	}
	defer unlock()
	a, err := Read(path)
	if err != nil || a.Torn == 0 {
		return 0, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	torn := make([]byte, a.Torn)
	if _, err := f.ReadAt(torn, int64(a.whole)); err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if r, err := parseLine(torn); err == nil && a.add(r) == nil {
		if _, err := f.WriteAt([]byte("\n"), int64(a.whole+a.Torn)); err != nil {
			return 0, err
		}
		return a.Torn, f.Sync()
	}
	if err := os.WriteFile(path+".torn", torn, 0o600); err != nil {
		return 0, err
	}
	if err := f.Truncate(int64(a.whole)); err != nil {
		return 0, err
	}
	return a.Torn, f.Sync()
}

// StoredForecast is a forecast and when it was written down.
type StoredForecast struct {
	*Forecast
	Stored rettidig.Day
}

// Forecasts returns all forecasts in the order in which they were stored.
func (a *Account) Forecasts() []StoredForecast {
	var all []StoredForecast
	for i := range a.Records {
		if r := &a.Records[i]; r.Forecast != nil {
			all = append(all, StoredForecast{r.Forecast, rettidig.DayOfTime(r.At)})
		}
	}
	return all
}

// RealisedNow is what is known of a quarter now.
type RealisedNow struct {
	RealisedQuarter
	PriceLevel string
	Versions   int // how often it was told, the corrections included
}

// Latest returns what was told last of each quarter.
func (a *Account) Latest() map[Quarter]RealisedNow {
	now := map[Quarter]RealisedNow{}
	for i := range a.Records {
		if r := a.Records[i].Realised; r != nil {
			for _, q := range r.Quarters {
				now[q.Quarter] = RealisedNow{q, r.PriceLevel, now[q.Quarter].Versions + 1}
			}
		}
	}
	return now
}

// New returns r without the quarters that are told the same already.
func (a *Account) New(r Realised) Realised {
	now := a.Latest()
	all := r.Quarters
	r.Quarters = nil
	for _, q := range all {
		if have, ok := now[q.Quarter]; !ok || !have.same(&q) || have.PriceLevel != r.PriceLevel {
			r.Quarters = append(r.Quarters, q)
		}
	}
	return r
}

// Looks returns all looks, in order.
func (a *Account) Looks() []Look {
	var all []Look
	for i := range a.Records {
		if r := a.Records[i].Looks; r != nil {
			all = append(all, r.Looks...)
		}
	}
	return all
}

// Targets returns all targets in the order in which they were set.
func (a *Account) Targets() []*Target {
	var all []*Target
	for i := range a.Records {
		if t := a.Records[i].Target; t != nil {
			all = append(all, t)
		}
	}
	return all
}

func (a *Account) target(id string) *Target {
	for _, t := range a.Targets() {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// status returns what was said last about a target, nil if nothing.
func (a *Account) status(id string) (last *Status) {
	for i := range a.Records {
		if s := a.Records[i].Status; s != nil && s.Target == id {
			last = s
		}
	}
	return last
}
