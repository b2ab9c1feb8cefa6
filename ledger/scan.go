package ledger

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/rettidig/rettidig"
)

const (
	judgementColumns = "id, at, actor, citizen, target, as_of, answer, confidence, note, salt"
	scoreColumns     = "id, at, actor, citizen, target, as_of, status, model_id, model_sha256, mode, sealed, body, salt"
	decisionColumns  = "id, at, actor, citizen, target, score_id, action, reason, note, key_sha256, fingerprint, salt"
	eventColumns     = "seq, at, actor, role, action, citizen, detail, ref, payload_sha256, entered_sha256, prev_hash, hash"
)

type scanner interface{ Scan(dest ...any) error }

// dayColumn and timeColumn read the text that the ledger itself wrote.
type (
	dayColumn  struct{ d *rettidig.Day }
	timeColumn struct{ t *time.Time }
)

// Scan reads an ISO date; sql.Scanner.
func (c dayColumn) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("date column holds %T", v)
	}
	return c.d.UnmarshalText([]byte(s))
}

// Scan reads a time of fixed width; sql.Scanner.
func (c timeColumn) Scan(v any) (err error) {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("time column holds %T", v)
	}
	*c.t, err = unstamp(s)
	return err
}

func scanJudgement(r scanner) (j Judgement, salt []byte, err error) {
	err = r.Scan(&j.ID, timeColumn{&j.At}, &j.Actor, &j.Citizen, &j.Target, dayColumn{&j.AsOf}, &j.Answer, &j.Confidence, &j.Note, &salt)
	return j, salt, err
}

func scanScore(r scanner) (s Score, salt []byte, err error) {
	err = r.Scan(&s.ID, timeColumn{&s.At}, &s.Actor, &s.Citizen, &s.Target, dayColumn{&s.AsOf}, &s.Status, &s.Model.ID, &s.Model.SHA256,
		&s.Mode, &s.Sealed, &s.Body, &salt)
	return s, salt, err
}

// storedDecision is a decision with the two hashes that stand for its key and content.
type storedDecision struct {
	Decision
	key, print string
}

func scanDecision(r scanner) (d storedDecision, salt []byte, err error) {
	var score sql.NullString
	err = r.Scan(&d.ID, timeColumn{&d.At}, &d.Actor, &d.Citizen, &d.Target, &score, &d.Action, &d.Reason, &d.Note, &d.key, &d.print, &salt)
	d.ScoreID = score.String
	return d, salt, err
}

func scanEvent(r scanner) (e Event, err error) {
	err = r.Scan(&e.Seq, timeColumn{&e.At}, &e.Actor, &e.Role, &e.Action, &e.Citizen, &e.Detail, &e.Ref, &e.PayloadSHA256, &e.EnteredSHA256, &e.PrevHash, &e.Hash)
	return e, err
}
