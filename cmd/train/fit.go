package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/internal/buildinfo"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/learner"
	"github.com/rettidig/rettidig/model/learner/golearn"
	"github.com/rettidig/rettidig/model/registry"
	"github.com/rettidig/rettidig/pipeline"
)

// fitFlags are what fit and validate share.
type fitFlags struct {
	work, target, learner, protocolFile string
	until                               string
	seed                                uint64
	capacity                            float64
	among                               []string
	allowFew, asJSON, despite           bool
}

func (o *fitFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	workFlag(cmd, &o.work)
	targetFlag(cmd, &o.target)
	f.StringVar(&o.learner, "learner", model.LearnerAuto, strings.Join(model.Learners(), ", ")+"; validate also takes golearn-* as a reference beside auto; auto takes the simplest that no other is clearly better than")
	f.StringSliceVar(&o.among, "among", []string{model.LearnerCard, model.LearnerGLM}, "what auto compares; gam and boost take some ten times as long as the two, and are asked for")
	protocolFlag(cmd, &o.protocolFile)
	f.Uint64Var(&o.seed, "seed", 1, "same seed, same bytes")
	f.StringVar(&o.until, "until", "", "learn only from labels known before this date, as if trained on that day")
	f.Float64Var(&o.capacity, "capacity", pipeline.DefaultCapacity, "share of citizens who can be offered a course")
	f.BoolVar(&o.allowFew, "allow-few", false, "train on fewer ended courses than the protocol demands (800)")
	f.BoolVar(&o.asJSON, "json", false, "print the report as one JSON object")
	despiteFlag(cmd, &o.despite)
}

func (o *fitFlags) open(cmd *cobra.Command, bar *progress.Bar) (*pipeline.Stream, pipeline.FitOptions, error) {
	t, err := parseTarget(o.target)
	if err != nil {
		return nil, pipeline.FitOptions{}, err
	}
	if err := o.checkLearner(cmd); err != nil {
		return nil, pipeline.FitOptions{}, err
	}
	p, err := readProtocol(o.protocolFile)
	if err != nil {
		return nil, pipeline.FitOptions{}, err
	}
	if !(o.capacity > 0 && o.capacity <= 1) {
		return nil, pipeline.FitOptions{}, fmt.Errorf("--capacity is %v, want a share above 0 and up to 1", o.capacity)
	}
	until := rettidig.NoDay
	if o.until != "" {
		if until, err = rettidig.ParseDay(o.until); err != nil {
			return nil, pipeline.FitOptions{}, fmt.Errorf("--until: %w", err)
		}
	}
	bar.Update("check event store", 0, 0)
	d, err := openTrusted(cmd, o.work, o.despite)
	if err != nil {
		return nil, pipeline.FitOptions{}, err
	}
	opt := pipeline.FitOptions{
		Target: t, Learner: o.learner, Among: o.among, Seed: o.seed, Protocol: p, Until: until, Capacity: o.capacity, AllowFew: o.allowFew,
		CodeVersion: buildinfo.Version(), Progress: bar.Update,
	}
	if ref := o.reference(); ref != nil {
		opt.Learner, opt.Among, opt.References = model.LearnerAuto, nil, []model.Reference{referenceOf(ref)}
	}
	return d, opt, nil
}

// checkLearner refuses what cannot be fitted, before any data are read.
func (o *fitFlags) checkLearner(cmd *cobra.Command) error {
	if o.reference() != nil {
		if cmd.Name() != "validate" {
			return fmt.Errorf("--learner: %s says yes or no and gives no probability, so that nothing could be calibrated, ranged or explained, and it is never registered. "+
				"It is a reference to measure: train validate --learner %s sets it beside our model, train table cv measures it on any table", o.learner, o.learner)
		}
		return nil
	}
	if err := model.CheckLearner(o.learner); err != nil {
		return fmt.Errorf("--learner: %w", err)
	}
	if o.learner != model.LearnerAuto && cmd.Flags().Changed("among") {
		return fmt.Errorf("--among is what auto compares, and --learner is %s", o.learner)
	}
	if err := model.CheckAmong(o.among); err != nil {
		return fmt.Errorf("--among: %w", err)
	}
	if !cmd.Flags().Changed("among") {
		o.among = nil // the default, which says the same
	}
	return nil
}

// reference is the learner asked for if it is one of golearn's, else nil.
func (o *fitFlags) reference() learner.Learner {
	for _, l := range golearn.Learners() {
		if l.Name() == o.learner {
			return l
		}
	}
	return nil
}

