package ledger

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// full is a ledger with every kind of row and nine events.
func full(t *testing.T) *Ledger {
	t.Helper()
	l := open(t)
	ctx := t.Context()
	_, err := l.write.ExecContext(ctx, "PRAGMA synchronous = OFF") // no power cut in these tests
	require.NoError(t, err)
	a, b := citizen(t, l, "pk1_a"), citizen(t, l, "pk1_b") // events 1 and 2
	require.NoError(t, l.Do(ctx, func(tx *Tx) (*Event, error) {
		return &Event{Actor: "anne", Role: "assessor", Action: "list", Detail: "n=2", Citizens: []string{b, a}}, nil
	}))
	for _, c := range []string{a, b} {
		require.NoError(t, l.Do(ctx, func(tx *Tx) (*Event, error) {
			_, err := tx.AddJudgement(ctx, Judgement{Actor: "anne", Citizen: c, Target: "benefit", AsOf: 20000, Answer: "yes", Note: "æøå"})
			return &Event{Actor: "anne", Role: "assessor", Action: "judgement", Citizen: c}, err
		}))
		score := Score{ID: NewID(), Actor: "anne", Citizen: c, Target: "benefit", AsOf: 20000, Status: "scored", Mode: "live", Body: []byte(`{"probability":0.4}`)}
		require.NoError(t, l.Do(ctx, func(tx *Tx) (*Event, error) {
			_, err := tx.AddScore(ctx, score)
			return &Event{Actor: "anne", Role: "assessor", Action: "score", Citizen: c}, err
		}))
		_, err := decide(ctx, l, Decision{Actor: "anne", Citizen: c, Target: "benefit", ScoreID: score.ID, Action: "offer", Key: c})
		require.NoError(t, err)
	}
	return l
}

// forgerDSN opens the file as somebody would who does not care for foreign keys.
func forgerDSN(path string) string {
	return strings.Replace(dsn(path, ""), "foreign_keys(1)", "foreign_keys(0)", 1)
}

// raw runs statements on the file behind the ledger's back, with every trigger gone.
func raw(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", forgerDSN(path))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	db.SetMaxOpenConns(1)
	rows, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'trigger'")
	require.NoError(t, err)
	var drop []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		drop = append(drop, "DROP TRIGGER "+name)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	require.NotEmpty(t, drop)
	for _, s := range append(drop, statements...) {
		_, err := db.ExecContext(t.Context(), s)
		require.NoError(t, err, s)
	}
}

