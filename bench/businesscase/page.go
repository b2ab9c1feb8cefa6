package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/rettidig/rettidig/businesscase"
	"github.com/rettidig/rettidig/internal/buildinfo"
)

// page is the result page of some seeds.
type page struct {
	command  string
	settings settings
	seeds    []*result
	counts   map[key]*count
	why      causes
}

func newPage(k *kept, first, last uint64) (*page, error) {
	p := &page{command: k.settings.command(first, last), settings: k.settings, seeds: k.in(first, last)}
	if len(p.seeds) < 2 {
		return nil, fmt.Errorf("%d seeds of %d-%d are done: too few for a page", len(p.seeds), first, last)
	}
	var err error
	if p.counts, err = counted(p.seeds); err != nil {
		return nil, err
	}
	p.why = causesOf(p.seeds)
	return p, nil
}

var todays = []struct{ baseline, says string }{
	{businesscase.OwnBaseline, "the municipality's own today"},
	{businesscase.SU7Baseline, "SU7's 25 %"},
}

var ways = []string{businesscase.ByBenefit, businesscase.ByProduct}

func (p *page) markdown() (string, error) {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	s, n := p.settings, len(p.seeds)
	say("# Does the interval hold what happens afterwards?\n")
	say("**Synthetic.** Every figure here is about invented citizens of `datasets/synth`. It says whether the reckoning is right, and nothing about")
	say("what a real municipality would save.\n")
	say("Command: `%s`; program %s. %d municipalities (seeds %d to %d) of %d citizens of 65 and over, histories from %v, training offered",
		p.command, buildinfo.Version(), n, p.seeds[0].Seed, p.seeds[n-1].Seed, s.Citizens, s.From)
	say("%g times as often as the generator does by itself. What was known before %v was learned from and measured on (learner `%s`, the %g %%", s.Courses, s.Cut, s.Learner, 100*s.Capacity)
	say("highest of each test window); what came of the courses that began in the %d days from then on is what is held against the interval. A", nextYear)
	say("municipality had on average %.0f measured candidates, %.0f of them selected, and %.0f courses to give in the year after, among %.0f candidates.\n",
		p.why.candidates, p.why.selected, p.why.courses, p.why.nextCandidates)
	say("*Covered* has the exact 95 %% interval of Clopper and Pearson; *width* and *off* (mean of estimate less what came, with its standard error)")
	say("are in 1,000 kr a year; *scatter* is how much more the differences scatter, their mean taken off, than the interval says: 1 is right.\n")

	p.promises(&b)
	say("\n## With a model that helps\n")
	p.table(&b, false, []asked{
		{oneYear, "one year's accounts (`SavingOneYear`)"},
		{longRun, "the long run (`Saving`)"},
	})
	say("\nOne year's accounts: the benefits that came of the courses given to whom the model chose, less what the same number of courses would be")
	say("expected to give among all of that year's candidates; SU7's 25 %% is taken as known. The long run: the true probabilities of those whom the")
	say("same model chooses in the next year of %d other municipalities, less those of everybody there.\n", s.Reference)
	say("Not promised, for comparison:\n")
	p.table(&b, false, []asked{
		{oneFrozen, "`SavingOneYear`, today frozen as measured"},
		{ownYear, "`Saving` and the expectation of the year's choices"},
		{tooNarrow, "`Saving` and one year's accounts"},
	})
	say("")

	if c := &p.counts[key{false, businesscase.ByBenefit, businesscase.OwnBaseline, longRun}].off; c.mean() < -2*c.err() {
		say("**The long run is missed on the cautious side.** The interval is about as wide as it should be (scatter), but it lies too low: the models that")
		say("are measured learned from less than the one that is then used (below), and the saving is measured of them. One year's accounts vary so")
		say("much more that it matters little there.\n")
	}
	say("## With a model that knows nothing\n")
	say("Each course was given another's columns, before the cut-off and after: the learner sees real columns and there is nothing in them.")
	say("The learner is the card, which the product falls back on where nothing can be learned. Below it, the choice is made by lot.\n")
	p.table(&b, true, []asked{
		{holdsZero, "`Saving` holds 0"},
		{byLot, fmt.Sprintf("`Saving` holds 0, chosen by lot %d times in each", lots)},
		{oneYear, "one year's accounts (`SavingOneYear`)"},
	})
	say("\n| verdict | against | way | seeds | share |\n|---|---|---|---|---|")
	for _, q := range []asked{{saysSaves, "saves (wrong)"}, {saysLoses, "loses (wrong)"}, {lotSaves, "saves (wrong), chosen by lot"}} {
		for _, way := range ways {
			c := p.counts[key{true, way, businesscase.OwnBaseline, q.ask}]
			say("| %s | %s | %s | %d of %d | %s |", q.says, todays[0].says, way, c.yes, c.n, c.percent())
		}
	}
	say("\nAgainst SU7's 25 %% such a world need not hold 0: the municipalities' own today is %.1f %%, and the difference is theirs and not the model's.\n", 100*p.why.today)
	p.why.tell(&b)
	say("\n## One of them\n")
	say("The first, whatever came of it (`coverage -out OUT -show %d`):\n\n```", p.seeds[0].Seed)
	if err := demonstrate(&b, p.seeds[0]); err != nil {
		return "", err
	}
	say("```\n\n## What this does not cover\n")
	say("- Algorithm 2 (decline), and the value of 40,000 kr or so per citizen: taken as known.")
	say("- That today's assessors would choose others if they saw a score: the candidates after the cut-off are those whom they would have offered")
	say("  training anyway, and only who of them gets a course is the model's choice.")
	say("- Whether training is what helps: the generator's probabilities are of doing well with a course.")
	say("- A municipality that changes more than the generator's does (its citizens age, courses repeat, the services get other names in July 2025).")
	say("- Courses whose outcome never becomes known because the citizen left: they are in neither the measurement nor the year.")
	return b.String(), nil
}

