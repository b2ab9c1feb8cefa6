package validate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/model/metric"
)

// Leak is one leak that was planted, and whether the run caught it.
type Leak struct {
	Name     string `json:"name"`
	Planted  string `json:"planted"`
	Caught   bool   `json:"caught"`
	Evidence string `json:"evidence"`
}

// ExternalProbe is a leak that only the caller can plant, because it knows histories: a feature that sees
// the future, or one that reads a fact before it was registered.
type ExternalProbe struct {
	Name          string
	Planted       []float64 // the leaking column for each row; may be nil
	CaughtByAudit bool      // the audit of the feature code named the planted feature
	FalseAlarms   int       // honest features that the audit named
}

// suspicious is the AUROC from which a single column is taken for a leak: what is known beforehand does
// not tell that much about anybody's rehabilitation.
const suspicious = 0.95

// distinct is the number of standard errors from which a score is taken to know something: one honest run in
// a thousand would fail.
const distinct = 3.3

// ErrTooFew is wrapped by the error for test rows so few that chance cannot be told from knowledge. It says
// nothing against the validation; there is just too little of it.
var ErrTooFew = errors.New("validate: too few rows")

// PlantIdentity plants a column that knows each citizen. A neighbour search on it learns who somebody is
// and hands over what it knows of that citizen's label. Where tested citizens have another row in training
// (such rows are planted, so that there always are some) it must shine; on the run's own windows it must
// know nothing; and a citizen moved to the other side must be noticed by the check of the windows.
func PlantIdentity(r *Rows, plan Plan, seed uint64) Leak {
	l := Leak{Name: "citizen-noise", Planted: "a random number per citizen, read by a nearest-neighbour probe"}
	deal := rand.New(rand.NewPCG(seed, 0x6e6f697365)) // "noise"
	noise := map[int32]float64{}
	ids := slices.Clone(r.Group)
	slices.Sort(ids)
	for _, g := range slices.Compact(ids) {
		noise[g] = deal.Float64()
	}
	at := func(i int32) float64 { return noise[r.Group[i]] }

	w := plan.widest(r)
	tested := once(r, w.Test)
	both, value, again := comingBack(r, at, tested, deal)
	leaking := neighbourAUROC(both, value, again, tested)
	honest, worst := 0.5, 0.0
	for _, w := range plan.Windows {
		test := once(r, w.Test)
		a := neighbourAUROC(r, at, w.Train, test)
		pos, neg := classes(r, test)
		if pos == 0 || neg == 0 {
			continue
		}
		z := math.Abs(a-0.5) / chance(pos, neg)
		if z >= worst {
			honest, worst = a, z
		}
	}
	moved := w
	moved.Train = append(slices.Clone(w.Train), w.Test[0])
	noticed := moved.Check(r) != nil && strings.Contains(moved.Check(r).Error(), "citizen")
	clean := true
	for _, w := range plan.Windows {
		clean = clean && w.Check(r) == nil
	}
	l.Caught = leaking > 0.75 && worst < 4 && noticed && clean
	l.Evidence = fmt.Sprintf("AUROC %.3f when each tested citizen has another row in training, with the same label and nearly the same number; %.3f in the run's own windows (%.1f standard errors from 0.5); a planted citizen was %snoticed",
		leaking, honest, worst, not(noticed))
	return l
}

// comingBack adds a second row for each of the rows, of the same citizen and with the same label: what a
// split by row does to a citizen who comes back. The values differ by at most a thousandth of the mean
// distance between two citizens, so that the neighbour is nearly always the citizen and never the row.
func comingBack(r *Rows, at func(int32) float64, rows []int32, deal *rand.Rand) (both *Rows, value func(int32) float64, again []int32) {
	n := int32(len(r.Y))
	both = &Rows{Y: slices.Clone(r.Y), Group: slices.Clone(r.Group)}
	var values []float64
	for k, i := range rows {
		both.Y, both.Group = append(both.Y, r.Y[i]), append(both.Group, r.Group[i])
		values = append(values, at(i)+(2*deal.Float64()-1)/1000/float64(len(rows)))
		again = append(again, n+int32(k))
	}
	return both, func(i int32) float64 {
		if i < n {
			return at(i)
		}
		return values[i-n]
	}, again
}

