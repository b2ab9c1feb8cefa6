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

// String says it in one line, with the head to write down.
func (v Verification) String() string {
	if !v.OK {
		return fmt.Sprintf("damaged: %s (in order up to %s)", v.Fault, v.Head)
	}
	return fmt.Sprintf("intact: %d events, head %s", v.Events, v.Head)
}

// fault is damage that a walk has found; other errors mean that it could not look.
type fault string

func (f fault) Error() string { return string(f) }

func faultf(format string, args ...any) error { return fault(fmt.Sprintf(format, args...)) }

// Verify walks the whole chain: every event follows the one before it without a gap, its hash is right, the
// row or list of citizens that it is about has the hash it says, so have the citizens who were given an id
// with it, and no row is without an event. It finds
// what was changed, inserted, removed, reordered or cut out of the middle. It cannot find that the newest
// events were cut off, together with their rows, or that everything was written anew: for that give it an
// anchor, a Head that was written down elsewhere at some earlier time, which must still be in the chain.
// The error tells that the ledger could not be read, never that it is damaged.
//
// It reads each table once, as a stream, so that its memory does not grow with the ledger.
func (l *Ledger) Verify(ctx context.Context, anchor *Head) (Verification, error) {
	tx, err := l.read.BeginTx(ctx, nil) // one snapshot, however many writers there are meanwhile
	if err != nil {
		return Verification{}, wrap("verify", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	v := Verification{Head: Head{0, genesis}}
	err = walk(ctx, tx, &v, anchor)
	for _, look := range []func(context.Context, *sql.Tx) error{checkJudgements, checkScores, checkDecisions, checkLists, checkCitizens, checkMissing} {
		if err == nil {
			err = look(ctx, tx)
		}
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

// each calls f for every row of a query.
func each(ctx context.Context, tx *sql.Tx, f func(*sql.Rows) error, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// walk follows the chain of events, without looking at what they are about.
func walk(ctx context.Context, tx *sql.Tx, v *Verification, anchor *Head) error {
	met := anchor == nil || *anchor == Head{0, genesis}
	err := each(ctx, tx, func(rows *sql.Rows) error {
		e, err := scanEvent(rows)
		if err != nil {
			return faultf("the event after %d cannot be read: %v", v.Head.Seq, err)
		}
		if err := follows(v.Head, e); err != nil {
			return err
		}
		v.Events++
		v.Head = Head{e.Seq, e.Hash}
		if anchor != nil && e.Seq == anchor.Seq {
			if e.Hash != anchor.Hash {
				return faultf("event %d is not the one that was written down: the chain was written anew", e.Seq)
			}
			met = true
		}
		return nil
	}, "SELECT "+eventColumns+" FROM events ORDER BY seq")
	if err == nil && !met {
		return faultf("event %d that was written down is gone: the chain ends at %d", anchor.Seq, v.Head.Seq)
	}
	return err
}

func follows(last Head, e Event) error {
	switch {
	case e.Seq != last.Seq+1:
		return faultf("event %d follows event %d: something was cut out or inserted", e.Seq, last.Seq)
	case e.PrevHash != last.Hash:
		return faultf("event %d does not name event %d as the one before it", e.Seq, last.Seq)
	case e.Hash != e.hash():
		return faultf("event %d was changed: its hash does not fit", e.Seq)
	}
	return nil
}

// withEvent reads a row's columns and then those of its event, if it has one.
type withEvent struct {
	rows *sql.Rows
	seq  sql.NullInt64
	sum  sql.NullString
}

// Scan reads the columns of the row into dest; scanner.
func (w *withEvent) Scan(dest ...any) error { return w.rows.Scan(append(dest, &w.seq, &w.sum)...) }

// eventOf joins a table's rows with their events.
func eventOf(table, columns string) string {
	return "SELECT " + columns + ", e.seq, e.payload_sha256 FROM (SELECT * FROM " + table + ") LEFT JOIN (SELECT seq, ref, payload_sha256 FROM events) e ON e.ref <> '' AND e.ref = id"
}

// fits tells whether a row has an event, and the hash that the event says.
func (w *withEvent) fits(table, payload string, err error) error {
	switch {
	case err != nil:
		return faultf("a row of %s cannot be read: %v", table, err)
	case !w.seq.Valid:
		return faultf("a row of %s has no event", table)
	case w.sum.String != payload:
		return faultf("the row of event %d was changed", w.seq.Int64)
	}
	return nil
}

func checkJudgements(ctx context.Context, tx *sql.Tx) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		w := &withEvent{rows: rows}
		j, salt, err := scanJudgement(w)
		return w.fits("judgements", j.payload(salt), err)
	}, eventOf("judgements", judgementColumns))
}

func checkScores(ctx context.Context, tx *sql.Tx) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		w := &withEvent{rows: rows}
		s, salt, err := scanScore(w)
		return w.fits("scores", s.payload(salt), err)
	}, eventOf("scores", scoreColumns))
}

