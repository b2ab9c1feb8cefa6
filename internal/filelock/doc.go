// Package filelock keeps two processes from changing the same folder at once. It decides how a lock is held and given
// back; what is locked, and what to tell the user who has to wait, is left to the caller.
package filelock

import "errors"

// ErrLocked is returned when another process holds the lock.
var ErrLocked = errors.New("another process holds the lock")
