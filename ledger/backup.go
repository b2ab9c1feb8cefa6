package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Backup writes a consistent copy of the ledger to a new file at path while the ledger is in use, and
// returns the head of the copy. It refuses to overwrite, and a copy that was interrupted never stands under
// its final name. The copy is verified before it gets its name.
func (l *Ledger) Backup(ctx context.Context, path string) (Head, error) {
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return Head{}, fmt.Errorf("ledger: backup to %s: there is already something of that name", path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".ledger-backup-*")
	if err != nil {
		return Head{}, wrap("backup", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a scratch folder
	copied := filepath.Join(dir, "copy.db")
	if err := l.copyTo(ctx, copied); err != nil {
		return Head{}, wrap("backup", err)
	}
	if err := os.Chmod(copied, 0o600); err != nil {
		return Head{}, wrap("backup", err)
	}
	h, err := check(ctx, copied)
	if err != nil {
		return Head{}, fmt.Errorf("ledger: backup to %s: %w", path, err)
	}
	if err := syncFile(copied); err != nil {
		return Head{}, wrap("backup", err)
	}
	// Link, unlike Rename, fails if somebody else has taken the name meanwhile.
	if err := os.Link(copied, path); err != nil {
		return Head{}, wrap("backup", err)
	}
	return h, wrap("backup", syncFile(filepath.Dir(path)))
}

// copyTo has a connection of its own: the readers' may not even write another file, and the writer's is
// needed meanwhile.
func (l *Ledger) copyTo(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(l.path, ""))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return errors.Join(err, db.Close())
}

func check(ctx context.Context, path string) (Head, error) {
	c, err := Open(ctx, path, nil)
	if err != nil {
		return Head{}, err
	}
	v, err := c.Verify(ctx, nil)
	// Closing the last connection of a WAL database moves everything into the main file.
	if err := errors.Join(err, c.Close()); err != nil {
		return Head{}, err
	}
	if !v.OK {
		return Head{}, errors.New("the copy does not verify: " + v.Fault)
	}
	return v.Head, nil
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
