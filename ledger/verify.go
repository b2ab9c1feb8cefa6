package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Verification is what a walk along the chain found.
type Verification struct {
	OK     bool
	Events int64  // events that were found in order
	Head   Head   // the last of them
	Fault  string // what is wrong, at which event or row; empty if OK
}

// fault is damage that a walk has found; other errors mean that it could not look.
type fault string

func (f fault) Error() string { return string(f) }

// Verify walks the whole chain: every event follows the one before it without a gap, its hash is right, the
// row or list of citizens that it is about has the hash it says, and no row is without an event. It finds
// what was changed, inserted, removed, reordered or cut out of the middle. It cannot find that the newest
// events were cut off, together with their rows, or that everything was written anew: for that give it an
// anchor, a Head that was written down elsewhere at some earlier time, which must still be in the chain.
// The error tells that the ledger could not be read, never that it is damaged.
func (l *Ledger) Verify(ctx context.Context, anchor *Head) (Verification, error) {
	tx, err := l.read.BeginTx(ctx, nil) // one snapshot, however many writers there are meanwhile
	if err != nil {
		return Verification{}, wrap("verify", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	v := Verification{Head: Head{0, genesis}}
	err = walk(ctx, tx, &v, anchor)
	if err == nil {
		err = everyRowHasAnEvent(ctx, tx)
	}
	var f fault
	switch {
	case errors.As(err, &f):
		v.Fault = f.Error()
		return v, nil
	case err != nil:
		return v, wrap("verify", err)
	}
	v.OK = true
	return v, nil
}

func walk(ctx context.Context, tx *sql.Tx, v *Verification, anchor *Head) error {
	payloads, err := newPayloads(ctx, tx)
	if err != nil {
		return err
	}
	defer payloads.close()
	rows, err := tx.QueryContext(ctx, "SELECT "+eventColumns+" FROM events ORDER BY seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	met := anchor == nil || *anchor == Head{0, genesis}
	for rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return fault(fmt.Sprintf("the event after %d cannot be read: %v", v.Head.Seq, err))
		}
		if err := follows(v.Head, e); err != nil {
			return err
		}
		if err := payloads.check(ctx, e); err != nil {
			return err
		}
		v.Events++
		v.Head = Head{e.Seq, e.Hash}
		if anchor != nil && e.Seq == anchor.Seq {
			if e.Hash != anchor.Hash {
				return fault(fmt.Sprintf("event %d is not the one that was written down: the chain was written anew", e.Seq))
			}
			met = true
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if !met {
		return fault(fmt.Sprintf("event %d that was written down is gone: the chain ends at %d", anchor.Seq, v.Head.Seq))
	}
	return nil
}

func follows(last Head, e Event) error {
	switch {
	case e.Seq != last.Seq+1:
		return fault(fmt.Sprintf("event %d follows event %d: something was cut out or inserted", e.Seq, last.Seq))
	case e.PrevHash != last.Hash:
		return fault(fmt.Sprintf("event %d does not name event %d as the one before it", e.Seq, last.Seq))
	case e.Hash != e.hash():
		return fault(fmt.Sprintf("event %d was changed: its hash does not fit", e.Seq))
	}
	return nil
}

// payloads finds the payload hash of the row or the list behind an event.
type payloads struct {
	judgement, score, decision, citizens *sql.Stmt
}

func newPayloads(ctx context.Context, tx *sql.Tx) (*payloads, error) {
	p := &payloads{}
	for _, s := range []struct {
		stmt  **sql.Stmt
		query string
	}{
		{&p.judgement, "SELECT " + judgementColumns + " FROM judgements WHERE id = ?"},
		{&p.score, "SELECT " + scoreColumns + " FROM scores WHERE id = ?"},
		{&p.decision, "SELECT " + decisionColumns + " FROM decisions WHERE id = ?"},
		{&p.citizens, "SELECT citizen FROM event_citizens WHERE seq = ? ORDER BY position"},
	} {
		stmt, err := tx.PrepareContext(ctx, s.query)
		if err != nil {
			p.close()
			return nil, err
		}
		*s.stmt = stmt
	}
	return p, nil
}

func (p *payloads) close() {
	for _, s := range []*sql.Stmt{p.judgement, p.score, p.decision, p.citizens} {
		if s != nil {
			_ = s.Close() // read only
		}
	}
}

func (p *payloads) check(ctx context.Context, e Event) error {
	if e.Ref == "" {
		ids, err := p.list(ctx, e.Seq)
		if err != nil {
			return err
		}
		want := noPayload
		if len(ids) > 0 {
			want = citizensPayload(ids)
		}
		if e.PayloadSHA256 != want {
			return fault(fmt.Sprintf("the list of citizens of event %d was changed", e.Seq))
		}
		return nil
	}
	got, err := p.row(ctx, e.Ref)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault(fmt.Sprintf("the row of event %d is gone", e.Seq))
	case err != nil:
		return fault(fmt.Sprintf("the row of event %d cannot be read: %v", e.Seq, err))
	case got != e.PayloadSHA256:
		return fault(fmt.Sprintf("the row of event %d was changed", e.Seq))
	}
	return nil
}

// row looks an id up in the three tables: ids are random, so that one is in at most one of them.
func (p *payloads) row(ctx context.Context, id string) (string, error) {
	s, salt, err := scanScore(p.score.QueryRowContext(ctx, id))
	if !errors.Is(err, sql.ErrNoRows) {
		return s.payload(salt), err
	}
	j, salt, err := scanJudgement(p.judgement.QueryRowContext(ctx, id))
	if !errors.Is(err, sql.ErrNoRows) {
		return j.payload(salt), err
	}
	d, salt, err := scanDecision(p.decision.QueryRowContext(ctx, id))
	return d.payload(d.key, d.print, salt), err
}

func (p *payloads) list(ctx context.Context, seq int64) ([]string, error) {
	rows, err := p.citizens.QueryContext(ctx, seq)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func everyRowHasAnEvent(ctx context.Context, tx *sql.Tx) error {
	for _, table := range []struct{ name, orphans string }{
		{"judgements", "SELECT count(*) FROM judgements r WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.ref = r.id AND e.ref <> '')"},
		{"scores", "SELECT count(*) FROM scores r WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.ref = r.id AND e.ref <> '')"},
		{"decisions", "SELECT count(*) FROM decisions r WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.ref = r.id AND e.ref <> '')"},
		{"event_citizens", "SELECT count(*) FROM event_citizens r WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.seq = r.seq)"},
	} {
		var n int64
		if err := tx.QueryRowContext(ctx, table.orphans).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fault(fmt.Sprintf("%d rows of %s have no event", n, table.name))
		}
	}
	return nil
}
