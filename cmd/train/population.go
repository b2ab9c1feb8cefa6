package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/pipeline"
)

// populationFlags choose the dates on which the whole population is looked at.
type populationFlags struct {
	on              bool
	from, to, every string
}

func (o *populationFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.on, "population", false, "everybody who could have been offered training, month by month")
	f.StringVar(&o.from, "from", "", "with --population: first date, YYYY-MM-DD; without it when there are 12 weeks of services before it")
	f.StringVar(&o.to, "to", "", "with --population: last date, YYYY-MM-DD; without it the day after the extract")
	f.StringVar(&o.every, "every", "", "with --population: month or quarter; without it as the protocol says")
}

func (o *populationFlags) given() bool { return o.from != "" || o.to != "" || o.every != "" }

func (o *populationFlags) options(p cohort.Protocol, bar *progress.Bar) (pipeline.PopulationOptions, error) {
	opt := pipeline.PopulationOptions{Protocol: p, From: rettidig.NoDay, To: rettidig.NoDay, Progress: bar.Update}
	for _, d := range []struct {
		flag, text string
		into       *rettidig.Day
	}{{"--from", o.from, &opt.From}, {"--to", o.to, &opt.To}} {
		if d.text == "" {
			continue
		}
		day, err := rettidig.ParseDay(d.text)
		if err != nil {
			return opt, fmt.Errorf("%s: %w", d.flag, err)
		}
		*d.into = day
	}
	switch o.every {
	case "":
	case "month":
		opt.EveryMonths = 1
	case "quarter":
		opt.EveryMonths = 3
	default:
		return opt, fmt.Errorf("--every: %q is not month or quarter", o.every)
	}
	return opt, nil
}

// populationSummary is what cohort --population --json prints.
type populationSummary struct {
	Protocol       string         `json:"protocol"`
	ProtocolSHA256 string         `json:"protocol_sha256"`
	Extract        rettidig.Day   `json:"extract_date"`
	OfferedDays    int            `json:"offered_days"`
	Rows           int            `json:"rows"`
	Months         []cohort.Month `json:"months"`
}

func summaryOf(p cohort.Protocol, d pipeline.Source, months []cohort.Month) populationSummary {
	s := populationSummary{Protocol: p.Name(), ProtocolSHA256: p.SHA256(), Extract: d.DataAsOf(), OfferedDays: p.Population.OfferedDays, Months: months}
	for _, m := range months {
		s.Rows += m.Eligible
	}
	return s
}

func printPopulation(cmd *cobra.Command, bar *progress.Bar, work string, p cohort.Protocol, flags populationFlags, outFile string, asJSON bool) error {
	opt, err := flags.options(p, bar)
	if err != nil {
		return err
	}
	bar.Update("check event store", 0, 0)
	d, _, err := openStore(cmd, work)
	if err != nil {
		return err
	}
	defer d.Close()
	months, err := writePopulation(cmd, d, opt, outFile)
	if err != nil {
		return err
	}
	bar.Done()
	s := summaryOf(p, d, months)
	if asJSON {
		return printJSON(cmd.OutOrStdout(), s)
	}
	printMonths(cmd.OutOrStdout(), s)
	return nil
}

// writePopulation goes through the store and writes the rows to a file if there is one.
func writePopulation(cmd *cobra.Command, d *pipeline.Stream, opt pipeline.PopulationOptions, outFile string) (months []cohort.Month, err error) {
	each := func(write func(citizen rettidig.CitizenID, r cohort.PopulationRow) error) error {
		months, err = pipeline.EachPopulation(cmd.Context(), d, opt, func(first int, hs []rettidig.History, rows []cohort.PopulationRow) error {
			for _, r := range rows {
				if err := write(hs[r.Citizen-first].Citizen.ID, r); err != nil {
					return err
				}
			}
			return nil
		})
		return err
	}
	if outFile == "" {
		err := each(func(rettidig.CitizenID, cohort.PopulationRow) error { return nil })
		return months, err
	}
	err = writeFile(outFile, func(w io.Writer) error {
		out, err := cohort.NewPopulationCSV(w)
		if err != nil {
			return err
		}
		return errors.Join(each(out.Write), out.Close())
	})
	return months, err
}

// printMonths prints one line per date.
func printMonths(w io.Writer, s populationSummary) {
	reasons := []string{cohort.WhyNoHomeCare, cohort.WhyDied, cohort.WhyLeft, cohort.WhyRunning, cohort.WhyAboutTo, cohort.WhyTrainedJust}
	fmt.Fprintf(w, "everybody who could be offered training, by protocol %s (%.12s), extract date %s\n", s.Protocol, s.ProtocolSHA256, s.Extract)
	fmt.Fprintf(w, "%d rows; offered: a course began within %d days, of those who could be followed so long\n\n", s.Rows, s.OfferedDays)
	fmt.Fprintf(w, "%-10s %8s %8s %8s %8s %8s  not eligible: %s\n", "date", "known", "eligible", "at risk", "followed", "offered",
		"no home care, died, left, in a course, about to start, trained lately")
	for _, m := range s.Months {
		fmt.Fprintf(w, "%-10s %8d %8d %8d %8d %8d  ", m.Index, m.Known, m.Eligible, m.AtRisk, m.Followed, m.Offered)
		for _, why := range reasons {
			fmt.Fprintf(w, " %7d", m.Not[why])
		}
		fmt.Fprintln(w)
	}
}
