package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/model/learner"
	"github.com/rettidig/rettidig/model/metric"
)

func tableCVCommand() *cobra.Command {
	var o tableFlags
	var folds int
	var foldColumn, outFile string
	cmd := &cobra.Command{
		Use:   "cv --csv FILE --label COLUMN --learner L",
		Short: "Measure a learner by cross-validation",
		Long: `cv learns from all folds but one and measures on that one, for each fold. Folds hold equal shares of the outcome and
never part a group. auroc, logloss and brier are means over the folds, with their standard errors; ece, slope and
intercept are of the held-out rows taken together. A learner that gives yes or no and no probability has no such
figures: they are null, and labels_only says what there is. --learner auto is chosen anew within each fold.`,
		Example: `  train table cv --csv falls.csv --label fell --learner glm --folds 5 --seed 1 --json
  train table cv --csv falls.csv --label fell --learner card --fold-column fold --out held-out.csv`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, params, err := o.find()
			if err != nil {
				return err
			}
			if foldColumn != "" && cmd.Flags().Changed("folds") {
				return errors.New("--folds and --fold-column: give one of them")
			}
			if outFile != "" {
				if err := checkOut(outFile, o.csv); err != nil {
					return err
				}
			}
			t, err := o.read(foldColumn)
			if err != nil {
				return err
			}
			if t.fold == nil {
				if t.fold, err = learner.Folds(t.Y, t.Group, folds, o.seed); err != nil {
					return fmt.Errorf("--folds: %w", err)
				}
			}
			t.said(cmd, o.label)
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			bar.Update("cross-validate "+l.Name(), 0, 1)
			r, err := learner.CrossValidate(cmd.Context(), l, t.Table, t.fold, learner.Options{Params: params, Seed: o.seed, Workers: o.threads,
				Progress: func(done, total int) { bar.Update("cross-validate "+l.Name(), done, total) }})
			if err != nil {
				return err
			}
			bar.Done()
			if outFile != "" {
				if err := writeFile(outFile, func(w io.Writer) error { return writeHeldOut(w, r, t) }); err != nil {
					return err
				}
			}
			if o.asJSON {
				return printJSON(cmd.OutOrStdout(), struct {
					*learner.Report
					meaning
					Seed  uint64   `json:"seed"`
					Notes []string `json:"notes"` // on the table; those of a fit are in by_fold
				}{r, t.meaning(o.label), o.seed, append([]string{}, t.notes...)})
			}
			printCV(cmd.OutOrStdout(), r)
			return nil
		},
	}
	o.add(cmd)
	o.helpOf(cmd)
	f := cmd.Flags()
	f.IntVar(&folds, "folds", 5, "how many")
	f.StringVar(&foldColumn, "fold-column", "", "`COLUMN` that names each row's fold, instead of --folds")
	f.StringVar(&outFile, "out", "", "also write row,fold,label,probability of the held-out rows to this CSV `FILE`")
	return cmd
}

// writeHeldOut writes what was predicted of each row by the model that had not seen it.
func writeHeldOut(w io.Writer, r *learner.Report, t *labelled) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"row", "fold", "label", "probability"}); err != nil {
		return err
	}
	for i, e := range r.LogOdds {
		p := decimals(metric.Sigmoid(e))
		if r.Labels != nil { // yes or no is no probability
			p = strconv.Itoa(map[bool]int{true: 1}[e > 0])
		}
		if err := out.Write([]string{strconv.Itoa(int(t.rows[i]) + 1), strconv.Itoa(int(r.Fold[i]) + 1), decimals(t.Y[i]), p}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func printCV(w io.Writer, r *learner.Report) {
	fmt.Fprintf(w, "%s on %d rows (%d positive), %d folds, %.1f s\n\n", r.Learner, r.N, r.NPositive, len(r.ByFold), r.Seconds)
	if r.Labels != nil {
		fmt.Fprintf(w, "labels only: it says yes or no and gives no probability, so there is no auroc, logloss or calibration\n\n")
		fmt.Fprintf(w, "accuracy     %.4f\nsensitivity  %.4f\nspecificity  %.4f\n", r.Labels.Accuracy, r.Labels.Sensitivity, r.Labels.Specificity)
		printNotes(w, r.ByFold[0].Notes) // of what the learner is, and so the same in every fold
		return
	}
	fmt.Fprintf(w, "%-10s %8s  %s\n", "", "mean", "standard error over folds")
	for _, f := range []struct {
		name      string
		value, se metric.Value
	}{{"auroc", r.AUROC, r.SE.AUROC}, {"logloss", r.Logloss, r.SE.Logloss}, {"brier", r.Brier, r.SE.Brier}} {
		fmt.Fprintf(w, "%-10s %8.4f  %.4f\n", f.name, f.value, f.se)
	}
	fmt.Fprintf(w, "%-10s %8.4f  held-out rows together\n%-10s %8.4f\n%-10s %8.4f\n\n", "ece", r.ECE, "slope", r.Slope, "intercept", r.Intercept)
	for _, f := range r.ByFold {
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("fold %d  auroc %.4f  logloss %.4f  brier %.4f  %.1f s  %s", f.Fold, f.AUROC, f.Logloss, f.Brier, f.Seconds, f.Chosen), " "))
	}
}
