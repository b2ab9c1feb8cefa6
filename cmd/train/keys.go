package main

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/pseudonym"
)

func keygenCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "keygen --out FILE",
		Short: "Make a new pseudonym key",
		Long: `keygen writes a new random key, readable by you alone. Whoever has it can tell which pseudonym belongs to a
CPR number: keep it apart from the event store and its backups. Without it no citizen can be looked up again.
An existing file is never overwritten.`,
		Example: `  train keygen --out pseudonym.key`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := pseudonym.NewKey(rand.Reader)
			if err != nil {
				return err
			}
			if err := key.WriteFile(file); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "key %s written to %s\n", key.ID(), file)
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "out", "", "file for the key; must not exist yet")
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

func pseudonymCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "pseudonym --key FILE",
		Short: "Turn CPR numbers on standard input into pseudonyms, one a line, order kept",
		Example: `  train pseudonym --key pseudonym.key < numbers.txt > pseudonyms.txt
  train pseudonym < numbers.txt        # the demo key: numbers that were never issued, only`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := readKey(file)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			lines := bufio.NewScanner(cmd.InOrStdin())
			for n := 1; lines.Scan(); n++ {
				number, err := cpr.Parse(strings.TrimSpace(lines.Text()))
				if err != nil {
					return fmt.Errorf("standard input, line %d: %w", n, err)
				}
				if key.Demo() && !number.NeverIssued() {
					return fmt.Errorf("standard input, line %d: this number may belong to somebody, and the demo key is known to everybody: make a key with `train keygen` and give it with --key", n)
				}
				if _, err := fmt.Fprintln(out, key.OfCPR(number)); err != nil {
					return err
				}
			}
			if err := lines.Err(); err != nil {
				return fmt.Errorf("standard input: %w", err)
			}
			return out.Flush()
		},
	}
	cmd.Flags().StringVar(&file, "key", "", "the key file; without it the demo key, for synthetic numbers only")
	return cmd
}

// readKey reads a key file; no file means the demo key.
func readKey(file string) (pseudonym.Key, error) {
	if file == "" {
		return pseudonym.DemoKey(), nil
	}
	return pseudonym.ReadKey(file)
}
