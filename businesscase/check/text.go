package check

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// classNames are the classes in words.
var classNames = map[string]Text{
	TextTable: {"tekst mod tabel", "text against table"}, TextText: {"tekst mod tekst", "text against text"},
	TableTable: {"tabel mod tabel", "table against table"}, Sums: {"sum", "sum"}, Arithmetic: {"regnestykke", "arithmetic"},
	Rounded: {"afrunding", "rounding"}, PhaseIn: {"indfasning", "phase-in"}, Payback: {"tilbagebetaling", "payback"},
	Parameters: {"forudsætning", "assumption"}, Logic: {"logik", "logic"}, NotDerived: {"uden grundlag", "not derivable"},
	UnitError: {"enhed", "unit"}, UnitPrice: {"enhedspris", "unit price"}, Timing: {"tid", "timing"},
	Typographic: {"slåfejl", "typographic"}, Wording: {"ordlyd", "wording"}, Structure: {"opbygning", "structure"},
	Scope: {"afgrænsning", "scope"}, PriceLevel: {"prisniveau", "price level"}, Governance: {"styring", "governance"},
	Overlap: {"overlap", "overlap"}, CarryOver: {"ført videre", "carried over"},
}

var severityNames = map[Severity][2]Text{
	Error:   {{"fejl", "error"}, {"fejl", "errors"}},
	Warning: {{"advarsel", "warning"}, {"advarsler", "warnings"}},
	Note:    {{"bemærkning", "note"}, {"bemærkninger", "notes"}},
}

// className is the class in words; one that an author made up is shown as it is.
func className(class string) Text {
	if t, ok := classNames[class]; ok {
		return t
	}
	return plain(class)
}

// many writes "2 fejl".
func many(s Severity, n int) Text {
	names := severityNames[s][1]
	if n == 1 {
		names = severityNames[s][0]
	}
	return say("%s %s", "%s %s", n, names)
}

// Summary is one line: how many findings of each severity, and how many rules looked.
func (r *Report) Summary() Text {
	if len(r.Findings) == 0 {
		return say("Intet fundet. %s regler har set efter.", "Nothing found. %s rules looked.", len(r.Rules))
	}
	return say("%s, %s, %s. %s regler har set efter.", "%s, %s, %s. %s rules looked.",
		many(Error, r.Count(Error)), many(Warning, r.Count(Warning)), many(Note, r.Count(Note)), len(r.Rules))
}

// where is the place of a finding: the lines of the document, and of the file.
func (f *Finding) where(file string) Text {
	var da, en []string
	if len(f.Lines) > 0 {
		da, en = append(da, "dokumentets linje "+strings.Join(f.Lines, ", ")), append(en, "line "+strings.Join(f.Lines, ", ")+" of the document")
	}
	if f.Line > 0 && file != "" {
		at := file + ":" + strconv.Itoa(f.Line)
		da, en = append(da, at), append(en, at)
	}
	return Text{strings.Join(da, "; "), strings.Join(en, "; ")}
}

// Text writes the report for a terminal, in Danish or English, lines of at most 110 columns where words allow it.
func (r *Report) Text(w io.Writer, lang string) error {
	var b bytes.Buffer
	if r.Title != "" {
		fmt.Fprintln(&b, r.Title)
	}
	fmt.Fprintln(&b, r.Summary().In(lang))
	if len(r.Findings) == 0 {
		for _, q := range r.Rules {
			fmt.Fprintf(&b, "  %s\n", q.Title.In(lang))
		}
	}
	last := Severity("")
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Severity != last {
			last = f.Severity
			fmt.Fprintf(&b, "\n%s\n", strings.ToUpper(many(f.Severity, r.Count(f.Severity)).In(lang)))
		}
		wrap(&b, "  * ", "    ", f.Title.In(lang)+" ["+className(f.Class).In(lang)+"]")
		wrap(&b, "    ", "    ", f.Explain.In(lang))
		wrap(&b, "    ", "    ", f.where(r.File).In(lang))
	}
	if len(r.Findings) > 0 {
		b.WriteString("\n")
		var parts []string
		for _, c := range r.Classes {
			parts = append(parts, fmt.Sprintf("%s %d", className(c.Name).In(lang), c.N))
		}
		wrap(&b, "", "", say("Efter art: %s.", "By class: %s.", plain(strings.Join(parts, ", "))).In(lang))
	}
	_, err := w.Write(b.Bytes())
	return err
}

const columns = 110

// wrap writes words into lines; an empty text writes nothing.
func wrap(b *bytes.Buffer, first, rest, text string) {
	line, n := first, 0
	for word := range strings.FieldsSeq(text) {
		if n > 0 && len([]rune(line))+1+len([]rune(word)) > columns {
			fmt.Fprintln(b, line)
			line, n = rest, 0
		}
		if n > 0 {
			line += " "
		}
		line += word
		n++
	}
	if n > 0 {
		fmt.Fprintln(b, line)
	}
}
