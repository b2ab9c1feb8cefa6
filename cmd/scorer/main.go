// Command scorer serves assessors, management and auditors: it answers about one citizen, with reasons, keeps what
// was shown and decided, and shows what measured precision saves. It decides how the service is put together; the
// answers, the ledger, the screen and the kroner are decided in the packages it wires. Run `scorer help`.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(os.Stderr, "scorer: %v\n", err)
		os.Exit(1)
	}
}

// run is the program. It returns when ctx is cancelled or something fails.
func run(ctx context.Context, args []string, out, diag io.Writer) error {
	root := &cobra.Command{
		Use:   "scorer",
		Short: "Decision support for assessors: scores with reasons, a ledger, and what it saves",
		Long: `scorer answers, for one citizen on one date: will a course of home training be completed, will it have an effect,
is a steep rise in the need for help coming? It says how sure it is and why, or that it does not know. The person
decides.

Start with a municipality that nobody lives in:

  scorer demo`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(diag)
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(demoCommand(), serveCommand(), auditCommand())
	return root.ExecuteContext(ctx)
}