// rehash is what a forger does who knows how the hash is made: gives event seq a right hash again.
func rehash(t *testing.T, path string, seqs ...int64) {
	t.Helper()
	db, err := sql.Open("sqlite", forgerDSN(path))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	for _, seq := range seqs {
		e, err := scanEvent(db.QueryRowContext(t.Context(), "SELECT "+eventColumns+" FROM events WHERE seq = ?", seq))
		require.NoError(t, err)
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT hash FROM events WHERE seq = ?", seq-1).Scan(&e.PrevHash))
		_, err = db.ExecContext(t.Context(), "UPDATE events SET prev_hash = ?, hash = ? WHERE seq = ?", e.PrevHash, e.hash(), seq)
		require.NoError(t, err)
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	swap := []string{"UPDATE events SET seq = 1000 WHERE seq = 4", "UPDATE events SET seq = 4 WHERE seq = 5", "UPDATE events SET seq = 5 WHERE seq = 1000"}
	cases := []struct {
		name       string
		statements []string
		want       string
	}{
		{"an actor is changed", []string{"UPDATE events SET actor = 'bo' WHERE seq = 4"}, "event 4 was changed"},
		{"a role is changed", []string{"UPDATE events SET role = 'auditor' WHERE seq = 4"}, "event 4 was changed"},
		{"an action is changed", []string{"UPDATE events SET action = 'view' WHERE seq = 1"}, "event 1 was changed"},
		{"a time is changed", []string{"UPDATE events SET at = '2020-01-01T00:00:00.000000000Z' WHERE seq = 4"}, "event 4 was changed"},
		{"a time is made unreadable", []string{"UPDATE events SET at = 'yesterday' WHERE seq = 4"}, "event after 3 cannot be read"},
		{"a citizen is changed", []string{"UPDATE events SET citizen = 'x' WHERE seq = 4"}, "event 4 was changed"},
		{"a detail is changed", []string{"UPDATE events SET detail = detail || ' ' WHERE seq = 3"}, "event 3 was changed"},
		{"a byte moves from one field to the next", []string{"UPDATE events SET actor = 'ann', role = 'eassessor' WHERE seq = 4"}, "event 4 was changed"},
		{"a hash is changed", []string{"UPDATE events SET hash = 'ff' WHERE seq = 9"}, "event 9 was changed"},
		{"a predecessor is changed", []string{"UPDATE events SET prev_hash = 'ff' WHERE seq = 4"}, "event 4 does not name"},
		{"a payload hash is changed", []string{"UPDATE events SET payload_sha256 = 'ff' WHERE seq = 4"}, "event 4 was changed"},
		{"an event is removed", []string{"DELETE FROM events WHERE seq = 2"}, "event 3 follows event 1"},
		{"the first event is removed", []string{"DELETE FROM events WHERE seq = 1"}, "event 2 follows event 0"},
		{"an event is removed and the rest moved up", []string{"DELETE FROM events WHERE seq = 2", "UPDATE events SET seq = seq + 999 WHERE seq > 2", "UPDATE events SET seq = seq - 1000 WHERE seq > 999"}, "event 2 does not name"},
		{"the middle is cut out", []string{"DELETE FROM events WHERE seq BETWEEN 3 AND 7"}, "event 8 follows event 2"},
		{"two events change places", swap, "event 4 does not name"},
		{"an event is inserted before all", []string{"INSERT INTO events SELECT 0, at, actor, role, action, citizen, detail, '', payload_sha256, entered_sha256, prev_hash, 'ff' FROM events WHERE seq = 1"}, "event 0 follows event 0"},
		{"an event is repeated at the end", []string{"INSERT INTO events SELECT 10, at, actor, role, action, citizen, detail, '', payload_sha256, entered_sha256, prev_hash, 'ff' FROM events WHERE seq = 1"}, "event 10 does not name"},
		{"a judgement is changed", []string{"UPDATE judgements SET answer = 'no' WHERE rowid = 1"}, "the row of event 4 was changed"},
		{"a note is changed", []string{"UPDATE judgements SET note = '' WHERE rowid = 1"}, "the row of event 4 was changed"},
		{"what was shown is changed", []string{`UPDATE scores SET body = CAST('{"probability":0.9}' AS BLOB) WHERE rowid = 1`}, "the row of event 5 was changed"},
		{"a seal is broken", []string{"UPDATE scores SET sealed = 1 WHERE rowid = 1"}, "the row of event 5 was changed"},
		{"a decision is changed", []string{"UPDATE decisions SET action = 'defer' WHERE rowid = 1"}, "the row of event 6 was changed"},
		{"a decision's key is changed", []string{"UPDATE decisions SET key_sha256 = 'ff' WHERE rowid = 1"}, "the row of event 6 was changed"},
		{"a decision is given to somebody else", []string{"UPDATE decisions SET actor = 'bo' WHERE rowid = 1"}, "the row of event 6 was changed"},
		{"a decision is removed", []string{"DELETE FROM decisions WHERE rowid = 2"}, "the row of event 9 is gone"},
		{"a decision is made unreadable", []string{"UPDATE decisions SET at = 'x' WHERE rowid = 1"}, "a row of decisions cannot be read"},
		{"a decision is slipped in", []string{"INSERT INTO decisions SELECT 'new', at, actor, citizen, target, score_id, action, reason, note, 'other', fingerprint, salt FROM decisions WHERE rowid = 1"}, "a row of decisions has no event"},
		{"somebody is taken off a list", []string{"DELETE FROM event_citizens WHERE position = 1"}, "the list of citizens of event 3 was changed"},
		{"a list is reordered", []string{"UPDATE event_citizens SET position = 9 WHERE position = 0"}, "the list of citizens of event 3 was changed"},
		{"a list is emptied", []string{"DELETE FROM event_citizens"}, "the list of citizens of event 3 was changed"},
		{"a list is added", []string{"INSERT INTO event_citizens SELECT 1, 0, id FROM citizens LIMIT 1"}, "the list of citizens of event 1 was changed"},
		{"a pseudonym is changed", []string{"UPDATE citizens SET pseudonym = 'pk1_c' WHERE pseudonym = 'pk1_b'"}, "the citizens who entered with event 2 were changed"},
		{"two pseudonyms change places", []string{"UPDATE citizens SET pseudonym = 'x' WHERE pseudonym = 'pk1_a'", "UPDATE citizens SET pseudonym = 'pk1_a' WHERE pseudonym = 'pk1_b'", "UPDATE citizens SET pseudonym = 'pk1_b' WHERE pseudonym = 'x'"}, "the citizens who entered with event 1 were changed"},
		{"a citizen's key is changed", []string{"UPDATE citizens SET key_id = 'k2' WHERE pseudonym = 'pk1_a'"}, "the citizens who entered with event 1 were changed"},
		{"a citizen's id is changed", []string{"UPDATE citizens SET id = 'x' WHERE pseudonym = 'pk1_a'"}, "the citizens who entered with event 1 were changed"},
		{"a citizen is removed", []string{"DELETE FROM citizens WHERE pseudonym = 'pk1_b'"}, "the citizens who entered with event 2 were changed"},
		{"a citizen is slipped in", []string{"INSERT INTO citizens SELECT 'new', 'pk1_c', key_id, created_at, 5, 0, salt FROM citizens WHERE seq = 1"}, "the citizens who entered with event 5 were changed"},
		{"a citizen is slipped in beside another", []string{"INSERT INTO citizens SELECT 'new', 'pk1_c', key_id, created_at, 1, 1, salt FROM citizens WHERE seq = 1"}, "the citizens who entered with event 1 were changed"},
		{"a citizen is slipped in without an event", []string{"INSERT INTO citizens SELECT 'new', 'pk1_c', key_id, created_at, 99, 0, salt FROM citizens WHERE seq = 1"}, "a row of citizens has no event"},
		{"the newest events are cut off but not their rows", []string{"DELETE FROM events WHERE seq > 7"}, "a row of scores has no event"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := full(t)
			v, err := l.Verify(t.Context(), nil)
			require.NoError(t, err)
			require.True(t, v.OK, v.Fault)
			require.EqualValues(t, 9, v.Events)
			raw(t, l.Path(), c.statements...)
			v, err = l.Verify(t.Context(), nil)
			require.NoError(t, err)
			require.False(t, v.OK)
			require.Contains(t, v.Fault, c.want)
		})
	}
}

