package quality

import (
	"fmt"
	"strings"

	"github.com/rettidig/rettidig/datasets/extract"
)

// Loss is a run of months of a kind that a delivery has lost, in whole or for more than a quarter.
type Loss struct {
	Kind     string
	From, To Month
	Was, Is  int64 // rows
}

const (
	lostShare = 0.25
	lostLeast = 50 // rows of a run of months: in fewer a correction or two would be a loss
)

// Losses are the months that prev had and now should have too but has not, or with less than three quarters of their
// rows. Both are read in full, so a month that lies before the extract date of either should be as it was; the exception
// is the beginning, which may move with the extract date when an export goes back so many years.
func Losses(prev, now *Quality) (out []Loss) {
	end := prev.extractMonth()
	if !end.Valid() {
		return nil
	}
	moved := Month(0)
	if next := now.extractMonth(); next.Valid() {
		// A date that was guessed from the facts is early because of what is missing.
		if now.Extract.ExtractDateFrom != extract.FromFacts {
			end = min(end, next)
		}
		moved = max(0, next-prev.extractMonth()) + 1
	}
	for _, kind := range kindKeys {
		was, is := prev.coverage(kind).until(end), now.coverage(kind)
		if len(was) == 0 {
			continue
		}
		first := was[0].Month
		if is != nil && is.Months[0].Month > first && is.Months[0].Month <= first+moved {
			first = is.Months[0].Month
			was = was[first-was[0].Month:]
		}
		all := Loss{Kind: kind, From: first, To: first}
		runs := []Loss(nil)
		open := false
		for _, m := range was {
			n := is.at(m.Month).Rows
			if m.Rows == 0 {
				continue // no month to lose: a run goes on over it
			}
			all.To = m.Month
			all.Was += m.Rows
			all.Is += n
			lost := float64(n) < (1-lostShare)*float64(m.Rows)
			if last := len(runs) - 1; lost && open && (n == 0) == (runs[last].Is == 0) {
				runs[last].To = m.Month
				runs[last].Was += m.Rows
				runs[last].Is += n
			} else if lost {
				runs = append(runs, Loss{kind, m.Month, m.Month, m.Rows, n})
			}
			open = lost
		}
		told := false
		for _, r := range runs {
			if r.Was >= lostLeast {
				out, told = append(out, r), true
			}
		}
		if !told && all.Was >= lostLeast && float64(all.Is) < (1-lostShare)*float64(all.Was) {
			out = append(out, all)
		}
	}
	return out
}

// String says what is lost, after "this delivery".
func (l Loss) String() string {
	name := strings.ToLower(kindNames[l.Kind][0])
	if l.Is == 0 {
		return fmt.Sprintf("lacks %s for %s, which the store has (%s rows)", name, span(l.From, l.To), num(l.Was))
	}
	return fmt.Sprintf("has %s fewer rows of %s for %s than the store (%s, were %s)", pct(share(l.Was-l.Is, l.Was)), name, span(l.From, l.To), num(l.Is), num(l.Was))
}
