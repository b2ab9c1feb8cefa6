package store

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// swapIn gives the folder its name and lets CURRENT say it. A folder of that name can only be the same
// content, whole or damaged since; the one just written takes its place. Between the two steps of that CURRENT
// may name a missing folder, but only where it named a damaged one or one that is about to be identical; to
// keep even that safe, an undamaged one is left where it is.
func swapIn(d *disk, root, beside, name string) error {
	final := filepath.Join(root, name)
	if _, err := os.Stat(final); err == nil {
		if s, err := load(root, name); err == nil {
			s.Close()
			if err := d.removeAll(beside); err != nil {
				return err
			}
			return pointTo(d, root, name)
		}
		if err := d.removeAll(final); err != nil {
			return err
		}
	}
	if err := d.rename(beside, final); err != nil {
		return err
	}
	if err := d.syncDir(root); err != nil {
		return err
	}
	return pointTo(d, root, name)
}

// pointTo replaces CURRENT.
func pointTo(d *disk, root, name string) error {
	if old, err := os.ReadFile(filepath.Join(root, currentFile)); err == nil && bytes.Equal(old, []byte(name+"\n")) {
		return d.syncDir(root)
	}
	next := filepath.Join(root, half+currentFile)
	if err := d.writeFile(next, func(w io.Writer) error { _, err := io.WriteString(w, name+"\n"); return err }); err != nil {
		return err
	}
	if err := d.rename(next, filepath.Join(root, currentFile)); err != nil {
		return err
	}
	return d.syncDir(root)
}
