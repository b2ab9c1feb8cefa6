package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Widths of the first two columns of a printed table.
const (
	labelWidth  = 44
	secondWidth = 15
)

// Text prints the headline and Tables 1 to 3 for a terminal.
func Text(w io.Writer, r *proposal.Result, o Options) error {
	b := bufio.NewWriter(w)
	lang := o.language()
	fmt.Fprintf(b, "%s\n%s\n", r.Title, Headline(r, lang))
	if s := scenarioText(r, lang); s != "" {
		fmt.Fprintln(b, s)
	}
	tables := Tables(r, o)
	width := 0
	for _, t := range tables {
		width = max(width, t.width(lang)) // years stand below each other
	}
	for _, t := range tables {
		fmt.Fprintln(b)
		t.print(b, lang, width)
	}
	return b.Flush()
}

// scenarioText names the values that a scenario changed; "" without one.
func scenarioText(r *proposal.Result, language string) string {
	var changed []string
	for _, q := range r.Parameters {
		if q.Changed {
			changed = append(changed, fmt.Sprintf("%s = %s", q.Label, value(q, 0, language)))
		}
	}
	if len(changed) == 0 {
		return ""
	}
	return say(language, "scenario", r.Scenario, strings.Join(changed, ", "))
}

// width is what the column of a year needs.
func (t Table) width(language string) int {
	width := 8
	for _, l := range t.Lines {
		for _, s := range t.texts(l, language) {
			width = max(width, utf8.RuneCountInString(s)+2)
		}
	}
	return width
}

func (t Table) print(w io.Writer, language string, width int) {
	fmt.Fprintln(w, t.Caption)
	rule := strings.Repeat("-", labelWidth+secondWidth+2+width*len(t.Years))
	t.line(w, width, t.Unit, t.Second, t.heads())
	fmt.Fprintln(w, rule)
	for i, l := range t.Lines {
		if i > 0 && (l.Style == Head || l.Style == Grand) || l.Style == Word && t.Lines[i-1].Style != Word {
			fmt.Fprintln(w)
		}
		label := l.Label
		if l.Style == Part {
			label = "  " + label
		}
		if l.Style == Word {
			fmt.Fprintf(w, "%s: %s\n", label, l.Answer)
			continue
		}
		t.line(w, width, label, l.Second, t.texts(l, language))
	}
	for i, n := range t.Notes {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, n)
	}
}

// line prints one line; a label that is too long goes on below, with the figures on its last line.
func (t Table) line(w io.Writer, width int, label, second string, cells []string) {
	indent := ""
	if strings.HasPrefix(label, "  ") {
		indent = "  "
	}
	lines := wrap(strings.TrimSpace(label), labelWidth-len(indent))
	for _, l := range lines[:len(lines)-1] {
		fmt.Fprintln(w, indent+l)
	}
	seconds := wrap(second, secondWidth)
	var b strings.Builder
	b.WriteString(pad(indent+lines[len(lines)-1], labelWidth) + " " + pad(seconds[0], secondWidth) + " ")
	for _, c := range cells {
		b.WriteString(strings.Repeat(" ", max(0, width-utf8.RuneCountInString(c))) + c)
	}
	fmt.Fprintln(w, strings.TrimRightFunc(b.String(), unicode.IsSpace))
	for _, s := range seconds[1:] {
		fmt.Fprintln(w, strings.Repeat(" ", labelWidth+1)+s)
	}
}

func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s)))
}

// wrap breaks s between words, and within one that is longer than n; at least one line.
func wrap(s string, n int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(s) {
		for utf8.RuneCountInString(w) > n {
			if line != "" {
				lines = append(lines, line)
				line = ""
			}
			r := []rune(w)
			lines = append(lines, string(r[:n]))
			w = string(r[n:])
		}
		switch {
		case line == "":
			line = w
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) <= n:
			line += " " + w
		default:
			lines = append(lines, line)
			line = w
		}
	}
	return append(lines, line)
}

// sentence begins with a capital letter.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
