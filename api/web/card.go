package web

import (
	"regexp"
	"strconv"
	"strings"
)

// cardRule is a card as it is printed for paper, taken apart for the screen.
type cardRule struct {
	Lines  []cardLine
	Totals []cardTotal
	Rest   []string // lines that are neither, shown as they are
}

type cardLine struct {
	Text   string
	Points string
}

type cardTotal struct{ Points, Chance string }

var (
	cardLineForm  = regexp.MustCompile(`^\d+\.\s*(?:\[ \]\s*)?(.+?)\s+([+-]?\d+) (?:point|points)$`)
	cardTotalForm = regexp.MustCompile(`^([+-]?\d+)\s+(\d{1,3}) ?%$`)
)

// readCard takes a printed card apart. Headings are dropped; every other line is shown in one form or
// another, so a card in a form that we do not know is still read by a person.
func readCard(l lang, text string) cardRule {
	var c cardRule
	all := lines(text)
	for i, line := range all {
		if m := cardLineForm.FindStringSubmatch(line); m != nil {
			c.Lines = append(c.Lines, cardLine{m[1], m[2]})
			continue
		}
		if m := cardTotalForm.FindStringSubmatch(line); m != nil {
			if n, err := strconv.Atoi(m[2]); err == nil && n <= 100 {
				c.Totals = append(c.Totals, cardTotal{m[1], outOf(l, n, 100)})
				continue
			}
		}
		c.Rest = append(c.Rest, all[i])
	}
	if len(c.Lines) > 0 { // then what is left over are the headings of the two lists
		kept := c.Rest[:0]
		for _, line := range c.Rest {
			if !cardHeading(line) {
				kept = append(kept, line)
			}
		}
		c.Rest = kept
	}
	return c
}

// cardHeading tells the headings of a printed card.
func cardHeading(line string) bool {
	switch strings.Join(strings.Fields(line), " ") {
	case "Pointkort", "Points card", "Point i alt Sandsynlighed", "Total points Probability":
		return true
	}
	return false
}
