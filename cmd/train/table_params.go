package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/model/learner"
)

func tableParamsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "params [LEARNER ...]",
		Short: "List what --param takes, by learner",
		Long: `params lists the parameters of the learners that are named, or of all: their defaults, what they do and what they take.
The same is shown by train table fit --learner LEARNER --help.`,
		Example: `  train table params
  train table params glm boost`,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			shown := learners()
			if len(args) > 0 {
				shown = nil
			}
			for _, name := range args {
				l, err := learners().Find(name)
				if err != nil {
					return err
				}
				shown = append(shown, l)
			}
			parts := make([]string, len(shown))
			for i, l := range shown {
				parts[i] = paramsHelp(l)
			}
			fmt.Fprint(cmd.OutOrStdout(), strings.Join(parts, "\n"))
			return nil
		},
	}
}

// learnersHelp lists the learners, from the learners themselves.
func learnersHelp() string {
	var b strings.Builder
	b.WriteString("Learners (train table params LEARNER lists what --param takes):\n\n")
	for _, l := range learners() {
		fmt.Fprintf(&b, "  %-18s %s\n", l.Name(), l.About())
	}
	return b.String()
}

// paramsHelp lists the parameters of a learner, from the learner itself.
func paramsHelp(l learner.Learner) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", l.Name(), l.About())
	for _, p := range l.Params() {
		fmt.Fprintf(&b, "  %s=%s\n      %s; %s\n", p.Name, p.Default, p.Help, p.Range())
	}
	if len(l.Params()) == 0 {
		b.WriteString("  (no parameters)\n")
	}
	return b.String()
}

// helpOf makes the help of a command end with the parameters of the learner that --learner names.
func (o *tableFlags) helpOf(cmd *cobra.Command) {
	usual := cmd.HelpFunc()
	cmd.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		usual(cmd, args)
		if !cmd.Flags().Changed("learner") {
			fmt.Fprintf(cmd.OutOrStdout(), "\nParameters: train table params LEARNER, or %s --learner LEARNER --help\n", cmd.CommandPath())
			return
		}
		l, err := learners().Find(o.learner)
		if err != nil {
			fmt.Fprintf(cmd.OutOrStdout(), "\n--learner: %v\n", err)
			return
		}
		fmt.Fprintf(cmd.OutOrStdout(), "\nParameters (--param NAME=VALUE) of %s", paramsHelp(l))
	})
}
