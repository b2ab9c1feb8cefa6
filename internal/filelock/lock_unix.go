//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package filelock

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// Lock takes the exclusive lock on path waiting about a second at the most. The operating system gives it back when the process
// ends, however it ends, so a lock is never left behind.
func Lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	// A process that starts another one shares its open files with it until that one has begun, so a lock that was
	// just given back can be held for an instant longer. Real writers hold it for seconds.
	for wait := time.Millisecond; ; wait *= 2 {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return func() { f.Close() }, nil
		case errors.Is(err, syscall.EWOULDBLOCK) && wait < patience:
			time.Sleep(wait)
			continue
		}
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrLocked
		}
		return nil, err
	}
}

// patience bounds the longest single wait for the lock; all waits together are twice as long.
const patience = 500 * time.Millisecond