func checkDecisions(ctx context.Context, tx *sql.Tx) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		w := &withEvent{rows: rows}
		d, salt, err := scanDecision(w)
		return w.fits("decisions", d.payload(d.key, d.print, salt), err)
	}, eventOf("decisions", decisionColumns))
}

// checkLists compares the lists of citizens with their events, in the order of both.
func checkLists(ctx context.Context, tx *sql.Tx) error {
	var seq int64
	var ids []string
	var want string
	compare := func() error {
		if len(ids) > 0 && citizensPayload(ids) != want {
			return faultf("the list of citizens of event %d was changed", seq)
		}
		return nil
	}
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var at int64
		var id string
		var sum sql.NullString
		if err := rows.Scan(&at, &id, &sum); err != nil {
			return faultf("a row of event_citizens cannot be read: %v", err)
		}
		if at != seq {
			if err := compare(); err != nil {
				return err
			}
			seq, ids, want = at, ids[:0], sum.String
		}
		ids = append(ids, id)
		return nil
	}, "SELECT c.seq, c.citizen, e.payload_sha256 FROM event_citizens c LEFT JOIN events e ON e.seq = c.seq ORDER BY c.seq, c.position")
	if err != nil {
		return err
	}
	return compare()
}

// checkCitizens compares the citizens with the events that they were given an id with, in the order of both.
func checkCitizens(ctx context.Context, tx *sql.Tx) error {
	var seq int64
	var entered []string
	var want string
	compare := func() error {
		if len(entered) > 0 && enteredPayload(entered) != want {
			return faultf("the citizens who entered with event %d were changed", seq)
		}
		return nil
	}
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var at int64
		var id, pseudonym, keyID, createdAt string
		var salt []byte
		var sum sql.NullString
		if err := rows.Scan(&at, &id, &pseudonym, &keyID, &createdAt, &salt, &sum); err != nil {
			return faultf("a row of citizens cannot be read: %v", err)
		}
		if at != seq {
			if err := compare(); err != nil {
				return err
			}
			seq, entered, want = at, entered[:0], sum.String
		}
		entered = append(entered, citizenPayload(id, pseudonym, keyID, createdAt, salt))
		if !sum.Valid {
			return faultf("a row of citizens has no event")
		}
		return nil
	}, `SELECT c.seq, c.id, c.pseudonym, c.key_id, c.created_at, c.salt, e.entered_sha256
		FROM citizens c LEFT JOIN events e ON e.seq = c.seq ORDER BY c.seq, c.position`)
	if err != nil {
		return err
	}
	return compare()
}

// checkMissing finds events whose row, list or citizens are gone.
func checkMissing(ctx context.Context, tx *sql.Tx) error {
	var row, list, entered sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT min (seq) FROM events WHERE ref <> ''
		AND NOT EXISTS (SELECT 1 FROM scores WHERE id = ref) AND NOT EXISTS (SELECT 1 FROM judgements WHERE id = ref)
		AND NOT EXISTS (SELECT 1 FROM decisions WHERE id = ref)`).Scan(&row)
	if err != nil {
		return err
	}
	if row.Valid {
		return faultf("the row of event %d is gone", row.Int64)
	}
	err = tx.QueryRowContext(ctx, `SELECT min (seq) FROM events e WHERE ref = '' AND payload_sha256 <> ?
		AND NOT EXISTS (SELECT 1 FROM event_citizens c WHERE c.seq = e.seq)`, noPayload).Scan(&list)
	if err == nil && list.Valid {
		return faultf("the list of citizens of event %d was changed", list.Int64)
	}
	if err != nil {
		return err
	}
	err = tx.QueryRowContext(ctx, `SELECT min (seq) FROM events e WHERE entered_sha256 <> ?
		AND NOT EXISTS (SELECT 1 FROM citizens c WHERE c.seq = e.seq)`, noPayload).Scan(&entered)
	if err == nil && entered.Valid {
		return faultf("the citizens who entered with event %d were changed", entered.Int64)
	}
	return err
}
