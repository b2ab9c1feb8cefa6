package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/metric"
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
		Use: "list", Short: "List the models, by target and number, with their AUROC and whether they should be used",
		Long: `list shows each model by target and number, its AUROC on later citizens with the 95 % interval, and what its report
says against using it. Such a model is kept and can be looked at, and train predict warns when it is used; where the
report says "do not use this model" the scorer tells assessors that we do not know.`,
		Example: "  train models --registry models list --json", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := isRegistry(*dir); err != nil {
				return err
			}
			reg := registry.Open(*dir)
			found, err := reg.List()
			if err != nil {
				return err
			}
			entries := make([]listed, len(found))
			for i, e := range found {
				entries[i] = listedOf(reg, e)
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), map[string]any{"models": entries})
			}
			if len(entries) == 0 {
				fmt.Fprintf(cmd.OutOrStdout(), "no models in %s yet: train one with `train fit`\n", *dir)
			}
			for _, e := range entries {
				state := e.Status
				if e.Damage != "" {
					state = "DAMAGED: " + e.Damage
				}
				for _, why := range e.Doubts {
					state += "; " + why
				}
				auroc := "auroc not known"
				if f := e.Figures; f != nil && f.AUROC.Defined() {
					auroc = fmt.Sprintf("auroc %.3f (%.3f to %.3f)", f.AUROC, f.AUROCLower, f.AUROCUpper)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%-14s %-5s seed %-4d %.12s  %-28s  %s\n", e.ID, e.Learner, e.Seed, e.ModelSHA256(), auroc, state)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// listed is a model with what its report says it is worth.
type listed struct {
	registry.Entry
	Figures *worth   `json:"figures,omitempty"` // nil: the report cannot be read, and damage says why
	Doubts  []string `json:"doubts,omitempty"`
}

type worth struct {
	AUROC      metric.Value `json:"auroc"`
	AUROCLower metric.Value `json:"auroc_lower"`
	AUROCUpper metric.Value `json:"auroc_upper"`
}

func listedOf(reg *registry.Registry, e registry.Entry) listed {
	l := listed{Entry: e}
	if e.Damage != "" {
		return l
	}
	r, err := reg.Report(e)
	if err != nil {
		l.Damage = err.Error()
		return l
	}
	l.Figures = &worth{r.AUROC, r.AUROCLower, r.AUROCUpper}
	l.Doubts = doubtsOf(r)
	return l
}

// doubtsOf are the reasons of a report to leave its model alone, in its own words.
func doubtsOf(r *model.Report) []string {
	return slices.DeleteFunc([]string{r.Unfit(), r.WorseThanCard()}, func(s string) bool { return s == "" })
}

// isRegistry refuses a folder that is not there, which to List has no models yet.
func isRegistry(dir string) error {
	if st, err := os.Stat(dir); err != nil {
		return fmt.Errorf("--registry: %w; train fit makes it", err)
	} else if !st.IsDir() {
		return fmt.Errorf("--registry %s is no folder", dir)
	}
	return nil
}

func modelsShow(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Print a model's manifest and report as one JSON object", Example: "  train models --registry models show benefit-1", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := isRegistry(*dir); err != nil {
				return err
			}
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
			if err := isRegistry(*dir); err != nil {
				return err
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
