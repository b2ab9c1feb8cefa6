package registry

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// place writes the folder beside its place and renames it. fs.ErrExist: the place is taken.
func (r *Registry) place(man Manifest, files map[string][]byte) (err error) {
	tmp, err := os.MkdirTemp(r.dir, beside)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(tmp) // the first error is the one that matters
		}
	}()
	if err := write(tmp, manifestFile, man.bytes()); err != nil {
		return err
	}
	for _, f := range man.Files {
		if err := write(tmp, f.Name, files[f.Name]); err != nil {
			return err
		}
	}
	if err := errors.Join(os.Chmod(tmp, 0o755), syncDir(tmp)); err != nil {
		return err
	}
	// A folder that is there and not empty cannot be renamed over: whoever comes second is told so.
	if err := os.Rename(tmp, filepath.Join(r.dir, man.ID)); err != nil {
		if slices.ContainsFunc([]error{fs.ErrExist, syscall.ENOTEMPTY}, func(e error) bool { return errors.Is(err, e) }) {
			return fs.ErrExist
		}
		return err
	}
	return syncDir(r.dir)
}

// write writes a file and waits until it is on the disk.
func write(dir, name string, b []byte) error {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir waits until the directory's names are on the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