// TestWhatOnlyAnAnchorShows is what Verify says it cannot see alone.
func TestWhatOnlyAnAnchorShows(t *testing.T) {
	cut := []string{"DELETE FROM decisions WHERE rowid = 2", "DELETE FROM events WHERE seq = 9"}
	l := full(t)
	anchor, err := l.Head(t.Context())
	require.NoError(t, err)
	raw(t, l.Path(), cut...)
	alone, err := l.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, alone.OK, "a shortened chain is a valid chain")
	v, err := l.Verify(t.Context(), &anchor)
	require.NoError(t, err)
	require.Contains(t, v.Fault, "event 9 that was written down is gone: the chain ends at 8")

	l = full(t)
	anchor, err = l.Head(t.Context())
	require.NoError(t, err)
	raw(t, l.Path(), "UPDATE events SET actor = 'bo' WHERE seq = 8")
	rehash(t, l.Path(), 8, 9)
	alone, err = l.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, alone.OK, "a chain that is written anew to its end is a valid chain")
	v, err = l.Verify(t.Context(), &anchor)
	require.NoError(t, err)
	require.Contains(t, v.Fault, "event 9 is not the one that was written down")
}

func TestAnOldAnchorStaysInTheChain(t *testing.T) {
	l := full(t)
	anchor, err := l.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, l.Log(t.Context(), Event{Actor: "anne", Action: "view"}))
	read, err := ParseHead(anchor.String())
	require.NoError(t, err)
	v, err := l.Verify(t.Context(), &read)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
	require.EqualValues(t, 10, v.Head.Seq)
	require.Equal(t, "intact: 10 events, head "+v.Head.String(), v.String())
	for _, bad := range []string{"", "7", "x:" + anchor.Hash, "7:ff", "-1:" + anchor.Hash} {
		_, err := ParseHead(bad)
		require.Error(t, err, bad)
	}
}

