package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Event says who did what when, about whom.
type Event struct {
	Seq           int64
	At            time.Time
	Actor         string
	Role          string
	Action        string
	Citizen       string // internal id; empty when about nobody or about several
	Detail        string // holds no personal data
	Ref           string // id of the judgement, score or decision that came with it
	PayloadSHA256 string
	EnteredSHA256 string // of the citizens who were given an id with it
	PrevHash      string
	Hash          string

	// Citizens are those whom an event about several showed, in the order shown. Events does not fill it.
	Citizens []string
}

// genesis is what the first event has for a predecessor.
var genesis = digest("rettidig-ledger/1")

// noPayload is the payload hash of an event about no row and no list, and with which nobody entered.
var noPayload = digest("nothing/1")

func citizensPayload(ids []string) string {
	return digest(append([]string{"citizens/1"}, ids...)...)
}

// citizenPayload is over what makes an id somebody's. The salt makes it say nothing about the pseudonym once
// the row itself has been erased.
func citizenPayload(id, pseudonym, keyID, createdAt string, salt []byte) string {
	return digest("citizen/1", id, pseudonym, keyID, createdAt, string(salt))
}

func enteredPayload(payloads []string) string {
	if len(payloads) == 0 {
		return noPayload
	}
	return digest(append([]string{"entered/1"}, payloads...)...)
}

func (e Event) hash() string {
	return digest("event/2", strconv.FormatInt(e.Seq, 10), stamp(e.At), e.Actor, e.Role, e.Action, e.Citizen, e.Detail,
		e.Ref, e.PayloadSHA256, e.EnteredSHA256, e.PrevHash)
}

// Head is the newest event. Written down outside the database, it is the anchor that shows a chain which
// has been cut short or rewritten from some point on.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// String returns "seq:hash", the form to write down; ParseHead reads it.
func (h Head) String() string { return strconv.FormatInt(h.Seq, 10) + ":" + h.Hash }

// ParseHead reads what String wrote.
func ParseHead(s string) (Head, error) {
	seq, hash, found := strings.Cut(strings.TrimSpace(s), ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	if !found || err != nil || n < 0 || len(hash) != 64 {
		return Head{}, fmt.Errorf("ledger: head %q is not of the form seq:hash", s)
	}
	return Head{n, hash}, nil
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func head(ctx context.Context, q querier) (Head, error) {
	var h Head
	err := q.QueryRowContext(ctx, "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").Scan(&h.Seq, &h.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return Head{0, genesis}, nil
	}
	return h, err
}

// append adds e to the chain and fills in what the ledger decides.
func (t *Tx) append(ctx context.Context, e *Event) error {
	if e.Actor == "" || e.Action == "" {
		panic("ledger: an event needs an actor and an action")
	}
	if t.wrote && len(e.Citizens) > 0 {
		panic("ledger: an event is about a row or about a list, not both")
	}
	if err := impersonal(e.Actor, e.Role, e.Action, e.Detail); err != nil {
		return err
	}
	last, err := head(ctx, t.tx)
	if err != nil {
		return err
	}
	e.Seq, e.At, e.PrevHash, e.Ref, e.PayloadSHA256 = last.Seq+1, t.now, last.Hash, t.ref, t.sum
	switch {
	case len(e.Citizens) > 0:
		e.PayloadSHA256 = citizensPayload(e.Citizens)
	case !t.wrote:
		e.PayloadSHA256 = noPayload
	}
	e.EnteredSHA256 = enteredPayload(t.entered)
	e.Hash = e.hash()
	if _, err := t.tx.ExecContext(ctx, `INSERT INTO events (seq, at, actor, role, action, citizen, detail, ref, payload_sha256, entered_sha256, prev_hash, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.Seq, stamp(e.At), e.Actor, e.Role, e.Action, e.Citizen, e.Detail, e.Ref,
		e.PayloadSHA256, e.EnteredSHA256, e.PrevHash, e.Hash); err != nil {
		return err
	}
	for i, id := range e.Citizens {
		if _, err := t.tx.ExecContext(ctx, "INSERT INTO event_citizens (seq, position, citizen) VALUES (?, ?, ?)", e.Seq, i, id); err != nil {
			return err
		}
	}
	return nil
}
