package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/businesscase/account"
	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/internal/strictjson"
	"github.com/rettidig/rettidig/model/learner"
)

func accountCommand() *cobra.Command { return accountCommandAt(time.Now) }

// accountCommandAt takes the clock, because when something is written down decides whether it counts.
func accountCommandAt(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account forecast|realise|observe|report|targets|verify|new-csv",
		Short: "Hold forecasts to account: store them, compare them by quarter, follow up targets",
		Long: `account keeps a proposal's forecasts in a file that only grows, and compares them with what became of them.

A forecast counts if it was stored before its quarter began. A quarter is judged when all its courses have ended and
the time for the last screening is over (112 days after the quarter; kroner later). Targets such as 70 % completed are
judged so that the answer holds however often somebody looks. The file holds counts by quarter, nothing about citizens;
counts below 5 are left out of reports unless --small-counts is given.`,
		Example: `  train businesscase account forecast --file su7.account --proposal su7 --registry models --first-quarter 2027Q1 --by "Afdeling for Data"
  train businesscase account new-csv > quarters.csv
  train businesscase account realise --file su7.account --csv quarters.csv --price-level 2023 --by "Center for Økonomi"
  train businesscase account report --file su7.account --html report.html
  train businesscase account targets --file su7.account
  train businesscase account verify --file su7.account`,
		Args: onlyItsCommands, Run: func(*cobra.Command, []string) {}, DisableFlagsInUseLine: true,
	}
	cmd.AddCommand(accountForecast(now), accountRealise(now), accountObserve(now), accountReport(now), accountTargets(now), accountVerify(), accountNewCSV())
	return cmd
}

func accountFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "file", "", "the account, a `FILE`")
	must(cmd.MarkFlagRequired("file"))
}

func byFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "by", "", "the `UNIT` that answers for the figures")
	must(cmd.MarkFlagRequired("by"))
}

func languageFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "language", "da", "da or en")
}

func parseLanguage(s string) (account.Language, error) {
	if l := account.Language(s); l == account.Danish || l == account.English {
		return l, nil
	}
	return "", fmt.Errorf("--language is %q, want da or en", s)
}

// openAccount reads an account and says where one comes from if it is not there.
func openAccount(path string) (*account.Account, error) {
	a, err := account.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--file: %w; account forecast or targets add, with --proposal ID, begins it", err)
	}
	return a, err
}

// fileOf reads one of the files a command names.
func fileOf[T any](path string, read func(io.Reader, string) (T, error)) (T, error) {
	f, err := os.Open(path)
	if err != nil {
		var zero T
		return zero, err
	}
	defer f.Close()
	return read(f, path)
}

// largestJSON is far more than a projection has.
const largestJSON = 16 << 20

func readJSON(path, what string, into any) error {
	_, err := fileOf(path, func(r io.Reader, name string) (struct{}, error) {
		if err := strictjson.Read(r, largestJSON, what, into); err != nil {
			return struct{}{}, fmt.Errorf("%s: %w", name, err)
		}
		return struct{}{}, nil
	})
	return err
}

// stored says what was written, and the head to note elsewhere.
func stored(cmd *cobra.Command, path, what string, r *account.Record) {
	fmt.Fprintf(cmd.OutOrStdout(), "%s: %s is record %d; note the head elsewhere: %d:%s\n", path, what, r.N, r.N, r.Hash)
}

