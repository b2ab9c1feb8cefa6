package store

import (
	"io"
	"os"
	"path/filepath"
)

// disk is the file system as Write sees it. Each operation is on the disk when it returns, as far as the
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

// writeFile makes a new file with what write writes, and syncs it.
func (d *disk) writeFile(path string, write func(io.Writer) error) error {
	if d.dead != nil {
		return d.dead
	}
	name := filepath.Base(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err := d.step("create "+name, err); err != nil {
		if f != nil {
			f.Close()
		}
		return err
	}
	if err := d.step("write "+name, write(f)); err != nil {
		f.Close()
		return err
	}
	if err := d.step("sync "+name, d.sync(f)); err != nil {
		f.Close()
		return err
	}
	return d.step("close "+name, f.Close())
}
