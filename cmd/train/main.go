// Command train is the data team's tool: it turns extracts into an event store, trains and validates the
// classifiers, and scores lists of citizens. It decides what its flags are called and what it prints; the
// work is done by the packages it calls. Run `train help` for the commands and an example of each.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rettidig/rettidig/internal/buildinfo"
	"github.com/rettidig/rettidig/model/learner"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once what does not stop by itself
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, context.Canceled) {
			err = errors.New("interrupted; what was there before is unchanged")
		}
		fmt.Fprintf(os.Stderr, "train: %v\n", err)
		os.Exit(1)
	}
}

// run is the program. Results go to out, progress and warnings to diag.
func run(ctx context.Context, args []string, in io.Reader, out, diag io.Writer) error {
	root := &cobra.Command{
		Use:   "train",
		Short: "From a municipality's extracts to validated models and scores",
		Long: `train turns a municipality's extracts into an event store, trains and validates classifiers, and scores citizens.

The usual way, on a synthetic municipality:

  train synth    --out extracts --truth truth.csv
  train ingest   --explain extracts
  train ingest   --in extracts --work work
  train quality  --work work
  train cohort   --work work --target completion
  train features --work work --target completion --out features.csv
  train validate --work work --target completion
  train fit      --work work --target completion --registry models
  train predict  --work work --registry models --target completion --as-of 2026-06-30 --out scores.csv

And what it is worth, from a proposal written as a YAML file:

  train businesscase --new case.yaml --kind training
  train businesscase --proposal case.yaml

With --json a command prints one JSON object on standard output and nothing else there; progress goes to
standard error. The exit status is 0 only on success.`,
		Version:       buildinfo.Version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(args)
	root.SetIn(in)
	kept := &keepError{w: out}
	root.SetOut(kept)
	root.SetErr(diag)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(synthCommand(), keygenCommand(), pseudonymCommand(), ingestCommand(), qualityCommand(), cohortCommand(),
		featuresCommand(), fitCommand(), validateCommand(), predictCommand(), modelsCommand(), tableCommand(), businesscaseCommand())
	for _, c := range root.Commands() {
		if c.HasSubCommands() && !c.Runnable() {
			c.Args, c.Run, c.DisableFlagsInUseLine = onlyItsCommands, func(*cobra.Command, []string) {}, true
		}
	}
	cmd, err := root.ExecuteContextC(ctx)
	if errors.Is(err, errHelped) {
		err = nil // what could not be written is kept
	}
	if err != nil && strings.HasPrefix(err.Error(), "required flag") {
		err = fmt.Errorf("%w; %s --help shows an example", err, cmd.CommandPath())
	}
	if err != nil && cmd.HasSubCommands() && cmd != root && cmd.DisableFlagsInUseLine && strings.HasPrefix(err.Error(), "unknown flag") {
		err = fmt.Errorf("%w; the flags are those of its commands, %s", err, strings.Join(commandsOf(cmd), ", ")) // as in: table fitt --csv
	}
	return errors.Join(err, kept.err)
}

// flagError says what a flag wants where Go would say how it failed to read it, and which flag may be meant.
func flagError(cmd *cobra.Command, err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		if cmd.DisableFlagsInUseLine { // it has none of its own
			return fmt.Errorf("%w%s", err, learner.DidYouMean("--"+name, names))
		}
		return fmt.Errorf("%w%s; %s --help lists them", err, learner.DidYouMean("--"+name, names), cmd.CommandPath())
	}
	var number *strconv.NumError
	if !errors.As(err, &number) {
		return err
	}
	want := "a number"
	switch number.Func {
	case "ParseUint":
		want = "a whole number, 0 or more"
	case "ParseInt", "Atoi":
		want = "a whole number"
	case "ParseBool":
		want = "true or false"
	}
	if errors.Is(err, strconv.ErrRange) {
		want += ", and not one that large"
	}
	what, _, _ := strings.Cut(err.Error(), ": strconv.")
	return fmt.Errorf("%s: want %s", what, want)
}

var errHelped = errors.New("help was shown")

// onlyItsCommands is for a command that is only the name of others: it shows help, and a name that is none of them is
// no success. It looks at arguments, which come before the flags that must be given.
func onlyItsCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.Join(errHelped, cmd.Help())
	}
	names := commandsOf(cmd)
	return fmt.Errorf("%s has no command %q%s; it has %s", cmd.CommandPath(), args[0], learner.DidYouMean(args[0], names), strings.Join(names, ", "))
}

func commandsOf(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// keepError remembers that something could not be written: a result that is lost is a failure, whoever prints it.
type keepError struct {
	w   io.Writer
	err error
}

func (k *keepError) Write(b []byte) (int, error) {
	n, err := k.w.Write(b)
	if err != nil && k.err == nil {
		k.err = fmt.Errorf("write to standard output: %w", err)
	}
	return n, err
}