// promises lists what was asked for, and whether it is met by the share found.
func (p *page) promises(b *strings.Builder) {
	fmt.Fprintf(b, "| asked for | found | met |\n|---|---|---|\n")
	at := func(noGain bool, ask string) *count {
		return p.counts[key{noGain, businesscase.ByBenefit, businesscase.OwnBaseline, ask}]
	}
	for _, x := range []struct {
		says   string
		c      *count
		lo, hi float64
	}{
		{"the 90 % interval holds one year's realised saving in 87 to 93 % of the seeds", at(false, oneYear), 0.87, 0.93},
		{"the 90 % interval holds the long run's saving in 87 to 93 %", at(false, longRun), 0.87, 0.93},
		{"without gain it holds 0 in 87 % or more", at(true, holdsZero), 0.87, 1},
		{"the same, chosen by lot", at(true, byLot), 0.87, 0.93},
		{"without gain at most 6 % are said to save", at(true, saysSaves), 0, 0.06},
		{"the same, chosen by lot", at(true, lotSaves), 0, 0.06},
	} {
		met := "no"
		if s := x.c.share(); s >= x.lo && s <= x.hi {
			met = "yes"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", x.says, x.c.percent(), met)
	}
	lo, hi := (&count{yes: 9 * len(p.seeds) / 10, n: len(p.seeds)}).exact()
	fmt.Fprintf(b, "\nAll against the municipality's own today, benefit measured as one number; the other ways are below. So many seeds tell a share of 90 %% to no\n")
	fmt.Fprintf(b, "less than %.1f–%.1f %%: an interval that is right may well miss the bounds.\n", 100*lo, 100*hi)
}

// command repeats the run: how many worked at a time and where the results went make no difference to them.
func (s settings) command(first, last uint64) string {
	out := fmt.Sprintf("coverage -out OUT -seeds %d-%d", first, last)
	d := defaults()
	for _, f := range []struct {
		name      string
		is, usual any
	}{{"citizens", s.Citizens, d.Citizens}, {"courses", s.Courses, d.Courses}, {"learner", s.Learner, d.Learner}, {"capacity", s.Capacity, d.Capacity}, {"reference", s.Reference, d.Reference}} {
		if f.is != f.usual {
			out += fmt.Sprintf(" -%s %v", f.name, f.is)
		}
	}
	return out
}

type asked struct{ ask, says string }

func (p *page) table(b *strings.Builder, noGain bool, qs []asked) {
	fmt.Fprintf(b, "| what the interval is held against | against | way | covered | width | off | scatter |\n|---|---|---|---|---|---|---|\n")
	for _, q := range qs {
		for _, t := range todays {
			if (q.ask == holdsZero || q.ask == byLot) && t.baseline != businesscase.OwnBaseline {
				continue
			}
			for _, way := range ways {
				c := p.counts[key{noGain, way, t.baseline, q.ask}]
				k, m := float64(c.n), &c.off
				fmt.Fprintf(b, "| %s | %s | %s | %s | %.0f | %+.0f ± %.0f | %.2f |\n", q.says, t.says, way, c.percent(), c.width/k/1000, m.mean()/1000, m.err()/1000, c.spread())
			}
		}
	}
}

func (c *count) percent() string {
	lo, hi := c.exact()
	return fmt.Sprintf("%.1f %% (%.1f–%.1f)", 100*c.share(), 100*lo, 100*hi)
}

// causes are what the differences are made of, in shares of courses.
type causes struct {
	candidates, selected, courses, nextCandidates float64
	today                                         float64

	windows        []window
	outcomes, whom moments // of the selected: measured less their true mean; their true mean less the long run
	all            moments // of everybody: true mean in the measured period less the long run
	cluster        moments // variance over citizens over that over courses
	longGain       moments
	halved         moments // gain of a whole window less that of half a window
	plain          moments // gain as measured less the long run
	lifted         moments // the same with what the halves say is gained by learning from all
	again          pairs   // the selected's share as measured, and that of the year's
	agree          moments // share of the year's outcomes that the files tell as the generator knows them
}

type window struct {
	learned float64
	gain    moments // true mean of the selected less that of everybody in the window
	seen    moments // the same as measured
}

func causesOf(seeds []*result) causes {
	var c causes
	n := float64(len(seeds))
	for _, r := range seeds {
		w := &r.Gain
		a := w.AtCapacity
		c.candidates, c.selected = c.candidates+float64(a.Candidates)/n, c.selected+float64(a.Selected)/n
		c.courses, c.nextCandidates = c.courses+float64(w.courses(r.Settings.Capacity))/n, c.nextCandidates+float64(len(w.Year))/n
		c.today += w.LongRunAll / n
		c.longGain.add(w.LongRun - w.LongRunAll)
		chosen, all := means(w.Measured, func(m *measuredRow) bool { return m.Selected }), means(w.Measured, everybody)
		c.outcomes.add(chosen.seen - chosen.true)
		c.whom.add(chosen.true - w.LongRun)
		c.all.add(all.true - w.LongRunAll)
		c.cluster.add(a.Clustering)
		half := means(w.Measured, func(m *measuredRow) bool { return m.Half })
		c.halved.add(chosen.true - half.true)
		off := chosen.seen - all.seen - (w.LongRun - w.LongRunAll)
		c.plain.add(off)
		c.lifted.add(off + w.lift())
		for k, learned := range w.Learned {
			if len(c.windows) <= k {
				c.windows = append(c.windows, window{})
			}
			in := func(m *measuredRow) bool { return m.Window == k }
			sel := means(w.Measured, func(m *measuredRow) bool { return m.Window == k && m.Selected })
			every := means(w.Measured, in)
			x := &c.windows[k]
			x.learned += float64(learned) / float64(w.LearnedAll) / n
			x.gain.add(sel.true - every.true)
			x.seen.add(sel.seen - every.seen)
		}
		c.again.add(chosen.seen, w.realised())
		same := 0
		for _, y := range w.Year {
			if y.Seen == y.Benefit {
				same++
			}
		}
		c.agree.add(float64(same) / float64(len(w.Year)))
	}
	return c
}

// realised is the share with benefit among the year's chosen.
func (w *world) realised() float64 {
	var n, events float64
	for _, r := range w.Year {
		if r.Selected {
			n++
			if r.Benefit {
				events++
			}
		}
	}
	return events / n
}

// pairs are two numbers from each municipality.
type pairs struct {
	a, b    moments
	product float64
}

func (p *pairs) add(a, b float64) {
	p.a.add(a)
	p.b.add(b)
	p.product += float64(a * b)
}

// correlation is Pearson's.
func (p *pairs) correlation() float64 {
	n := p.a.n
	return (p.product - float64(p.a.sum*p.b.sum)/n) / (n - 1) / math.Sqrt(p.a.variance()*p.b.variance())
}

// lift is what the model in use may be expected to select more than those that were measured, where what is lost goes
// by 1 / rows: a half of n rows loses as much against n as n against infinitely many.
func (w *world) lift() float64 {
	sum := 0.0
	for k, learned := range w.Learned {
		whole := means(w.Measured, func(m *measuredRow) bool { return m.Window == k && m.Selected })
		half := means(w.Measured, func(m *measuredRow) bool { return m.Window == k && m.Half })
		sum += (whole.seen - half.seen) * (1 - float64(learned)/float64(w.LearnedAll)) / float64(len(w.Learned))
	}
	return sum
}

func everybody(*measuredRow) bool { return true }

// meansOf are a group's share with benefit, as measured and by the truth.
type meansOf struct{ seen, true float64 }

func means(rows []measuredRow, in func(*measuredRow) bool) meansOf {
	var n, events, known, sum float64
	for i := range rows {
		r := &rows[i]
		if !in(r) {
			continue
		}
		n++
		if r.Benefit {
			events++
		}
		if r.Expected >= 0 {
			known, sum = known+1, sum+r.Expected
		}
	}
	return meansOf{events / n, sum / known}
}

func (c *causes) tell(b *strings.Builder) {
	say := func(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }
	points := func(m *moments) string {
		return fmt.Sprintf("%+.2f ± %.2f | %.2f", 100*m.mean(), 100*m.err(), 100*math.Sqrt(m.variance()))
	}
	say("## What the differences are made of\n")
	say("In percentage points of the rate with benefit, over the seeds of the world with gain:\n")
	say("| part | mean | standard deviation |\n|---|---|---|")
	say("| the selected as measured, less their own true probabilities: chance in the outcomes | %s |", points(&c.outcomes))
	say("| the selected's true probabilities, less the long run of the model that is used: who they were, and other models | %s |", points(&c.whom))
	say("| everybody's true probabilities in the measured period, less the long run: who they were, and drift | %s |", points(&c.all))
	say("\nSome citizens have several courses. Taken together, the gain has %.3f ± %.3f times the variance that it has with every course on its own; the", c.cluster.mean(), c.cluster.err())
	say("intervals above allow for that, as measured in each municipality.\n")
	say("The files tell %.2f %% of the year's outcomes as the generator drew them.\n", 100*c.agree.mean())
	say("The selected's share as measured and the share of those chosen in the year after have a correlation of %.2f over the municipalities (chance alone:", c.again.correlation())
	say("0 ± %.2f). Part of the citizens are the same, and so is what the registers do not see of them: a municipality's own measurement tells more of its", 1/math.Sqrt(c.again.a.n))
	say("own next year than of another's, and the intervals do not count on it. Against a today that is taken as known they are therefore rather wide.\n")
	say("The model that is used learned from all that was known at the cut-off; those that were measured, from less:\n")
	say("| model | learned from | true gain over everybody, points | as measured |\n|---|---|---|---|")
	for k := range c.windows {
		x := &c.windows[k]
		say("| of window %d | %.0f %% | %.2f ± %.2f | %.2f ± %.2f |", k+1, 100*x.learned, 100*x.gain.mean(), 100*x.gain.err(), 100*x.seen.mean(), 100*x.seen.err())
	}
	say("| used after the cut-off | 100 %% | %.2f ± %.2f | |", 100*c.longGain.mean(), 100*c.longGain.err())
	say("\nA learner of half of each window's citizens selects %.2f ± %.2f points less. If what is lost goes by 1 / rows, that tells how much the model in",
		100*c.halved.mean(), 100*c.halved.err())
	say("use gains on those that were measured. Added to the gain as measured in each municipality, it takes the mean difference from the long run from")
	say("%+.2f ± %.2f to %+.2f ± %.2f points, and the standard deviation from %.2f to %.2f: right on average, and less certain. The product does not do it.",
		100*c.plain.mean(), 100*c.plain.err(), 100*c.lifted.mean(), 100*c.lifted.err(), 100*math.Sqrt(c.plain.variance()), 100*math.Sqrt(c.lifted.variance()))
}