func accountForecast(now func() time.Time) *cobra.Command {
	var file, caseID, from, record, registry, first, gain, minutesGain string
	var quarters, coursesPerYear int
	var phaseIn []string
	var plan account.Plan
	var dry bool
	cmd := &cobra.Command{
		Use:   "forecast",
		Short: "Store a forecast by quarter, before its quarters begin",
		Long: `forecast makes a forecast by quarter of what was measured of a model, and stores it. --registry takes the newest benefit model
(and decline model) in the registry, and the proposal's courses, value and expectation of today. The interval of a quarter
holds both what is not known of the rates and the chance in so few courses. --from takes a projection made elsewhere (what
businesscase.FromPrecision gives, as JSON), --record a forecast, as the JSON that --dry-run prints. A stored forecast cannot be
changed.`,
		Example: `  train businesscase account forecast --file su7.account --proposal su7 --registry models --first-quarter 2027Q1 --minutes-per-effect 174 --by "Afdeling for Data"
  train businesscase account forecast --file su7.account --proposal su7 --from projection.json --first-quarter 2027Q1 --quarters 4 --price-level 2023 --minutes-per-effect 174 --by "Afdeling for Data"
  train businesscase account forecast --file su7.account --from projection.json --first-quarter 2027Q1 --quarters 4 --phase-in 0.25,0.5,0.75,1 --price-level 2023 --by "Afdeling for Data" --dry-run > forecast.json
  train businesscase account forecast --file su7.account --record forecast.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at := now()
			var f account.Forecast
			if one := slices.DeleteFunc([]string{from, record, registry}, func(s string) bool { return s == "" }); len(one) != 1 {
				return errors.New("want one of --registry DIR, --from PROJECTION.json and --record FORECAST.json")
			}
			if record != "" {
				if err := readJSON(record, "forecast", &f); err != nil {
					return err
				}
				if err := f.Validate(); err != nil {
					return fmt.Errorf("%s: %w", record, err)
				}
			} else {
				var p businesscase.Projection
				name := from
				if registry != "" {
					name = registry
					var err error
					if p, err = projectionOf(registry, &caseID, &plan); err != nil {
						return err
					}
				} else if err := readJSON(from, "projection", &p); err != nil {
					return err
				}
				q, err := account.ParseQuarter(first)
				if err != nil {
					return fmt.Errorf("--first-quarter: %w", err)
				}
				plan.First, plan.Made, plan.KronerGain, plan.MinutesGain = q, rettidig.DayOfTime(at.UTC()), account.Gain(gain), account.Gain(minutesGain)
				if coursesPerYear == 0 && len(p.Comparisons) > 0 {
					coursesPerYear = p.Comparisons[0].Courses
				}
				if plan.Courses, err = spreadCourses(coursesPerYear, quarters); err != nil {
					return err
				}
				if plan.PhaseIn, err = shares(phaseIn, quarters); err != nil {
					return err
				}
				if f, err = account.FromProjection(p, plan); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			if dry {
				return printJSON(cmd.OutOrStdout(), f)
			}
			if day := rettidig.DayOfTime(at.UTC()); day >= f.Series[0].Quarters[0].Quarter.Start() {
				fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s has begun: what is forecast of it now is kept, and not counted\n", f.Series[0].Quarters[0].Quarter)
			}
			r, err := account.Append(file, caseID, at, &f)
			if err != nil {
				return err
			}
			stored(cmd, file, "forecast "+f.ID(), r)
			return nil
		},
	}
	accountFlag(cmd, &file)
	fl := cmd.Flags()
	fl.StringVar(&caseID, "proposal", "", "id of the proposal, such as su7; begins the account if it is not there; with --registry a YAML file or a built-in case")
	fl.StringVar(&registry, "registry", "", "`FOLDER` of the model registry whose newest models' measured rates are used")
	fl.StringVar(&from, "from", "", "projection, a JSON `FILE`")
	fl.StringVar(&record, "record", "", "forecast made elsewhere, a JSON `FILE` as --dry-run prints it; the flags below are not used")
	fl.StringVar(&first, "first-quarter", "", "first `QUARTER`, such as 2027Q1")
	fl.IntVar(&quarters, "quarters", 4, "how many quarters")
	fl.IntVar(&coursesPerYear, "courses-per-year", 0, "courses a year; 0: those of the projection")
	fl.StringSliceVar(&phaseIn, "phase-in", nil, "share of the courses for which the model is used in each quarter, such as 0.25,0.5,0.75,1")
	fl.StringVar(&plan.PriceLevel, "price-level", "", "`YEAR` whose prices the projection's kroner are in; with --registry the proposal's")
	fl.StringVar(&gain, "kroner-gain", "capacity", "cashable, capacity or quality")
	fl.IntVar(&plan.KronerDays, "kroner-days", account.DefaultKronerDays, "days after a quarter until its kroner can be judged")
	numberVar(fl, &plan.MinutesPerEffect, "minutes-per-effect", 0, "visited minutes a week that a course with effect saves (SU7: 2.9 hours, 174); 0: not forecast")
	fl.StringVar(&minutesGain, "minutes-gain", "capacity", "cashable, capacity or quality")
	fl.StringVar(&plan.Way, "way", "", "benefit or product; empty: as the projection's first comparison")
	fl.StringVar(&plan.Baseline, "baseline", "", "su7 or own; empty: as the projection's first comparison")
	fl.StringVar(&plan.Model, "model", "", "id of the model in the registry")
	fl.StringVar(&plan.ModelSHA256, "model-sha256", "", "its hash")
	fl.StringVar(&plan.Basis, "basis", "", "where the rates come from, in words")
	fl.StringVar(&plan.By, "by", "", "the `UNIT` that answers for the forecast")
	fl.BoolVar(&dry, "dry-run", false, "print the forecast as JSON and store nothing")
	return cmd
}

// spreadCourses divides a year's courses among quarters; rounding never loses one over a year.
func spreadCourses(perYear, quarters int) ([]int, error) {
	if perYear < 0 || perYear > 1_000_000 {
		return nil, fmt.Errorf("--courses-per-year is %d, want 0 to 1,000,000", perYear)
	}
	if quarters < 1 || quarters > 80 {
		return nil, fmt.Errorf("--quarters is %d, want 1 to 80", quarters)
	}
	out := make([]int, quarters)
	for i := range out {
		out[i] = perYear*(i+1)/4 - perYear*i/4
	}
	return out, nil
}

func shares(text []string, quarters int) ([]float64, error) {
	if len(text) == 0 {
		return nil, nil
	}
	if len(text) != quarters {
		return nil, fmt.Errorf("--phase-in has %d shares for %d quarters", len(text), quarters)
	}
	var out []float64
	for _, s := range text {
		x, err := proposal.ParseNumber(s)
		if err != nil || !(x > 0 && x <= 1) {
			return nil, fmt.Errorf("--phase-in: %q is no share, want one above 0 and at most 1, such as 0.25", s)
		}
		out = append(out, x)
	}
	return out, nil
}

func accountRealise(now func() time.Time) *cobra.Command {
	var file, table string
	var r account.Realised
	cmd := &cobra.Command{
		Use:   "realise",
		Short: "Store realised figures by quarter, or correct them",
		Long: `realise stores what has become of the courses that began in each quarter. The last figures about a quarter count; the earlier
ones are kept. Rows that are stored already are left out. new-csv prints a file to begin with; an empty cell is not known.`,
		Example: `  train businesscase account realise --file su7.account --csv quarters.csv --price-level 2023 --by "Center for Økonomi"`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, err := openAccount(file)
			if err != nil {
				return err
			}
			if r.Quarters, err = fileOf(table, account.ReadRealised); err != nil {
				return err
			}
			if err := r.Validate(); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
			fresh := a.New(r)
			if len(fresh.Quarters) == 0 {
				return fmt.Errorf("%s: all %d quarters are stored already, as they are here", table, len(r.Quarters))
			}
			rec, err := account.Append(file, "", now(), &fresh)
			if err != nil {
				return err
			}
			stored(cmd, file, fmt.Sprintf("figures of %d quarter(s)", len(fresh.Quarters)), rec)
			return nil
		},
	}
	accountFlag(cmd, &file)
	byFlag(cmd, &r.By)
	cmd.Flags().StringVar(&table, "csv", "", "the figures, a CSV `FILE`")
	must(cmd.MarkFlagRequired("csv"))
	cmd.Flags().StringVar(&r.PriceLevel, "price-level", "", "`YEAR` whose prices the kroner are in")
	cmd.Flags().StringVar(&r.Source, "source", "", "where the figures come from, in words")
	return cmd
}

func accountObserve(now func() time.Time) *cobra.Command {
	var file, table string
	var l account.Looks
	cmd := &cobra.Command{
		Use:   "observe",
		Short: "Store how many courses have come to an end so far, as often as you like",
		Long: `observe stores how many courses had come to their day 112 by a day (all so far, whether they had ended before or not), and how
many of them were completed and had effect. The targets are then judged at each of these looks; without any they are judged by
the mature quarters. new-csv --looks prints a file to begin with.`,
		Example: `  train businesscase account observe --file su7.account --csv looks.csv --by "Afdeling for Data"`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := openAccount(file); err != nil {
				return err
			}
			var err error
			if l.Looks, err = fileOf(table, account.ReadLooks); err != nil {
				return err
			}
			rec, err := account.Append(file, "", now(), &l)
			if err != nil {
				return err
			}
			stored(cmd, file, fmt.Sprintf("%d look(s)", len(l.Looks)), rec)
			return nil
		},
	}
	accountFlag(cmd, &file)
	byFlag(cmd, &l.By)
	cmd.Flags().StringVar(&table, "csv", "", "the counts, a CSV `FILE`")
	must(cmd.MarkFlagRequired("csv"))
	return cmd
}

// reportFlags are what report and targets have in common.
type reportFlags struct {
	file, language, index string
	json                  bool
	opt                   account.Options
}

func (f *reportFlags) add(cmd *cobra.Command) {
	accountFlag(cmd, &f.file)
	languageFlag(cmd, &f.language)
	fl := cmd.Flags()
	fl.BoolVar(&f.json, "json", false, "print one JSON object")
	fl.StringVar(&f.index, "index", "", "price indices, a YAML `FILE` as train businesscase takes it; the general ones are used")
	fl.StringVar(&f.opt.PriceLevel, "price-level", "", "`YEAR` whose prices kroner are shown in; without it the newest forecast's")
	fl.BoolVar(&f.opt.Small, "small-counts", false, "show counts below 5 too; such a report is for internal use only")
}

func (f *reportFlags) report(now func() time.Time) (*account.Report, account.Language, error) {
	l, err := parseLanguage(f.language)
	if err != nil {
		return nil, l, err
	}
	a, err := openAccount(f.file)
	if err != nil {
		return nil, l, err
	}
	if f.index != "" {
		index, err := proposal.ReadIndexFile(f.index)
		if err != nil {
			return nil, l, err
		}
		f.opt.Index = generalIndex{index}
	}
	f.opt.Today = rettidig.DayOfTime(now().UTC())
	r, err := account.NewReport(a, f.opt)
	if err != nil {
		err = fmt.Errorf("%s: %w", f.file, err)
		if f.index == "" && strings.Contains(err.Error(), "price index") {
			err = fmt.Errorf("%w: give one with --index", err)
		}
	}
	return r, l, err
}

// generalIndex turns the index that proposals use, of its general cost type, into what an account asks.
type generalIndex struct{ *proposal.Index }

func (x generalIndex) Convert(kroner float64, from, to string) (float64, error) {
	a, err := strconv.Atoi(from)
	if err != nil {
		return 0, err
	}
	b, err := strconv.Atoi(to)
	if err != nil {
		return 0, err
	}
	factor, err := x.Factor(proposal.General, a, b)
	return kroner * factor, err
}

func accountReport(now func() time.Time) *cobra.Command {
	var f reportFlags
	var html string
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Compare forecasts with what became of them, by quarter",
		Long: `report shows for each quarter the forecast in force (the last one stored before the quarter began), its 90 % interval, what was
realised and whether it fell inside; how often that happened over the mature quarters, and what all of them come to.`,
		Example: `  train businesscase account report --file su7.account
  train businesscase account report --file su7.account --language en --json
  train businesscase account report --file su7.account --html report.html`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if html != "" {
				if err := checkOut(html, f.file, f.index); err != nil {
					return errors.New("--html" + strings.TrimPrefix(err.Error(), "--out"))
				}
				if err := endsWith(html, pageEndings...); err != nil {
					return fmt.Errorf("--html: %w", err)
				}
			}
			r, l, err := f.report(now)
			if err != nil {
				return err
			}
			if html != "" {
				if err := writeFile(html, func(w io.Writer) error { return r.WriteHTML(w, l) }); err != nil {
					return err
				}
			}
			switch {
			case f.json:
				return printJSON(cmd.OutOrStdout(), r)
			case html != "":
				return nil
			}
			return r.WriteText(cmd.OutOrStdout(), l)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&html, "html", "", "write the report as a page that needs nothing else, a `FILE`")
	cmd.Flags().StringVar(&f.opt.Forecast, "forecast", "", "look at this forecast only, such as f-0123456789ab")
	return cmd
}

func accountTargets(now func() time.Time) *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "targets [add|say]",
		Short: "Show how the follow-up targets stand; add sets one, say reports about one",
		Example: `  train businesscase account targets --file su7.account
  train businesscase account targets add --file su7.account --proposal su7 --id completion --goal "70 % gennemfører" --owner "Afdeling for Data" --due 2027-12-31 --kind realisation --measure completion_rate --at-least 0.7
  train businesscase account targets add --file su7.account --id hired --goal "Terapeuterne er ansat" --owner "Afdeling for Data" --due 2026-12-31 --kind milestone --measure done
  train businesscase account targets say --file su7.account --id hired --on 2026-12-01 --by "Afdeling for Data"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return onlyItsCommands(cmd, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, l, err := f.report(now)
			if err != nil {
				return err
			}
			if f.json {
				return printJSON(cmd.OutOrStdout(), map[string]any{"proposal": r.Proposal, "head": r.Head, "today": r.Today, "targets": r.Targets})
			}
			return r.WriteTargets(cmd.OutOrStdout(), l)
		},
	}
	f.add(cmd)
	cmd.AddCommand(accountTargetsAdd(now), accountTargetsSay(now))
	return cmd
}

