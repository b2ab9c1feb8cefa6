package ledger

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// crashEnv turns the test binary into the program that is killed: it writes decisions into the ledger
// named by it and prints the id of each one that was acknowledged.
const crashEnv = "LEDGER_CRASH_DB"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashEnv); path != "" {
		if err := decideForEver(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func decideForEver(path string) error {
	ctx := context.Background()
	l, err := Open(ctx, path, nil)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	errs := make(chan error, 2)
	for range 2 {
		wg.Go(func() {
			for {
				var r Receipt
				err := l.Do(ctx, func(tx *Tx) (*Event, error) {
					ids, err := tx.Citizens(ctx, "k1", rettidig.CitizenID("pk1_"+NewID()))
					if err != nil {
						return nil, err
					}
					r, err = tx.AddDecision(ctx, Decision{Actor: "anne", Citizen: ids[0], Target: "benefit", Action: "offer", Key: NewID()})
					return &Event{Actor: "anne", Role: "assessor", Action: "decision", Citizen: ids[0]}, err
				})
				if err != nil {
					errs <- err
					return
				}
				mu.Lock()
				_, err = fmt.Println(r.ID) // acknowledged: not before Do has returned
				mu.Unlock()
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	return <-errs
}

// TestKillLosesNothingAcknowledged kills the program ten times at a random moment, always on the same
// ledger, and then looks for every id that it had printed.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	rng := rand.New(rand.NewPCG(7, 7))
	acknowledged := map[string]bool{}
	for round := range 10 {
		before := len(acknowledged)
		runAndKill(t, path, 1+rng.IntN(60), time.Duration(rng.IntN(15_000))*time.Microsecond, acknowledged)
		require.Greater(t, len(acknowledged), before, "round %d acknowledged nothing", round)

		l, err := Open(t.Context(), path, nil)
		require.NoError(t, err)
		stored := decisionIDs(t, l)
		for id := range acknowledged {
			require.True(t, stored[id], "round %d: decision %s was acknowledged and is gone", round, id)
		}
		v, err := l.Verify(t.Context(), nil)
		require.NoError(t, err)
		require.True(t, v.OK, v.Fault)
		require.EqualValues(t, len(stored), v.Events, "one event for each decision and no more")
		require.LessOrEqual(t, len(stored)-len(acknowledged), 2*(round+1), "at most what was on its way")
		require.NoError(t, l.Close())
	}
	t.Logf("%d decisions acknowledged over ten kills", len(acknowledged))
}

// runAndKill lets the program acknowledge n decisions, waits a moment more, and kills it with SIGKILL.
func runAndKill(t *testing.T, path string, n int, more time.Duration, acknowledged map[string]bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashEnv+"="+path)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); {
		// A line that was cut by the kill is no acknowledgement.
		if id := lines.Text(); len(id) == 32 {
			acknowledged[id] = true
		}
		if seen++; seen == n {
			time.AfterFunc(more, func() { _ = cmd.Process.Kill() }) // Wait tells whether it worked
		}
	}
	require.ErrorContains(t, cmd.Wait(), "killed", stderr.String())
}

func decisionIDs(t *testing.T, l *Ledger) map[string]bool {
	t.Helper()
	rows, err := l.read.QueryContext(t.Context(), "SELECT id FROM decisions")
	require.NoError(t, err)
	ids, err := collect(rows, map[string]bool{}, func(m map[string]bool) error {
		var id string
		err := rows.Scan(&id)
		m[id] = true
		return err
	})
	require.NoError(t, err)
	return ids
}

func TestEightWritersMakeOneChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	const writers, each = 8, 25
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	shared, err := Open(t.Context(), path, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, shared.Close()) }()
	for w := range writers {
		wg.Go(func() {
			l := shared
			if w%2 == 1 { // half of them as another process would: with connections of their own
				var err error
				if l, err = Open(context.Background(), path, nil); err != nil {
					errs <- err
					return
				}
				defer l.Close()
			}
			for i := range each {
				if err := oneDecision(l, fmt.Sprintf("w%d-%d", w, i)); err != nil {
					errs <- err
					return
				}
				if _, err := l.Events(context.Background(), Filter{Limit: 5}); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	v, err := shared.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
	require.EqualValues(t, writers*each, v.Events)
	require.Len(t, decisionIDs(t, shared), writers*each)
	ids, err := shared.DecidedBy(t.Context(), "anne", citizensOf(t, shared)...)
	require.NoError(t, err)
	require.Len(t, ids, 1, "all of them raced for the same citizen, who has one id")
}

func oneDecision(l *Ledger, key string) error {
	ctx := context.Background()
	return l.Do(ctx, func(tx *Tx) (*Event, error) {
		ids, err := tx.Citizens(ctx, "k1", "pk1_same")
		if err != nil {
			return nil, err
		}
		_, err = tx.AddDecision(ctx, Decision{Actor: "anne", Citizen: ids[0], Target: "benefit", Action: "offer", Key: key})
		return &Event{Actor: "anne", Role: "assessor", Action: "decision", Citizen: ids[0]}, err
	})
}

func citizensOf(t *testing.T, l *Ledger) (ids []string) {
	t.Helper()
	rows, err := l.read.QueryContext(t.Context(), "SELECT id FROM citizens")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id string
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	return ids
}

// TestRacingRepeatsOfOneDecisionStoreOne is the double click.
func TestRacingRepeatsOfOneDecisionStoreOne(t *testing.T) {
	l := open(t)
	c := citizen(t, l, "pk1_a")
	ids := make(chan string, 8)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := decide(context.Background(), l, Decision{Actor: "anne", Citizen: c, Target: "benefit", Action: "offer", Key: "1"})
			if err != nil {
				ids <- err.Error()
				return
			}
			ids <- r.ID
		})
	}
	wg.Wait()
	close(ids)
	first := <-ids
	for id := range ids {
		require.Equal(t, first, id)
	}
	require.Len(t, decisionIDs(t, l), 1)
}
