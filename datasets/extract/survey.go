package extract

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Survey explains several files, and proposes one mapping for all of them.
type Survey struct {
	Files   []*Explanation `json:"files"`
	Ignored []Ignored      `json:"ignored,omitempty"`
	Mapping string         `json:"mapping,omitempty"` // empty if none is needed
}

// ExplainAll explains files, and the files of folders as reading would find them. What cannot be looked at is told beside
// the others; only a folder that cannot be listed or a done ctx is an error.
func ExplainAll(ctx context.Context, paths []string, opt Options) (*Survey, error) {
	opt = opt.filled()
	s := &Survey{Files: []*Explanation{}}
	all := proposal{file: "the files that were explained"}
	for _, path := range paths {
		files := []string{path}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			names, ignored, err := list(path, opt.Mapping)
			if err != nil {
				return nil, err
			}
			s.Ignored = append(s.Ignored, ignored...)
			files = nil
			for _, name := range names {
				files = append(files, filepath.Join(path, name))
			}
		}
		for _, file := range files {
			e, own, err := explainFile(ctx, file, opt)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				e, own = &Explanation{File: shown(filepath.Base(file)), Refused: []string{err.Error()}}, &proposal{}
			}
			own.leaveOut(e)
			all.join(own)
			s.Files = append(s.Files, e)
		}
	}
	s.Mapping = all.text()
	return s, nil
}

// leaveOut proposes to leave out what seems to be no extract. Reading passes over unknown sheets beside a known one, and
// over unknown files that by their ending need not be extracts.
func (p *proposal) leaveOut(e *Explanation) {
	out := func(name, why string) {
		if !perhaps(name) && shown(name) == name && !strings.Contains(name, "[number]") {
			p.leave = append(p.leave, leftOut{name, why})
		}
	}
	if len(e.Tables) == 0 && len(e.Refused) > 0 {
		out(e.File, e.Refused[0])
	}
	sheets, known := 0, 0
	for _, t := range e.Tables {
		switch {
		case t.Kind != "":
			known++
		case t.Container == "XLSX":
			sheets++
		default:
			out(t.Name, "no table that is known")
		}
	}
	if sheets > 0 && known == 0 {
		out(e.File, "no sheet is a table that is known")
	}
}

// WriteText writes one line for each table of each file, and the mapping.
func (s *Survey) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, e := range s.Files {
		for _, t := range e.Tables {
			fmt.Fprintf(b, "%s -> %s\n", t.Name, t.brief())
		}
		for _, r := range e.Refused {
			if len(e.Tables) == 0 {
				r = e.File + " -> cannot be looked at: " + strings.TrimPrefix(r, e.File+": ")
			}
			fmt.Fprintf(b, "%s\n", r)
		}
		for _, i := range e.Ignored {
			fmt.Fprintf(b, "%s -> not read: %s\n", i.Name, i.Why)
		}
	}
	for _, i := range s.Ignored {
		fmt.Fprintf(b, "%s -> not read: %s\n", i.Name, i.Why)
	}
	switch {
	case s.Mapping != "":
		fmt.Fprintf(b, "\nOne mapping for all of them to start from; --explain with one file tells more of it\n\n%s", s.Mapping)
	case len(s.Files) == 0:
		fmt.Fprintf(b, "There is no file to look at.\n")
	default:
		fmt.Fprintf(b, "\nNo mapping is needed.\n")
	}
	return b.Flush()
}

// brief says what a table is and whether it can be read.
func (t *ExplainedTable) brief() string {
	switch {
	case t.Kind == "":
		return "unknown"
	case t.Readable:
		return fmt.Sprintf("%s (%s) -> reads as it is", t.Kind, kindText[t.Kind])
	case strings.HasPrefix(t.Problem, "its columns have other names") || strings.HasPrefix(t.Problem, "this looks like"):
		return fmt.Sprintf("%s (%s) -> needs mapping", t.Kind, kindText[t.Kind])
	}
	return fmt.Sprintf("%s (%s) -> %s", t.Kind, kindText[t.Kind], t.Problem)
}