func dateOf(name, text string) (rettidig.Day, error) {
	d, err := rettidig.ParseDay(text)
	if err != nil {
		return d, fmt.Errorf("--%s: %w", name, err)
	}
	return d, nil
}

func accountTargetsAdd(now func() time.Time) *cobra.Command {
	var file, caseID, from, due, kind, measure, quantity, gain string
	var t account.Target
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Set a target; it is not changed afterwards",
		Long: `add sets a target. Measures: completion_rate (of the courses), effect_rate (of the completed), benefit_rate (completed and with
effect, of the courses), share_of_forecast (a year's realised figures as a share of the forecast at full phase-in), reported (a
number its owner reports) and done. --alpha and --tuned-for are fixed with the target: choosing them later would undo what the
verdict promises.`,
		Example: `  train businesscase account targets add --file su7.account --proposal su7 --id completion --goal "70 % af de udvalgte gennemfører" --owner "Afdeling for Data" --due 2027-12-31 --kind realisation --measure completion_rate --at-least 0.7
  train businesscase account targets add --file su7.account --from su7 --id target_effect --due 2027H2 --measure effect_rate
  train businesscase account targets add --file su7.account --id half --goal "50 % af effektiviseringen er realiseret i 2027" --owner "Center for Økonomi" --due 2028-03-31 --kind realisation --measure share_of_forecast --of kroner --gain capacity --year 2027 --at-least 0.5
  train businesscase account targets add --file su7.account --id survey --goal "5 % flere oplever at blive bedre til dagligdagsting" --owner "Afdeling for Evaluering" --due 2027-02-28 --kind guard-rail --measure reported --at-least 0.05`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			t.Kind, t.Measure = account.TargetKind(kind), account.Measure(measure)
			if from != "" {
				if err := targetFrom(from, &t, &due, cmd.Flags().Changed); err != nil {
					return err
				}
			}
			if t.Due, err = dueDay(due); err != nil {
				return err
			}
			if !t.Measure.Rate() {
				t.Alpha, t.TunedFor = 0, 0
			}
			if quantity != "" {
				t.Of = &account.Kind{Quantity: account.Quantity(quantity), Gain: account.Gain(gain)}
			}
			r, err := account.Append(file, caseID, now(), &t)
			if err != nil {
				return err
			}
			stored(cmd, file, "target "+t.ID, r)
			return nil
		},
	}
	accountFlag(cmd, &file)
	fl := cmd.Flags()
	fl.StringVar(&caseID, "proposal", "", "id of the proposal; begins the account if it is not there")
	for _, s := range []struct {
		into        *string
		name, usage string
		required    bool
	}{
		{&t.ID, "id", "a short name, such as completion", true},
		{&from, "from", "a proposal, a YAML `FILE` or a built-in case, whose follow-up target of this id gives what the flags below do not", false},
		{&t.Goal, "goal", "the goal in words", false},
		{&t.MeasuredBy, "measured-by", "in words", false},
		{&t.Owner, "owner", "the `UNIT` that answers for it", false},
		{&due, "due", "when it is to be reached: a `DATE` such as 2026-12-31, or 2026Q4, 2026H2 or 2026 for their last day", false},
		{&kind, "kind", "milestone, realisation or guard-rail", false},
		{&measure, "measure", "how it is judged", true},
		{&quantity, "of", "with share_of_forecast: completions, effects, minutes_per_week or kroner", false},
		{&gain, "gain", "with --of minutes_per_week or kroner: cashable, capacity or quality", false},
	} {
		fl.StringVar(s.into, s.name, "", s.usage)
		if s.required {
			must(cmd.MarkFlagRequired(s.name))
		}
	}
	numberVar(fl, &t.AtLeast, "at-least", 0, "the goal as a number: a share such as 0.7")
	fl.IntVar(&t.Year, "year", 0, "with share_of_forecast")
	numberVar(fl, &t.Alpha, "alpha", account.DefaultAlpha, "chance of a false verdict, ever")
	numberVar(fl, &t.TunedFor, "tuned-for", account.DefaultTunedFor, "courses around which the sequence is narrowest")
	return cmd
}

