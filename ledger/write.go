package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/rettidig/rettidig"
)

// ErrKeyReused is returned when an idempotency key comes back with another content.
var ErrKeyReused = errors.New("ledger: the idempotency key was used for another content")

// Receipt acknowledges a row.
type Receipt struct {
	ID       string
	At       time.Time
	Replayed bool // the same row was already there
}

// Citizens returns the internal ids of pseudonyms, in the same order, and gives a new random id to each
// that has none. keyID says which key the pseudonyms were made with. Without an event no id is kept.
func (t *Tx) Citizens(ctx context.Context, keyID string, pseudonyms ...rettidig.CitizenID) ([]string, error) {
	if err := impersonal(keyID); err != nil {
		return nil, err
	}
	ids := make([]string, len(pseudonyms))
	for i, p := range pseudonyms {
		err := t.tx.QueryRowContext(ctx, "SELECT id FROM citizens WHERE pseudonym = ?", string(p)).Scan(&ids[i])
		if errors.Is(err, sql.ErrNoRows) {
			ids[i], err = t.enter(ctx, keyID, p)
		}
		if err != nil {
			return nil, fmt.Errorf("ledger: citizen id: %w", err)
		}
	}
	return ids, nil
}

// enter gives a pseudonym an id, to be covered by the event of this transaction. The pseudonym itself is
// base32 and may look like anything; its caller vouches for it by type.
func (t *Tx) enter(ctx context.Context, keyID string, p rettidig.CitizenID) (string, error) {
	last, err := head(ctx, t.tx) // no other writer is in between: Do holds the lock from its beginning
	if err != nil {
		return "", err
	}
	id, salt := NewID(), random(16)
	if _, err := t.tx.ExecContext(ctx, "INSERT INTO citizens (id, pseudonym, key_id, created_at, seq, position, salt) VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, string(p), keyID, stamp(t.now), last.Seq+1, len(t.entered), salt); err != nil {
		return "", err
	}
	t.entered = append(t.entered, citizenPayload(id, string(p), keyID, stamp(t.now), salt))
	return id, nil
}

// wroteRow notes the one row that the event of this transaction is about.
func (t *Tx) wroteRow(id, sum string) {
	if t.wrote {
		panic("ledger: two rows in one transaction")
	}
	t.wrote, t.ref, t.sum = true, id, sum
}

// AddJudgement adds a judgement; the ledger gives it an id and the time.
func (t *Tx) AddJudgement(ctx context.Context, j Judgement) (Receipt, error) {
	if err := impersonal(j.Actor, j.Answer, j.Note); err != nil {
		return Receipt{}, err
	}
	j.ID, j.At = NewID(), t.now
	salt := random(16)
	t.wroteRow(j.ID, j.payload(salt))
	_, err := t.tx.ExecContext(ctx, `INSERT INTO judgements (id, at, actor, citizen, target, as_of, answer, confidence, note, salt)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, j.ID, stamp(j.At), j.Actor, j.Citizen, string(j.Target), j.AsOf.String(), j.Answer,
		j.Confidence, j.Note, salt)
	if err != nil {
		return Receipt{}, fmt.Errorf("ledger: add judgement: %w", err)
	}
	return Receipt{ID: j.ID, At: j.At}, nil
}

// AddScore adds what was answered. The caller chose s.ID (NewID), because the body holds it.
func (t *Tx) AddScore(ctx context.Context, s Score) (Receipt, error) {
	s.At = t.now
	if s.Body == nil {
		s.Body = []byte{} // NULL would be refused, and nothing was answered
	}
	salt := random(16)
	t.wroteRow(s.ID, s.payload(salt))
	_, err := t.tx.ExecContext(ctx, `INSERT INTO scores (id, at, actor, citizen, target, as_of, status, model_id, model_sha256, mode, sealed, body, salt)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, s.ID, stamp(s.At), s.Actor, s.Citizen, string(s.Target), s.AsOf.String(),
		s.Status, s.Model.ID, s.Model.SHA256, s.Mode, s.Sealed, s.Body, salt)
	if err != nil {
		return Receipt{}, fmt.Errorf("ledger: add score: %w", err)
	}
	return Receipt{ID: s.ID, At: s.At}, nil
}

// AddDecision adds a decision; the ledger gives it an id and the time. The same actor, key and content
// again gives the first receipt, with Replayed set, and adds nothing; the same key with another content is
// ErrKeyReused.
func (t *Tx) AddDecision(ctx context.Context, d Decision) (Receipt, error) {
	if d.Key == "" {
		panic("ledger: a decision needs an idempotency key")
	}
	if err := impersonal(d.Actor, d.Action, d.Reason, d.Note); err != nil {
		return Receipt{}, err
	}
	key, print := d.keyHash(), d.fingerprint()
	if r, had, err := t.replay(ctx, d.Actor, key, print); had || err != nil {
		return r, err
	}
	d.ID, d.At = NewID(), t.now
	salt := random(16)
	t.wroteRow(d.ID, d.payload(key, print, salt))
	var score any
	if d.ScoreID != "" {
		score = d.ScoreID
	}
	_, err := t.tx.ExecContext(ctx, `INSERT INTO decisions (id, at, actor, citizen, target, score_id, action, reason, note, key_sha256, fingerprint, salt)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, d.ID, stamp(d.At), d.Actor, d.Citizen, string(d.Target), score, d.Action,
		d.Reason, d.Note, key, print, salt)
	if err != nil {
		return Receipt{}, fmt.Errorf("ledger: add decision: %w", err)
	}
	return Receipt{ID: d.ID, At: d.At}, nil
}

func (t *Tx) replay(ctx context.Context, actor, key, print string) (Receipt, bool, error) {
	rows, err := t.tx.QueryContext(ctx, "SELECT id, at, fingerprint FROM decisions WHERE actor = ? AND key_sha256 = ?", actor, key)
	if err != nil {
		return Receipt{}, false, fmt.Errorf("ledger: look for the idempotency key: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		return Receipt{}, false, rows.Err()
	}
	var id, at, was string
	if err := rows.Scan(&id, &at, &was); err != nil {
		return Receipt{}, false, err
	}
	if was != print {
		return Receipt{}, false, ErrKeyReused
	}
	when, err := unstamp(at)
	return Receipt{ID: id, At: when, Replayed: true}, true, err
}
