package quality

import (
	"fmt"
	"strconv"
	"strings"
)

// verdictOf follows from the findings: one to stop at makes a delivery not to use, one doubt makes it doubtful.
func verdictOf(q *Quality) Verdict {
	v := Verdict{Code: Usable, Why: []string{}}
	level := func(want Level) (why []string) {
		for _, f := range q.Findings {
			if f.Level == want {
				why = append(why, sentence(f.Text))
			}
		}
		if q.Comparison == nil {
			return why
		}
		changes := []string{}
		for _, c := range q.Comparison.Changes {
			if c.Level == want {
				changes = append(changes, c.Text)
			}
		}
		switch n := len(changes); {
		case n == 1 || want == Stop:
			for _, text := range changes {
				why = append(why, sentence("since the previous delivery: "+text))
			}
		case n > 1:
			why = append(why, fmt.Sprintf("%d things are not as they were in the previous delivery, the first being: %s", n, sentence(changes[0])))
		}
		return why
	}
	if len(q.Coverage) == 0 {
		return Verdict{DoNotUse, []string{"The delivery holds no fact."}}
	}
	if stop := level(Stop); len(stop) > 0 {
		return Verdict{DoNotUse, stop}
	}
	if doubt := level(Doubt); len(doubt) > 0 {
		return Verdict{Doubts, doubt}
	}
	read, lost := q.Extract.Rows.Read, q.Extract.Rows.Dropped+q.Extract.Rows.Quarantined
	v.Why = append(v.Why, fmt.Sprintf("Nothing was found that speaks against it; %s of %s rows (%s) could not be used.", num(lost), num(read), pct(share(lost, read))))
	return v
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	r := []rune(s)
	s = strings.ToUpper(string(r[0])) + string(r[1:])
	if last := s[len(s)-1]; last != '.' && last != '?' && last != '!' {
		s += "."
	}
	return s
}

// num writes 1234567 as 1,234,567.
func num(n int64) string { return grouped(n, ",") }

// numDA writes it as 1.234.567.
func numDA(n int64) string { return grouped(n, ".") }

func grouped(n int64, sign string) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + sign + s[i:]
	}
	return s
}

// pct writes a share as "12 %", and small ones with a decimal or two.
func pct(share float64) string {
	p := 100 * share
	switch {
	case p == 0 || p >= 9.95:
		return fmt.Sprintf("%.0f %%", p)
	case p >= 0.095:
		return fmt.Sprintf("%.1f %%", p)
	case p < 0.005:
		return "under 0.01 %"
	}
	return fmt.Sprintf("%.2f %%", p)
}

func pctDA(share float64) string {
	return commas(strings.Replace(pct(share), "under 0.01", "under 0,01", 1))
}

// commas makes decimal commas.
func commas(s string) string { return strings.ReplaceAll(s, ".", ",") }