// targetFrom fills t from the follow-up target of the same id in a proposal, but for what was given.
func targetFrom(name string, t *account.Target, due *string, given func(flag string) bool) error {
	p, err := readProposal(name)
	if err != nil {
		return err
	}
	var ids []string
	for _, f := range p.FollowUp {
		ids = append(ids, f.ID)
		if f.ID != t.ID {
			continue
		}
		if f.AtMost != nil && !given("at-least") {
			return fmt.Errorf("--from %s: target %s is to be at most %s; an account judges what is to be at least a number: put it the other way round with --at-least", name, f.ID, f.AtMost)
		}
		for _, s := range []struct {
			flag  string
			into  *string
			value string
		}{{"goal", &t.Goal, f.Goal}, {"measured-by", &t.MeasuredBy, f.MeasuredBy}, {"owner", &t.Owner, strings.Join(f.Responsible, ", ")},
			{"due", due, f.Due}, {"kind", (*string)(&t.Kind), f.Kind}} {
			if !given(s.flag) {
				*s.into = s.value
			}
		}
		if f.AtLeast != nil && !given("at-least") {
			t.AtLeast = f.AtLeast.Value
		}
		t.Unit, t.Parameter = f.Unit, f.Equals
		return nil
	}
	return fmt.Errorf("--from %s: it has no follow-up target %q%s; it has %s", name, t.ID, learner.DidYouMean(t.ID, ids), strings.Join(ids, ", "))
}

