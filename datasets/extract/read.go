package extract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

func noExtracts(dir string) error {
	return rettidig.E(rettidig.Invalid, "no-extracts", dir+" holds no extract. Put the vendors' CSV or XLSX files there", nil)
}

const mostFiles = 10000

// list finds what to read in a folder.
func list(dir string, m *Mapping) (names []string, ignored []Ignored, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, rettidig.E(rettidig.Invalid, "unreadable-folder", "the extracts' folder "+dir+" cannot be read", err)
	}
	ignored = []Ignored{}
	for _, e := range entries {
		name := e.Name()
		info, err := os.Stat(filepath.Join(dir, name)) // follows links
		if err == nil && info.IsDir() && !strings.HasPrefix(name, ".") {
			ignored = append(ignored, Ignored{cpr.Hide(name), "a folder: extracts are read from the top folder only"})
			continue
		}
		if why := notRead(name, name, m); why != "" {
			ignored = append(ignored, Ignored{cpr.Hide(name), why})
			continue
		}
		names = append(names, name)
	}
	return names, ignored, nil
}

// notRead tells why a file is not even opened; empty if it is. full is its name within the delivery.
func notRead(name, full string, m *Mapping) string {
	switch ext := strings.ToLower(filepath.Ext(name)); {
	case strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$"):
		return "hidden, or a program's own"
	case name == "mapping.yaml":
		return "tells how the others are read"
	case ext == ".md" || ext == ".yaml" || ext == ".yml":
		return "by its ending no extract; rename it to .csv if it is one"
	case m.leavesOut(full):
		return "mapping.yaml leaves it out"
	}
	return ""
}

// perhaps tells whether a file by its ending is most likely something else than an extract, and so is not
// refused when it is.
func perhaps(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".txt", ".json", ".ndjson":
		return true
	}
	return false
}

// readAll reads the files, some at once. A refused file leaves no part and its error. fault is one that no file is to
// blame for.
func (in *intake) readAll(ctx context.Context, dir string, names []string) (parts []*part, ignored []Ignored, refused, fault error) {
	found := make([]*opening, len(names))
	var telling sync.Mutex
	fault = in.run(func() {
		var g errgroup.Group
		g.SetLimit(in.opt.Workers)
		for i, name := range names {
			g.Go(func() error {
				found[i] = in.readPath(ctx, filepath.Join(dir, name), name, func(rows int64) {
					if in.opt.Progress != nil {
						telling.Lock()
						defer telling.Unlock()
						in.opt.Progress(name, rows)
					}
				})
				return nil
			})
		}
		_ = g.Wait()
	})
	var errs []error
	for _, o := range found {
		parts, ignored, errs = append(parts, o.parts...), append(ignored, o.ignored...), append(errs, o.errs...)
	}
	if slices.ContainsFunc(errs, func(err error) bool {
		var f *FileError
		return errors.As(err, &f) && f.Code == "unknown-kind" && f.Problem == unknownKind().Problem
	}) {
		errs = append(errs, knownKinds())
	}
	return parts, ignored, errors.Join(errs...), fault
}

// readPath reads a file and whatever is packed in it.
func (in *intake) readPath(ctx context.Context, path, name string, progress func(int64)) *opening {
	o := &opening{ctx: ctx, in: in, opt: in.opt, progress: progress}
	f, err := open(ctx, path)
	if err != nil {
		o.refuse(name, unreadable(err))
		return o
	}
	defer f.Close()
	stop := context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) }) // wakes a read from a silent pipe
	defer stop()
	o.read(f, name, "", 0)
	return o
}

// open opens a file. Opening a named pipe waits for its writer, so it can be given up.
func open(ctx context.Context, path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode()&os.ModeNamedPipe == 0 {
		return os.Open(path)
	}
	type opened struct {
		f   *os.File
		err error
	}
	c := make(chan opened, 1)
	go func() {
		f, err := os.Open(path)
		c <- opened{f, err}
	}()
	select {
	case o := <-c:
		return o.f, o.err
	case <-ctx.Done():
		go func() { // when a writer comes after all
			if o := <-c; o.f != nil {
				_ = o.f.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

func unreadable(err error) error {
	f := refusal(0, "unreadable", "cannot be read", "Check the file and its permissions")
	f.Err = err
	var p *os.PathError
	if errors.As(err, &p) {
		f.Err = p.Err // the path is the message's first word already
	}
	return f
}

// named completes an error with the file it is about.
func named(name string, err error) error {
	var f *FileError
	if !errors.As(err, &f) {
		var own *rettidig.Error
		if errors.As(err, &own) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		errors.As(unreadable(err), &f)
	}
	own := *f // refusals such as errTooLarge are shared
	own.File = cpr.Hide(name)
	if own.Do == unknownKind().Do {
		own.Do = leaveOrExplain(strconv.Quote(globLiteral(own.File)))
	}
	return &own
}

// tooBad refuses a file of which too much had to be set aside: that is a misunderstanding, not dirt.
func tooBad(f File, most float64) error {
	q, read := f.Rows.Quarantined, f.Rows.Read
	if read == 0 || (q < read && (q < fewQuarantined || float64(q) <= most*float64(read))) {
		return nil
	}
	why := ""
	for i, cause := range f.Quarantined.sorted() {
		if i == 3 {
			break
		}
		why += fmt.Sprintf("; %d: %s", f.Quarantined[cause], Meaning(cause))
		if e := f.Examples[cause]; len(e) > 0 {
			why += fmt.Sprintf(" (first on line %d", e[0].Line)
			if e[0].Column != "" {
				why += ", column " + e[0].Column
			}
			why += ")"
		}
	}
	if q == read {
		return &FileError{File: f.Name, Code: "too-many-quarantined", Problem: fmt.Sprintf("no row can be used: %d of %d cannot be trusted%s", q, read, why),
			Do: "Look at these lines in the file, and export it again or leave it out"}
	}
	return &FileError{File: f.Name, Code: "too-many-quarantined",
		Problem: fmt.Sprintf("%d of %d rows cannot be trusted%s", q, read, why),
		Do:      "Look at these lines in the file. Export it again, or raise the limit with --max-quarantined if they are right to be left out"}
}
