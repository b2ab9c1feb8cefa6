package store

import (
	"io"
	"os"
	"path/filepath"
)

// disk is the file system as a Writer sees it. Each operation is on the disk when it returns, as far as the
// operating system promises. After each one, the hook may say that the process was killed here: from then on
// nothing works, as for a dead process.
type disk struct {
	hook func(op string) error
	dead error
	lazy bool // do not wait for the disk: for tests that simulate kills, where the operating system lives on
}

func (d *disk) sync(f *os.File) error {
	if d.lazy {
		return nil
	}
	return f.Sync()
}

// step ends an operation.
func (d *disk) step(op string, err error) error {
	if err != nil {
		return err
	}
	if d.hook != nil {
		if err := d.hook(op); err != nil {
			d.dead = err
			return err
		}
	}
	return nil
}

func (d *disk) mkdirAll(path string) error {
	if d.dead != nil {
		return d.dead
	}
	return d.step("mkdir "+filepath.Base(path), os.MkdirAll(path, 0o700))
}

func (d *disk) removeAll(path string) error {
	if d.dead != nil {
		return d.dead
	}
	return d.step("remove "+filepath.Base(path), os.RemoveAll(path))
}

func (d *disk) rename(from, to string) error {
	if d.dead != nil {
		return d.dead
	}
	return d.step("rename "+filepath.Base(from), os.Rename(from, to))
}

// syncDir makes what was created in or renamed into a folder last.
func (d *disk) syncDir(path string) error {
	if d.dead != nil {
		return d.dead
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return d.step("sync "+filepath.Base(path), d.sync(f))
}

// diskFile is a new file that is being written.
type diskFile struct {
	d *disk
	f *os.File
}

// create makes a new file.
func (d *disk) create(path string) (*diskFile, error) {
	if d.dead != nil {
		return nil, d.dead
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err := d.step("create "+filepath.Base(path), err); err != nil {
		if f != nil {
			f.Close()
		}
		return nil, err
	}
	return &diskFile{d: d, f: f}, nil
}

// write lets write add to the file; all that it adds is one operation.
func (f *diskFile) write(write func(io.Writer) error) error {
	if f.d.dead != nil {
		return f.d.dead
	}
	return f.d.step("write "+f.name(), write(f.f))
}

// finish syncs and closes the file.
func (f *diskFile) finish() error {
	if f.d.dead != nil {
		return f.d.dead
	}
	if err := f.d.step("sync "+f.name(), f.d.sync(f.f)); err != nil {
		return err
	}
	return f.d.step("close "+f.name(), f.f.Close())
}

// drop closes a file that is not needed any more, whatever its state.
func (f *diskFile) drop() { f.f.Close() }

func (f *diskFile) name() string { return filepath.Base(f.f.Name()) }

// writeFile makes a new file with what write writes, and syncs it.
func (d *disk) writeFile(path string, write func(io.Writer) error) error {
	f, err := d.create(path)
	if err != nil {
		return err
	}
	defer f.drop()
	if err := f.write(write); err != nil {
		return err
	}
	return f.finish()
}
