package quality

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/extract"
)

//go:embed page.html
var pageSource string

var page = template.Must(template.New("quality").Funcs(template.FuncMap{
	"fileKind": func(k extract.Kind) string { return fileKinds[k] },
	"says":     Place.says, "saysDA": Place.saysDA,
	"num": num, "numDA": numDA, "pct": pct, "pctDA": pctDA, "sentence": sentence, "span": span, "ints": joinInts,
	"verdict": func(code string) string { return sentence(verdictText[code][0]) },
	"verdictDA": func(code string) string {
		return verdictText[code][1]
	},
	"level":   func(l Level) string { return levelText[l] },
	"levelDA": func(l Level) string { return levelTextDA[l] },
	"kind":    func(k string) string { return cmpName(k)[0] },
	"meaning": func(m string) string { return meaningText[m] },
	"share":   share,
	"means":   func(cause string) string { return cmp.Or(extract.Meaning(cause), cause) },
	"f1":      func(x float64) string { return fmt.Sprintf("%.1f", x) },
	"lower":   strings.ToLower,
	"num64":   func(n int) string { return num(int64(n)) },
	"next":    func(i int) int { return i + 1 },
	"known":   func(code string) string { return strings.TrimPrefix(code, codes.UnknownPrefix) },
}).Parse(pageSource))

// fileKinds are the kinds of files in words.
var fileKinds = map[extract.Kind]string{
	extract.A1: "aids by CPR number", "A2": "aids by BorgerID", "A3": "list of ISO classes", "A4": "list of citizens",
	extract.H1: "home care by CPR number", "H2": "home care by BorgerID", "K1": "reports to KL Gateway",
	extract.D1: "DigiRehab screenings", extract.D2: "DigiRehab statuses", extract.D3: "DigiRehab sessions done", extract.D4: "DigiRehab sessions cancelled",
}

var (
	levelText   = map[Level]string{Stop: "Stop", Doubt: "Doubt", Know: "Know"}
	levelTextDA = map[Level]string{Stop: "Skal rettes", Doubt: "Bør rettes", Know: "Til orientering"}
)

// view is what the page shows.
type view struct {
	Q         *Quality
	First     []Ask // what to ask for first
	Rest      []Ask
	Strip     strip
	Tables    []monthTable
	Returns   returnsPicture
	Small     []returnsPicture
	Timeline  timeline
	Unknown   []unknownList
	Files     []fileView
	Synthetic bool
}

// fileView is a file and its causes.
type fileView struct {
	extract.File
	Lists []causeList
}

type causeList struct {
	Title string
	Rows  []causeRow
}

type causeRow struct {
	Cause    string
	N        int64
	Share    float64
	Examples []extract.Example
}

type unknownList struct {
	Title string
	Names []extract.NameCount
}

// WriteHTML writes the page that is forwarded to the vendor. It needs nothing but itself: no script, no font, no
// picture from elsewhere. It shows no pseudonym: beside the number of a line it would tell the vendor, who has the file,
// whose it is.
func (q *Quality) WriteHTML(w io.Writer) error {
	v := view{Q: q, Synthetic: q.Synthetic(), Strip: q.strip(), Tables: q.monthTables(), Timeline: q.timeline(), Unknown: q.unknown()}
	n := min(len(q.Ask), firstAsks)
	v.First, v.Rest = q.Ask[:n], q.Ask[n:]
	v.Returns = pictureOf("All loans", "", q.Returns.Years, q.extractYear())
	for _, c := range q.Returns.Classes {
		p := pictureOf(c.Name, c.ISO, c.Years, q.extractYear())
		p.Old, p.OldOpen = c.Old, c.OldOpen
		p.Floor = c.OldOpen >= fewLoans && float64(c.OldOpen) > floorShare*float64(c.Old)
		v.Small = append(v.Small, p)
	}
	for i := range q.Extract.Files {
		v.Files = append(v.Files, viewOf(&q.Extract.Files[i]))
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (q *Quality) extractYear() int {
	if m := q.extractMonth(); m.Valid() {
		return m.Year()
	}
	return firstYear + years
}

func viewOf(f *extract.File) fileView {
	v := fileView{File: *f}
	for _, l := range []struct {
		title  string
		causes extract.Causes
	}{
		{"Set aside (rows)", f.Quarantined}, {"Dropped (rows)", f.Dropped}, {"Merged (rows)", f.Merged},
		{"Repaired (values)", f.Repairs}, {"Noted (rows)", f.Notes},
	} {
		if len(l.causes) == 0 {
			continue
		}
		list := causeList{Title: l.title}
		for cause, n := range l.causes {
			list.Rows = append(list.Rows, causeRow{cause, n, share(n, f.Rows.Read), f.Examples[cause]})
		}
		slices.SortFunc(list.Rows, func(a, b causeRow) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Cause, b.Cause)) })
		v.Lists = append(v.Lists, list)
	}
	return v
}

// unknown lists the codes that no table knows: the reader's lists, or, of what it does not list, the facts'.
func (q *Quality) unknown() (out []unknownList) {
	u := q.Extract.Unknown
	facts := func(list []Code) (names []extract.NameCount) {
		for _, c := range list {
			if !c.Known && len(names) < 50 {
				names = append(names, extract.NameCount{Name: strings.TrimPrefix(c.Code, codes.UnknownPrefix), N: c.Rows})
			}
		}
		return names
	}
	if len(u.Services) == 0 {
		u.Services = facts(q.Services)
	}
	if len(u.Classes) == 0 {
		u.Classes = facts(q.Classes)
	}
	for _, l := range []unknownList{{"Services", u.Services}, {"Aid classes", u.Classes}, {"Paragraphs", u.Paragraphs}, {"Abilities", u.Abilities}} {
		if len(l.Names) > 0 {
			out = append(out, l)
		}
	}
	return out
}