func TestTheTablesAreAppendOnly(t *testing.T) {
	l := full(t)
	ctx := t.Context()
	for _, table := range []string{"judgements", "scores", "decisions", "events", "event_citizens"} {
		for _, s := range []string{"DELETE FROM %[1]s", "UPDATE %[1]s SET %[2]s = %[2]s", "INSERT OR REPLACE INTO %[1]s SELECT *%.0[2]s FROM %[1]s"} {
			column := "at"
			if table == "event_citizens" {
				column = "citizen"
			}
			_, err := l.write.ExecContext(ctx, fmt.Sprintf(s, table, column))
			require.ErrorContains(t, err, "append-only", s+" "+table)
		}
	}
	_, err := l.write.ExecContext(ctx, "DELETE FROM citizens")
	require.ErrorContains(t, err, "never deleted")
	_, err = l.write.ExecContext(ctx, "UPDATE citizens SET id = 'x'")
	require.ErrorContains(t, err, "never changes")
	_, err = l.write.ExecContext(ctx, "UPDATE citizens SET pseudonym = 'pk2_' || id, key_id = 'k2'")
	require.ErrorContains(t, err, "never changes", "whose id it is is part of the chain")
	_, err = l.write.ExecContext(ctx, "INSERT OR REPLACE INTO citizens SELECT * FROM citizens")
	require.ErrorContains(t, err, "never changes")
	v, err := l.Verify(ctx, nil)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
	require.EqualValues(t, 9, v.Events)
}

func TestNothingIsWrittenWithoutItsEvent(t *testing.T) {
	l := open(t)
	c := citizen(t, l, "pk1_a")
	ctx := t.Context()
	add := func(tx *Tx) error {
		_, err := tx.AddDecision(ctx, Decision{Actor: "anne", Citizen: c, Target: "benefit", Action: "offer", Key: "1"})
		return err
	}
	for name, f := range map[string]func(*Tx) (*Event, error){
		"the event is refused": func(tx *Tx) (*Event, error) {
			return &Event{Actor: "anne", Action: "decision", Detail: "about 010150-1234"}, add(tx)
		},
		"the caller changes its mind": func(tx *Tx) (*Event, error) {
			return &Event{Actor: "anne", Action: "decision"}, fmt.Errorf("%w", add2(add, tx))
		},
	} {
		require.Error(t, l.Do(ctx, f), name)
	}
	// The event cannot be written: the same failure as a full disk, made with a trigger.
	_, err := l.write.ExecContext(ctx, "CREATE TRIGGER broken BEFORE INSERT ON events BEGIN SELECT RAISE (ABORT, 'disk full'); END")
	require.NoError(t, err)
	_, err = decide(ctx, l, Decision{Actor: "anne", Citizen: c, Target: "benefit", Action: "offer", Key: "1"})
	require.ErrorContains(t, err, "disk full")
	ds, err := l.Decisions(ctx, c)
	require.NoError(t, err)
	require.Empty(t, ds)

	require.PanicsWithValue(t, "ledger: a row was added without an event", func() {
		_ = l.Do(ctx, func(tx *Tx) (*Event, error) { return nil, add(tx) })
	})
	ds, err = l.Decisions(ctx, c)
	require.NoError(t, err)
	require.Empty(t, ds, "a panic rolls back")
}

func add2(add func(*Tx) error, tx *Tx) error {
	if err := add(tx); err != nil {
		return err
	}
	return fmt.Errorf("no")
}

