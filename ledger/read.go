package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rettidig/rettidig"
)

// view reads: the last committed state from a Ledger, and what the transaction has written so far too
// from a Tx.
type view struct{ q querier }

// Pseudonym returns the pseudonym behind an internal id; ok is false if there is no such citizen.
func (v view) Pseudonym(ctx context.Context, id string) (p rettidig.CitizenID, ok bool, err error) {
	err = v.q.QueryRowContext(ctx, "SELECT pseudonym FROM citizens WHERE id = ?", id).Scan(&p)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return p, err == nil, wrap("read pseudonym", err)
}

// Judged returns the actor's last answer per target, given on the same as-of date.
func (v view) Judged(ctx context.Context, actor, citizen string, asOf rettidig.Day) (map[rettidig.Target]string, error) {
	rows, err := v.q.QueryContext(ctx, "SELECT target, answer FROM judgements WHERE citizen = ? AND actor = ? AND as_of = ? ORDER BY at, rowid",
		citizen, actor, asOf.String())
	if err != nil {
		return nil, wrap("read judgements", err)
	}
	return collect(rows, map[rettidig.Target]string{}, func(m map[rettidig.Target]string) error {
		var t rettidig.Target
		var a string
		err := rows.Scan(&t, &a)
		m[t] = a
		return err
	})
}

// Shown returns the targets whose score the actor has seen on the same as-of date. A sealed score was seen
// by nobody.
func (v view) Shown(ctx context.Context, actor, citizen string, asOf rettidig.Day) (map[rettidig.Target]bool, error) {
	rows, err := v.q.QueryContext(ctx, "SELECT DISTINCT target FROM scores WHERE citizen = ? AND actor = ? AND as_of = ? AND sealed = 0",
		citizen, actor, asOf.String())
	if err != nil {
		return nil, wrap("read scores", err)
	}
	return collect(rows, map[rettidig.Target]bool{}, func(m map[rettidig.Target]bool) error {
		var t rettidig.Target
		err := rows.Scan(&t)
		m[t] = true
		return err
	})
}

// Score returns one score; ok is false if there is none with this id.
func (v view) Score(ctx context.Context, id string) (s Score, ok bool, err error) {
	s, _, err = scanScore(v.q.QueryRowContext(ctx, "SELECT "+scoreColumns+" FROM scores WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Score{}, false, nil
	}
	return s, err == nil, wrap("read score", err)
}

// Decisions returns the decisions about a citizen, newest first. Key is not filled in.
func (v view) Decisions(ctx context.Context, citizen string) ([]Decision, error) {
	rows, err := v.q.QueryContext(ctx, "SELECT "+decisionColumns+" FROM decisions WHERE citizen = ? ORDER BY at DESC, rowid DESC", citizen)
	if err != nil {
		return nil, wrap("read decisions", err)
	}
	defer rows.Close()
	var out []Decision
	for rows.Next() {
		d, _, err := scanDecision(rows)
		if err != nil {
			return nil, wrap("read decisions", err)
		}
		out = append(out, d.Decision)
	}
	return out, wrap("read decisions", rows.Err())
}

// DecidedBy returns those of the citizens about whom the actor has decided something.
func (v view) DecidedBy(ctx context.Context, actor string, citizens ...string) (map[string]bool, error) {
	list, err := json.Marshal(citizens)
	if err != nil {
		return nil, err
	}
	rows, err := v.q.QueryContext(ctx, "SELECT DISTINCT citizen FROM decisions WHERE actor = ? AND citizen IN (SELECT value FROM json_each (?))",
		actor, string(list))
	if err != nil {
		return nil, wrap("read decisions", err)
	}
	return collect(rows, map[string]bool{}, func(m map[string]bool) error {
		var id string
		err := rows.Scan(&id)
		m[id] = true
		return err
	})
}

// Filter selects events. An empty field selects all.
type Filter struct {
	Citizen string // events about this citizen, alone or among several
	Actor   string
	Action  string
	Before  int64 // only events with a smaller number; 0 means no bound
	Limit   int   // > 0
}

// Events returns events, newest first.
func (v view) Events(ctx context.Context, f Filter) ([]Event, error) {
	if f.Limit <= 0 {
		panic(fmt.Sprintf("ledger: Events with limit %d", f.Limit))
	}
	rows, err := v.q.QueryContext(ctx, "SELECT "+eventColumns+` FROM events WHERE (?1 = 0 OR seq < ?1)
		AND (?2 = '' OR actor = ?2) AND (?3 = '' OR action = ?3)
		AND (?4 = '' OR citizen = ?4 OR seq IN (SELECT seq FROM event_citizens WHERE citizen = ?4))
		ORDER BY seq DESC LIMIT ?5`, f.Before, f.Actor, f.Action, f.Citizen, f.Limit)
	if err != nil {
		return nil, wrap("read events", err)
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return nil, wrap("read events", err)
		}
		out = append(out, e)
	}
	return out, wrap("read events", rows.Err())
}

// Head returns the newest event's number and hash; an empty ledger has number 0.
func (v view) Head(ctx context.Context) (Head, error) {
	h, err := head(ctx, v.q)
	return h, wrap("read head", err)
}

func collect[M any](rows *sql.Rows, m M, add func(M) error) (M, error) {
	defer rows.Close()
	for rows.Next() {
		if err := add(m); err != nil {
			return m, wrap("read", err)
		}
	}
	return m, wrap("read", rows.Err())
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("ledger: %s: %w", doing, err)
}
