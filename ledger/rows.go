package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/rettidig/rettidig"
)

// Judgement is a person's own view of one citizen and target, given before the score was seen.
type Judgement struct {
	ID         string
	At         time.Time
	Actor      string
	Citizen    string
	Target     rettidig.Target
	AsOf       rettidig.Day
	Answer     string
	Confidence int
	Note       string
}

// Score is what was answered about one citizen and target.
type Score struct {
	ID      string
	At      time.Time
	Actor   string
	Citizen string
	Target  rettidig.Target
	AsOf    rettidig.Day
	Status  string
	Model   rettidig.ModelRef
	Mode    string
	Sealed  bool   // stored in shadow mode, shown to nobody
	Body    []byte // the JSON, byte for byte as it was answered
}

// Decision is what a person decided.
type Decision struct {
	ID      string
	At      time.Time
	Actor   string
	Citizen string
	Target  rettidig.Target
	ScoreID string // empty: decided without a score
	Action  string
	Reason  string
	Note    string
	Key     string // the idempotency key, unique per actor; stored as a hash
}

// NewID returns a random 128-bit id in hexadecimal.
func NewID() string { return hex.EncodeToString(random(16)) }

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: the runtime ends the program instead
	return b
}

// timeLayout has a fixed width, so that text order is time order.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

func stamp(t time.Time) string { return t.UTC().Format(timeLayout) }

func unstamp(s string) (time.Time, error) {
	t, err := time.Parse(timeLayout, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("ledger: time %q is damaged", s)
	}
	return t, nil
}

// digest is SHA-256 over fields, each preceded by its length in 8 bytes, so that no two lists of fields
// give the same input. The first field names the kind and version of what is hashed.
func digest(fields ...string) string {
	h := sha256.New()
	var n [8]byte
	for _, f := range fields {
		binary.BigEndian.PutUint64(n[:], uint64(len(f)))
		h.Write(n[:])
		h.Write([]byte(f))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// The payload hash covers every column of a row as it stands in the table. The salt makes it say nothing
// about a short note once the row itself has been erased.

func (j Judgement) payload(salt []byte) string {
	return digest("judgement/1", j.ID, stamp(j.At), j.Actor, j.Citizen, string(j.Target), j.AsOf.String(), j.Answer,
		strconv.Itoa(j.Confidence), j.Note, string(salt))
}

func (s Score) payload(salt []byte) string {
	return digest("score/1", s.ID, stamp(s.At), s.Actor, s.Citizen, string(s.Target), s.AsOf.String(), s.Status,
		s.Model.ID, s.Model.SHA256, s.Mode, strconv.FormatBool(s.Sealed), string(s.Body), string(salt))
}

func (d Decision) payload(key, fingerprint string, salt []byte) string {
	return digest("decision/1", d.ID, stamp(d.At), d.Actor, d.Citizen, string(d.Target), d.ScoreID, d.Action, d.Reason,
		d.Note, key, fingerprint, string(salt))
}

// fingerprint is over what the person sent, and not over what the ledger adds.
func (d Decision) fingerprint() string {
	return digest("decision-request/1", d.Citizen, string(d.Target), d.ScoreID, d.Action, d.Reason, d.Note)
}

func (d Decision) keyHash() string { return digest("idempotency-key/1", d.Key) }
