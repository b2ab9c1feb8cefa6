package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/registry"
)

func modelsCommand() *cobra.Command {
	var regDir string
	cmd := &cobra.Command{
		Use:   "models --registry DIR list|show|verify",
		Short: "Look at registered models and check that they are whole",
		Example: `  train models --registry models list
  train models --registry models show benefit-1
  train models --registry models verify`,
	}
	cmd.PersistentFlags().StringVar(&regDir, "registry", "", "folder of the model registry")
	must(cmd.MarkPersistentFlagRequired("registry"))
	cmd.AddCommand(modelsList(&regDir), modelsShow(&regDir), modelsVerify(&regDir))
	return cmd
}

func modelsList(dir *string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the models, by target and number", Example: "  train models --registry models list --json", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			entries, err := registry.Open(*dir).List()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), map[string]any{"models": append([]registry.Entry{}, entries...)})
			}
			if len(entries) == 0 {
				fmt.Fprintf(cmd.OutOrStdout(), "no models in %s yet: train one with `train fit`\n", *dir)
			}
			for _, e := range entries {
				state := e.Status
				if e.Damage != "" {
					state = "DAMAGED: " + e.Damage
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%-14s %-5s seed %-4d %.12s  %s\n", e.ID, e.Learner, e.Seed, e.ModelSHA256(), state)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func modelsShow(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Print a model's manifest and report as one JSON object", Example: "  train models --registry models show benefit-1", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, rep, entry, err := registry.Open(*dir).Load(args[0])
			if err != nil {
				return err
			}
			return printJSON(cmd.OutOrStdout(), struct {
				Entry  registry.Entry `json:"manifest"`
				Report *model.Report  `json:"report"`
			}{entry, rep})
		},
	}
}

func modelsVerify(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "verify [ID ...]", Short: "Compare every file of the models with its hash", Example: "  train models --registry models verify\n  train models --registry models verify benefit-1",
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Stat(*dir); err != nil {
				return fmt.Errorf("--registry: %w", err)
			}
			reg := registry.Open(*dir)
			if err := reg.Verify(args...); err != nil {
				return err
			}
			n := len(args)
			if n == 0 {
				entries, err := reg.List()
				if err != nil {
					return err
				}
				n = len(entries)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "checked %d: every file is what was registered\n", n)
			return nil
		},
	}
}
