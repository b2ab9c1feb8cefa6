package main

import "github.com/spf13/cobra"

func businesscaseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "businesscase account ...",
		Short: "What a proposal costs and saves, and whether it did: account",
		Example: `  train businesscase account forecast --help
  train businesscase account report --file su7.account`,
	}
	cmd.AddCommand(accountCommand())
	return cmd
}
