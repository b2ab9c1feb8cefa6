package extract

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/rettidig/rettidig/datasets/pseudonym"
)

// WriteText writes the report for a person who knows the data, with every cause in every file.
func (r *Report) WriteText(w io.Writer) error { return r.write(w, true) }

// WriteSummary is WriteText without the details of each file.
func (r *Report) WriteSummary(w io.Writer) error { return r.write(w, false) }

func (r *Report) write(w io.Writer, details bool) error {
	b := bufio.NewWriter(w)
	which := "key"
	if r.KeyID == pseudonym.DemoKey().ID() {
		which = "the demo key"
	}
	fmt.Fprintf(b, "Extracts read under %s %s\n", which, r.KeyID)
	if r.ExtractDate.Valid() {
		fmt.Fprintf(b, "Extract date %s (%s)\n", r.ExtractDate, r.ExtractDateFrom)
	}
	if r.MappingSHA256 != "" {
		fmt.Fprintf(b, "Local names by the mapping with sha256 %.12s\n", r.MappingSHA256)
	}
	fmt.Fprintf(b, "\n%-5s %11s %11s %9s %9s %9s %11s  %s\n", "kind", "read", "kept", "repaired", "merged", "dropped", "quarantined", "file")
	line := func(kind string, n Rows, name string) {
		fmt.Fprintf(b, "%-5s %11d %11d %9d %9d %9d %11d  %s\n", kind, n.Read, n.Kept, n.Repaired, n.Merged, n.Dropped, n.Quarantined, name)
	}
	for _, f := range r.Files {
		line(string(f.Kind), f.Rows, f.Name)
	}
	line("all", r.Rows, "")
	fmt.Fprintf(b, "Each row has one fate: read = kept + repaired + merged + dropped + quarantined.\n")
	if details {
		for i := range r.Files {
			r.Files[i].writeText(b)
		}
	}
	r.writeOutcome(b)
	return b.Flush()
}

func (r *Report) writeOutcome(b *bufio.Writer) {
	if len(r.Ignored) > 0 {
		fmt.Fprintf(b, "\nNot read\n")
		for _, i := range r.Ignored {
			fmt.Fprintf(b, "  %s: %s\n", i.Name, i.Why)
		}
	}
	c := r.Citizens
	fmt.Fprintf(b, "\nCitizens %d: %d women, %d men, %d of unknown sex; birth date unknown for %d, only the year for %d\n",
		c.Total, c.Female, c.Male, c.SexUnknown, c.BirthUnknown, c.BirthYearOnly)
	if r.Synthetic() {
		fmt.Fprintf(b, "Synthetic: every CPR number is one that was never issued, every BorgerID an invented one\n")
	}
	fmt.Fprintf(b, "Facts: %d loans of aids, %d weeks of a service, %d screenings, %d sessions, %d status changes, %d assessments of abilities\n",
		r.Facts.Aids, r.Facts.Services, r.Facts.Screenings, r.Facts.Sessions, r.Facts.Statuses, r.Facts.Conditions)
	if k := r.Care; k != nil {
		fmt.Fprintf(b, "Home care (minutes read as %s): median %.0f minutes a week, %.0f %% under 2 hours, %.1f %% 20 hours or more\n",
			k.MinutesAre, k.AsRead.MedianMinutes, 100*k.AsRead.Under2Hours, 100*k.AsRead.From20Hours)
	}
	for _, u := range []struct {
		what  string
		names []NameCount
	}{{"Services", r.Unknown.Services}, {"Classes", r.Unknown.Classes}, {"Paragraphs", r.Unknown.Paragraphs}, {"Abilities", r.Unknown.Abilities}} {
		if len(u.names) > 0 {
			fmt.Fprintf(b, "%s that no table knows:", u.what)
			for _, n := range u.names[:min(len(u.names), shownNames)] {
				fmt.Fprintf(b, " %q (%d)", n.Name, n.N)
			}
			if more := len(u.names) - shownNames; more > 0 {
				fmt.Fprintf(b, " and %d more", more)
			}
			fmt.Fprintln(b)
		}
	}
	if len(r.Warnings) > 0 {
		fmt.Fprintf(b, "\nWarnings\n")
		for _, w := range r.Warnings {
			fmt.Fprintf(b, "  %s (%d): %s\n", w.Code, w.N, w.Text)
		}
	}
}

const shownNames = 8 // of one kind in the text; the JSON has more

func (f *File) writeText(b *bufio.Writer) {
	how := f.Container + ", " + f.Encoding
	if f.Separator != "" {
		how += ", " + f.Separator + " separated"
	}
	if f.Sheet != "" {
		how += ", sheet " + f.Sheet
	}
	if f.HeaderLine > 0 { // lists of classes and reports to KL Gateway have none
		how += fmt.Sprintf(", header on line %d", f.HeaderLine)
	}
	fmt.Fprintf(b, "\n%s: %s %s\n  %s, %d bytes, sha256 %.12s\n", f.Name, f.Kind, kindText[f.Kind], how, f.Bytes, f.SHA256)
	if f.Made.Valid() {
		fmt.Fprintf(b, "  made %s\n", f.Made)
	}
	if f.First.Valid() {
		fmt.Fprintf(b, "  facts from %s to %s\n", f.First, f.Last)
	}
	for _, m := range f.Mapping {
		if m.How == howMapping {
			fmt.Fprintf(b, "  by mapping.yaml %q is read as %s\n", m.Header, m.Column)
		}
	}
	if len(f.Unread) > 0 {
		fmt.Fprintf(b, "  columns not read: %s\n", strings.Join(f.Unread, ", "))
	}
	f.writeCauses(b, "merged", f.Merged)
	f.writeCauses(b, "dropped", f.Dropped)
	f.writeCauses(b, "quarantined", f.Quarantined)
	f.writeCauses(b, "repaired values", f.Repairs)
	f.writeCauses(b, "noted", f.Notes)
}

func (f *File) writeCauses(b *bufio.Writer, title string, causes Causes) {
	if len(causes) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s\n", title)
	for _, cause := range causes.sorted() {
		fmt.Fprintf(b, "    %9d  %s (%s)\n", causes[cause], Meaning(cause), cause)
		for _, e := range f.Examples[cause] {
			fmt.Fprintf(b, "               line %d", e.Line)
			if e.Column != "" {
				fmt.Fprintf(b, ", %s", e.Column)
			}
			if e.Citizen != "" {
				fmt.Fprintf(b, ", citizen %s", e.Citizen)
			}
			fmt.Fprintln(b)
		}
	}
}