// referenceOf measures one of golearn's learners, which know no weights.
func referenceOf(l learner.Learner) model.Reference {
	return model.Reference{Name: l.Name(), Learn: func(ctx context.Context, ids []string, x [][]float64, y []float64, group []int32, seed uint64) (func([]float64, [][]float64), []string, error) {
		t := &learner.Table{X: x, Y: y, Group: group}
		for _, id := range ids {
			t.Columns = append(t.Columns, learner.Column{ID: id})
		}
		m, err := l.Fit(ctx, t, learner.Options{Seed: seed})
		if err != nil {
			return nil, nil, err
		}
		return m.LogOdds, append([]string{"it learned without the weights of the rows"}, learner.Notes(m)...), nil
	}}
}

func fitCommand() *cobra.Command {
	var o fitFlags
	var regDir string
	cmd := &cobra.Command{
		Use:   "fit --work DIR --target T --registry DIR",
		Short: "Validate, train and register a model",
		Long: `fit makes the training table, validates on later citizens with planted leaks, compares with a five-line card, fits the
model and puts it into the registry as TARGET-N. The same store, protocol, seed and code give the same bytes, and a
model that is there already is not stored again.

With fewer than 800 ended courses training is refused: see --allow-few.`,
		Example: `  train fit --work work --target completion --registry models
  train fit --work work --target decline --registry models --learner glm --seed 7 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			d, opt, err := o.open(cmd, bar)
			if err != nil {
				return err
			}
			defer d.Close()
			fitted, err := pipeline.Fit(cmd.Context(), d, opt)
			if err != nil {
				return err
			}
			entry, err := registry.Open(regDir).Add(fitted.Model, fitted.Report)
			if err != nil {
				return err
			}
			bar.Done()
			if o.asJSON {
				return printJSON(cmd.OutOrStdout(), struct {
					ID     string `json:"id"`
					SHA256 string `json:"sha256"`
					*model.Report
					Cohort cohort.Summary `json:"cohort"`
				}{entry.ID, entry.ModelSHA256(), fitted.Report, fitted.Training.Cohort.Summary()})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "registered %s (%.12s)\n", entry.ID, entry.ModelSHA256())
			return printReport(cmd.OutOrStdout(), fitted.Report, d)
		},
	}
	o.add(cmd)
	cmd.Flags().StringVar(&regDir, "registry", "", "folder of the model registry")
	must(cmd.MarkFlagRequired("registry"))
	return cmd
}

func validateCommand() *cobra.Command {
	var o fitFlags
	var htmlFile string
	cmd := &cobra.Command{
		Use:   "validate --work DIR --target T",
		Short: "Measure a learner on later citizens, without registering a model",
		Long: `validate runs the rolling origin: learn from the past, wait until labels have matured, predict citizens that were not
learned from. Every run plants four leaks (a column that knows the citizen, shuffled labels, a feature from the future,
a fact registered late) and fails if one of them is not caught.`,
		Example: `  train validate --work work --target completion
  train validate --work work --target decline --learner glm --html decline.html`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			d, opt, err := o.open(cmd, bar)
			if err != nil {
				return err
			}
			defer d.Close()
			v, err := pipeline.Validate(cmd.Context(), d, opt)
			if err != nil {
				return err
			}
			bar.Done()
			if htmlFile != "" {
				if err := writeFile(htmlFile, func(w io.Writer) error {
					return writeReportHTML(w, v.Report, v.Training.Cohort.Summary(), d.Snapshot().Synthetic)
				}); err != nil {
					return err
				}
			}
			if o.asJSON {
				return printJSON(cmd.OutOrStdout(), struct {
					*model.Report
					Cohort cohort.Summary `json:"cohort"`
				}{v.Report, v.Training.Cohort.Summary()})
			}
			return printReport(cmd.OutOrStdout(), v.Report, d)
		},
	}
	o.add(cmd)
	cmd.Flags().StringVar(&htmlFile, "html", "", "also write the report as one self-contained page")
	return cmd
}

// printReport prints what a data person looks at first.
func printReport(w io.Writer, r *model.Report, d pipeline.Source) error {
	if d.Snapshot().Synthetic {
		fmt.Fprintln(w, "SYNTHETIC data: these figures say nothing about real citizens")
	}
	fmt.Fprintf(w, "%s by %s on %d test rows (%d events) of %d citizens who were not learned from, later in time\n\n", r.Target, r.Learner, r.N, r.NPositive, r.Figures.Citizens)
	card := r.Figures
	if r.Card != nil {
		card = r.Card.Figures
	}
	fmt.Fprintf(w, "%-22s %8s  %-18s %8s\n", "", "model", "95 % interval", "card")
	for _, l := range []struct {
		name                      string
		value, lower, upper, card float64
	}{
		{"auroc", float64(r.AUROC), float64(r.AUROCLower), float64(r.AUROCUpper), float64(card.AUROC)},
		{"logloss", float64(r.Logloss), float64(r.LoglossLower), float64(r.LoglossUpper), float64(card.Logloss)},
		{"brier", float64(r.Brier), float64(r.BrierLower), float64(r.BrierUpper), float64(card.Brier)},
		{"ece", float64(r.ECE), float64(r.ECELower), float64(r.ECEUpper), float64(card.ECE)},
		{"calibration slope", float64(r.Slope), float64(r.SlopeLower), float64(r.SlopeUpper), float64(card.Slope)},
		{"calibration intercept", float64(r.Intercept), float64(r.InterceptLower), float64(r.InterceptUpper), float64(card.Intercept)},
		{"precision at capacity", float64(r.Precision), float64(r.PrecisionLower), float64(r.PrecisionUpper), float64(card.Precision)},
	} {
		fmt.Fprintf(w, "%-22s %8.3f  %6.3f to %-8.3f %8.3f", l.name, l.value, l.lower, l.upper, l.card)
		if verdict := r.SlopeVerdict(); l.name == "calibration slope" && verdict != "" {
			fmt.Fprintf(w, "  %s: see the note on calibration", verdict)
		}
		fmt.Fprintln(w)
	}
	if r.Choice != nil {
		fmt.Fprintf(w, "\nauto took %s: %s\n", r.Choice.Chosen, r.Choice.Why)
		if len(r.Choice.Compared) < 6 {
			fmt.Fprintln(w, "not all learners were compared; --among card,glm,gam,boost does")
		}
	}
	if c := r.OverCard; c != nil {
		verdict := map[string]string{"": "not clearly better or worse", r.Learner: "clearly better", model.LearnerCard: "clearly worse"}[c.Clearly]
		fmt.Fprintf(w, "\nagainst the card: log loss lower by %.4f (standard error %.4f), precision higher by %.3f (%.3f): %s\n", c.LoglossGain, c.LoglossSE, c.PrecisionGain, c.PrecisionSE, verdict)
	}
	printReferences(w, r)
	if len(r.Importance) > 0 {
		fmt.Fprintln(w, "\nwhat moves the answers most, in mean log odds")
		for _, c := range r.Importance[:min(8, len(r.Importance))] {
			fmt.Fprintf(w, "  %-44s %6.3f\n", c.Column, c.LogOdds)
		}
	}
	fmt.Fprintln(w, "\nplanted leaks")
	for _, l := range r.Leaks {
		fmt.Fprintf(w, "  %-10s %s: %s\n", map[bool]string{true: "caught", false: "NOT CAUGHT"}[l.Caught], l.Name, l.Evidence)
	}
	if text, err := cardText(r); err != nil {
		return err
	} else if text != "" {
		fmt.Fprintf(w, "\n%s", text)
	}
	for _, text := range append(append([]string{}, r.Warnings...), r.Notes...) {
		fmt.Fprintf(w, "\nnote: %s\n", text)
	}
	return nil
}

func printReferences(w io.Writer, r *model.Report) {
	for _, f := range r.References {
		fmt.Fprintf(w, "\n%s says yes or no and gives no probability: it has no auroc, logloss, brier, ece or calibration\n", f.Learner)
		fmt.Fprintf(w, "%-22s %8s  %s\n", "", "it", "the model, saying yes to as many")
		fmt.Fprintf(w, "%-22s %8.3f\n%-22s %8.3f  %8.3f\n%-22s %8.3f  %8.3f\n%-22s %8d\n", "accuracy", float64(f.Accuracy),
			"sensitivity", float64(f.Sensitivity), float64(f.ModelSensitivity), "specificity", float64(f.Specificity), float64(f.ModelSpecificity), "said yes to", f.Yes)
		for _, n := range f.Notes {
			fmt.Fprintf(w, "  %s\n", n)
		}
	}
}

func cardText(r *model.Report) (string, error) {
	if r.Card == nil || r.Card.Rule == nil {
		return "", nil
	}
	var b bytes.Buffer
	err := pipeline.WriteCard(&b, r, pipeline.Columns(), "en")
	return b.String(), err
}
