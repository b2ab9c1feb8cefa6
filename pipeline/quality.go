package pipeline

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/quality"
	"github.com/rettidig/rettidig/datasets/store"
)

// What a work folder keeps of the quality of its last delivery, beside the event store. The previous one is that of the
// delivery before: reading the same files again does not make them their own predecessor.
const (
	qualityFile     = "quality.json"
	qualityPage     = "quality.html"
	previousQuality = "quality-previous.json"
	refusedFile     = "quality-refused.json"
	refusedPage     = "quality-refused.html"
	unfinished      = ".unfinished"
)

// ReadQuality reads a quality document.
func ReadQuality(path string) (*quality.Quality, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	q, err := quality.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return q, nil
}

// Quality returns the quality of the delivery that the event store in work was made from.
func Quality(work string) (*quality.Quality, error) {
	s, err := store.Open(work)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return QualityOf(work, s.Manifest())
}

// QualityOf is Quality for an event store that is open already.
func QualityOf(work string, m store.Manifest) (*quality.Quality, error) {
	again := "run `train ingest` again"
	q, err := ReadQuality(filepath.Join(work, qualityFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, rettidig.E(rettidig.NotFound, "no-quality", work+" keeps no quality report: "+again, err)
	case err != nil:
		return nil, err
	}
	var kept []string
	for _, src := range m.Sources {
		kept = append(kept, src.SHA256)
	}
	if slices.Sort(kept); !slices.Equal(kept, hashes(q.Extract)) {
		return nil, rettidig.E(rettidig.Conflict, "quality-of-another", "the quality report in "+work+" is of another delivery than the event store: "+again, nil)
	}
	return q, nil
}

// hashes are those of the files of a delivery, sorted.
func hashes(r *extract.Report) (out []string) {
	for i := range r.Files {
		out = append(out, r.Files[i].SHA256)
	}
	slices.Sort(out)
	return out
}

// before finds the quality of the delivery before the one of r in a work folder; nil if there is none.
func before(work string, r *extract.Report) (*quality.Quality, error) {
	for _, name := range []string{qualityFile, previousQuality} {
		q, err := ReadQuality(filepath.Join(work, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, fmt.Errorf("%w, or remove the file if it is not needed", err)
		case !slices.Equal(hashes(q.Extract), hashes(r)):
			return q, nil
		}
	}
	return nil, nil
}

// writeQuality puts the quality on the disk under unfinished names, and returns what makes them the work folder's: a few
// renames, when the event store is in place.
func writeQuality(work string, q *quality.Quality) (finish func() error, err error) {
	at := func(name string) string { return filepath.Join(work, name) }
	for name, write := range map[string]func(io.Writer) error{qualityFile: q.WriteJSON, qualityPage: q.WriteHTML} {
		if err := writeWhole(at(name+unfinished), write); err != nil {
			forgetQuality(work)
			return nil, fmt.Errorf("write the quality report: %w", err)
		}
	}
	return func() error {
		if old, err := ReadQuality(at(qualityFile)); err == nil && !slices.Equal(hashes(old.Extract), hashes(q.Extract)) {
			if err := os.Rename(at(qualityFile), at(previousQuality)); err != nil {
				return err
			}
		}
		for _, name := range []string{qualityPage, qualityFile} {
			if err := os.Rename(at(name+unfinished), at(name)); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// writeRefused puts the quality of a delivery that was not taken beside the one of the store.
func writeRefused(work string, q *quality.Quality) error {
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{{refusedFile, q.WriteJSON}, {refusedPage, q.WriteHTML}} {
		at := filepath.Join(work, f.name)
		if err := writeWhole(at+unfinished, f.write); err != nil {
			return fmt.Errorf("write the quality report: %w", err)
		}
		if err := os.Rename(at+unfinished, at); err != nil {
			return err
		}
	}
	return nil
}

// removeRefused takes away what writeRefused wrote: a delivery was taken since.
func removeRefused(work string) error {
	for _, name := range []string{refusedFile, refusedPage} {
		if err := os.Remove(filepath.Join(work, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// forgetQuality removes what writeQuality wrote and nobody will finish.
func forgetQuality(work string) {
	for _, name := range []string{qualityFile, qualityPage} {
		_ = os.Remove(filepath.Join(work, name+unfinished))
	}
}

// writeWhole writes a file that only its owner may read: it holds pseudonyms.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // on a full disk, half a file is in the way of the next
	}
	return nil
}
