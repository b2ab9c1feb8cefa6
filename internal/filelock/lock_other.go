//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package filelock

import "errors"

// Lock refuses: without flock two writers could not be kept apart. Reading works everywhere.
func Lock(string) (unlock func(), err error) {
	return nil, errors.New("files can be locked on Linux, macOS and the BSDs only")
}