// once keeps one row of each citizen, so that the rows are independent.
func once(r *Rows, rows []int32) []int32 {
	seen := make(map[int32]bool, len(rows))
	var out []int32
	for _, i := range rows {
		if !seen[r.Group[i]] {
			seen[r.Group[i]] = true
			out = append(out, i)
		}
	}
	return out
}

func not(ok bool) string {
	if ok {
		return ""
	}
	return "not "
}

// chance is the standard error of the AUROC of a score that knows nothing and has two levels or more:
// at most that of a continuous one (Mann and Whitney 1947).
func chance(pos, neg int) float64 {
	p, n := float64(pos), float64(neg)
	return math.Sqrt((p + n + 1) / (12 * p * n))
}

// neighbourAUROC predicts the label of each test row by that of the training row with the nearest value;
// of two as near, the smaller value.
func neighbourAUROC(r *Rows, at func(int32) float64, train, test []int32) float64 {
	order := slices.Clone(train)
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a, b)) })
	score, y := make([]float64, len(test)), make([]float64, len(test))
	for i, row := range test {
		x := at(row)
		k, _ := slices.BinarySearchFunc(order, x, func(a int32, x float64) int { return cmp.Compare(at(a), x) })
		if k == len(order) || (k > 0 && x-at(order[k-1]) <= at(order[k])-x) {
			k--
		}
		score[i], y[i] = r.Y[order[k]], r.Y[row]
	}
	return metric.AUROC(score, y, nil)
}

// PlantShuffled deals the labels anew at random and runs the whole learner on them in every window: it
// must know nothing. Then it plants a column made of the shuffled labels, which the same test must expose.
// Labels are dealt within a window's training and within its test rows, and AUROCs are pooled over the
// windows pair by pair, so that a base rate that moves from window to window is no knowledge.
func PlantShuffled(ctx context.Context, r *Rows, plan Plan, learn Learner, seed uint64) (Leak, error) {
	const most = 4000 // rows on either side: enough to see a leak, quick enough for every run
	l := Leak{Name: "shuffled-label", Planted: "labels dealt anew at random, and a column made of them"}
	var honest, leaking ranks
	for k, w := range plan.Windows {
		rng := rand.New(rand.NewPCG(seed, 0x73687566<<8|uint64(k))) // "shuf"
		n := most / len(plan.Windows)
		train, test := some(rng, w.Train, n), some(rng, w.Test, n)
		y := shuffled(r, rng, train, test)
		leak := make([]float64, len(y))
		for i := range leak {
			leak[i] = y[i] + rng.NormFloat64()/4
		}
		if err := honest.add(ctx, learn, y, nil, train, test); err != nil {
			return l, err
		}
		if err := leaking.add(ctx, learn, y, [][]float64{leak}, train, test); err != nil {
			return l, err
		}
	}
	if best := leaking.most(); best < distinct {
		return l, fmt.Errorf("%w: the test rows of all windows make %.0f pairs of an event and another, on which even a column that knows every label is at most %.2f standard errors from chance; %.1f are needed",
			ErrTooFew, leaking.pairs, best, distinct)
	}
	l.Caught = math.Abs(honest.z()) < distinct && leaking.z() >= distinct
	l.Evidence = fmt.Sprintf("AUROC %.3f on shuffled labels (%.1f standard errors from 0.5), %.3f with the planted column (%.1f)",
		honest.auroc(), math.Abs(honest.z()), leaking.auroc(), math.Abs(leaking.z()))
	return l, nil
}

// ranks pools rank sums over windows (van Elteren 1960, with each window's pairs as its weight).
type ranks struct{ won, pairs, variance float64 }

// add learns from train and counts the pairs of test that come in the right order. A sample that has one
// class only, by chance, says nothing and is left out.
func (s *ranks) add(ctx context.Context, learn Learner, y []float64, extra [][]float64, train, test []int32) error {
	for _, rows := range [][]int32{train, test} {
		if pos, neg := count(y, rows); pos == 0 || neg == 0 {
			return nil
		}
	}
	score, err := learn(ctx, y, extra, train)
	if err != nil {
		return err
	}
	out, labels := make([]float64, len(test)), make([]float64, len(test))
	score.Score(test, out)
	for i, row := range test {
		labels[i] = y[row]
	}
	pos, neg := count(y, test)
	n := float64(pos) * float64(neg)
	s.won += n * metric.AUROC(out, labels, nil)
	s.pairs += n
	s.variance += n * n * chance(pos, neg) * chance(pos, neg)
	return nil
}

