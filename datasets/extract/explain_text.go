package extract

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WriteText writes the explanation for a person who knows the data.
func (e *Explanation) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	for i := range e.Tables {
		if i > 0 {
			fmt.Fprintln(b)
		}
		e.Tables[i].writeText(b)
	}
	if len(e.Ignored) > 0 {
		fmt.Fprintf(b, "\nNot read\n")
		for _, i := range e.Ignored {
			fmt.Fprintf(b, "  %s: %s\n", i.Name, i.Why)
		}
	}
	if len(e.Refused) > 0 {
		fmt.Fprintf(b, "\nCannot be looked at\n")
		for _, r := range e.Refused {
			fmt.Fprintf(b, "  %s\n", r)
		}
	}
	switch {
	case e.Mapping != "":
		fmt.Fprintf(b, "\nA mapping to start from\n\n%s", e.Mapping)
	case e.readable():
		fmt.Fprintf(b, "\nNo mapping is needed.\n")
	}
	return b.Flush()
}

func (e *Explanation) readable() bool {
	for _, t := range e.Tables {
		if !t.Readable {
			return false
		}
	}
	return len(e.Tables) > 0
}

func (t *ExplainedTable) writeText(b *bufio.Writer) {
	how := t.Container + ", " + t.Encoding
	if t.Separator != "" {
		how += ", " + t.Separator + " separated"
	}
	if t.Header > 0 {
		how += fmt.Sprintf(", header on line %d", t.Header)
	} else {
		how += ", no header"
	}
	rows := "all " + grouped(t.Rows) + " rows looked at"
	if !t.Whole {
		rows = "the first " + grouped(t.Rows) + " rows looked at"
	}
	fmt.Fprintf(b, "%s\n  %s, %s\n", t.Name, how, rows)
	switch {
	case t.Kind == "":
		fmt.Fprintf(b, "  no table that is known; nearest is %s (%s), %.2f of 1\n", t.RunnerUp, kindText[t.RunnerUp], t.RunnerUpScore)
	case t.RunnerUp == "":
		fmt.Fprintf(b, "  %s (%s)\n", t.Kind, kindText[t.Kind])
	default:
		fmt.Fprintf(b, "  fits %s (%s), %.2f of 1; next is %s (%s), %.2f\n", t.Kind, kindText[t.Kind], t.Score, t.RunnerUp, kindText[t.RunnerUp], t.RunnerUpScore)
	}
	if t.Readable {
		fmt.Fprintf(b, "  can be read as it is\n")
	} else {
		fmt.Fprintf(b, "  cannot be read as it is: %s\n", t.Problem)
	}
	if len(t.Columns) > 0 {
		fmt.Fprintf(b, "\n  Our columns\n")
	}
	for _, c := range t.Columns {
		from := c.State
		switch c.State {
		case "found":
			from = fmt.Sprintf("found as %q (by %s)", c.Header, c.How)
		case "proposed":
			from = fmt.Sprintf("proposed: %q, by its values (%.2f of 1)", c.Header, c.Share)
		case "unsure":
			from = fmt.Sprintf("unsure: %q, or %s", c.Header, strings.Join(c.Rivals, ", "))
		case "missing":
			if !c.Required {
				from = "not there; not needed"
			}
		}
		fmt.Fprintf(b, "    %-26s %s\n", c.Column, from)
	}
	fmt.Fprintf(b, "\n  The file's columns\n")
	for _, f := range t.Fields {
		fmt.Fprintf(b, "    %-26s %s; %s\n", f.Header, f.Content, f.Use)
	}
	if len(t.Preview) > 0 {
		var titles []string
		for _, c := range t.Columns {
			if c.Header != "" {
				titles = append(titles, c.Column)
			}
		}
		fmt.Fprintf(b, "\n  The first rows, as they would be read (citizens by pseudonym)\n    line  %s  -> fate\n", strings.Join(titles, " | "))
		for _, r := range t.Preview {
			fmt.Fprintf(b, "    %4d  %s  -> %s\n", r.Line, strings.Join(short(r.Cells), " | "), fateText(r.Fate))
		}
	}
	if len(t.Services) > 0 {
		fmt.Fprintf(b, "\n  Services that no table knows\n")
		for _, s := range t.Services {
			nearest := "nothing known is like it"
			if s.Nearest != "" {
				nearest = "nearest is " + s.Nearest + " " + s.NearestName
			}
			fmt.Fprintf(b, "    %-26s %d rows; %s\n", s.Name, s.Rows, nearest)
		}
	}
}

// short cuts pseudonyms to what tells citizens apart.
func short(cells []string) []string {
	out := slices.Clone(cells)
	for i, c := range out {
		if len(c) > 40 {
			out[i] = c[:20] + "…"
		}
	}
	return out
}

func fateText(cause string) string {
	if cause == "read" {
		return cause
	}
	return cause + ": " + Meaning(cause)
}

// grouped writes 4997 as 4,997.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return grouped(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