func TestTheSameKeyGivesTheSameReceipt(t *testing.T) {
	l := open(t)
	ctx := t.Context()
	a, b := citizen(t, l, "pk1_a"), citizen(t, l, "pk1_b")
	d := Decision{Actor: "anne", Citizen: a, Target: "benefit", Action: "offer", Reason: "capacity", Note: "n", Key: "key"}
	first, err := decide(ctx, l, d)
	require.NoError(t, err)
	require.False(t, first.Replayed)
	again, err := decide(ctx, l, d)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, first.At, again.At)
	for name, edit := range map[string]func(*Decision){
		"citizen": func(d *Decision) { d.Citizen = b }, "target": func(d *Decision) { d.Target = "effect" }, "action": func(d *Decision) { d.Action = "defer" },
		"reason": func(d *Decision) { d.Reason = "" }, "note": func(d *Decision) { d.Note = "m" }, "score": func(d *Decision) { d.ScoreID = "s" },
		"a byte that moves": func(d *Decision) { d.Reason, d.Note = "capacityn", "" },
	} {
		other := d
		edit(&other)
		_, err := decide(ctx, l, other)
		require.ErrorIs(t, err, ErrKeyReused, name)
	}
	d.Actor = "bo"
	theirs, err := decide(ctx, l, d)
	require.NoError(t, err)
	require.NotEqual(t, first.ID, theirs.ID, "a key belongs to one person")
	ds, err := l.Decisions(ctx, a)
	require.NoError(t, err)
	require.Len(t, ds, 2)
	es, err := l.Events(ctx, Filter{Action: "decision", Limit: 9})
	require.NoError(t, err)
	require.Len(t, es, 2)
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	l := open(t)
	raw(t, l.Path(), "INSERT INTO schema_migrations VALUES (99, 'future', 'x', 'x')")
	_, err := Open(t.Context(), l.Path(), nil)
	require.ErrorContains(t, err, "newer program")
	raw2(t, l.Path(), "DELETE FROM schema_migrations WHERE version = 99", "UPDATE schema_migrations SET sha256 = 'x'")
	_, err = Open(t.Context(), l.Path(), nil)
	require.ErrorContains(t, err, "was applied with sha256 x")
}

func raw2(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", forgerDSN(path))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	for _, s := range statements {
		_, err := db.ExecContext(t.Context(), s)
		require.NoError(t, err, s)
	}
}

func TestAFileThatIsNoDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	require.NoError(t, writeFile(path, "this is not a database, but it is long enough to have a header of one hundred bytes, as a database would have it."))
	_, err := Open(t.Context(), path, nil)
	require.ErrorContains(t, err, path)
	_, err = Open(t.Context(), filepath.Join(t.TempDir(), "no", "such", "folder.db"), nil)
	require.Error(t, err)
}

func TestShownAndJudgedAreOfOnePersonAndOneDelivery(t *testing.T) {
	l := full(t)
	ctx := t.Context()
	a := citizen(t, l, "pk1_a")
	judged, err := l.Judged(ctx, "anne", a, 20000)
	require.NoError(t, err)
	require.Equal(t, map[rettidig.Target]string{"benefit": "yes"}, judged)
	shown, err := l.Shown(ctx, "anne", a, 20000)
	require.NoError(t, err)
	require.Equal(t, map[rettidig.Target]bool{"benefit": true}, shown)
	for _, other := range []struct {
		who  string
		asOf rettidig.Day
	}{{"bo", 20000}, {"anne", 20001}} {
		judged, err := l.Judged(ctx, other.who, a, other.asOf)
		require.NoError(t, err)
		require.Empty(t, judged)
		shown, err := l.Shown(ctx, other.who, a, other.asOf)
		require.NoError(t, err)
		require.Empty(t, shown)
	}
	p, ok, err := l.Pseudonym(ctx, a)
	require.NoError(t, err)
	require.True(t, ok)
	require.EqualValues(t, "pk1_a", p)
	_, ok, err = l.Pseudonym(ctx, "nobody")
	require.NoError(t, err)
	require.False(t, ok)
}

func TestCitizensWhoEnterTogetherAreCovered(t *testing.T) {
	l := open(t)
	ctx := t.Context()
	require.NoError(t, l.Do(ctx, func(tx *Tx) (*Event, error) {
		_, err := tx.Citizens(ctx, "k1", "pk1_read")
		return nil, err
	}))
	enter := func(pseudonyms ...rettidig.CitizenID) (ids []string) {
		require.NoError(t, l.Do(ctx, func(tx *Tx) (*Event, error) {
			var err error
			ids, err = tx.Citizens(ctx, "k1", pseudonyms...)
			return &Event{Actor: "anne", Action: "list", Citizens: ids}, err
		}))
		return ids
	}
	first := enter("pk1_a", "pk1_b", "pk1_a")
	require.Equal(t, first[0], first[2])
	second := enter("pk1_c", "pk1_b", "pk1_d")
	require.Equal(t, first[1], second[1])
	require.Len(t, citizensOf(t, l), 4, "nobody is given an id without an event")
	v, err := l.Verify(ctx, nil)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
	raw(t, l.Path(), "DELETE FROM citizens WHERE pseudonym = 'pk1_d'")
	v, err = l.Verify(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, "the citizens who entered with event 2 were changed", v.Fault)
}
