package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/rettidig/rettidig"
)

// migrations are numbered SQL files. They only go forward, and a file that has been released is never
// edited: its hash is kept with the database and checked at every opening.
//
//go:embed migrations/*.sql
var migrations embed.FS

const migrationTable = `CREATE TABLE IF NOT EXISTS schema_migrations (
	version INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT`

func migrate(ctx context.Context, db *sql.DB, clock rettidig.Clock) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // without effect after Commit
	if _, err := tx.ExecContext(ctx, migrationTable); err != nil {
		return err
	}
	var have int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM schema_migrations").Scan(&have); err != nil {
		return err
	}
	if have > len(names) {
		return fmt.Errorf("the database has %d migrations and this program knows %d: use the newer program that wrote it", have, len(names))
	}
	for i, name := range names {
		script, err := fs.ReadFile(migrations, name)
		if err != nil {
			return err
		}
		if err := apply(ctx, tx, i+1, name, script, i < have, clock); err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return tx.Commit()
}

func apply(ctx context.Context, tx *sql.Tx, version int, name string, script []byte, done bool, clock rettidig.Clock) error {
	sum := sha256.Sum256(script)
	want := hex.EncodeToString(sum[:])
	if done {
		var got string
		if err := tx.QueryRowContext(ctx, "SELECT sha256 FROM schema_migrations WHERE version = ?", version).Scan(&got); err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("was applied with sha256 %s, this program has %s", got, want)
		}
		return nil
	}
	if _, err := tx.ExecContext(ctx, string(script)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO schema_migrations (version, name, sha256, applied_at) VALUES (?, ?, ?, ?)",
		version, name, want, stamp(clock()))
	return err
}
