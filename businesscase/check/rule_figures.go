package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// figures finds figures that are not printed as Danish numbers, in tables and in the text.
var figures = rule{"not-a-danish-number", Text{"Tal skrevet forkert", "Figures written wrongly"}, (*view).figures}

func (v *view) figures() {
	for _, s := range v.sheets {
		for i, r := range s.Rows {
			v.doubts(s, r.Values, fmt.Sprintf("%s.rows[%d].values", s.path, i), r.Row, v.rowLabel(s, i), s.rowLines(i))
		}
		for _, name := range totalNames {
			v.doubts(s, s.Totals[name], s.path+".totals."+name, "total:"+name, totalLabels[name].DA, s.Lines)
		}
	}
	for i := range v.p.Statements {
		s := &v.p.Statements[i]
		x, ok := readSaid(s.Says, s.Unit)
		doubt := x.doubt
		if y, err := strconv.Atoi(s.Says); s.Unit == "year" && (err != nil || y < 1900 || y > 2100) {
			doubt, ok = fmt.Sprintf("%q is no year", s.Says), true
		}
		if !ok || doubt == "" {
			continue
		}
		f := Finding{Class: Typographic, Severity: Note, Lines: linesOf(s.Source), Printed: plain(s.Says)}
		f.Title = say("»%s« er ikke et dansk tal", "“%s” is no Danish number", plain(s.Says))
		f.Explain = say("Om %s: %s.", "About %s: %s.", plain(s.About), plain(doubt))
		v.find(v.place(s), fmt.Sprintf("statements[%d].says", i), f)
	}
}

func (v *view) doubts(s *sheet, cells []*proposal.AsPrinted, path, row, label, lines string) {
	f := Finding{Class: Typographic, Severity: Note, Tables: []string{s.ID}, Rows: []string{row}, Lines: []string{lines}}
	var texts, why []string
	for k, a := range cells {
		if a != nil && a.Doubt != "" {
			f.Years = append(f.Years, s.years[k])
			texts, why = append(texts, a.Text), append(why, a.Doubt)
		}
	}
	if len(texts) == 0 {
		return
	}
	f.Printed = plain(strings.Join(texts, " / "))
	f.Title = say("%s i %s: tal skrevet forkert", "%s in %s: figures written wrongly", plain(label), plain(s.ID))
	f.Explain = plain(strings.Join(why, "; ") + ".")
	v.find(s.ID+"/"+row, path, f)
}
