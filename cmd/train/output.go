package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
)

// printJSON prints one object.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// writeFile writes beside and renames, so that a file is whole or not there.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".train-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// checkOut tells before the work that its result could not be written, or would take the place of what is read.
func checkOut(path string, inputs ...string) error {
	switch st, err := os.Stat(filepath.Dir(path)); {
	case err != nil:
		return fmt.Errorf("--out %s: %w", path, err)
	case !st.IsDir():
		return fmt.Errorf("--out %s: %s is no folder", path, filepath.Dir(path))
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil // it is not there yet
	}
	if st.IsDir() {
		return fmt.Errorf("--out %s is a folder, want a file", path)
	}
	for _, in := range inputs {
		if other, err := os.Stat(in); err == nil && os.SameFile(st, other) {
			return fmt.Errorf("--out %s is the file that is read, and would be lost; give another name", path)
		}
	}
	return nil
}

// targetFlag adds --target, which must be given.
func targetFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "target", "", "completion, effect, benefit or decline")
	must(cmd.MarkFlagRequired("target"))
}

// protocolFlag adds --protocol.
func protocolFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "protocol", "", "label protocol, a YAML `FILE`; without it the built-in one (train cohort --print-protocol shows it)")
}

func workFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "work", "", "work folder with the event store")
	must(cmd.MarkFlagRequired("work"))
}

func readProtocol(file string) (cohort.Protocol, error) {
	if file == "" {
		return cohort.Default(), nil
	}
	return cohort.ReadProtocol(file)
}

func parseTarget(s string) (rettidig.Target, error) {
	t, err := rettidig.ParseTarget(s)
	if err != nil {
		return "", fmt.Errorf("--target: %w", err)
	}
	return t, nil
}
