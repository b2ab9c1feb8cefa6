package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rettidig/rettidig"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Ledger is an open ledger. It is safe for concurrent use: writers queue for one connection, readers have
// their own and see the last committed state.
type Ledger struct {
	view
	write *sql.DB
	read  *sql.DB
	clock rettidig.Clock
	path  string
}

// Open opens the ledger in the SQLite file at path, creates it if there is none, and brings its tables up
// to date. It refuses a file that a newer version of the program has written. A nil clock is time.Now.
func Open(ctx context.Context, path string, clock rettidig.Clock) (*Ledger, error) {
	if clock == nil {
		clock = time.Now
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open ledger %s: %w", path, err)
	}
	if err := private(abs); err != nil {
		return nil, fmt.Errorf("open ledger %s: %w", path, err)
	}
	l := &Ledger{clock: clock, path: abs}
	if l.write, err = sql.Open("sqlite", dsn(abs, "_txlock=immediate")); err != nil {
		return nil, fmt.Errorf("open ledger %s: %w", path, err)
	}
	// One writer connection: SQLite has one writer anyway, and a queue in Go does not spin on a busy lock.
	l.write.SetMaxOpenConns(1)
	if err := migrate(ctx, l.write, clock); err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger %s: %w", path, err), l.write.Close())
	}
	if l.read, err = sql.Open("sqlite", dsn(abs, "_pragma=query_only(1)")); err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger %s: %w", path, err), l.write.Close())
	}
	l.read.SetMaxOpenConns(4)
	l.view = view{l.read}
	return l, nil
}

// OpenExisting is Open for whoever comes to look: a ledger that is not there is an error and not an empty
// one, which would verify.
func OpenExisting(ctx context.Context, path string, clock rettidig.Clock) (*Ledger, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("open ledger: %w", err)
	case info.Size() == 0:
		return nil, fmt.Errorf("open ledger %s: the file is empty", path)
	}
	return Open(ctx, path, clock)
}

// private creates the file, if there is none, for its owner only. SQLite gives its side files the same
// permissions.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// dsn is the address of the database. synchronous=FULL makes a commit survive a power cut, not only a
// killed process: an acknowledged decision is on the disk.
func dsn(abs, more string) string {
	file := (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath()
	return "file:" + file + "?" + strings.Join([]string{
		"_pragma=busy_timeout(10000)", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)",
		"_pragma=foreign_keys(1)", "_defensive=1", "_dqs=0", more}, "&")
}

// Close closes the ledger.
func (l *Ledger) Close() error { return errors.Join(l.read.Close(), l.write.Close()) }

// Path returns the absolute path of the database file.
func (l *Ledger) Path() string { return l.path }

// Ping tells whether the ledger can be read and written: it begins a write transaction and rolls it back.
func (l *Ledger) Ping(ctx context.Context) error {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if _, err := head(ctx, tx); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

// Tx is one transaction of Do.
type Tx struct {
	view
	tx    *sql.Tx
	now   time.Time
	wrote bool   // an append-only row was added
	ref   string // of the row that was added
	sum   string // the row's payload hash

	entered []string // payload hashes of the citizens who were given an id
}

// Now is the time of the transaction: every row and event written in it carries this time.
func (t *Tx) Now() time.Time { return t.now }

// Do runs f in a transaction and appends the event that f returns; both are committed or neither is. If f
// added a judgement, a score or a decision, the event refers to it and carries its hash, and f must return
// an event. If f only read, or found that everything was already there, it may return nil, and nothing is
// written. f adds at most one such row.
func (l *Ledger) Do(ctx context.Context, f func(*Tx) (*Event, error)) error {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("ledger: begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // without effect after Commit
	t := &Tx{view: view{tx}, tx: tx, now: l.clock().UTC()}
	e, err := f(t)
	if err != nil {
		return err
	}
	if e == nil {
		if t.wrote {
			panic("ledger: a row was added without an event")
		}
		return nil
	}
	if err := t.append(ctx, e); err != nil {
		return fmt.Errorf("ledger: append event %s: %w", e.Action, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("ledger: commit: %w", err)
	}
	return nil
}

// Log appends an event that is about no row.
func (l *Ledger) Log(ctx context.Context, e Event) error {
	return l.Do(ctx, func(*Tx) (*Event, error) { return &e, nil })
}
