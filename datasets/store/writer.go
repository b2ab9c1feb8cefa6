package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sync/errgroup"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/internal/filelock"
)

// Names inside WORK/store.
const (
	folder       = "store"
	currentFile  = "CURRENT"
	lockFile     = "LOCK"
	manifestFile = "manifest.json"
	half         = "unfinished-" // what a killed write may leave starts with this
	besideFolder = half + "snapshot"
)

// Writer writes a new snapshot beside the one that counts. It holds the store's lock from Create to Commit or Abort,
// one of which must be called. Its memory is that of two blocks (see RowGroup): one that is collected and one that is
// encoded. It is for one goroutine.
type Writer struct {
	ctx     context.Context
	d       *disk
	root    string
	unlock  func()
	workers int

	citizens   *tableWriter[rettidig.Citizen]
	aids       *tableWriter[rettidig.Aid]
	services   *tableWriter[rettidig.ServiceWeek]
	screenings *tableWriter[rettidig.Screening]
	sessions   *tableWriter[rettidig.Session]
	statuses   *tableWriter[rettidig.StatusChange]
	conditions *tableWriter[rettidig.Condition]
	tables     []table

	last     rettidig.CitizenID
	n        int32 // citizens appended
	rows     int   // of the block that is collected
	rowGroup int   // RowGroup, or less in a test
	encoding chan error
	err      error // the first failure; nothing is written after it
	over     bool
}

// Create begins a new snapshot in work. It takes the lock: a store that another process is writing is
// rettidig.Conflict. What a killed write left of a snapshot is removed. The snapshot that counts stays as it is until
// Commit. A caller may keep temporary files under WORK/store in names that begin with "unfinished-": Commit and
// Abort remove them.
func Create(ctx context.Context, work string) (*Writer, error) {
	return create(ctx, &disk{}, memory.NewGoAllocator(), work, runtime.GOMAXPROCS(0))
}

func create(ctx context.Context, d *disk, mem memory.Allocator, work string, workers int) (*Writer, error) {
	root := filepath.Join(work, folder)
	if err := makeRoot(d, work, root); err != nil {
		return nil, writeError(root, err)
	}
	unlock, err := filelock.Lock(filepath.Join(root, lockFile))
	if errors.Is(err, filelock.ErrLocked) {
		return nil, rettidig.E(rettidig.Conflict, "store-locked", fmt.Sprintf("another process is writing the event store %s; try again when it has finished", root), err)
	}
	if err != nil {
		return nil, writeError(root, err)
	}
	w := newWriter()
	w.ctx, w.d, w.root, w.unlock, w.workers, w.rowGroup = ctx, d, root, unlock, workers, RowGroup
	if err := w.begin(mem); err != nil {
		w.Abort()
		return nil, writeError(root, err)
	}
	return w, nil
}

func newWriter() *Writer {
	w := &Writer{
		citizens:   &tableWriter[rettidig.Citizen]{name: citizensTable, cols: citizenColumns},
		aids:       &tableWriter[rettidig.Aid]{name: aidsTable, cols: aidColumns, facts: true},
		services:   &tableWriter[rettidig.ServiceWeek]{name: servicesTable, cols: serviceColumns, facts: true},
		screenings: &tableWriter[rettidig.Screening]{name: screeningsTable, cols: screeningColumns, facts: true},
		sessions:   &tableWriter[rettidig.Session]{name: sessionsTable, cols: sessionColumns, facts: true},
		statuses:   &tableWriter[rettidig.StatusChange]{name: statusesTable, cols: statusColumns, facts: true},
		conditions: &tableWriter[rettidig.Condition]{name: conditionsTable, cols: conditionColumns, facts: true},
	}
	w.tables = []table{w.citizens, w.aids, w.services, w.screenings, w.sessions, w.statuses, w.conditions}
	return w
}

func writeError(root string, err error) error {
	return fmt.Errorf("write event store %s: %w", root, err)
}

func makeRoot(d *disk, work, root string) error {
	if err := d.mkdirAll(root); err != nil {
		return err
	}
	return d.syncDir(work)
}

// begin makes the folder and the files; the lock is held.
func (w *Writer) begin(mem memory.Allocator) error {
	beside := filepath.Join(w.root, besideFolder)
	if err := sweep(w.d, w.root, func(name string) bool { return name == besideFolder || name == half+currentFile }); err != nil {
		return err
	}
	if err := w.d.mkdirAll(beside); err != nil {
		return err
	}
	for i, t := range w.tables {
		if err := t.create(w.d, filepath.Join(beside, tableNames[i]+".parquet"), mem); err != nil {
			return fmt.Errorf("table %s: %w", tableNames[i], err)
		}
	}
	return nil
}

// Append adds citizens, sorted by id without repeats over all calls, each history in canonical order: anything else is a
// bug in the caller and panics. The histories are copied. After an error, only Abort makes sense.
func (w *Writer) Append(hs []rettidig.History) error {
	if w.over {
		panic("store: Append after Commit or Abort")
	}
	for i := range hs {
		if w.err != nil {
			return w.err
		}
		w.add(&hs[i])
		if w.rows >= w.rowGroup {
			w.fail(w.turn())
		}
	}
	return w.err
}

func (w *Writer) fail(err error) {
	if w.err == nil && err != nil {
		w.err = writeError(w.root, err)
	}
}

