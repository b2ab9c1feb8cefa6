package api

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/ledger"
)

// limiter gives each person a bucket of look-ups: somebody who tries numbers one after the other runs dry.
type limiter struct {
	burst int
	every time.Duration

	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	*rate.Limiter
	dry bool // the last look-up was refused
}

// take takes one look-up from a person's bucket. If it is dry it says how long to wait, and whether this is
// the first refusal in a row.
func (l *limiter) take(who string, now time.Time) (wait time.Duration, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.buckets = map[string]*bucket{}
	}
	b := l.buckets[who]
	if b == nil {
		b = &bucket{Limiter: rate.NewLimiter(rate.Every(l.every), l.burst)}
		l.buckets[who] = b
	}
	r := b.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		first, b.dry = !b.dry, true
		return wait, first
	}
	b.dry = false
	return 0, false
}

// searchToken stands for a CPR number in the log of searches. The pseudonym behind it is keyed, so nobody
// can find the number by trying all of them; hashing it again keeps the log from being joined with an
// extract by pseudonym.
func searchToken(p rettidig.CitizenID) string {
	sum := sha256.Sum256([]byte("log-search:v1|" + string(p)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// keyOf returns the id of the key that made a pseudonym, "p" + key id + "_" + digits.
func keyOf(p rettidig.CitizenID) string {
	key, _, _ := strings.Cut(strings.TrimPrefix(string(p), "p"), "_")
	return key
}

// citizen is somebody whom a request is about.
type citizen struct {
	id      string
	history *rettidig.History
}

// lookUp finds a citizen by CPR number and writes the search down, found or not.
func (s *Service) lookUp(ctx context.Context, who Person, number string) (citizen, error) {
	if wait, first := s.limits.take(who.ID, s.cfg.Clock()); wait > 0 {
		if first {
			if err := s.note(ctx, who.event("limited", "action=search")); err != nil {
				return citizen{}, err
			}
		}
		return citizen{}, &TooMany{RetryAfter: wait}
	}
	n, err := cpr.Parse(number)
	if err != nil {
		return citizen{}, invalid("cpr-invalid", FieldError{"/cpr", "value"}) // the cause might quote the number
	}
	p := s.cfg.Pseudonym(n)
	h, found := s.cfg.Population.ByPseudonym(p)
	e := who.event("search", "token="+searchToken(p)+" found=no")
	if !found {
		if err := s.note(ctx, e); err != nil {
			return citizen{}, err
		}
		return citizen{}, fail(rettidig.NotFound, "no-such-citizen", nil)
	}
	c := citizen{history: h}
	err = s.cfg.Ledger.Do(ctx, func(tx *ledger.Tx) (*ledger.Event, error) {
		ids, err := tx.Citizens(ctx, keyOf(p), p)
		if err != nil {
			return nil, err
		}
		c.id = ids[0]
		e.Citizen, e.Detail = c.id, "token="+searchToken(p)+" found=yes"
		return &e, nil
	})
	return c, unwritten(err)
}

// byID finds a citizen by internal id. An id that is unknown, or whose citizen is no longer in the data, is
// NotFound, and the attempt is written down: guessing ids looks like this.
func (s *Service) byID(ctx context.Context, who Person, action, id string) (citizen, error) {
	p, ok, err := s.cfg.Ledger.Pseudonym(ctx, id)
	if err != nil {
		return citizen{}, fail(rettidig.Unavailable, "ledger", err)
	}
	if ok {
		if h, ok := s.cfg.Population.ByPseudonym(p); ok {
			return citizen{id, h}, nil
		}
	}
	if err := s.note(ctx, who.event(action, "found=no")); err != nil {
		return citizen{}, err
	}
	return citizen{}, fail(rettidig.NotFound, "no-such-citizen", nil)
}

// Find looks a citizen up by CPR number.
func (s *Service) Find(ctx context.Context, who Person, number string) (CitizenSummary, error) {
	if err := s.allow(ctx, who, "search", SeeCitizens); err != nil {
		return CitizenSummary{}, err
	}
	c, err := s.lookUp(ctx, who, number)
	if err != nil {
		return CitizenSummary{}, err
	}
	decided, err := s.cfg.Ledger.DecidedBy(ctx, who.ID, c.id)
	if err != nil {
		return CitizenSummary{}, fail(rettidig.Unavailable, "ledger", err)
	}
	sum := summary(c.history, s.asOf)
	sum.ID, sum.DecidedByYou = c.id, decided[c.id]
	return sum, nil
}
