package risk

import (
	"fmt"
	"html"
	"io"
	"strings"
	"unicode/utf8"
)

// sheet is an answer in parts, written for a terminal or as a piece of a page, so that both say the same.
type sheet struct{ parts []part }

// part is one of: words, an item or a note of a list, a drawing (pages only), a table.
type part struct {
	kind    string // words, item, note, drawing, table
	content string // of a table: its caption
	table   *grid
}

// grid is a table: the first column to the left, the others to the right. The first row names the columns if head is set.
type grid struct {
	rows [][]string
	head bool
}

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

func (s *sheet) words(text string) { s.parts = append(s.parts, part{kind: "words", content: text}) }
func (s *sheet) item(text string)  { s.parts = append(s.parts, part{kind: "item", content: text}) }

// draw adds a drawing; "" adds nothing.
func (s *sheet) draw(svg string) {
	if svg != "" {
		s.parts = append(s.parts, part{kind: "drawing", content: svg})
	}
}

func (s *sheet) notes(ns []Note, lang string) {
	for _, n := range ns {
		s.parts = append(s.parts, part{kind: "note", content: both(lang, n.DA, n.EN)})
	}
}

// table begins a table, which is left out if it gets no rows.
func (s *sheet) table(caption string, head bool) *grid {
	g := &grid{head: head}
	s.parts = append(s.parts, part{kind: "table", content: caption, table: g})
	return g
}

// text writes for a terminal. Columns are as wide as they must be.
func (s *sheet) text(w io.Writer) error {
	var b strings.Builder
	for _, p := range s.parts {
		switch p.kind {
		case "words":
			b.WriteString(p.content + "\n")
		case "item":
			b.WriteString("  " + p.content + "\n")
		case "note":
			b.WriteString("  ! " + p.content + "\n")
		case "table":
			if len(p.table.rows) > 0 {
				if b.Len() > 0 {
					b.WriteByte('\n')
				}
				b.WriteString(p.content + "\n")
				p.table.text(&b)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (g *grid) text(b *strings.Builder) {
	var wide []int
	for _, r := range g.rows {
		for i, c := range r {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], utf8.RuneCountInString(c))
		}
	}
	for _, r := range g.rows {
		var line strings.Builder
		for i, c := range r {
			gap := strings.Repeat(" ", wide[i]-utf8.RuneCountInString(c))
			if i == 0 {
				line.WriteString("  " + c + gap)
			} else {
				line.WriteString("  " + gap + c)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// html writes a piece of a page. The first words of all lead.
func (s *sheet) html(b *strings.Builder) {
	open := ""
	list := func(kind string) {
		if open != "" && open != kind {
			b.WriteString("</ul>\n")
		}
		if kind != "" && open != kind {
			fmt.Fprintf(b, "<ul class=\"%s\">\n", kind)
		}
		open = kind
	}
	for _, p := range s.parts {
		switch p.kind {
		case "words":
			list("")
			fmt.Fprintf(b, "<p>%s</p>\n", html.EscapeString(p.content))
		case "item", "note":
			list(p.kind)
			fmt.Fprintf(b, "<li>%s</li>\n", html.EscapeString(p.content))
		case "drawing":
			list("")
			b.WriteString("<figure>" + p.content + "</figure>\n")
		case "table":
			list("")
			if len(p.table.rows) > 0 {
				p.table.html(b, p.content)
			}
		}
	}
	list("")
}

func (g *grid) html(b *strings.Builder, caption string) {
	fmt.Fprintf(b, "<div class=\"scroll\"><table class=\"long sure\">\n<caption>%s</caption>\n", html.EscapeString(caption))
	columns := 0
	for _, r := range g.rows {
		columns = max(columns, len(r))
	}
	for i, r := range g.rows {
		cell, scope := "td", "row"
		if g.head && i == 0 {
			b.WriteString("<thead>")
			cell, scope = "th", "col"
		} else if i == 0 || (g.head && i == 1) {
			b.WriteString("<tbody>\n")
		}
		b.WriteString("<tr>")
		for k := range columns {
			text := ""
			if k < len(r) {
				text = html.EscapeString(r[k])
			}
			switch {
			case k == 0 && text == "" && cell == "th":
				b.WriteString("<td></td>")
			case k == 0:
				fmt.Fprintf(b, `<th scope="%s">%s</th>`, scope, text)
			case cell == "th":
				fmt.Fprintf(b, `<th scope="col" class="r">%s</th>`, text)
			default:
				fmt.Fprintf(b, `<td class="r">%s</td>`, text)
			}
		}
		b.WriteString("</tr>")
		if g.head && i == 0 {
			b.WriteString("</thead>")
		}
		b.WriteByte('\n')
	}
	if len(g.rows) > 1 || !g.head {
		b.WriteString("</tbody>")
	}
	b.WriteString("</table></div>\n")
}

// Part is an answer of this package: a simulation, a tornado, break-evens, a chain from measured precision, the value of
// capacity, those pointed out.
type Part interface {
	Text(w io.Writer, lang string) error // for a terminal
	sheet(lang string) *sheet
}

// Fragment is a piece of a page: for each part its words, its drawing and its tables. It needs no script and no style.
func Fragment(lang string, parts ...Part) string {
	var b strings.Builder
	b.WriteString("<section>\n")
	for _, p := range parts {
		p.sheet(lang).html(&b)
	}
	b.WriteString("</section>\n")
	return b.String()
}