func (w *Writer) add(h *rettidig.History) {
	if w.n > 0 && w.last >= h.Citizen.ID {
		panic(fmt.Sprintf("store: citizens are not sorted by id without repeats at index %d", w.n))
	}
	mustBeSorted(aidsTable, w.n, h.Aids, rettidig.CompareAids)
	mustBeSorted(servicesTable, w.n, h.Services, rettidig.CompareServices)
	mustBeSorted(screeningsTable, w.n, h.Screenings, rettidig.CompareScreenings)
	mustBeSorted(sessionsTable, w.n, h.Sessions, rettidig.CompareSessions)
	mustBeSorted(statusesTable, w.n, h.Statuses, rettidig.CompareStatuses)
	mustBeSorted(conditionsTable, w.n, h.Conditions, rettidig.CompareConditions)
	w.citizens.rows = append(w.citizens.rows, h.Citizen)
	w.rows += 1 + w.aids.add(w.n, h.Aids) + w.services.add(w.n, h.Services) + w.screenings.add(w.n, h.Screenings) +
		w.sessions.add(w.n, h.Sessions) + w.statuses.add(w.n, h.Statuses) + w.conditions.add(w.n, h.Conditions)
	w.last = h.Citizen.ID
	w.n++
}

func mustBeSorted[F any](table string, citizen int32, facts []F, compare func(a, b F) int) {
	for i := 1; i < len(facts); i++ {
		if compare(facts[i-1], facts[i]) > 0 {
			panic(fmt.Sprintf("store: %s of citizen %d are not sorted at %d", table, citizen, i))
		}
	}
}

// turn hands the collected block to the encoder, after the block before it is written.
func (w *Writer) turn() error {
	if err := w.settle(); err != nil {
		return err
	}
	if err := w.ctx.Err(); err != nil {
		return err
	}
	for _, t := range w.tables {
		t.turn()
	}
	w.rows = 0
	done := make(chan error, 1)
	w.encoding = done
	go func() { done <- w.encode() }()
	return nil
}

// settle waits for the block that is being encoded.
func (w *Writer) settle() error {
	if w.encoding == nil {
		return nil
	}
	err := <-w.encoding
	w.encoding = nil
	return err
}

// encode encodes the columns of one block, several at a time, and then writes them table by table. What is written does
// not depend on the number of workers.
func (w *Writer) encode() (err error) {
	defer recovered(&err)
	var tasks []chunkTask
	for _, t := range w.tables {
		tasks = append(tasks, t.encode()...)
	}
	// The largest first, so that it does not start last.
	slices.SortStableFunc(tasks, func(a, b chunkTask) int { return cmp.Compare(b.rows, a.rows) })
	g, ctx := errgroup.WithContext(w.ctx)
	g.SetLimit(max(1, w.workers))
	for _, task := range tasks {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return task.run()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, t := range w.tables {
		if err := t.flush(); err != nil {
			return fmt.Errorf("table %s: %w", tableNames[i], err)
		}
	}
	return nil
}

// Commit makes what was appended the snapshot that counts and returns m completed with the tables. It replaces Format
// and Tables and sorts Sources. The Writer cannot be used afterwards, whatever comes of it.
//
// A process killed at any moment leaves the old snapshot or the new one. An error leaves the old one, with one exception
// that is no loss: if only removing the replaced snapshot fails, the new one is in place, the error is not reported,
// and the next Commit removes it.
func (w *Writer) Commit(m Manifest) (Manifest, error) {
	if w.over {
		panic("store: Commit after Commit or Abort")
	}
	defer w.Abort()
	m = m.tidied()
	if w.err == nil {
		w.fail(w.commit(&m))
	}
	return m, w.err
}

func (w *Writer) commit(m *Manifest) error {
	if err := w.turn(); err != nil {
		return err
	}
	if err := w.settle(); err != nil {
		return err
	}
	beside := filepath.Join(w.root, besideFolder)
	for i, t := range w.tables {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		done, err := t.finish()
		if err != nil {
			return fmt.Errorf("table %s: %w", tableNames[i], err)
		}
		m.Tables = append(m.Tables, done)
	}
	b, err := m.encode()
	if err != nil {
		return err
	}
	if err := w.d.writeFile(filepath.Join(beside, manifestFile), func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
		return err
	}
	if err := w.d.syncDir(beside); err != nil {
		return err
	}
	name := hashOf(b)
	if err := swapIn(w.d, w.root, beside, name); err != nil {
		return err
	}
	// The new snapshot counts. Whatever else is here is an old one, or one that never came to count.
	_ = sweep(w.d, w.root, func(n string) bool { return isHash(n) && n != name })
	return nil
}

// Abort gives up what was appended and gives back the lock. After Commit it does nothing.
func (w *Writer) Abort() {
	if w.over {
		return
	}
	w.over = true
	_ = w.settle()
	for _, t := range w.tables {
		t.drop()
	}
	// Best effort: what cannot be removed now, the next write removes.
	_ = sweep(w.d, w.root, func(n string) bool { return strings.HasPrefix(n, half) })
	w.unlock()
}

// sweep removes the entries of root that gone accepts.
func sweep(d *disk, root string, gone func(name string) bool) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !gone(e.Name()) {
			continue
		}
		if err := d.removeAll(filepath.Join(root, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
