package extract

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"github.com/rettidig/rettidig"
)

// spill is what all shelves share: how much they may hold in memory, and where the rest goes.
type spill struct {
	dir   string // told by the caller; "": a folder of the system's for such things
	room  int64  // bytes that may stay in memory
	slot  int    // rows that go to the disk at a time
	held  atomic.Int64
	mu    sync.Mutex
	made  string // the folder, once it was made
	files []*os.File
}

// file makes a new file that nobody else can open: it has no name as soon as it exists, so that it goes with the
// process, however that ends.
func (s *spill) file() (*os.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made == "" {
		if s.dir == "" {
			made, err := os.MkdirTemp("", "rettidig-spill-")
			if err != nil {
				return nil, spillError(err)
			}
			s.made = made
		} else {
			if err := os.RemoveAll(s.dir); err != nil { // what a killed process left
				return nil, spillError(err)
			}
			if err := os.MkdirAll(s.dir, 0o700); err != nil {
				return nil, spillError(err)
			}
			s.made = s.dir
		}
	}
	f, err := os.OpenFile(filepath.Join(s.made, fmt.Sprint("rows-", len(s.files))), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, spillError(err)
	}
	_ = os.Remove(f.Name()) // where the system does not allow it, close removes the folder
	s.files = append(s.files, f)
	return f, nil
}

// close gives the disk back. It may be called more than once.
func (s *spill) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, f := range s.files {
		errs = append(errs, f.Close())
	}
	s.files = nil
	if s.made != "" {
		errs = append(errs, os.RemoveAll(s.made))
		s.made = ""
	}
	return errors.Join(errs...)
}

func spillError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return rettidig.E(rettidig.Unavailable, "disk-full",
			"the disk is full: reading this delivery needs room for its rows beside the event store. Make room, and run it again", err)
	}
	return rettidig.E(rettidig.Unavailable, "disk", "rows cannot be put aside on the disk: check that the folder can be written to", err)
}

// shelf keeps rows by partition: in memory while there is room, then on the disk.
type shelf[T any] struct {
	spill *spill
	slots []slot[T]
	once  sync.Once
	file  *os.File
	fault error // of making the file
	end   atomic.Int64
}

type slot[T any] struct {
	mu   sync.Mutex
	tail []T     // being filled
	full [][]T   // each of spill.slot
	disk []int64 // where the others begin in the file
}

const stackRows = 64

func (s *shelf[T]) init(sp *spill, partitions int) {
	s.spill, s.slots = sp, make([]slot[T], partitions)
}

func (s *shelf[T]) add(partition int, rows []T) error {
	slot := &s.slots[partition]
	slot.mu.Lock()
	defer slot.mu.Unlock()
	for len(rows) > 0 {
		n := min(len(rows), s.spill.slot-len(slot.tail))
		slot.tail = append(slot.tail, rows[:n]...)
		rows = rows[n:]
		if len(slot.tail) < s.spill.slot {
			continue
		}
		b := bytesOf(slot.tail)
		if s.spill.held.Add(int64(len(b))) <= s.spill.room {
			slot.full = append(slot.full, slot.tail)
			slot.tail = make([]T, 0, s.spill.slot)
			continue
		}
		s.spill.held.Add(-int64(len(b)))
		if s.once.Do(func() { s.file, s.fault = s.spill.file() }); s.fault != nil {
			return s.fault
		}
		at := s.end.Add(int64(len(b))) - int64(len(b))
		if _, err := s.file.WriteAt(b, at); err != nil {
			return spillError(err)
		}
		slot.disk = append(slot.disk, at)
		slot.tail = slot.tail[:0]
	}
	return nil
}

// load appends the rows of a partition to buf, in no order. Without keep they are forgotten.
func (s *shelf[T]) load(partition int, buf []T, keep bool) ([]T, error) {
	slot := &s.slots[partition]
	for _, rows := range slot.full {
		buf = append(buf, rows...)
	}
	buf = append(buf, slot.tail...)
	for _, at := range slot.disk {
		n := len(buf)
		buf = append(buf, make([]T, s.spill.slot)...)
		if _, err := s.file.ReadAt(bytesOf(buf[n:]), at); err != nil {
			return nil, fmt.Errorf("read rows that were put aside on the disk: %w", err)
		}
	}
	if !keep {
		for _, rows := range slot.full {
			s.spill.held.Add(-int64(len(bytesOf(rows))))
		}
		slot.full, slot.tail, slot.disk = nil, nil, nil
	}
	return buf, nil
}

// bytesOf is the memory of rows without pointers. What was written is read by the same process.
func bytesOf[T any](rows []T) []byte {
	if len(rows) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(rows))), len(rows)*int(unsafe.Sizeof(rows[0])))
}

// stack is one goroutine's way to a shelf: it takes a shelf's lock for many rows at a time.
type stack[T any] struct {
	to    *shelf[T]
	rows  [][]T
	fault error
}

func (s *stack[T]) init(to *shelf[T]) { s.to, s.rows = to, make([][]T, len(to.slots)) }

func (s *stack[T]) push(partition int, r T) {
	rows := s.rows[partition]
	if rows == nil {
		rows = make([]T, 0, stackRows)
	}
	rows = append(rows, r)
	if len(rows) == stackRows {
		if err := s.to.add(partition, rows); err != nil && s.fault == nil {
			s.fault = err
		}
		rows = rows[:0]
	}
	s.rows[partition] = rows
}

// flush brings everything to the shelf, and returns the first error of any push.
func (s *stack[T]) flush() error {
	for p, rows := range s.rows {
		if len(rows) == 0 {
			continue
		}
		if err := s.to.add(p, rows); err != nil && s.fault == nil {
			s.fault = err
		}
		s.rows[p] = rows[:0]
	}
	return s.fault
}
