package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/ledger"
)

// Kinds are the work lists.
var Kinds = []string{"training", "decline", "all"}

const (
	defaultPage = 25
	largestPage = 200
)

// sortLists decides once who is on which work list and in which order: the newest event first, then by
// pseudonym, never by score. The pseudonym orders and is not shown.
func (s *Service) sortLists() {
	n := s.cfg.Population.Len()
	last := make([]rettidig.Day, n)
	all := make([]int32, n)
	s.lists = map[string][]int32{}
	for i := range n {
		h := s.cfg.Population.At(i)
		last[i], all[i] = lastEvent(h, s.asOf).day, int32(i)
		for kind, target := range map[string]rettidig.Target{"training": rettidig.Completion, "decline": rettidig.Decline} {
			if ok, _ := s.eligible(h, target); ok {
				s.lists[kind] = append(s.lists[kind], int32(i))
			}
		}
	}
	s.lists["all"] = all
	for _, list := range s.lists {
		slices.SortFunc(list, func(a, b int32) int {
			return cmp.Or(cmp.Compare(last[b], last[a]), cmp.Compare(s.pseudonymAt(a), s.pseudonymAt(b)))
		})
	}
	s.stamp = fmt.Sprintf("%s.%d", s.cfg.Population.DataAsOf(), n)
}

func (s *Service) pseudonymAt(i int32) rettidig.CitizenID {
	return s.cfg.Population.At(int(i)).Citizen.ID
}

// eligible asks the engine, and takes one that breaks down for a no: a person can still decide.
func (s *Service) eligible(h *rettidig.History, t rettidig.Target) (ok bool, why string) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("the scoring engine broke down", "target", string(t), "panic", fmt.Sprint(r))
			ok, why = false, "engine-failed"
		}
	}()
	return s.cfg.Scorer.Eligible(h, t, s.asOf)
}

// List returns a page of a work list. Citizens get their internal id when somebody first sees them, in the
// transaction that records who saw whom.
func (s *Service) List(ctx context.Context, who Person, q ListQuery) (CitizenPage, error) {
	if err := s.allow(ctx, who, "list", SeeCitizens); err != nil {
		return CitizenPage{}, err
	}
	q.Kind = cmp.Or(q.Kind, "all")
	if !slices.Contains(Kinds, q.Kind) {
		return CitizenPage{}, invalid("invalid-query", FieldError{"?kind", "value"})
	}
	if q.Limit = cmp.Or(q.Limit, defaultPage); q.Limit < 1 || q.Limit > largestPage {
		return CitizenPage{}, invalid("invalid-query", FieldError{"?limit", "value"})
	}
	list := s.lists[q.Kind]
	from, err := s.readCursor(q.Kind, q.Cursor, len(list))
	if err != nil {
		return CitizenPage{}, err
	}
	to := min(from+q.Limit, len(list))
	ids, err := s.showPage(ctx, who, q.Kind, from, list[from:to])
	if err != nil {
		return CitizenPage{}, err
	}
	decided, err := s.cfg.Ledger.DecidedBy(ctx, who.ID, ids...)
	if err != nil {
		return CitizenPage{}, fail(rettidig.Unavailable, "ledger", err)
	}
	page := CitizenPage{Citizens: make([]CitizenSummary, len(ids)), Total: len(list)}
	for k, i := range list[from:to] {
		page.Citizens[k] = summary(s.cfg.Population.At(int(i)), s.asOf)
		page.Citizens[k].ID, page.Citizens[k].DecidedByYou = ids[k], decided[ids[k]]
	}
	if to < len(list) {
		page.Next = s.cursor(q.Kind, to)
	}
	return page, nil
}

func (s *Service) showPage(ctx context.Context, who Person, kind string, from int, page []int32) ([]string, error) {
	pseudonyms := make([]rettidig.CitizenID, len(page))
	for k, i := range page {
		pseudonyms[k] = s.pseudonymAt(i)
	}
	var ids []string
	err := s.cfg.Ledger.Do(ctx, func(tx *ledger.Tx) (*ledger.Event, error) {
		var err error
		if len(pseudonyms) > 0 {
			if ids, err = tx.Citizens(ctx, keyOf(pseudonyms[0]), pseudonyms...); err != nil {
				return nil, err
			}
		}
		e := who.event("list", fmt.Sprintf("kind=%s from=%d n=%d", kind, from, len(page)))
		e.Citizens = ids
		return &e, nil
	})
	return ids, unwritten(err)
}

// cursor names a place in a list of one snapshot. The order never changes within a snapshot, so a place is
// a number; after a new snapshot an old cursor is refused rather than answered from somewhere else.
func (s *Service) cursor(kind string, at int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kind + "|" + s.stamp + "|" + strconv.Itoa(at)))
}

func (s *Service) readCursor(kind, cursor string, n int) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	rest, ok := strings.CutPrefix(string(b), kind+"|"+s.stamp+"|")
	at, bad := strconv.Atoi(rest)
	if err != nil || !ok || bad != nil || at < 0 || at > n {
		return 0, invalid("cursor", FieldError{"?cursor", "value"})
	}
	return at, nil
}
