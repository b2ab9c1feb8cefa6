package quality

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

var verdictText = map[string][2]string{
	Usable:   {"usable", "kan bruges"},
	Doubts:   {"usable with doubts", "kan bruges med forbehold"},
	DoNotUse: {"do not use", "bør ikke bruges"},
}

const longestList = 12 // lines of a list on a terminal

// WriteText writes what a person who knows the data should read first. The reader's own report has the files' details.
func (q *Quality) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "Verdict: %s\n", verdictText[q.Verdict.Code][0])
	for i, why := range q.Verdict.Why {
		if i == longestList {
			fmt.Fprintf(b, "  and %d more\n", len(q.Verdict.Why)-i)
			break
		}
		fmt.Fprintf(b, "  - %s\n", why)
	}
	q.writeAsks(b)
	q.writeCoverage(b)
	q.writeRegimes(b)
	q.writeMinutes(b)
	if notes := q.at(Know); len(notes) > 0 {
		fmt.Fprintf(b, "\nWorth knowing\n")
		for _, f := range notes {
			fmt.Fprintf(b, "  %s: %s\n", f.Code, f.Text)
		}
	}
	q.writeComparison(b)
	return b.Flush()
}

// at lists the findings of a level.
func (q *Quality) at(level Level) (out []Finding) {
	for _, f := range q.Findings {
		if f.Level == level {
			out = append(out, f)
		}
	}
	return out
}

func (q *Quality) writeAsks(b *bufio.Writer) {
	if len(q.Ask) == 0 {
		return
	}
	fmt.Fprintf(b, "\nAsk the vendor for\n")
	for i, a := range q.Ask {
		if i == longestList {
			fmt.Fprintf(b, "  and %d more, see the page\n", len(q.Ask)-i)
			break
		}
		fmt.Fprintf(b, "  %d. %s %s\n", i+1, sentence(a.Wrong), sentence(a.Send))
		for _, p := range a.Where {
			fmt.Fprintf(b, "       %s\n", p.says())
		}
	}
}

// says is a place in words.
func (p Place) says() string {
	s := p.File
	if p.Column != "" {
		s += ", column " + p.Column
	}
	if len(p.Lines) == 0 {
		return s + fmt.Sprintf(": %s values (%s of the rows)", num(p.N), pct(p.Share))
	}
	return s + fmt.Sprintf(": %s (%s), such as line %s", counted(p.N, "row", "rows"), pct(p.Share), joinInts(p.Lines))
}

func (p Place) saysDA() string {
	s := p.File
	if p.Column != "" {
		s += ", kolonne " + p.Column
	}
	if len(p.Lines) == 0 {
		return s + fmt.Sprintf(": %s værdier (%s af rækkerne)", numDA(p.N), pctDA(p.Share))
	}
	word := "rækker"
	if p.N == 1 {
		word = "række"
	}
	return s + fmt.Sprintf(": %s %s (%s), fx linje %s", numDA(p.N), word, pctDA(p.Share), joinInts(p.Lines))
}

func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return num(n) + " " + many
}

func joinInts(list []int) string {
	s := make([]string, len(list))
	for i, n := range list {
		s[i] = fmt.Sprint(n)
	}
	return strings.Join(s, ", ")
}

func (q *Quality) writeCoverage(b *bufio.Writer) {
	fmt.Fprintf(b, "\n%-22s %12s %10s  %s\n", "coverage", "rows", "citizens", "months")
	for _, c := range q.Coverage {
		fmt.Fprintf(b, "%-22s %12d %10d  %s\n", kindNames[c.Kind][0], c.Rows, c.Citizens, span(c.Months[0].Month, c.Months[len(c.Months)-1].Month))
	}
	v := q.Overlap
	fmt.Fprintf(b, "Citizens by source: aids only %d, home care only %d, DigiRehab only %d, aids and care %d, aids and DigiRehab %d, care and DigiRehab %d, all three %d\n",
		v.Aids, v.Care, v.Training, v.AidsCare, v.AidsTraining, v.CareTraining, v.All)
}

func (q *Quality) writeRegimes(b *bufio.Writer) {
	told := false
	for _, g := range q.Regimes {
		if g.Status == Outside {
			continue
		}
		if !told {
			fmt.Fprintf(b, "\nCode regimes\n")
			told = true
		}
		fmt.Fprintf(b, "  %s: %s\n", g.Text, g.says())
	}
}

// says is the outcome in words.
func (g *Regime) says() string {
	found := "found in " + g.From.String()
	if g.Ends {
		found = "found in " + span(g.From, g.To)
	}
	switch g.Status {
	case AsExpected:
		return found + ", as expected"
	case Moved:
		return found + ", expected in " + g.Expected.String()
	case Found:
		return found
	case Absent:
		return "expected in " + g.Expected.String() + ", not there"
	}
	return "not in the delivery"
}

func (q *Quality) writeMinutes(b *bufio.Writer) {
	if q.Minutes.Citizens == 0 {
		return
	}
	fmt.Fprintf(b, "\nHome care a week of %d citizens; the country: median under 120 minutes, about 2 %% get 20 hours or more\n", q.Minutes.Citizens)
	for i, w := range q.Minutes.Ways {
		how := "if it were "
		if i == 0 {
			how = "as read: "
		}
		fits := "does not fit"
		if w.LooksDanish {
			fits = "fits"
		}
		fmt.Fprintf(b, "  %-34s median %6.0f, under 2 hours %s, 20 hours or more %s: %s\n", how+meaningText[w.Meaning], w.Median, pct(w.Under2), pct(w.From20), fits)
	}
}

func (q *Quality) writeComparison(b *bufio.Writer) {
	c := q.Comparison
	if c == nil {
		return
	}
	fmt.Fprintf(b, "\nCompared with the delivery of %s\n", c.PreviousExtractDate)
	if len(c.Changes) == 0 {
		fmt.Fprintf(b, "  Nothing unexpected.\n")
	}
	for i, x := range c.Changes {
		if i == 2*longestList {
			fmt.Fprintf(b, "  and %d more, see the page\n", len(c.Changes)-i)
			break
		}
		fmt.Fprintf(b, "  %s: %s\n", x.Code, x.Text)
	}
}
