//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package store

import "errors"

var errLocked = errors.New("another process holds the lock")

// lock refuses: without flock two writers could not be kept apart. Reading works everywhere.
func lock(string) (unlock func(), err error) {
	return nil, errors.New("the event store can be written on Linux, macOS and the BSDs only")
}
