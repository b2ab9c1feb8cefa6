package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sync/errgroup"

	"github.com/rettidig/rettidig"
)

// Store is one snapshot, checked and open. It does not notice a later write: the files stay readable until Close, also
// when the snapshot is replaced. It is safe for concurrent use.
type Store struct {
	name     string
	manifest Manifest
	mem      memory.Allocator
	words    *interner
	blocks   []block
	firstIDs []rettidig.CitizenID // of each block
	files    []*os.File

	citizens *tableReader[rettidig.Citizen]
	facts    []factReader
	aids     *tableReader[rettidig.Aid]
	services *tableReader[rettidig.ServiceWeek] // also among facts
	rooms    sync.Pool                          // of EachPart
}

// Open opens the snapshot that CURRENT names and checks the size and the hash of every file; it holds no table in
// memory. A missing store is rettidig.NotFound, a damaged one rettidig.Invalid with the file's name.
func Open(work string) (*Store, error) {
	root := filepath.Join(work, folder)
	for try := 0; ; try++ {
		name, err := current(root)
		if err != nil {
			return nil, err
		}
		s, err := load(root, name)
		if err == nil {
			return s, nil
		}
		// A write may have replaced the snapshot while it was being read: then CURRENT says so.
		if again, e := current(root); e == nil && again != name && try < 10 {
			continue
		}
		return nil, err
	}
}

// Close gives back the files.
func (s *Store) Close() {
	for _, f := range s.files {
		f.Close()
	}
}

// ID is the snapshot's name: the SHA-256 of its manifest.
func (s *Store) ID() string { return s.name }

// Manifest says what the snapshot is made of.
func (s *Store) Manifest() Manifest { return s.manifest }

// Len returns the number of citizens.
func (s *Store) Len() int { return int(s.manifest.Rows(citizensTable)) }

func current(root string) (string, error) {
	path := filepath.Join(root, currentFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", rettidig.E(rettidig.NotFound, "no-store", fmt.Sprintf("there is no event store in %s yet: run train ingest first", filepath.Dir(root)), nil)
	}
	if err != nil {
		return "", fmt.Errorf("open event store: %w", err)
	}
	name, ok := strings.CutSuffix(string(b), "\n")
	if !ok || !isHash(name) {
		return "", damaged(path, errors.New("it does not hold the name of a snapshot"))
	}
	return name, nil
}

func damaged(path string, err error) error {
	return rettidig.E(rettidig.Invalid, "store-damaged", fmt.Sprintf("the event store is damaged at %s: run train ingest again", path), err)
}

// load opens and checks one snapshot.
func load(root, name string) (_ *Store, err error) {
	dir := filepath.Join(root, name)
	path := filepath.Join(dir, manifestFile)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, damaged(path, err)
	}
	if hashOf(b) != name {
		return nil, damaged(path, errors.New("its hash is not the name of its folder"))
	}
	m, err := parseManifest(b)
	if other := (*otherFormatError)(nil); errors.As(err, &other) {
		return nil, rettidig.E(rettidig.Invalid, "store-of-other-version", fmt.Sprintf("the event store %s was made by another version of this program: run train ingest again", root), err)
	}
	if err != nil {
		return nil, damaged(path, err)
	}
	s := &Store{name: name, manifest: m, mem: new(pool), words: newInterner()}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	for _, t := range m.Tables {
		f, err := os.Open(filepath.Join(dir, t.Name+".parquet"))
		if err != nil {
			return nil, damaged(filepath.Join(dir, t.Name+".parquet"), err)
		}
		s.files = append(s.files, f)
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, t := range m.Tables {
		g.Go(func() error {
			if err := checkFile(s.files[i], t); err != nil {
				return damaged(s.files[i].Name(), err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return s, s.openTables()
}

// checkFile checks size and hash.
func checkFile(f *os.File, t Table) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() != t.Bytes {
		return fmt.Errorf("it has %d bytes, the manifest says %d", info.Size(), t.Bytes)
	}
	sum := sha256.New()
	// By the megabyte: with the usual 32 kB, half of the time would go into asking for them.
	if _, err := io.CopyBuffer(sum, struct{ io.Reader }{f}, make([]byte, 1<<20)); err != nil {
		return err
	}
	if want, err := hex.DecodeString(t.SHA256); err != nil || !bytes.Equal(sum.Sum(nil), want) {
		return errors.New("its hash is not that of the manifest")
	}
	return nil
}

// openTables reads the footers and finds the blocks.
func (s *Store) openTables() error {
	s.citizens = &tableReader[rettidig.Citizen]{cols: citizenColumns}
	s.aids = &tableReader[rettidig.Aid]{cols: aidColumns, give: func(h *rettidig.History, f []rettidig.Aid) { h.Aids = f }}
	s.services = &tableReader[rettidig.ServiceWeek]{cols: serviceColumns, give: func(h *rettidig.History, f []rettidig.ServiceWeek) { h.Services = f }}
	s.rooms.New = func() any { return new(room) }
	s.facts = []factReader{
		s.aids,
		s.services,
		&tableReader[rettidig.Screening]{cols: screeningColumns, give: func(h *rettidig.History, f []rettidig.Screening) { h.Screenings = f }},
		&tableReader[rettidig.Session]{cols: sessionColumns, give: func(h *rettidig.History, f []rettidig.Session) { h.Sessions = f }},
		&tableReader[rettidig.StatusChange]{cols: statusColumns, give: func(h *rettidig.History, f []rettidig.StatusChange) { h.Statuses = f }},
		&tableReader[rettidig.Condition]{cols: conditionColumns, give: func(h *rettidig.History, f []rettidig.Condition) { h.Conditions = f }},
	}
	if err := s.citizens.open(s.files[0], s.mem, false, s.manifest.Tables[0].Rows); err != nil {
		return s.broken(citizensTable, err)
	}
	s.blocks = s.citizens.blocks()
	if err := s.orderIDs(); err != nil {
		return s.broken(citizensTable, err)
	}
	for i, t := range s.facts {
		if err := t.openFacts(s.files[i+1], s.mem, s.blocks, s.manifest.Tables[i+1].Rows); err != nil {
			return s.broken(tableNames[i+1], err)
		}
	}
	return nil
}

func (s *Store) broken(table string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return damaged(filepath.Join(folder, s.name, table+".parquet"), err)
}
