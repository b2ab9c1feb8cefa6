package synth

import (
	"context"
	"math"
	"slices"
	"sort"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// told is one truth row with what a reader of the rows would find out.
type told struct {
	truthRow
	realised bool // the rule fires in the rows
	checked  bool
}

// lived lives the default municipality once for all tests in this file and checks every draw against the rows with
// a slow reading of the rules.
var lived = sync.OnceValues(func() (map[rettidig.Target][]told, error) {
	cfg := Default()
	roll, err := makeRoll(context.Background(), cfg)
	if err != nil {
		return nil, err
	}
	cal := calendar(&cfg)
	out := map[rettidig.Target][]told{}
	err = eachBlock(context.Background(), &cfg, roll, func(w *worker, first, last int) *[]told {
		var rows []told
		for n := first; n < last; n++ {
			w.simulate(&cfg, n, roll[n])
			rows = append(rows, checkLife(&w.life, cal)...)
		}
		return &rows
	}, func(rows *[]told, _ int) error {
		for _, r := range *rows {
			out[r.target] = append(out[r.target], r)
		}
		return nil
	})
	return out, err
})

// slowWeek is everything delivered to one citizen in one week, by the concepts that count as home care.
type slowWeek struct {
	minutes  float64
	personal bool
}

func checkLife(l *life, cal []week) []told {
	weeks := map[rettidig.Day]slowWeek{}
	if slices.ContainsFunc(l.truths, func(r truthRow) bool { return r.target == rettidig.Decline }) {
		l.weeks(cal, func(w *week, d delivery) {
			v := weeks[w.monday]
			if d.service < svcRehabHygiene {
				v.minutes += float64(d.minutes)
			}
			v.personal = v.personal || d.service <= svcSupervision && d.minutes > 0
			weeks[w.monday] = v
		})
	}
	var out []told
	for _, r := range l.truths {
		t := told{truthRow: r}
		if r.outcome == yes || r.outcome == no {
			t.checked = true
			switch r.target {
			case rettidig.Decline:
				t.realised = slowDecline(l, weeks, r.asOf)
			default:
				complete, effect := slowCourse(l, r.asOf-1)
				t.realised = map[rettidig.Target]bool{rettidig.Completion: complete, rettidig.Effect: effect, rettidig.Benefit: complete && effect}[r.target]
			}
		}
		out = append(out, t)
	}
	return out
}

// slowDecline reads the rule: within 182 days, a four-week mean of home care at least 50 % and 60 minutes above the
// highest four-week mean of the twelve weeks before; or a first dependency aid; or personal care in at least two weeks
// after none in twelve weeks.
func slowDecline(l *life, weeks map[rettidig.Day]slowWeek, index rettidig.Day) bool {
	end := index + 181
	mean4 := func(m rettidig.Day) float64 {
		return (weeks[m].minutes + weeks[m+7].minutes + weeks[m+14].minutes + weeks[m+21].minutes) / 4
	}
	before, personalBefore := 0.0, false
	for k := 1; k <= 12; k++ {
		m := index.Monday() - rettidig.Day(7*k)
		personalBefore = personalBefore || weeks[m].personal
		if k >= 4 {
			before = max(before, mean4(m))
		}
	}
	personalAfter := 0
	for m := (index + 6).Monday(); m+6 <= end; m += 7 {
		if weeks[m].personal {
			personalAfter++
		}
		if x := mean4(m); m+27 <= end && x >= before+60 && x >= 1.5*before {
			return true
		}
	}
	if !personalBefore && personalAfter >= 2 {
		return true
	}
	first := rettidig.NoDay
	for _, a := range l.loans {
		iso := aidClasses[a.class].iso
		dep := slices.Contains([]string{"122218", "181210", "123103", "043306"}, iso[:6]) || iso[:4] == "1236"
		if dep && (!first.Valid() || a.lent < first) {
			first = a.lent
		}
	}
	return first.Valid() && index <= first && first <= end
}

// slowCourse reads the rules of completion and effect off the rows of the course that began on a day.
func slowCourse(l *life, start rettidig.Day) (complete, effect bool) {
	var c *course
	for i := range l.courses {
		if l.courses[i].start == start {
			c = &l.courses[i]
		}
	}
	done, final := 0, false
	var last *screening
	for _, s := range c.sessions {
		if s.rating > 1 && s.day <= start+112 {
			done++
		}
	}
	for i, s := range c.screenings {
		d := s.day - start
		final = final || d >= 70 && d <= 112
		if d >= 56 && d <= 126 {
			last = &c.screenings[i]
		}
	}
	complete = final && done >= 16
	for _, s := range c.statuses {
		late := s.day > start+56 && s.day <= start+112
		complete = complete || late && slices.Contains([]rettidig.Status{rettidig.SignificantProgress, rettidig.Monitor, rettidig.Maintenance}, s.status)
	}
	if last != nil {
		base := c.screenings[0]
		fall := float64(base.need - last.need)
		rise := float64(last.ability - base.ability)
		effect = fall >= 1 && fall >= 0.1*float64(base.need) || rise >= 0.1*float64(base.ability) && last.need <= base.need
	}
	return complete, effect
}

func TestRowsRealiseTheDraws(t *testing.T) {
	all, err := lived()
	require.NoError(t, err)
	for _, target := range rettidig.Targets() {
		n, drawn, fires, misses := 0, 0, 0, 0
		for _, r := range all[target] {
			if !r.checked {
				continue
			}
			n++
			if r.outcome == yes {
				drawn++
			}
			switch {
			case r.realised && r.outcome == no:
				fires++
			case !r.realised && r.outcome == yes:
				misses++
			}
		}
		t.Logf("%s: %d decided, %d drawn; %d fire without a draw, %d draws do not fire", target, n, drawn, fires, misses)
		maxFires, maxMisses := 0.0, 0.0
		if target == rettidig.Decline { // weeks go up and down, and citizens leave before a rise is four weeks old
			maxFires, maxMisses = 0.001, 0.03
		}
		assert.LessOrEqual(t, float64(fires), maxFires*float64(n-drawn), "%s: %d rows fire without a draw", target, fires)
		assert.LessOrEqual(t, float64(misses), maxMisses*float64(drawn), "%s: %d of %d draws do not fire", target, misses, drawn)
	}
}

func TestBaseRatesAreAsDesigned(t *testing.T) {
	all, err := lived()
	require.NoError(t, err)
	for _, c := range []struct {
		target rettidig.Target
		lo, hi float64
		least  int
	}{
		{rettidig.Completion, 0.46, 0.54, 1500},
		{rettidig.Effect, 0.45, 0.55, 750},
		{rettidig.Benefit, 0.21, 0.29, 1500},
		{rettidig.Decline, 0.08, 0.15, 25000},
	} {
		var m mean
		for _, r := range all[c.target] {
			if r.outcome == yes || r.outcome == no {
				m.addIf(r.outcome == yes)
			}
		}
		assert.GreaterOrEqual(t, m.n, c.least, "%s: decided rows", c.target)
		assert.True(t, c.lo <= m.value() && m.value() <= c.hi, "%s happens in %.3f, want %.2f to %.2f", c.target, m.value(), c.lo, c.hi)
	}
}

// auroc is the share of pairs in the right order, by ranks; ties count half.
func auroc(rows []told) float64 {
	rows = slices.Clone(rows)
	sort.Slice(rows, func(i, j int) bool { return rows[i].probability < rows[j].probability })
	sum, pos := 0.0, 0.0
	for i := 0; i < len(rows); {
		j := i
		for j < len(rows) && rows[j].probability == rows[i].probability {
			j++
		}
		for k := i; k < j; k++ {
			if rows[k].outcome == yes {
				sum += float64(i+j+1) / 2
				pos++
			}
		}
		i = j
	}
	return (sum - pos*(pos+1)/2) / (pos * (float64(len(rows)) - pos))
}

func TestTrueProbabilitiesSeparateAsWellAsIsRealistic(t *testing.T) {
	all, err := lived()
	require.NoError(t, err)
	for _, c := range []struct {
		target rettidig.Target
		lo, hi float64
	}{{rettidig.Completion, 0.71, 0.77}, {rettidig.Effect, 0.69, 0.76}, {rettidig.Decline, 0.75, 0.80}} {
		rows := slices.DeleteFunc(slices.Clone(all[c.target]), func(r told) bool { return r.outcome != yes && r.outcome != no })
		a := auroc(rows)
		t.Logf("%s: area under the curve of the true probabilities %.3f, n %d", c.target, a, len(rows))
		assert.True(t, c.lo <= a && a <= c.hi, "%s: %.3f, want %.2f to %.2f", c.target, a, c.lo, c.hi)
	}
}

func TestMostOfTheSpreadCanBeLearned(t *testing.T) {
	all, err := lived()
	require.NoError(t, err)
	variance := func(x []float64) float64 {
		m, s := 0.0, 0.0
		for _, v := range x {
			m += v / float64(len(x))
		}
		for _, v := range x {
			s += (v - m) * (v - m) / float64(len(x))
		}
		return s
	}
	for _, target := range []rettidig.Target{rettidig.Completion, rettidig.Effect, rettidig.Decline} {
		var seen, hidden []float64
		for _, r := range all[target] {
			seen, hidden = append(seen, r.chance.seen), append(hidden, r.chance.hidden)
		}
		share := variance(seen) / (variance(seen) + variance(hidden))
		t.Logf("%s: the record shows %.2f of the variance of the log odds", target, share)
		assert.InDelta(t, 0.66, share, 0.1, "%s", target)
	}
}

// A truth row's probability is the number the draw was made from, so outcomes follow it at every level. For decline, leaving
// first counts as no decline, as the draw is about what comes first.
func TestOutcomesFollowTheTrueProbabilities(t *testing.T) {
	all, err := lived()
	require.NoError(t, err)
	for _, target := range rettidig.Targets() {
		var rows []told
		for _, r := range all[target] {
			if r.outcome == yes || r.outcome == no || target == rettidig.Decline && r.outcome == competing {
				rows = append(rows, r)
			}
		}
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].probability < rows[j].probability })
		for part := range 5 {
			slice := rows[len(rows)*part/5 : len(rows)*(part+1)/5]
			want, got, variance := 0.0, 0.0, 0.0
			for _, r := range slice {
				want += r.probability
				variance += r.probability * (1 - r.probability)
				if r.outcome == yes {
					got++
				}
			}
			assert.InDelta(t, want, got, 4*math.Sqrt(variance), "%s: fifth %d of %d rows", target, part+1, len(slice))
		}
	}
}