// most is the z of a score that puts every pair in order.
func (s *ranks) most() float64 {
	if s.pairs == 0 {
		return 0
	}
	return s.pairs / 2 / math.Sqrt(s.variance)
}

func (s *ranks) auroc() float64 { return s.won / s.pairs }

func (s *ranks) z() float64 { return (s.won - s.pairs/2) / math.Sqrt(s.variance) }

// widest returns the window with the most test rows of its rarer class, where a leak shows best.
func (p Plan) widest(r *Rows) Window {
	best, most := p.Windows[0], -1
	for _, w := range p.Windows {
		if pos, neg := classes(r, w.Test); min(pos, neg) >= most {
			best, most = w, min(pos, neg)
		}
	}
	return best
}

func count(y []float64, rows []int32) (pos, neg int) {
	for _, i := range rows {
		if y[i] == 1 {
			pos++
		} else {
			neg++
		}
	}
	return
}

// some returns at most n of the rows, in their order.
func some(rng *rand.Rand, rows []int32, n int) []int32 {
	if len(rows) <= n {
		return rows
	}
	pick := rng.Perm(len(rows))[:n]
	slices.Sort(pick)
	out := make([]int32, n)
	for i, k := range pick {
		out[i] = rows[k]
	}
	return out
}

// shuffled returns the labels with those of training and of test rows dealt anew within either side, so
// that both keep both classes.
func shuffled(r *Rows, rng *rand.Rand, sides ...[]int32) []float64 {
	y := slices.Clone(r.Y)
	for _, rows := range sides {
		for i, k := range rng.Perm(len(rows)) {
			y[rows[i]] = r.Y[rows[k]]
		}
	}
	return y
}

// PlantColumn judges a leak that the caller planted and audited. best is the AUROC of the strongest
// honest column. The audit must have named the planted feature and no honest one; that the column knows
// implausibly much is said beside it.
func PlantColumn(r *Rows, probe ExternalProbe, best float64) Leak {
	l := Leak{Name: probe.Name, Planted: "a feature that breaks the as-of rule", Caught: probe.CaughtByAudit && probe.FalseAlarms == 0}
	said := []string{fmt.Sprintf("the as-of audit %s, with %d false alarms", map[bool]string{true: "named it", false: "did not name it"}[probe.CaughtByAudit], probe.FalseAlarms)}
	if probe.Planted != nil {
		a := ColumnAUROC(r, probe.Planted)
		switch {
		case a > suspicious:
			said = append(said, fmt.Sprintf("alone it has AUROC %.3f, which is implausible", a))
		case a > best+0.1:
			said = append(said, fmt.Sprintf("alone it has AUROC %.3f, the best honest column %.3f", a, best))
		default:
			said = append(said, fmt.Sprintf("alone it has AUROC %.3f, which would not have given it away", a))
		}
	}
	l.Evidence = strings.Join(said, "; ")
	return l
}

// ColumnAUROC returns how well one column alone tells the classes of the test rows apart, in whichever
// direction is better; missing values are the lowest. Of more than 10,000 test rows it takes some evenly
// spaced 10,000.
func ColumnAUROC(r *Rows, col []float64) float64 {
	if len(col) != len(r.Y) {
		panic(fmt.Sprintf("validate: a column of %d rows for %d", len(col), len(r.Y)))
	}
	var rows []int
	for i := range col {
		if r.Test[i] {
			rows = append(rows, i)
		}
	}
	n := min(len(rows), 10000)
	score, y := make([]float64, 0, n), make([]float64, 0, n)
	for k := range n {
		i := rows[k*len(rows)/n]
		v := col[i]
		if v != v {
			v = math.Inf(-1)
		}
		score, y = append(score, v), append(y, r.Y[i])
	}
	a := metric.AUROC(score, y, nil)
	return max(a, 1-a)
}

// Suspicious tells whether a single column knows more than anything honest could.
func Suspicious(auroc float64) bool { return auroc > suspicious }
