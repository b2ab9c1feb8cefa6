package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/registry"
	"github.com/rettidig/rettidig/pipeline"
	"github.com/rettidig/rettidig/scoring"
)

func predictCommand() *cobra.Command {
	var work, regDir, target, protocolFile, asOf, citizens, outFile, id string
	var asJSON, despite bool
	cmd := &cobra.Command{
		Use:   "predict --work DIR --registry DIR --target T --as-of DATE --out FILE.csv",
		Short: "Score a list of citizens as of a date",
		Long: `predict scores citizens with the newest model of a target, by what was known before the as-of date. Without
--citizens everybody is scored to whom the question can be put on that day. With it, one row per wanted score, order
kept: a CSV file with a column citizen (pseudonyms) and optionally as_of. A model whose report says not to use it is used
all the same, with a warning; the scorer tells assessors that we do not know.

The columns are
  citizen      pseudonym
  target       what was asked: completion, effect, benefit or decline
  as_of        only what was known before this day was looked at
  status       scored, or withheld: then the three numbers are empty and reason says why
  probability  of the target, calibrated on later citizens
  lower,upper  the range in which it lies as far as the data tell
  model        which model answered; train models show tells about it
  reason       of a withheld score:
               outside-age-range   younger or older than anybody the model learned from
               unlike-training     so unlike them that a score would be a guess
               too-little-known    too many facts are missing
               unknown-citizen     not in the event store
               anything else       the question cannot be put that day, as train cohort counts it: died, left,
                                   too young, no service and no aid, ...`,
		Example: `  train predict --work work --registry models --target benefit --as-of 2026-06-30 --out scores.csv
  train predict --work work --registry models --target decline --as-of 2026-01-01 --citizens wanted.csv --out scores.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t, err := parseTarget(target)
			if err != nil {
				return err
			}
			day, err := rettidig.ParseDay(asOf)
			if err != nil {
				return fmt.Errorf("--as-of: %w", err)
			}
			p, err := readProtocol(protocolFile)
			if err != nil {
				return err
			}
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			bar.Update("check event store", 0, 0)
			d, err := openTrusted(cmd, work, despite)
			if err != nil {
				return err
			}
			defer d.Close()
			if err := notAfter(d, "--as-of", day); err != nil {
				return err
			}
			a, rep, err := pipeline.LoadAnswerer(registry.Open(regDir), t, id, p)
			if err != nil {
				return err
			}
			for _, why := range doubtsOf(rep) {
				fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s: %s (train models --registry %s show %s)\n", a.Ref().ID, why, regDir, a.Ref().ID)
			}
			count := answerCount{withheld: map[string]int{}}
			if err := writeFile(outFile, func(w io.Writer) error {
				out, err := pipeline.NewAnswerCSV(w, t, a.Ref())
				if err != nil {
					return err
				}
				write := func(answers []pipeline.Answer) error {
					count.add(answers)
					return out.Write(answers)
				}
				if citizens == "" {
					err = pipeline.PredictEligible(cmd.Context(), d, a, day, bar.Update, write)
					if err == nil && count.rows == 0 {
						err = rettidig.E(rettidig.Invalid, "nobody-eligible", fmt.Sprintf("nobody could be asked about on %s: %s. "+
							"See which months the delivery covers with train quality --work %s, and the reasons by month with train cohort --population", day, nobody[t], work), nil)
					}
				} else {
					err = predictList(cmd, d, a, citizens, day, bar, write)
				}
				return errors.Join(err, out.Close())
			}); err != nil {
				return err
			}
			bar.Done()
			scored, rows, withheld := count.scored, count.rows, count.withheld
			if asJSON {
				return printJSON(cmd.OutOrStdout(), map[string]any{
					"target": t, "model": a.Ref(), "rows": rows, "scored": scored, "withheld": withheld, "data_as_of": d.DataAsOf(), "out": outFile,
				})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d scored, %d withheld by %s, in %s\n", scored, rows-scored, a.Ref().ID, outFile)
			for _, why := range []string{pipeline.UnknownCitizen, model.OutsideAgeRange, model.UnlikeTraining, model.TooLittleKnown} {
				if withheld[why] > 0 {
					fmt.Fprintf(cmd.ErrOrStderr(), "withheld: %d %s\n", withheld[why], why)
				}
			}
			return nil
		},
	}
	f := cmd.Flags()
	workFlag(cmd, &work)
	targetFlag(cmd, &target)
	f.StringVar(&regDir, "registry", "", "folder of the model registry")
	f.StringVar(&id, "model", "", "model id; without it the newest of the target")
	protocolFlag(cmd, &protocolFile)
	f.StringVar(&asOf, "as-of", "", "only what was known before this date counts, YYYY-MM-DD; at the latest the day after the extract date")
	f.StringVar(&citizens, "citizens", "", "CSV with the citizens wanted")
	f.StringVar(&outFile, "out", "", "file for the scores")
	f.BoolVar(&asJSON, "json", false, "print the counts as one JSON object")
	despiteFlag(cmd, &despite)
	for _, name := range []string{"registry", "as-of", "out"} {
		must(cmd.MarkFlagRequired(name))
	}
	return cmd
}

// nobody says why nobody at all may be eligible.
var nobody = map[rettidig.Target]string{
	rettidig.Completion: noHelp, rettidig.Effect: noHelp, rettidig.Benefit: noHelp,
	rettidig.Decline: "no citizen of 65 or over had help or an aid in use then",
}

const noHelp = "no citizen without a running course had home care in the weeks before"

// answerCount counts what is written.
type answerCount struct {
	rows, scored int
	withheld     map[string]int
}

func (c *answerCount) add(answers []pipeline.Answer) {
	for _, x := range answers {
		c.rows++
		if x.Prediction.Status == model.Scored {
			c.scored++
		} else {
			c.withheld[x.Prediction.WithheldReason]++
		}
	}
}

// predictList scores the citizens of a file.
func predictList(cmd *cobra.Command, d *pipeline.Stream, a *scoring.Answerer, file string, day rettidig.Day, bar *progress.Bar, write func([]pipeline.Answer) error) error {
	list, err := readWanted(file, day)
	if err != nil {
		return err
	}
	for i, w := range list {
		if err := notAfter(d, fmt.Sprintf("%s, row %d, column as_of", file, i+1), w.AsOf); err != nil {
			return err
		}
	}
	answers, err := pipeline.Predict(cmd.Context(), d, a, list, bar.Update)
	if err != nil {
		return err
	}
	return write(answers)
}

func readWanted(file string, asOf rettidig.Day) ([]pipeline.Wanted, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("--citizens: %w", err)
	}
	defer f.Close()
	return pipeline.ReadWanted(f, file, asOf)
}

// notAfter refuses a date on which nothing is known of the weeks before it: every citizen would look as if their help
// had stopped.
func notAfter(d pipeline.Source, what string, day rettidig.Day) error {
	if last := d.DataAsOf() + 1; day > last {
		return fmt.Errorf("%s: %s is after the data: they were extracted on %s, so %s is the last date that can be asked about", what, day, d.DataAsOf(), last)
	}
	return nil
}