// dueDay reads a date, or the last day of a quarter, a half-year or a year.
func dueDay(s string) (rettidig.Day, error) {
	if q, err := account.ParseQuarter(s); err == nil {
		return q.End(), nil
	}
	for suffix, last := range map[string]string{"": "Q4", "H1": "Q2", "H2": "Q4"} {
		if year, ok := strings.CutSuffix(s, suffix); ok {
			if q, err := account.ParseQuarter(year + last); err == nil {
				return q.End(), nil
			}
		}
	}
	d, err := rettidig.ParseDay(s)
	if err != nil {
		return d, fmt.Errorf("--due is %q, want a date such as 2026-12-31, or 2026Q4, 2026H2 or 2026", s)
	}
	return d, nil
}

func accountTargetsSay(now func() time.Time) *cobra.Command {
	var file, on string
	var s account.Status
	var value float64
	cmd := &cobra.Command{
		Use:   "say",
		Short: "Say that a target is done, report its number, or withdraw it",
		Example: `  train businesscase account targets say --file su7.account --id hired --on 2026-12-01 --by "Afdeling for Data"
  train businesscase account targets say --file su7.account --id survey --on 2027-02-28 --value 0.05 --by "Afdeling for Evaluering"
  train businesscase account targets say --file su7.account --id survey --on 2027-02-28 --withdraw --note "undersøgelsen er nedlagt" --by "Afdeling for Evaluering"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if s.On, err = dateOf("on", on); err != nil {
				return err
			}
			if cmd.Flags().Changed("value") {
				s.Value = &value
			}
			r, err := account.Append(file, "", now(), &s)
			if err != nil {
				return err
			}
			stored(cmd, file, "word about "+s.Target, r)
			return nil
		},
	}
	accountFlag(cmd, &file)
	byFlag(cmd, &s.By)
	fl := cmd.Flags()
	fl.StringVar(&s.Target, "id", "", "which target")
	must(cmd.MarkFlagRequired("id"))
	fl.StringVar(&on, "on", "", "the `DATE` it was done, measured or withdrawn")
	must(cmd.MarkFlagRequired("on"))
	numberVar(fl, &value, "value", 0, "the number, where one is reported")
	fl.BoolVar(&s.Withdrawn, "withdraw", false, "the target is no longer one; --note says why")
	fl.StringVar(&s.Note, "note", "", "in words")
	return cmd
}

func accountVerify() *cobra.Command {
	var file, head string
	var repair bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that nothing in the account was changed, and repair a write that was cut off",
		Long: `verify reads every line and checks that each follows the one before. It prints the head, "n:hash" of the last record. Written down
elsewhere, and given with --head later, it shows that the account was not cut short or rewritten as a whole. --repair takes a torn
last line off; it is kept beside the file as FILE.torn.`,
		Example: `  train businesscase account verify --file su7.account
  train businesscase account verify --file su7.account --repair`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if repair {
				n, err := account.Repair(file)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "repaired: %d bytes of a torn last line\n", n)
			}
			a, err := openAccount(file)
			if err != nil {
				return err
			}
			if a.Torn > 0 {
				return fmt.Errorf("%s:%d: the last line is torn (%d bytes), a write was cut off; everything before it is whole. verify --repair removes it", file, len(a.Records)+1, a.Torn)
			}
			if head != "" {
				if err := a.Has(head); err != nil {
					return fmt.Errorf("%s: %w", file, err)
				}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %d records of %s, each follows the one before; head %s\n", file, len(a.Records), a.Proposal, a.Head())
			return nil
		},
	}
	accountFlag(cmd, &file)
	cmd.Flags().StringVar(&head, "head", "", "a head that was written down, `n:hash`, that must still be in the account")
	cmd.Flags().BoolVar(&repair, "repair", false, "take a torn last line off first")
	return cmd
}

func accountNewCSV() *cobra.Command {
	var looks bool
	cmd := &cobra.Command{
		Use:     "new-csv",
		Short:   "Print a file of realised figures to begin with; the figures in it are invented",
		Example: "  train businesscase account new-csv > quarters.csv\n  train businesscase account new-csv --looks > looks.csv",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text := account.CSVTemplate
			if looks {
				text = account.LooksTemplate
			}
			_, err := io.WriteString(cmd.OutOrStdout(), text)
			return err
		},
	}
	cmd.Flags().BoolVar(&looks, "looks", false, "a file for observe instead of realise")
	return cmd
}
