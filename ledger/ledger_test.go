package ledger

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/stretchr/testify/require"
)

var epoch = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// ticking is a clock that moves one second at each look.
func ticking() rettidig.Clock {
	now := epoch
	return func() time.Time { now = now.Add(time.Second); return now }
}

func open(t *testing.T) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), filepath.Join(t.TempDir(), "ledger ?#%.db"), ticking())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

func citizen(t *testing.T, l *Ledger, pseudonym rettidig.CitizenID) string {
	t.Helper()
	var id string
	require.NoError(t, l.Do(t.Context(), func(tx *Tx) (*Event, error) {
		ids, err := tx.Citizens(t.Context(), "k1", pseudonym)
		if err != nil {
			return nil, err
		}
		id = ids[0]
		return &Event{Actor: "anne", Role: "assessor", Action: "search", Citizen: id}, nil
	}))
	return id
}

func decide(ctx context.Context, l *Ledger, d Decision) (r Receipt, err error) {
	err = l.Do(ctx, func(tx *Tx) (*Event, error) {
		if r, err = tx.AddDecision(ctx, d); err != nil || r.Replayed {
			return nil, err
		}
		return &Event{Actor: d.Actor, Role: "assessor", Action: "decision", Citizen: d.Citizen}, nil
	})
	return r, err
}

func TestAnEmptyLedgerVerifies(t *testing.T) {
	l := open(t)
	v, err := l.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
	require.Zero(t, v.Events)
}

func TestADecisionAndItsEventAreThereAfterReopening(t *testing.T) {
	l := open(t)
	c := citizen(t, l, "pk1_a")
	r, err := decide(t.Context(), l, Decision{Actor: "anne", Citizen: c, Target: rettidig.Benefit, Action: "offer", Reason: "capacity", Key: "1"})
	require.NoError(t, err)
	again, err := Open(t.Context(), l.Path(), nil)
	require.NoError(t, err)
	defer again.Close()
	ds, err := again.Decisions(t.Context(), c)
	require.NoError(t, err)
	require.Len(t, ds, 1)
	require.Equal(t, r.ID, ds[0].ID)
	es, err := again.Events(t.Context(), Filter{Citizen: c, Limit: 10})
	require.NoError(t, err)
	require.Len(t, es, 2)
	require.Equal(t, r.ID, es[0].Ref)
	v, err := again.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
	require.EqualValues(t, 2, v.Events)
}

func TestABackupIsACopyThatVerifies(t *testing.T) {
	l := open(t)
	citizen(t, l, "pk1_a")
	to := filepath.Join(t.TempDir(), "backup.db")
	h, err := l.Backup(t.Context(), to)
	require.NoError(t, err)
	c, err := Open(t.Context(), to, nil)
	require.NoError(t, err)
	defer c.Close()
	v, err := c.Verify(t.Context(), &h)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
	want, err := l.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, h)

	_, err = l.Backup(t.Context(), to)
	require.ErrorContains(t, err, "already")
}
