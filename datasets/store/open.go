package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sync/errgroup"

	"github.com/rettidig/rettidig"
)

// Store is one snapshot, checked and in memory. It does not notice a later Write.
type Store struct {
	name     string
	manifest Manifest
	tables   map[string][]byte // the Parquet files; what was checked is what is decoded
	mem      memory.Allocator
}

// Open reads the snapshot that CURRENT names and checks the hash and size of every file. Row counts are checked
// when the tables are decoded. A missing store is rettidig.NotFound, a damaged one rettidig.Invalid with the file's name.
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
		// A Write may have replaced the snapshot while it was being read: then CURRENT says so.
		if again, e := current(root); e == nil && again != name && try < 10 {
			continue
		}
		return nil, err
	}
}

// ID is the snapshot's name: the SHA-256 of its manifest.
func (s *Store) ID() string { return s.name }

// Manifest says what the snapshot is made of.
func (s *Store) Manifest() Manifest { return s.manifest }

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

// load reads and checks one snapshot.
func load(root, name string) (*Store, error) {
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
	if err != nil {
		return nil, damaged(path, err)
	}
	s := &Store{name: name, manifest: m, tables: map[string][]byte{}, mem: memory.NewGoAllocator()}
	for _, t := range m.Tables {
		path := filepath.Join(dir, t.Name+".parquet")
		if info, err := os.Stat(path); err == nil && info.Size() != t.Bytes {
			return nil, damaged(path, fmt.Errorf("it has %d bytes, the manifest says %d", info.Size(), t.Bytes))
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, damaged(path, err)
		}
		if hashOf(b) != t.SHA256 {
			return nil, damaged(path, errors.New("its hash is not that of the manifest"))
		}
		s.tables[t.Name] = b
	}
	return s, nil
}

// Histories decodes the snapshot: one history per citizen, by citizen id, each in canonical order. Two tables
// are decoded at a time.
func (s *Store) Histories(ctx context.Context) ([]rettidig.History, error) {
	citizens, _, err := decode(ctx, s.tables[citizensTable], s.mem, citizenColumns, false, s.manifest.Rows(citizensTable))
	if err != nil {
		return nil, s.broken(citizensTable, err)
	}
	hs := make([]rettidig.History, len(citizens))
	for i, c := range citizens {
		if i > 0 && citizens[i-1].ID >= c.ID {
			return nil, s.broken(citizensTable, fmt.Errorf("rows %d and %d are not sorted", i-1, i))
		}
		hs[i].Citizen = c
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2)
	// The largest table first, so that it does not start last.
	g.Go(func() error {
		return deal(ctx, s, servicesTable, serviceColumns, hs, func(h *rettidig.History, f []rettidig.ServiceWeek) { h.Services = f })
	})
	g.Go(func() error {
		return deal(ctx, s, aidsTable, aidColumns, hs, func(h *rettidig.History, f []rettidig.Aid) { h.Aids = f })
	})
	g.Go(func() error {
		return deal(ctx, s, sessionsTable, sessionColumns, hs, func(h *rettidig.History, f []rettidig.Session) { h.Sessions = f })
	})
	g.Go(func() error {
		return deal(ctx, s, screeningsTable, screeningColumns, hs, func(h *rettidig.History, f []rettidig.Screening) { h.Screenings = f })
	})
	g.Go(func() error {
		return deal(ctx, s, statusesTable, statusColumns, hs, func(h *rettidig.History, f []rettidig.StatusChange) { h.Statuses = f })
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return hs, nil
}

func (s *Store) broken(table string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return damaged(filepath.Join(folder, s.name, table+".parquet"), err)
}

// deal decodes a table of facts and hands every citizen the slice that is theirs. The slices share one array
// and cannot grow into each other.
func deal[F any](ctx context.Context, s *Store, table string, cols []column[F], hs []rettidig.History, give func(*rettidig.History, []F)) error {
	rows, citizens, err := decode(ctx, s.tables[table], s.mem, cols, true, s.manifest.Rows(table))
	if err != nil {
		return s.broken(table, err)
	}
	for lo := 0; lo < len(rows); {
		c := citizens[lo]
		hi := lo + 1
		for hi < len(rows) && citizens[hi] == c {
			hi++
		}
		if c < 0 || int(c) >= len(hs) || hi < len(rows) && citizens[hi] < c {
			return s.broken(table, fmt.Errorf("row %d: citizens are not sorted, or not all in the table of citizens", lo))
		}
		give(&hs[c], rows[lo:hi:hi])
		lo = hi
	}
	return nil
}
