package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/render"
	"github.com/rettidig/rettidig/businesscase/starter"
	"github.com/rettidig/rettidig/businesscase/xlsx"
	"github.com/rettidig/rettidig/model/learner"
)

// show prints one proposal, and writes the files that are asked for.
func (b *businesscaseFlags) show(out io.Writer, c computed) error {
	b.options.Disbursed = c.model.Proposal().DisbursedIn
	var report *check.Report
	if b.check {
		var err error
		if report, err = check.Run(c.model, c.result); err != nil {
			return err
		}
	}
	if err := b.write(c, report); err != nil {
		return err
	}
	switch {
	case report != nil:
		return b.reviewed(out, report)
	case b.asJSON:
		return printJSON(out, c.result)
	}
	if err := render.Text(out, c.result, b.options); err != nil || !b.formulas {
		return err
	}
	fmt.Fprintln(out)
	return render.TextFormulas(out, c.model, c.result, b.options)
}

// reviewed prints a review; with --strict errors in it are a failure.
func (b *businesscaseFlags) reviewed(out io.Writer, r *check.Report) error {
	var err error
	if b.asJSON {
		err = printJSON(out, r)
	} else {
		err = r.Text(out, b.language)
	}
	if n := r.Count(check.Error); err == nil && b.strict && n > 0 {
		return fmt.Errorf("--strict: errors found by --check: %d", n)
	}
	return err
}

// write writes the files that are asked for; report may be nil.
func (b *businesscaseFlags) write(c computed, report *check.Report) error {
	if b.html != "" {
		if err := writeFile(b.html, func(w io.Writer) error { return render.HTML(w, c.model, c.result, report, b.options) }); err != nil {
			return err
		}
	}
	if b.xlsx == "" {
		return nil
	}
	return writeFile(b.xlsx, func(w io.Writer) error {
		return xlsx.Write(w, c.model, c.result, xlsx.Options{Language: b.language, Index: b.indexRead})
	})
}

// writeNew writes a starter; what is there already is never overwritten.
func (b *businesscaseFlags) writeNew(out io.Writer) error {
	if !slices.Contains(starter.Kinds(), b.kind) {
		return fmt.Errorf("--kind is %q, want one of %s%s", b.kind, strings.Join(starter.Kinds(), ", "), learner.DidYouMean(b.kind, starter.Kinds()))
	}
	text, err := starter.Text(b.kind, filepath.Base(b.newFile))
	if err != nil {
		return err
	}
	f, err := os.OpenFile(b.newFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("--new %s: the file is there already and is not overwritten; give another name", b.newFile)
	}
	if err != nil {
		return fmt.Errorf("--new: %w", err)
	}
	if _, err := io.Copy(f, bytes.NewBufferString(text)); err != nil {
		return errors.Join(err, f.Close(), os.Remove(b.newFile))
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(out, "wrote %s; next: train businesscase --proposal %s\n", b.newFile, b.newFile)
	return nil
}
