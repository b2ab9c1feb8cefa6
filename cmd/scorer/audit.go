package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/ledger"
)

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit verify --db sqlite:FILE", Short: "Check that nobody altered the ledger"}
	var db, head string
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Walk the chain of events and compare every hash",
		Long: `verify walks the chain and compares every hash. A chain whose newest events were cut off is a valid shorter chain:
write the printed head down outside the database now and then, and give it with --head.`,
		Example: `  scorer audit verify --db sqlite:rettidig-demo/ledger.db`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, ok := strings.CutPrefix(db, "sqlite:")
			if !ok {
				return fmt.Errorf("--db: %q is not of the form sqlite:FILE", db)
			}
			var want *ledger.Head
			if head != "" {
				h, err := ledger.ParseHead(head)
				if err != nil {
					return fmt.Errorf("--head: %w", err)
				}
				want = &h
			}
			l, err := ledger.OpenExisting(cmd.Context(), file, nil)
			if err != nil {
				return err
			}
			defer l.Close()
			v, err := l.Verify(cmd.Context(), want)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), v)
			if !v.OK {
				return errors.New("the ledger was altered")
			}
			return nil
		},
	}
	verify.Flags().StringVar(&db, "db", "", "ledger: sqlite:FILE")
	verify.Flags().StringVar(&head, "head", "", "the head of an earlier verification")
	if err := verify.MarkFlagRequired("db"); err != nil {
		panic("scorer: " + err.Error())
	}
	cmd.AddCommand(verify)
	return cmd
}
