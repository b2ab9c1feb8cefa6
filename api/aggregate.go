package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/ledger"
)

// Models lists the loaded models with their measured figures.
func (s *Service) Models(ctx context.Context, who Person) ([]ModelView, error) {
	if err := s.allow(ctx, who, "models", SeeModels); err != nil {
		return nil, err
	}
	if err := s.note(ctx, who.event("models", "")); err != nil {
		return nil, err
	}
	out := slices.Clone(filled(s.cfg.Scorer.Models()))
	for i := range out {
		out[i].Calibration, out[i].Leaks, out[i].Warnings = filled(out[i].Calibration), filled(out[i].Leaks), filled(out[i].Warnings)
	}
	return out, nil
}

// filled makes an absent list an empty one: JSON has [] for it, not null.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Savings returns SU7's arithmetic beside what the measured precision gives.
func (s *Service) Savings(ctx context.Context, who Person) (SavingsView, error) {
	if err := s.allow(ctx, who, "savings", SeeSavings); err != nil {
		return SavingsView{}, err
	}
	if err := s.note(ctx, who.event("savings", "")); err != nil {
		return SavingsView{}, err
	}
	return s.cfg.Savings().filled(), nil
}

// filled makes absent lists empty ones.
func (v SavingsView) filled() SavingsView {
	v.Document, v.Grid, v.BreakEven, v.Caveats = filled(v.Document), filled(v.Grid), filled(v.BreakEven), filled(v.Caveats)
	v.Cases = slices.Clone(filled(v.Cases))
	for i := range v.Cases {
		v.Cases[i].Assumption = filled(v.Cases[i].Assumption)
	}
	return v
}

// Document returns the arithmetic of another of the documents.
func (s *Service) Document(ctx context.Context, who Person, id string) (SavingsView, error) {
	if err := s.allow(ctx, who, "savings", SeeSavings); err != nil {
		return SavingsView{}, err
	}
	if s.cfg.Document != nil {
		if v, ok := s.cfg.Document(id); ok {
			return v.filled(), s.note(ctx, who.event("savings", "proposal="+id))
		}
	}
	return SavingsView{}, NoSuchCase()
}

// NoSuchCase is the error of asking for a document that is not there.
func NoSuchCase() error { return fail(rettidig.NotFound, "no-such-case", nil) }

// BadField is the error of a body with something wrong in the field that the JSON pointer names.
func BadField(pointer, code string) error {
	return invalid("invalid-body", FieldError{pointer, code})
}

// mostSet is more than any document has parameters.
const mostSet = 100

// Simulate draws a document's uncertain parameters. One request computes at a time; the others wait, but not
// longer than Config.SimulationWait, so that they do not pile up behind a connection that has been given up.
func (s *Service) Simulate(ctx context.Context, who Person, r SimulationRequest) (SimulationView, error) {
	if err := s.allow(ctx, who, "simulation", SeeSavings); err != nil {
		return SimulationView{}, err
	}
	switch {
	case r.Draws != 0 && (r.Draws < LeastDraws || r.Draws > MostDraws):
		return SimulationView{}, BadField("/draws", "range")
	case len(r.Set) > mostSet:
		return SimulationView{}, BadField("/set", "range")
	case s.cfg.Simulate == nil:
		return SimulationView{}, NoSuchCase()
	}
	if err := s.turn(ctx); err != nil {
		return SimulationView{}, err
	}
	defer func() { <-s.draws }()
	v, err := s.cfg.Simulate(r)
	if err != nil {
		return SimulationView{}, err
	}
	v.Years, v.Gains, v.Tornado, v.Notes = filled(v.Years), filled(v.Gains), filled(v.Tornado), filled(v.Notes)
	return v, s.note(ctx, who.event("simulation", fmt.Sprintf("proposal=%s draws=%d seed=%d set=%d", v.Proposal, v.Draws, v.Seed, len(r.Set))))
}

// turn waits until nobody else simulates.
func (s *Service) turn(ctx context.Context) error {
	select {
	case s.draws <- struct{}{}:
		return nil
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.SimulationWait)
	defer cancel()
	select {
	case s.draws <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reverify is how old a verification of the chain may be when it is shown.
const reverify = 30 * time.Second

// Audit lists ledger events, newest first, and says whether the chain verifies. Looking is an event too,
// and the first one in the list.
func (s *Service) Audit(ctx context.Context, who Person, q AuditQuery) (AuditPage, error) {
	if err := s.allow(ctx, who, "audit", SeeAudit); err != nil {
		return AuditPage{}, err
	}
	f := ledger.Filter{Citizen: q.Citizen, Actor: q.Actor, Action: q.Action, Limit: cmp.Or(q.Limit, 50)}
	if f.Limit < 1 || f.Limit > largestPage {
		return AuditPage{}, invalid("invalid-query", FieldError{"?limit", "value"})
	}
	var err error
	if f.Before, err = readAuditCursor(q.Cursor); err != nil {
		return AuditPage{}, err
	}
	// What was typed into a filter is not kept: it may be anything.
	if err := s.note(ctx, who.event("audit", fmt.Sprintf("by-citizen=%t by-actor=%t by-action=%t", q.Citizen != "", q.Actor != "", q.Action != ""))); err != nil {
		return AuditPage{}, err
	}
	f.Limit++ // one more tells whether there is a next page
	events, err := s.cfg.Ledger.Events(ctx, f)
	if err != nil {
		return AuditPage{}, fail(rettidig.Unavailable, "ledger", err)
	}
	page := AuditPage{Events: []AuditEvent{}}
	if len(events) == f.Limit {
		events = events[:f.Limit-1]
		page.Next = auditCursor(events[len(events)-1].Seq)
	}
	for _, e := range events {
		page.Events = append(page.Events, AuditEvent{Seq: e.Seq, At: e.At, Actor: e.Actor, Role: Role(e.Role), Action: e.Action,
			Citizen: e.Citizen, Detail: e.Detail, Hash: e.Hash})
	}
	page.ChainOK, page.Chain, err = s.verified(ctx)
	if err != nil {
		return AuditPage{}, fail(rettidig.Unavailable, "ledger", err)
	}
	return page, nil
}

// verified walks the chain, at most once in a while: it is read as a whole.
func (s *Service) verified(ctx context.Context) (bool, string, error) {
	s.chain.mu.Lock()
	defer s.chain.mu.Unlock()
	if now := s.cfg.Clock(); s.chain.at.IsZero() || now.Sub(s.chain.at) > reverify || !s.chain.v.OK {
		v, err := s.cfg.Ledger.Verify(ctx, nil)
		if err != nil {
			return false, "", err
		}
		s.chain.at, s.chain.v = now, v
	}
	v, at := s.chain.v, s.chain.at.UTC().Format(time.RFC3339)
	if !v.OK {
		return false, v.Fault + "; looked at " + at, nil
	}
	return true, fmt.Sprintf("%d events verified at %s, head %s", v.Events, at, v.Head), nil
}

func auditCursor(seq int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("audit|" + strconv.FormatInt(seq, 10)))
}

func readAuditCursor(c string) (int64, error) {
	if c == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(c)
	var seq int64
	if err == nil && len(b) > 6 && string(b[:6]) == "audit|" {
		seq, err = strconv.ParseInt(string(b[6:]), 10, 64)
	}
	if err != nil || seq < 1 {
		return 0, invalid("cursor", FieldError{"?cursor", "value"})
	}
	return seq, nil
}
